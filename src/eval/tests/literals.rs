//! Literals, typed by the parameter that takes them.

use super::world::Shell;
use super::{fails, shows};

#[test]
fn every_type_takes_its_literals() {
    shows(&[
        ("echo-u8(255)", "255"),
        ("echo-f32(0.1)", "0.1"),
        ("echo-f64(3)", "3"),
        ("echo-f64(nan)", "nan"),
        ("echo-f64(-inf)", "-inf"),
        ("echo-bool(true)", "true"),
        ("echo-char('x')", "'x'"),
        (r#"echo-string("a\nb")"#, r#""a\nb""#),
        ("echo-list([-1, 2])", "[-1, 2]"),
        ("echo-list([])", "[]"),
        ("bytes([1, 2])", "[1, 2]"),
        (r#"bytes(b"a\x00")"#, "[97, 0]"),
        ("echo-fixed([1, 2, 3])", "[1, 2, 3]"),
        (r#"echo-map({"b": 1, "a": 2})"#, r#"{"b": 1, "a": 2}"#),
        ("echo-map({})", "{}"),
        ("echo-bool-map({true: 1})", "{true: 1}"),
        (r#"echo-tuple((1, "a"))"#, r#"(1, "a")"#),
        ("echo-point({y: 2, x: 1})", "{x: 1, y: 2}"),
        (r#"echo-point({x: 1, y: 2, label: "p"})"#, r#"{x: 1, y: 2, label: some("p")}"#),
        ("echo-choice({b: 1})", "{b: some(1)}"),
        ("echo-perms({sticky-bit, read})", "{read, sticky-bit}"),
        ("echo-perms({})", "{}"),
        ("echo-color(green)", "green"),
        ("echo-shape(circle(2.5))", "circle(2.5)"),
        ("echo-shape(rect((1, 2)))", "rect((1, 2))"),
        ("echo-shape(empty)", "empty"),
    ]);
}

#[test]
fn a_record_of_options_alone_may_be_empty() {
    let mut shell = Shell::new();
    for line in ["echo-choice({})", "echo-choice({:})"] {
        shell.line(line).unwrap();
        assert!(shell.fake.calls.last().unwrap().ends_with("[Record([Option(None), Option(None)])]"), "{line}");
    }
}

#[test]
fn options_and_results_have_short_forms() {
    shows(&[
        ("echo-option(1)", "some(1)"),
        ("echo-option(some(1))", "some(1)"),
        ("echo-option(none)", "none"),
        ("echo-nested(some(none))", "some(none)"),
        ("echo-nested(some(1))", "some(some(1))"),
        ("echo-nested(none)", "none"),
        ("echo-option-shape(circle(1))", "some(circle(1))"),
        ("echo-option-shape(none)", "none"),
        ("echo-option-shape(some(%none))", "some(%none)"),
        ("echo-option-shape(%none)", "some(%none)"),
        ("echo-result(1)", "ok(1)"),
        ("echo-result(ok(1))", "ok(1)"),
        (r#"echo-result(err("e"))"#, r#"err("e")"#),
        ("echo-empty-result(ok)", "ok"),
        ("echo-empty-result(err)", "err"),
    ]);
    fails(
        &[],
        &[
            ("echo-nested(1)", "1", &["expected option<option<u8>>, found 1"]),
            ("echo-empty-result(1)", "1", &["expected result, found 1"]),
            ("echo-result(ok)", "ok", &["`ok` needs a payload"]),
            ("echo-empty-result(ok(1))", "ok(1)", &["`ok` takes no payload"]),
            ("echo-option(some(1, 2))", "some(1, 2)", &["`some` takes one payload, found 2"]),
        ],
    );
}

#[test]
fn cases_win_over_functions_where_their_type_is_expected() {
    shows(&[
        ("circle(2)", "circle(2)"),
        ("echo-shape(shapes#circle(3))", "circle(3)"),
        ("echo-color(red)", "red"),
        ("echo-color(red())", "blue"),
        ("circle(2) : shape", "circle(2)"),
        ("red : color", "red"),
        ("none()", "9"),
        ("none : option<u8>", "none"),
        ("$x = some(1) : option<u8>", ""),
        ("$x", "some(1)"),
    ]);
    let mut shell = Shell::new();
    shell.line("echo-shape(circle(3))").unwrap();
    assert_eq!(shell.fake.calls.len(), 1, "the case calls nothing");
    shell.line("echo-shape(shapes#circle(3))").unwrap();
    assert_eq!(shell.fake.calls.len(), 3, "the function is called");
}

#[test]
fn literals_that_do_not_fit_say_what_would() {
    fails(
        &[],
        &[
            ("echo-u8(256)", "256", &["expected u8, found 256 (u8 holds 0 to 255)", "for example 42"]),
            ("echo-u8(1.5)", "1.5", &["expected u8, found 1.5"]),
            ("echo-bool(1)", "1", &["expected bool, found 1", "for example true"]),
            (r#"echo-char("x")"#, r#""x""#, &["expected char, found a string", "write 'x'"]),
            ("echo-string('x')", "'x'", &["expected string, found a char", "write \"x\""]),
            ("echo-list([1, true])", "true", &["expected s16, found `true`"]),
            ("echo-fixed([1, 2])", "[1, 2]", &["expected list<u8, 3>, found a list of 2 elements"]),
            (r#"echo-map({"a": 1, "a": 2})"#, r#"{"a": 1, "a": 2}"#, &["the key \"a\" stands twice"]),
            ("echo-tuple((1))", "(1)", &["found a tuple of 1 element", "for example (42, \"text\")"]),
            ("echo-point({x: 1, z: 2})", "z", &["point has no field `z`"]),
            ("echo-point({x: 1, x: 2})", "x", &["the field `x` stands twice"]),
            ("echo-point({x: 1})", "{x: 1}", &["point is missing the field `y`", "for example {x: 42, y: 42}"]),
            ("echo-point({})", "{}", &["point is missing the fields `x`, `y`"]),
            ("echo-perms({raed})", "raed", &["perms has no flag `raed`", "did you mean `read`?"]),
            ("echo-perms({write, write})", "write", &["the flag `write` stands twice"]),
            ("echo-color(gren)", "gren", &["color has no case `gren`", "did you mean `green` or `red`?"]),
            (
                "echo-shape(circel(1))",
                "circel",
                &["shape has no case `circel`, and there is no such function", "did you mean `circle`?"],
            ),
            ("echo-shape(circle)", "circle", &["`circle` needs a payload of type f64"]),
            (
                "echo-shape(rect())",
                "rect",
                &["is a call, and there is no such function", "is written rect((1.5, 1.5))"],
            ),
            ("echo-shape(empty())", "empty", &["the case `empty` of shape is written empty"]),
            ("echo-shape(empty(1))", "empty(1)", &["`empty` takes no payload"]),
            ("echo-shape(rect(1, 2))", "rect(1, 2)", &["takes one payload, found 2"]),
            ("echo-u8(add)", "add", &["expected u8, found `add`", "to call the function `add`"]),
            ("into-value(3)", "3", &["expected counter, found 3", "a variable or a call"]),
        ],
    );
}

#[test]
fn streams_and_futures_take_plain_values_in_arguments() {
    shows(&[
        ("feed([1, 2, 3])", "3"),
        (r#"feed(b"abcd")"#, "4"),
        (r#"feed-strings(["a", "b"])"#, "2"),
        (r#"await("now")"#, r#""now""#),
        ("$l = [1, 2] : list<u8>", ""),
        ("feed($l)", "2"),
        ("$s = \"later\"", ""),
        ("await($s)", "\"later\""),
    ]);
    fails(
        &[],
        &[
            ("[1] : stream<u8>", "[1]", &["expected stream<u8>, found a list", "only in an argument"]),
            ("feed(1)", "1", &["expected stream<u8>, found 1"]),
        ],
    );
}

#[test]
fn files_are_read_before_anything_runs() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text");
    std::fs::write(&text, "hé").unwrap();
    let binary = folder.path().join("binary");
    std::fs::write(&binary, [0xff, 0]).unwrap();
    let (text, binary) = (text.display(), binary.display());
    shows(&[
        (&format!("echo-string(@\"{text}\")"), "\"hé\""),
        (&format!("bytes(@\"{binary}\")"), "[255, 0]"),
        (&format!("feed(@\"{binary}\")"), "2"),
        (&format!("@\"{text}\""), "[104, 195, 169]"),
    ]);
    let missing = format!("@\"{}\"", folder.path().join("missing").display());
    let place = format!("@\"{}\"", folder.path().display());
    fails(
        &[],
        &[
            (&format!("greet(greet(\"a\"), {missing})"), &missing, &["cannot read", "missing"]),
            (&format!("bytes({place})"), &place, &["it is a directory"]),
            (&format!("echo-string(@\"{binary}\")"), &format!("@\"{binary}\""), &["is not UTF-8 (at byte 0)"]),
        ],
    );
}
