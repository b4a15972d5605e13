//! Components of unusual size and shape: they load in no time, or are refused in no time.

use std::fmt::Write as _;

use crate::binary::{component, custom, name, nested, section, uleb};
use crate::looks::LOOKS;
use crate::shell::{Ended, Place};

/// Runs lines on a component, and what was known before them afterwards.
#[track_caller]
fn run(file: &str, bytes: impl AsRef<[u8]>, lines: &[&str], code: i32) -> Ended {
    let place = Place::new();
    place.write(file, bytes);
    let lines: Vec<&str> = ["$x = 3 : u8"].iter().chain(lines).chain(&["$x"]).flat_map(|line| ["-e", line]).collect();
    let ended = place.run(&[&[file, "--keep-going", "--timeout", "20s"], &lines[..]].concat()).stood(code);
    assert!(ended.stdout().ends_with("3\n"), "{}", ended.shown());
    ended
}

/// It loads, and can be looked at.
#[track_caller]
fn check_loads(file: &str, bytes: impl AsRef<[u8]>) -> Ended {
    run(file, bytes, &LOOKS, 0)
}

#[track_caller]
fn check_refused(file: &str, bytes: impl AsRef<[u8]>, part: &str) {
    let place = Place::new();
    place.write(file, bytes);
    place.run(&[file, "-e", ".info"]).stood(2).prints("").says(part);
}

/// A component with one core function, exported under these names.
fn exporting(names: impl Iterator<Item = String>) -> String {
    let mut text = r#"(component
        (core module $m (func (export "f") (result i32) (i32.const 7)))
        (core instance $i (instantiate $m))
        (func $f (result u32) (canon lift (core func $i "f")))"#
        .to_owned();
    names.for_each(|name| write!(text, "(export \"{name}\" (func $f))").unwrap());
    text + ")"
}

/// A component that takes and gives a type, which is empty memory.
fn passing(types: &str, param: &str, param_core: &str) -> String {
    format!(
        r#"(component {types}
        (core module $m (memory (export "memory") 2)
          (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
          (func (export "f") (param {param_core}))
          (func (export "g") (result i32) (i32.const 0)))
        (core instance $i (instantiate $m))
        (func (export "f") (param "x" {param}) (canon lift (core func $i "f") (memory $i "memory") (realloc (func $i "realloc"))))
        (func (export "g") (result {param}) (canon lift (core func $i "g") (memory $i "memory"))))"#
    )
}

fn listed(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect::<Vec<_>>().join(" ")
}

#[test]
fn nesting_and_counts_are_bounded() {
    check_refused("deep.wasm", nested(5_000), "more than 100 components inside each other");
    check_loads("deep.wasm", nested(100));
    let custom_sections = |count| component(&[[0, 2, 1, b'x'].repeat(count)]);
    check_refused("custom.wasm", custom_sections(1_000_000), "more than 100000 custom sections");
    check_loads("custom.wasm", custom_sections(100_000));
    let modules = listed(1_000, |n| {
        format!("(core module $m{n} (func (export \"f\"))) (core instance $i{n} (instantiate $m{n}))")
    });
    let text = format!("(component {modules} (func (export \"f\") (canon lift (core func $i999 \"f\"))))");
    check_loads("modules.wat", &text);
    run("modules.wat", &text, &["f()"], 0);
}

#[test]
fn custom_sections_may_hold_anything() {
    check_loads("big.wasm", component(&[custom(b"x", &vec![0; 60_000_000])]));
    check_refused("name.wasm", component(&[section(0, b"\x02\xff\xfe")]), "UTF-8");
    let docs = |text: &[u8]| component(&[custom(b"package-docs", &[b"\x01", text].concat())]);
    check_loads("docs.wasm", docs(&[b"{\"docs\":\"\\u001b", "x".repeat(10_000_000).as_bytes(), b"\"}"].concat()));
    check_loads("docs.wasm", docs("{\"worlds\":".repeat(100_000).as_bytes()));
    check_loads("docs.wasm", component(&[custom(b"package-docs", b"\x07\xff")]));
    let field = |key: &[u8], pairs: &[(&[u8], &[u8])]| {
        let pairs: Vec<u8> = pairs.iter().flat_map(|(tool, version)| [name(tool), name(version)].concat()).collect();
        [name(key), uleb(pairs.len().min(1)), pairs].concat()
    };
    let producers = [
        uleb(3),
        field(b"language", &[(b"\x1b[31mRust", b"\x1b]0;t\x07")]),
        field(b"processed-by", &[("\u{202e}".as_bytes(), b"1\r\n2")]),
        field(b"\x1b[2J", &[]),
    ];
    let ended = check_loads(
        "metadata.wasm",
        component(&[
            custom(b"producers", &producers.concat()),
            custom(b"producers", b"\xff\xff\xff\xff\x0f"),
            custom(b"producers", &uleb(1_000_000)),
            custom(b"name", b"\0\x05\x04\x1b[2J"),
            custom(b"name", b"\xff"),
            custom(b"registry-metadata", b"\x1b"),
            custom(b"sourceMappingURL", &name(b"file:///etc/passwd")),
        ]),
    );
    assert!(ended.stdout().contains("\\u{1b}[31mRust"), "{}", ended.shown());
    assert!(!ended.stdout().contains("root:x"), "{}", ended.shown());
}

#[test]
fn names_may_be_endless() {
    let long = "a".repeat(99_990);
    let text = exporting(["f".to_owned(), long.clone()].into_iter());
    let ended = check_loads("long.wat", &text);
    assert!(ended.stdout().contains(&long));
    let ended = run("long.wat", &text, &[&format!("{long}()"), &format!("{long}(1)"), &format!("{long}b()")], 1);
    let longest = ended.stderr().lines().map(str::len).max();
    assert!(longest < Some(10_000), "a line of {longest:?} bytes");
}

#[test]
fn ten_thousand_exports_are_found_at_once() {
    let text = exporting((0..10_000).map(|n| format!("function-{n}")));
    check_loads("many.wat", &text);
    let ended = run("many.wat", &text, &["function-9999()", "fonction-77()", "?function-3", ".exports function-5"], 1);
    assert!(ended.stdout().starts_with("7\n"), "{}", ended.shown());
    ended.says("did you mean `function-77`");
}

#[test]
fn ten_thousand_fields_and_cases_are_not_all_named() {
    let record = format!(
        "(component (type $r (record {})) (import \"r\" (type $t (eq $r))) (import \"f\" (func (param \"x\" $t))))",
        listed(10_000, |n| format!("(field \"f{n}\" u8)"))
    );
    check_loads("record.wat", &record);
    let lines = ["host::f({f0: 1})", "host::f({zz: 1})", "host::f({f0: 1, f0: 2})", ".type f", ".type r"];
    let ended = run("record.wat", &record, &lines, 1).says("missing the fields `f1`").says("has no field `zz`");
    assert!(ended.stderr.len() < 20_000, "{}", ended.shown());
    let variant = record.replace("(record ", "(variant ").replace("(field ", "(case ").replace("\"f", "\"c");
    check_loads("variant.wat", &variant);
    let lines = ["host::c(c9999(1))", "host::c(zz)", "host::c(zz(1))", ".type r"];
    run("variant.wat", &variant, &lines, 1).says("the import c is not provided").says("has no case `zz`");
}

#[test]
fn types_may_nest_as_deep_as_the_validator_lets_them() {
    for (sort, param, literal, zero) in
        [("list", "i32 i32", "[1]", "[]"), ("option", "i32", "some(some(1))", "none"), ("tuple", "i32", "((1))", "")]
    {
        let types = listed(97, |n| match n {
            0 => format!("(type $t0 ({sort} u8))"),
            n => format!("(type $t{n} ({sort} $t{}))", n - 1),
        });
        let text = passing(&types, "$t96", param);
        check_loads("deep.wat", &text);
        let ended = run("deep.wat", &text, &["g()", &format!("f({literal})"), ".type f", "f($1)"], 1);
        assert!(ended.stdout().starts_with(zero), "{}", ended.shown());
    }
}

#[test]
fn huge_code_compiles_or_is_refused() {
    let body = |code: &str| {
        format!(
            "(component (core module $m (func (export \"f\") (result i32) {code} (i32.const 7)))
            (core instance $i (instantiate $m)) (func (export \"f\") (result u32) (canon lift (core func $i \"f\"))))"
        )
    };
    for code in [
        format!("(local {})", "i64 ".repeat(49_000)),
        format!("(block (br_table {} (i32.const 3)))", "0 ".repeat(60_000)),
        format!("{} {}", "(block ".repeat(20_000), ")".repeat(20_000)),
        "(drop (i32.add (i32.const 1) (i32.const 2)))".repeat(20_000),
    ] {
        let ended = run("huge.wat", body(&code), &["f()"], 0);
        assert_eq!(ended.stdout(), "7\n3\n");
    }
}

#[test]
fn many_memories_stay_within_the_bound() {
    let grow = listed(100, |n| format!("(drop (memory.grow {n} (i32.const 65535)))"));
    let text = format!(
        "(component (core module $m {} (func (export \"f\") (result i32) {grow} (i32.const 7)))
        (core instance $i (instantiate $m)) (func (export \"f\") (result u32) (canon lift (core func $i \"f\"))))",
        "(memory 1 65536)".repeat(100)
    );
    check_loads("memories.wat", &text);
    assert_eq!(run("memories.wat", &text, &["f()"], 0).stdout(), "7\n3\n");
}
