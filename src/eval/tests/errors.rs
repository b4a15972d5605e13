//! What is refused before anything runs.

use super::fails;
use super::world::Shell;

#[test]
fn arguments_are_checked_against_their_parameters() {
    let add = "parameter `b` of add: func(a: s32, b: s32) -> s32";
    fails(
        &["$s = \"text\"", "$n = 1 : u8"],
        &[
            (r#"add(1, "x")"#, "\"x\"", &["expected s32, found a string", add, "for example 42"]),
            ("add(1, $s)", "$s", &["expected s32, found string", add]),
            (
                "add(1, $n)",
                "$n",
                &["expected s32, found u8", add, "numbers are not converted; write the value itself: 1"],
            ),
            ("add(add(1, 2), add(1, $s))", "$s", &[add]),
            (
                "add(1, divide(1, 2))",
                "divide(1, 2)",
                &["expected s32, found result<s32, string>", add, "`?` behind it takes its ok: `divide(…)?`"],
            ),
            ("add(1, nothing())", "nothing()", &["this call gives none", add]),
            (
                "add(1)",
                "add(1)",
                &["`add` takes 2 arguments, found 1", "add: func(a: s32, b: s32) -> s32", "add(42, 42)"],
            ),
            ("add(1, 2, 3, 4)", "3, 4", &["`add` takes 2 arguments, found 4"]),
            ("nothing(1)", "1", &["`nothing` takes no arguments, found 1"]),
            ("greet()", "greet()", &["`greet` takes 2 arguments, found 0", "greet(\"text\")"]),
        ],
    );
}

#[test]
fn values_from_elsewhere_are_translated() {
    fails(
        &["$o = some(1) : option<u32>"],
        &[
            ("greet(\"a\", null)", "null", &["expected option<string>, found `null`", "did you mean `none`?"]),
            ("greet(\"a\", Some(\"b\"))", "Some", &["no function `Some`", "did you mean `some(…)`?"]),
            ("Ok(1) : result<u8>", "Ok", &["no function `Ok`", "did you mean `ok(…)`?"]),
            ("counter($o)", "$o", &["expected u32, found option<u32>", "takes what is in it: `$o?`"]),
        ],
    );
}

#[test]
fn unknown_names_come_with_the_nearest() {
    fails(
        &["$count = 1 : u8"],
        &[
            ("ad(1, 2)", "ad", &["no function `ad`", "did you mean `add`?"]),
            ("wrong#add(1, 2)", "wrong#add", &["no function `wrong#add`", "`add`", "`other::add`"]),
            ("kitt::add(1, 2)", "kitt", &["no component is loaded as `kitt`", "did you mean `kit`?"]),
            ("print(\"x\")", "print", &["no function `print`", "`host::print`"]),
            ("shapes@2.0.0#red()", "shapes@2.0.0#red", &["`test:kit/shapes@1.0.0#red`"]),
            ("counter.get()", "counter.get", &["`get` is a method", "$handle.get(…)"]),
            ("get()", "get", &["`get` is a method", "$handle.get(…)"]),
            ("shapes.red()", "shapes.red", &["no function `shapes.red`", "`test:kit/shapes@1.0.0#red`"]),
            ("twice()", "twice", &["means 2 functions", "`test:kit/a#twice`: func() -> u8", "`test:kit/b#twice`"]),
            ("core-add(1, 2)", "core-add", &["of the core module `core`", "no component can be made of it: no"]),
            ("zzzzzz()", "zzzzzz", &["no function `zzzzzz`", ".exports"]),
            ("zzzzzz", "zzzzzz", &["no function `zzzzzz`"]),
            ("shapes", "shapes", &["no function `shapes`", "is an interface: `.type shapes` shows it"]),
            ("test:kit/store@1.0.0", "test:kit/store@1.0.0", &["is an interface"]),
            ("point", "point", &["`point` is a type: `.type point` shows it"]),
            ("$coutn", "$coutn", &["no variable `$coutn`", "did you mean `$count`?"]),
            ("add(count, 1)", "count", &["did you mean `$count`?"]),
            ("1 : u33", "u33", &["no type `u33`", "`u32`"]),
            ("1 : kit::pint", "kit::pint", &["no type `pint`", "did you mean `point`?"]),
            ("some(1)", "some", &["no function `some`", ": option<u8>"]),
        ],
    );
}

#[test]
fn types_are_needed_where_a_literal_has_none() {
    fails(
        &[],
        &[
            ("5", "5", &["a number has no type of its own", "`5 : s32`"]),
            ("1.5", "1.5", &["`1.5 : f64`"]),
            ("$x = [1]", "[1]", &["a list has no type of its own", "`[1, 2] : list<u32>`"]),
            ("$x = [counter(7)]", "[counter(7)]", &["a list has no type of its own", "`[…] : list<counter>`"]),
            ("{a: 1}", "{a: 1}", &["has no type of its own"]),
            ("$x = add", "add", &["`add` is a function, not a value", "add(…)"]),
            ("none : u8", "none", &["expected u8, found `none`"]),
        ],
    );
}

#[test]
fn what_cannot_be_assigned_is_refused_before_it_runs() {
    fails(
        &[],
        &[
            ("$_ = add(1, 2)", "$_", &["`$_` cannot be assigned"]),
            ("$3 = add(1, 2)", "$3", &["`$3` cannot be assigned"]),
            ("$x = nothing()", "nothing()", &["this call gives no value"]),
        ],
    );
}

#[test]
fn members_are_checked_by_type() {
    fails(
        &["$p = {x: 1, y: 2} : point", "$c = counter(1)", "$n = 1 : u8", "$t = (1, 2) : tuple<u8, u8>"],
        &[
            ("$p.z", "z", &["point has no field `z`", "its fields are x, y, label"]),
            ("$p.x()", "$p", &["has no methods", "`x` is a field"]),
            ("$c.get", "get", &["`get` is a method of counter", "`.get(…)`"]),
            ("counter(1).inc()", "counter(1).inc()", &["takes 1 argument, found 0", "for example $counter.inc(42)"]),
            ("$c.gett()", "gett", &["`counter` has no method `gett`", "did you mean `get` or `eat`?"]),
            ("$c.inc()", "$c.inc()", &["`counter.inc` takes 1 argument, found 0", "for example $c.inc(42)"]),
            ("$c.inc(true)", "true", &["parameter `by` of counter.inc: func(by: u32) -> counter"]),
            ("$n.x", "x", &["u8 has no fields"]),
            ("$n[0]", "0", &["u8 has no elements"]),
            ("$t[2]", "2", &["index 2 is out of range: it has 2 elements"]),
            ("$t[-1]", "-1", &["indices begin at 0"]),
            ("$t[$n]", "$n", &["each element of tuple<u8, u8> has its own type"]),
            ("$n?", "$n", &["`?` takes an option, a result or a task, found u8"]),
            ("find(\"x\").y", "y", &["`?` gives what is in it"]),
        ],
    );
}

#[test]
fn handles_are_checked_before_anything_runs() {
    fails(
        &["$c = counter(1)", "$d = counter(2)", "into-value($d)", "$h = host::connection()"],
        &[
            ("$d", "$d", &["was moved by `into-value($d)`"]),
            ("$d.get()", "$d", &["moved"]),
            ("sum(counter(1), $d)", "$d", &["moved", "parameter `b` of sum"]),
            ("both($c, $c)", "$c", &["cannot be moved and lent by one call"]),
            ("$c.eat($c)", "$c", &["cannot be moved and lent by one call"]),
            ("swallow([$c, $c])", "$c", &["cannot be moved twice by one call"]),
            ("$c.inc(into-value($c))", "$c", &["is moved by `into-value` before `inc` uses it"]),
            ("into-value($h)", "$h", &["expected a handle of counter, found a handle of connection"]),
            ("replace($c)", "$c", &["expected a handle of connection, found a handle of counter"]),
        ],
    );
}

#[test]
fn without_components_the_way_to_load_one_is_named() {
    let mut shell = Shell::new();
    shell.components = Default::default();
    let error = shell.line("add(1, 2)").unwrap_err();
    assert_eq!(error.message, "no function `add`");
    assert_eq!(error.help, ["no component is loaded: .load FILE"]);
}
