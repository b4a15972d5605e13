//! Guests that harm by doing the same thing over and over, or by the way in which they end.

use crate::shell::Place;

#[test]
fn instances_that_trapped_leave_nothing_behind() {
    let place = Place::new();
    place.write(
        "fill.wat",
        r#"(component
          (core module $m (memory 256) (func (export "f") (memory.fill (i32.const 0) (i32.const 1) (i32.const 16777216)) unreachable))
          (core instance $i (instantiate $m))
          (func (export "f") (canon lift (core func $i "f"))))"#,
    );
    // Together they would take more than the process may have.
    let script = "f()\n".repeat(400) + "3 : u8\n";
    place.script(&["fill.wat", "--keep-going"], script).stood(1).prints("3\n");
}

/// A command that ends in some way.
fn command(body: &str) -> String {
    format!(
        r#"(component
          (import "wasi:cli/exit@0.2.0" (instance $exit (export "exit" (func (param "status" (result))))))
          (core func $exit' (canon lower (func $exit "exit")))
          (core module $m (import "" "exit" (func $exit (param i32)))
            (func (export "run") (result i32) {body}))
          (core instance $i (instantiate $m (with "" (instance (export "exit" (func $exit'))))))
          (func $run (result (result)) (canon lift (core func $i "run")))
          (instance $run (export "run" (func $run)))
          (export "wasi:cli/run@0.2.0" (instance $run)))"#
    )
}

#[test]
fn a_commands_end_is_the_lines_and_no_more() {
    let place = Place::new();
    for (body, code, kind) in [
        ("(i32.const 0)", 0, None),
        ("(i32.const 1)", 1, None),
        ("(call $exit (i32.const 0)) (i32.const 1)", 0, None),
        ("(call $exit (i32.const 1)) (i32.const 0)", 1, None),
        ("unreachable", 1, Some("trap")),
        ("(loop $l (br $l)) (i32.const 0)", 1, Some("limit")),
        ("(i32.const 7)", 1, Some("trap")),
    ] {
        place.write("end.wat", command(body));
        let args =
            ["end.wat", "--timeout", "300ms", "--json", "--keep-going", "-e", ".run a \u{1b}[2J", "-e", "3 : u8"];
        let ended = place.run(&args).stood(code);
        let objects: Vec<serde_json::Value> =
            ended.stdout().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(objects[1]["value"], 3, "{body}: {}", ended.shown());
        if let Some(kind) = kind {
            assert_eq!(objects[0]["error"]["kind"], kind, "{body}: {}", ended.shown());
        }
    }
}
