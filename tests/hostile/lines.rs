//! Scripts that no person would type.

use crate::shell::{Ended, Place};

/// A component whose functions take what is thrown at them.
const TAKES: &str = r#"(component
  (core module $m (memory (export "memory") 40)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 16))
    (func (export "byte") (param i32) (result i32) (local.get 0))
    (func (export "length") (param i32 i32) (result i32) (local.get 1)))
  (core instance $i (instantiate $m))
  (type $point' (record (field "x" u32) (field "y" (option u8))))
  (export $point "point" (type $point'))
  (core module $p (func (export "x") (param i32 i32 i32) (result i32) (local.get 0)))
  (core instance $p (instantiate $p))
  (func (export "byte") (param "b" u8) (result u8) (canon lift (core func $i "byte")))
  (func (export "x-of") (param "p" $point) (result u32) (canon lift (core func $p "x")))
  (func (export "length") (param "s" string) (result u32)
    (canon lift (core func $i "length") (memory $i "memory") (realloc (func $i "realloc")))))"#;

/// Runs a script between two lines that must work.
#[track_caller]
fn run(script: impl AsRef<[u8]>) -> Ended {
    let place = Place::new();
    place.write("takes.wat", TAKES);
    let script = [b"$x = 3 : u8\n", script.as_ref(), b"\n$x\n"].concat();
    place.script(&["takes.wat", "--keep-going"], script).stood(1)
}

/// The script fails where it should, and what stood before it is still known after it.
#[track_caller]
fn check(script: impl AsRef<[u8]>, part: &str) {
    let ended = run(script).says(part).says("of the script");
    assert!(ended.stdout().ends_with("3\n"), "{}", ended.shown());
}

/// The same where a bracket or string stays open: it takes the rest of the script in.
#[track_caller]
fn check_open(script: impl AsRef<[u8]>, part: &str) {
    run(script).prints("").says(part);
}

#[test]
fn brackets_by_the_hundred_thousand() {
    for (open, close) in [("[", "]"), ("(", ")"), ("{a:", "}"), ("some(", ")"), ("byte(", ")"), ("$x[", "]")] {
        check_open(open.repeat(100_000), "too deep");
        check(open.repeat(100_000) + "1" + &close.repeat(100_000), "too deep");
    }
    check("]".repeat(100_000), "expected a value");
    check(format!("1 : {}u8{}", "list<".repeat(100_000), ">".repeat(100_000)), "too deep");
    check(format!("1 : {}", "tuple<u8,".repeat(100_000)), "too deep");
    check(format!("$x{}", "?".repeat(100_000)), "too long a chain");
    check(format!("$x{}", ".a".repeat(100_000)), "too long a chain");
    check(format!("$x{}", "[0]".repeat(100_000)), "too long a chain");
}

#[test]
fn values_nest_as_deep_as_they_may_and_no_deeper() {
    let nested = |depth: usize| {
        format!("{}1{} : {}u8{}", "[".repeat(depth), "]".repeat(depth), "list<".repeat(depth), ">".repeat(depth))
    };
    let place = Place::new();
    let ended = place.script::<&str>(&[], nested(64)).stood(0);
    assert_eq!(ended.stdout(), format!("{}1{}\n", "[".repeat(64), "]".repeat(64)));
    check(nested(101), "too deep");
}

#[test]
fn lines_of_two_hundred_kilobytes() {
    let long = "a".repeat(200_000);
    for (line, part) in [
        (long.clone(), "no function"),
        (format!("{long}()"), "no function"),
        (format!("{long}::f()"), "no component"),
        (format!("{long}#f()"), "no"),
        (format!("a:b/{long}@1.0.0#f()"), "no"),
        (format!(".{long}"), "no command"),
        (format!(".load {long}"), "cannot read"),
        (format!(".type {long}"), "no"),
        (format!(".help {long}"), "no"),
        (format!("?{long}"), "no"),
        (format!("${long}"), "no variable"),
        (format!("1 : {long}"), "type"),
        (format!("x-of({{{long}: 1}})"), "no field"),
        (format!("@\"{long}\""), "cannot read"),
        ("-".repeat(200_000), "error: `---"),
        ("%".repeat(200_000), "expected a value"),
        ("\\".repeat(200_000), "expected a value"),
        (format!(".run {}", "'".repeat(199_999)), "not closed"),
        (format!(".run {}", "\\".repeat(199_999)), "error"),
        (format!("f{}()", "::f".repeat(50_000)), "error"),
        (format!("f{}()", "#f".repeat(100_000)), "no function"),
    ] {
        let ended = run(&line).says(part);
        assert!(ended.stdout().ends_with("3\n"), "{}", ended.shown());
        let longest = ended.stderr().lines().map(str::len).max();
        assert!(longest < Some(10_000), "a line of {longest:?} bytes");
    }
    let place = Place::new();
    place.write("takes.wat", TAKES);
    place
        .script(&["takes.wat"], format!("length(\"{long}\")\nlength(\n{}\"é\")\n", "\n".repeat(200_000)))
        .stood(0)
        .prints("200000\n2\n");
}

#[test]
fn strings_and_chars_that_are_none() {
    for bad in ["'\\u{110000}'", "'\\u{d800}'", "\"\\u{fffffffffffffff}\"", "\"\\u{}\"", "\"\\x1b\"", "'\\q'"] {
        check(bad, "this escape means nothing");
    }
    for bad in ["''", "'ab'", "'\u{61}\u{301}'"] {
        check(bad, "error");
    }
    for bad in [&b"\"\xff\""[..], b"\xed\xa0\x80", b"\xc0\x80", b"add(\x80)"] {
        check(bad, "not UTF-8");
    }
    check("\"open", "not closed");
    check_open("\"\"\"\nopen", "not closed");
    check("b\"\\u{41}\"", "escape");
}

#[test]
fn controls_in_a_line_are_shown_and_not_sent() {
    for (bad, shown) in [
        ("\0", "\\u{0}"),
        ("\u{1b}[2J", "\\u{1b}[2J"),
        ("byte(\u{1b}]0;t\u{7})", "\\u{1b}]0;t\\u{7}"),
        (".no\u{1b}[31m", "\\u{1b}[31m"),
        (".load \u{1b}]52;c;x\u{7}", "\\u{1b}]52;c;x\\u{7}"),
        ("byte\u{2028}(1)", "\\u{2028}"),
        ("\u{202e}byte(1)", "\\u{202e}"),
        ("byte(1)\u{85}", "\\u{85}"),
        ("b\u{443}te(1)", "b\u{443}te"),
        ("byte(1)\rx", "\\u{d}"),
    ] {
        run(bad).says(shown);
    }
    // A value keeps them, and is shown as WAVE writes them.
    let place = Place::new();
    place
        .script::<&str>(&[], "\"\u{1b}[2J\u{202e}\u{85}\"\r\n'\u{7}'\r\n")
        .stood(0)
        .prints("\"\\u{1b}[2J\\u{202e}\\u{85}\"\n'\\u{7}'\n");
}

#[test]
fn numbers_out_of_range() {
    for bad in ["256 : u8", "-1 : u8", "-129 : s8", "18446744073709551616 : u64", "1.5 : u8", "nan : u8", "1e400 : u8"]
    {
        check(bad, "error: expected");
    }
    check("byte(256)", "u8 holds 0 to 255");
    check(format!("{} : u64", "9".repeat(10_000)), "expected u64");
    check("0x1p1024 : f64", "not a number");
    check("nan:0x200001 : f64", "error");
    check("007 : u8", "not a number");
    let place = Place::new();
    let script = format!("1e400 : f64\n-0.0 : f64\n{} : f32\n1e-999 : f64\n", "9".repeat(10_000));
    place.script::<&str>(&[], script).stood(0).prints("inf\n-0\ninf\n0\n");
}

#[test]
fn fields_that_are_missing_doubled_or_unknown() {
    check("x-of({x: 1, x: 2})", "the field `x` stands twice");
    check("x-of({y: 1})", "missing the field `x`");
    check("x-of({x: 1, z: 2})", "no field `z`");
    check("x-of({})", "missing the field `x`");
    check("x-of({x: 1, : 2})", "expected");
    check("x-of({x})", "error");
    check("x-of({x: {x: 1}})", "expected u32");
}

#[test]
fn a_script_may_begin_and_end_as_editors_let_it() {
    let place = Place::new();
    for script in [
        "\u{feff}3 : u8",
        "3 : u8\r\n",
        "\r\n\r\n3 : u8\r\n\r\n",
        "// \u{1b}[2J\n3 : u8 // \u{202e}\n",
        "\u{feff}\r\n3 : u8",
    ] {
        place.script::<&str>(&[], script).stood(0).prints("3\n");
    }
    place.script::<&str>(&[], "").stood(0).prints("");
    place.script::<&str>(&[], "\n".repeat(1_000_000)).stood(0).prints("");
    place.script::<&str>(&[], "[\n".repeat(100_000)).stood(1).prints("");
    place.script::<&str>(&[], "\"\"\"\n".repeat(10_000)).stood(0);
}

#[test]
fn ten_thousand_lines_at_once() {
    let place = Place::new();
    place.write("takes.wat", TAKES);
    let script: String = (0..10_000).map(|n| format!("byte({})\n", n % 256)).collect();
    let expected: String = (0..10_000).map(|n| format!("{}\n", n % 256)).collect();
    place.script(&["takes.wat"], script).stood(0).prints(&expected);
}

#[test]
fn arguments_of_the_command_line_are_shown_fit_for_a_terminal() {
    let place = Place::new();
    for args in [
        &["--\u{1b}[31m\u{202e}"][..],
        &["--timeout", "\u{1b}]0;t\u{7}\r"],
        &["--dir", "\u{9b}2J"],
        &["--env", "\u{202e}"],
        &["--wasm-features", "\u{1b}[2J\u{2066}"],
        &["--color", "\u{1b}c"],
        &["test", "--\u{1b}[31m\u{8}"],
        &["test", "\u{1b}[31m.md"],
    ] {
        place.run(args).stood(2).prints("");
    }
}

#[test]
fn a_transcript_may_be_as_hostile_as_a_script() {
    let place = Place::new();
    place.write("a.md", "```witsh\n> \"\u{1b}[2J\"\n\u{1b}]0;t\u{7}\n> nothing(\u{202e})\n> [[[\n```\n");
    place.write("open.md", "```witsh \u{1b}[2J.wasm\n> 1 : u8\n");
    place.write("bytes.md", b"```witsh\n> \xff\x1b[2J\n```\n");
    for document in ["a.md", "open.md", "bytes.md"] {
        let ended = place.run(&["test", document]);
        let code = ended.code.unwrap_or_default();
        assert!(matches!(code, 1 | 2), "{}", ended.shown());
        ended.stood(code);
    }
}
