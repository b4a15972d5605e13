//! Components in components, what passes through, and what is not in the file.

use super::{ASIDE, INDIRECT, REACHABLE, UNREACHABLE, check, load, way};
use crate::model::callgraph::{Cause, drop_name};

/// A component that imports `in`, and exports `out`, which calls it, and `quiet`, which does not.
const CALLER: &str = r#"(component $caller
    (import "in" (func $in))
    (core func $lowered (canon lower (func $in)))
    (core module $m (import "" "in" (func $in)) (func $calls (export "out") call $in) (func (export "quiet")))
    (core instance $i (instantiate $m (with "" (instance (export "in" (func $lowered))))))
    (func (export "out") (canon lift (core func $i "out")))
    (func (export "quiet") (canon lift (core func $i "quiet"))))"#;

#[test]
fn through_nested_components() {
    let once = |export: &str| {
        format!(
            r#"(component (import "log" (func $log)) {CALLER}
                (instance $c (instantiate $caller (with "in" (func $log))))
                (export "run" (func $c "{export}")))"#
        )
    };
    check(&once("out"), "log", REACHABLE);
    check(&once("quiet"), "log", UNREACHABLE);
    assert_eq!(way(&load(&once("out")), "log"), ["from export run", "calls calls", "calls log"]);
    let twice = format!(
        r#"(component (import "log" (func $log)) (import "other" (func $other)) {CALLER}
            (instance $a (instantiate $caller (with "in" (func $log))))
            (instance $b (instantiate $caller (with "in" (func $a "out"))))
            (instance $c (instantiate $caller (with "in" (func $other))))
            (export "run" (func $b "out")) (export "no" (func $c "quiet")))"#
    );
    check(&twice, "log", REACHABLE);
    check(&twice, "other", UNREACHABLE);
    let component = load(&twice);
    let path = component.call_graph().expect("a graph").path(&component, "log");
    let places: Vec<_> = path.iter().map(|step| (step.component.as_deref(), step.module.as_deref())).collect();
    assert_eq!(places, [(None, None), (Some("caller"), Some("m")), (Some("caller"), Some("m")), (None, None)]);
    let reached = component.call_graph().expect("a graph").finding("log").reached.expect("few");
    assert_eq!(reached.exports, [0]);
}

#[test]
fn a_component_is_defined_where_it_stands_and_not_where_it_is_used() {
    // `inner` takes `caller` from around it, is passed on, and instantiated elsewhere.
    let text = format!(
        r#"(component (import "log" (func $log)) {CALLER}
            (component $maker
                (component $inner
                    (import "f" (func $f))
                    (alias outer 2 $caller (component $c))
                    (instance $i (instantiate $c (with "in" (func $f))))
                    (export "out" (func $i "out")))
                (export "made" (component $inner)))
            (instance $m (instantiate $maker))
            (alias export $m "made" (component $made))
            (component $user
                (import "given" (component $given (import "f" (func)) (export "out" (func))))
                (import "g" (func $g))
                (instance $i (instantiate $given (with "f" (func $g))))
                (export "out" (func $i "out")))
            (instance $u (instantiate $user (with "given" (component $made)) (with "g" (func $log))))
            (export "run" (func $u "out")))"#
    );
    check(&text, "log", REACHABLE);
}

#[test]
fn what_is_passed_through_is_reachable() {
    check(r#"(component (import "log" (func $log)) (export "run" (func $log)))"#, "log", REACHABLE);
    let instance = r#"(component
        (import "a:b/c" (instance $c (export "f" (func)) (export "r" (type (sub resource)))))
        (export "d:e/f" (instance $c)))"#;
    check(instance, "a:b/c#f", REACHABLE);
    assert_eq!(way(&load(instance), "a:b/c#f"), ["from export d:e/f#f", "calls a:b/c#f"]);
    let nested = r#"(component
        (import "a:b/c" (instance $c (export "f" (func)) (export "g" (func))))
        (component $n (import "i" (instance $i (export "f" (func)))) (export "h" (func $i "f")))
        (instance $n (instantiate $n (with "i" (instance $c))))
        (export "out" (instance $n)))"#;
    check(nested, "a:b/c#f", REACHABLE);
    check(nested, "a:b/c#g", UNREACHABLE);
    let rebuilt = r#"(component
        (import "a:b/c" (instance $c (export "f" (func)) (export "g" (func))))
        (instance $new (export "x" (func $c "f")))
        (export "out" (instance $new)))"#;
    check(rebuilt, "a:b/c#f", REACHABLE);
    check(rebuilt, "a:b/c#g", UNREACHABLE);
    let inner = r#"(component
        (import "o" (instance $o (export "i" (instance (export "f" (func))))))
        (alias export $o "i" (instance $i))
        (export "run" (func $i "f")))"#;
    check(inner, "o#i#f", REACHABLE);
}

#[test]
fn an_imported_module_may_call_what_it_is_given() {
    let text = |given: &str| {
        format!(
            r#"(component
                (import "m" (core module $m (import "" "f" (func)) (export "run" (func))))
                (import "log" (func $log)) (import "other" (func $other))
                (core func $log (canon lower (func $log))) (core func $other (canon lower (func $other)))
                (core instance $i (instantiate $m (with "" (instance (export "f" (func {given}))))))
                (func (export "run") (canon lift (core func $i "run"))))"#
        )
    };
    check(&text("$log"), "log", INDIRECT);
    check(&text("$log"), "other", UNREACHABLE);
    check(&text("$log"), "m", REACHABLE);
    let doubts = load(&text("$log")).call_graph().expect("a graph").doubts();
    assert_eq!(doubts, ["it imports components or core modules, which may call whatever they are given"]);
}

#[test]
fn an_imported_module_may_fill_a_table() {
    let text = r#"(component
        (import "m" (core module $m (export "t" (table 1 funcref)) (export "run" (func))))
        (import "log" (func $log))
        (core func $lowered (canon lower (func $log)))
        (core instance $m (instantiate $m))
        (alias core export $m "t" (core table $t))
        (core module $n
            (import "" "log" (func $log)) (import "" "t" (table 1 funcref))
            (func $calls call $log)
            (elem (i32.const 0) func $calls)
            (func (export "run") (call_indirect (i32.const 0))))
        (core instance $i (instantiate $n (with "" (instance (export "log" (func $lowered)) (export "t" (table $t))))))
        (func (export "run") (canon lift (core func $i "run"))))"#;
    check(text, "log", INDIRECT);
    check(text, "m", REACHABLE);
    // Whoever has the table may call what is in it, even if the one who filled it does not.
    let quiet = text.replace("(call_indirect (i32.const 0))", "");
    check(&quiet, "log", super::Verdict::OnlyAside { indirectly_too: false });
}

#[test]
fn an_imported_component_may_call_what_it_is_given() {
    let text = |given: &str| {
        format!(
            r#"(component
                (import "c" (component $c (import "in" (instance (export "f" (func)))) (export "out" (func))))
                (import "a:b/c" (instance $abc (export "f" (func))))
                (import "log" (func $log))
                (instance $own (export "f" (func $log)))
                (instance $i (instantiate $c (with "in" (instance {given}))))
                (export "run" (func $i "out")))"#
        )
    };
    check(&text("$abc"), "a:b/c#f", INDIRECT);
    check(&text("$abc"), "log", UNREACHABLE);
    check(&text("$own"), "log", INDIRECT);
    check(&text("$own"), "c", REACHABLE);
}

#[test]
fn an_exported_component_may_hold_an_imported_one() {
    let text = r#"(component
        (import "c" (component $c (export "out" (func))))
        (component $n (alias outer 1 $c (component $inner)) (instance $i (instantiate $inner)) (export "o" (func $i "out")))
        (export "n" (component $n)))"#;
    check(text, "c", REACHABLE);
    let reached = load(text).call_graph().expect("a graph").finding("c").reached.expect("few");
    assert_eq!(reached.others, [Cause::Whole]);
}

#[test]
fn dropping_a_handle_is_a_use() {
    let text = |body: &str| {
        format!(
            r#"(component
                (import "a:b/c" (instance $c (export "r" (type (sub resource)))))
                (alias export $c "r" (type $r))
                (import "d:e/f" (instance $f (alias outer 1 $r (type)) (export "again" (type (eq 0)))))
                (alias export $f "again" (type $again))
                (core func $drop (canon resource.drop $again))
                (core module $m (import "" "drop" (func $drop (param i32))) (func (export "run") {body}))
                (core instance $i (instantiate $m (with "" (instance (export "drop" (func $drop))))))
                (func (export "run") (canon lift (core func $i "run"))))"#
        )
    };
    // Whatever name it has been used under, it is the resource of the interface that defines it.
    let dropped = drop_name("a:b/c#r");
    assert_eq!(dropped, "a:b/c#[resource-drop]r");
    check(&text("i32.const 0 call $drop"), &dropped, REACHABLE);
    check(&text(""), &dropped, UNREACHABLE);
    assert_eq!(way(&load(&text("i32.const 0 call $drop")), &dropped)[2], format!("calls {dropped}"));
}

/// A component with a resource whose destructor calls `log`, and an export `run` with this body.
fn with_destructor(body: &str) -> String {
    format!(
        r#"(component
            (import "log" (func $log))
            (core func $lowered (canon lower (func $log)))
            (core module $d (import "" "log" (func $log)) (func (export "dtor") (param i32) call $log))
            (core instance $d (instantiate $d (with "" (instance (export "log" (func $lowered))))))
            (type $r (resource (rep i32) (dtor (func $d "dtor"))))
            (export $e "thing" (type $r))
            (core func $drop (canon resource.drop $r))
            (core module $m (import "" "drop" (func $drop (param i32))) (func (export "run") {body}))
            (core instance $i (instantiate $m (with "" (instance (export "drop" (func $drop))))))
            (func (export "run") (canon lift (core func $i "run"))))"#
    )
}

#[test]
fn destructors_run_for_whoever_drops_the_handle() {
    let dropping = load(&with_destructor("i32.const 0 call $drop"));
    assert_eq!(way(&dropping, "log")[..], ["from destructor of thing", "calls dtor", "calls log"]);
    let reached = dropping.call_graph().expect("a graph").finding("log").reached.expect("few");
    assert_eq!((reached.exports, reached.others), (vec![0], vec![Cause::Destructor("thing".to_owned())]));
    let quiet = load(&with_destructor(""));
    let finding = quiet.call_graph().expect("a graph").finding("log");
    assert_eq!(finding.verdict, REACHABLE);
    assert_eq!(finding.reached.map(|reached| reached.exports), Some(vec![]));
}

#[test]
fn a_destructor_runs_across_components() {
    let text = r#"(component
        (import "log" (func $log))
        (component $owner
            (import "log" (func $log))
            (core func $lowered (canon lower (func $log)))
            (core module $d (import "" "log" (func $log)) (func (export "dtor") (param i32) call $log))
            (core instance $d (instantiate $d (with "" (instance (export "log" (func $lowered))))))
            (type $r (resource (rep i32) (dtor (func $d "dtor"))))
            (export "r" (type $r)))
        (instance $owner (instantiate $owner (with "log" (func $log))))
        (component $user
            (import "i" (instance $i (export "r" (type (sub resource)))))
            (alias export $i "r" (type $r))
            (core func $drop (canon resource.drop $r))
            (core module $m (import "" "drop" (func $drop (param i32))) (func $user (export "run") i32.const 0 call $drop))
            (core instance $m (instantiate $m (with "" (instance (export "drop" (func $drop))))))
            (func (export "run") (canon lift (core func $m "run"))))
        (instance $user (instantiate $user (with "i" (instance $owner))))
        (export "run" (func $user "run")))"#;
    let component = load(text);
    let paths = component.call_graph().expect("a graph").paths(&component, "log").0;
    let named: Vec<Vec<String>> =
        paths.iter().map(|path| path.iter().map(|step| step.name.clone()).collect()).collect();
    let from_export = ["export run", "user", "resource.drop", "dtor", "log"].map(str::to_owned).to_vec();
    assert_eq!(named, [["destructor of r", "dtor", "log"].map(str::to_owned).to_vec(), from_export]);
}

#[test]
fn what_runs_at_instantiation_is_told_apart() {
    let text = r#"(component
        (import "m" (core module $m (import "" "f" (func))))
        (import "log" (func $log))
        (core func $lowered (canon lower (func $log)))
        (core instance (instantiate $m (with "" (instance (export "f" (func $lowered)))))))"#;
    check(text, "log", ASIDE);
    check(text, "m", REACHABLE);
}
