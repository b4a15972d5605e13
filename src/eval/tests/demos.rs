//! Lines run on the demo components with the real engine.

use std::path::Path;
use std::sync::Arc;

use super::line_of;
use crate::engine::{Engine, Options};
use crate::error::Kind;
use crate::frontend::{Interrupt, Silent};
use crate::model::{Component, FeatureSet};
use crate::session::{Components, Variables};

/// A line, and what it shows or how it fails.
type Line<'a> = (&'a str, Result<&'a str, (Kind, &'a str)>);

/// Runs lines on these demos, the last one current; each must show what stands beside it, or fail where that is an `Err`.
fn check(demos: &[&str], lines: &[Line<'_>]) {
    let options = Options { cache: None, frontend: Arc::new(Silent), interrupt: Interrupt::default() };
    let mut engine = Engine::new(options).unwrap();
    let (mut components, mut variables) = (Components::default(), Variables::default());
    for name in demos {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("demos/{name}/{name}.wasm"));
        let component = Component::read(&path, components.fresh_id(), FeatureSet::default()).unwrap();
        let component = Arc::new(component);
        let name = components.add(name, component.clone());
        engine.add(component, &name);
    }
    for (line, expected) in lines {
        match (line_of(&components, &mut variables, &mut engine, line), expected) {
            (Ok(shown), Ok(expected)) => assert_eq!(shown, *expected, "{line}"),
            (Err(error), Err((kind, part))) => {
                assert_eq!(error.kind, *kind, "{line}: {error}");
                assert!(error.message.contains(part), "{line}: {error}");
            }
            (Ok(shown), Err(_)) => panic!("{line} did not fail but showed {shown}"),
            (Err(error), Ok(_)) => panic!("{line}: {error} {:?}", error.help),
        }
    }
}

#[test]
fn the_kitchen_sink_answers() {
    check(
        &["adder", "kitchen-sink"],
        &[
            ("add(1, 2)", Ok("3")),
            ("echo-u64(18446744073709551615)", Ok("18446744073709551615")),
            (r#"echo-bytes(b"\x00ab")"#, Ok("[0, 97, 98]")),
            ("echo-triple([1, 2, 3])", Ok("[1, 2, 3]")),
            (r#"echo-map({"b": 2, "a": 1})"#, Ok(r#"{"a": 1, "b": 2}"#)),
            (r#"echo-tuple((1, "x", true))"#, Ok(r#"(1, "x", true)"#)),
            ("echo-shape(polygon([{x: 1, y: 2}]))", Ok("polygon([{x: 1, y: 2}])")),
            ("echo-permissions({sticky-bit, read})", Ok("{read, sticky-bit}")),
            ("echo-colour(dark-slate-grey)", Ok("dark-slate-grey")),
            (r#"echo-deep(some([("a", circle(1.5))]))"#, Err((Kind::Type, "expected result"))),
            (r#"echo-deep(ok(some([("a", circle(1.5))])))"#, Ok(r#"ok(some([("a", circle(1.5))]))"#)),
            ("divide(1, 0)", Ok(r#"err("cannot divide 1 by 0")"#)),
            ("divide(1, 0)?", Err((Kind::Type, r#"`divide(1, 0)` returned err("cannot divide 1 by 0")"#))),
            ("nothing()", Ok("")),
            ("$p = {x: 3, y: 4} : point", Ok("")),
            ("counter.from-point($p).value()", Ok("7")),
            ("version()", Ok("\"0.1.0\"")),
        ],
    );
}

#[test]
fn guest_handles_live_move_and_end() {
    check(
        &["kitchen-sink"],
        &[
            ("$c = counter(5)", Ok("")),
            ("$c.increment(2)", Ok("7")),
            ("$c.set-label(\"mine\")", Ok("")),
            ("$c.label()?", Ok("\"mine\"")),
            ("$l = make-many(2)", Ok("")),
            ("sum($c, $l[1])", Ok("8")),
            ("sum($c, $c)", Ok("14")),
            ("into-value($c)", Ok("7")),
            ("$c.value()", Err((Kind::Handle, "moved"))),
            ("cursor-over(counter(1))?.next()?", Ok("0")),
            ("merge($l)?.value()", Ok("1")),
            ("$l[0].value()", Err((Kind::Handle, "moved"))),
        ],
    );
}

#[test]
fn host_handles_are_made_called_and_lent() {
    check(
        &["kv-store"],
        &[
            ("$c = host::connection()", Ok("")),
            (r#"$c.set("k", "v")"#, Ok("")),
            (r#"$c.get("k")?"#, Ok("\"v\"")),
            (r#"replace-value("k", "w")"#, Ok("some(\"v\")")),
            (r#"$c.get("k")?"#, Ok("\"w\"")),
            (r#"host::log("x")"#, Ok("")),
        ],
    );
}
