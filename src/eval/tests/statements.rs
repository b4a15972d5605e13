//! Statements: names, variables, members, handles.

use super::shows;
use super::world::Shell;

#[test]
fn functions_are_found_by_every_spelling() {
    shows(&[
        ("add(1, 2)", "3"),
        ("kit::add(1, 2)", "3"),
        ("other::add(1, 2)", "3"),
        ("alone()", "9"),
        ("z#alone()", "9"),
        ("x:y/z@1.0.0#alone()", "9"),
        ("x:y/z#alone()", "9"),
        ("outer#inner#deep()", "9"),
        ("deep()", "9"),
        ("test:kit/a#twice()", "9"),
        ("shapes#echo-u8(1)", "1"),
        ("test:kit/shapes@1.0.0#echo-u8(1)", "1"),
        ("test:kit/shapes.echo-u8@1.0.0(1)", "1"),
        ("$c = counter(5)", ""),
        ("[method]counter.get($c)", "1"),
        ("store#[constructor]counter(1)", "<own counter#2>"),
        ("counter.open(1)", "<own counter#3>"),
        ("[static]counter.open(1)", "<own counter#4>"),
    ]);
}

#[test]
fn a_name_alone_shows_signatures_and_calls_nothing() {
    shows(&[
        ("add", "add: func(a: s32, b: s32) -> s32"),
        ("alone", "other::x:y/z@1.0.0#alone: func() -> u8"),
        ("counter", "test:kit/store@1.0.0#counter: constructor(n: u32)"),
        ("counter.open", "test:kit/store@1.0.0#counter.open: static func(n: u32) -> counter"),
        ("twice", "test:kit/a#twice: func() -> u8\ntest:kit/b#twice: func() -> u8"),
        ("host::print", "host::print: func(msg: string)"),
        ("none", "none: func() -> u8"),
        ("true", "true"),
    ]);
}

#[test]
fn values_are_kept() {
    shows(&[
        ("add(1, 2)", "3"),
        ("$_", "3"),
        ("add($_, $1)", "6"),
        ("$x = add($3, 1)", ""),
        ("$_", "7"),
        ("nothing()", ""),
        ("add($x, $_)", "14"),
        ("\"text\"", "\"text\""),
        ("5 : u64", "5"),
        ("$p = {x: 1, y: add(1, 1)} : kit::shapes#point", ""),
        ("$p.y", "2"),
        ("[$p, {x: 3, y: 4}] : list<point>", "[{x: 1, y: 2}, {x: 3, y: 4}]"),
        ("$_[1].x", "3"),
        ("echo-u8(none())", "9"),
    ]);
}

#[test]
fn trailing_options_may_be_left_out() {
    shows(&[
        (r#"greet("Ann")"#, r#""Ann""#),
        (r#"greet("Ann", "Dr")"#, r#""Dr Ann""#),
        (r#"greet("Ann", some("Dr"))"#, r#""Dr Ann""#),
        (r#"$t = "Dr""#, ""),
        (r#"greet("Ann", $t)"#, r#""Dr Ann""#),
        (r#"greet("Ann", greet("Dr"))"#, r#""Dr Ann""#),
    ]);
}

#[test]
fn members_and_payloads() {
    shows(&[
        ("pair()[1]", "\"one\""),
        ("pair()[0]", "1"),
        ("divide(7, 2)?", "3"),
        ("add(divide(7, 2)?, 1)", "4"),
        ("check(true)?", ""),
        ("find(\"x\")?", "7"),
        (r#"$m = {"a": 1, "b": 2} : map<string, u8>"#, ""),
        (r#"$m["b"]"#, "2"),
        ("$b = b\"xyz\"", ""),
        ("$b[2]", "122"),
        ("$b[echo-u8(0)]", "120"),
    ]);
}

#[test]
fn members_that_are_not_there_fail_when_it_shows() {
    let mut shell = Shell::new();
    for line in ["$b = b\"xyz\"", r#"$m = {"a": 1} : map<string, u8>"#, "$o = none : option<u8>"] {
        shell.line(line).unwrap();
    }
    for (line, expected) in [
        ("divide(1, 0)?", r#"`divide(1, 0)` returned err("cannot divide 1 by 0")"#),
        ("find(\"y\")?", "`find(\"y\")` returned none"),
        ("check(false)?", r#"`check(false)` returned err("no")"#),
        ("$o?", "`$o` is none"),
        ("$b[3]", "index 3 is out of range: the length is 3"),
        ("$b[add(0, -1)]", "index -1 is out of range: indices begin at 0"),
        (r#"$m["z"]"#, "the map has no key \"z\""),
    ] {
        let error = shell.line(line).unwrap_err();
        assert_eq!(error.message, expected, "{line}");
        assert!(error.span.is_some(), "{line}");
    }
}

#[test]
fn handles_are_lent_moved_and_called_on() {
    shows(&[
        ("$c = counter(1)", ""),
        ("$c", "<own counter#1>"),
        ("$c.get()", "1"),
        ("$d = $c.inc(2)", ""),
        ("sum($c, $d)", "1"),
        ("sum($c, $c)", "1"),
        ("counter(1).inc(2).get()", "4"),
        ("$l = counters()", ""),
        ("$l[1].get()", "6"),
        ("into-value($l[0])", "5"),
        ("$l[1].get()", "6"),
        ("$h = host::connection()", ""),
        ("$h.get(\"k\")", "some(\"v\")"),
        ("replace($h)", "true"),
        ("$a = [$c, $d] : list<counter>", ""),
        ("swallow($a)", "0"),
    ]);
}

#[test]
fn calls_are_made_from_left_to_right_and_named_by_their_text() {
    let mut shell = Shell::new();
    shell.line("add(add(1, 2), divide(9, 3)?)").unwrap();
    shell.line("$h = host::connection()").unwrap();
    assert_eq!(
        shell.fake.calls,
        [
            "add(1, 2) [S32(1), S32(2)]",
            "divide(9, 3) [S32(9), S32(3)]",
            "add(add(1, 2), divide(9, 3)?) [S32(3), S32(3)]",
            "host host::connection() []",
        ]
    );
}
