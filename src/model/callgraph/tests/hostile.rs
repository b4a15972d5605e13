//! Files that no tool writes: too much, too deep, broken inside. No panic, no hang, and never a wrong "unreachable".

use std::fmt::Write as _;
use std::path::Path;

use super::{Verdict, load, with_module};
use crate::model::{Component, FeatureSet};

/// The error of a component whose calls cannot be followed.
#[track_caller]
fn check_refused(text: &str, expected: &str) {
    let component = load(text);
    let error = component.call_graph().expect_err("a graph");
    assert!(error.message.contains(expected), "`{error}` does not say `{expected}`");
    assert!(error.help.iter().any(|help| help.contains("every import may be needed")), "{:?}", error.help);
}

#[test]
fn components_that_double_are_refused() {
    let mut text =
        r#"(component (import "log" (func)) (component $c0 (core module (func)) (core instance (instantiate 0)))"#
            .to_owned();
    for n in 1..40 {
        let before = n - 1;
        let _ = write!(
            text,
            "(component $c{n} (alias outer 1 $c{before} (component $b)) (instance (instantiate $b)) (instance (instantiate $b)))"
        );
    }
    text += "(instance (instantiate $c39)))";
    check_refused(&text, "its components instantiate too much of each other");
}

#[test]
fn components_in_a_long_chain_are_refused() {
    let mut text = r#"(component (component $c0)"#.to_owned();
    for n in 1..900 {
        let before = n - 1;
        let _ = write!(text, "(component $c{n} (alias outer 1 $c{before} (component $b)) (instance (instantiate $b)))");
    }
    text += "(instance (instantiate $c899)))";
    check_refused(&text, "its components instantiate each other too deeply");
}

#[test]
fn instances_that_double_are_walked_once_a_name() {
    let mut text = r#"(component (import "c" (component $c (import "x" (instance)))) (import "log" (func $log))
        (instance $i0 (export "f" (func $log)))"#
        .to_owned();
    for n in 1..17 {
        let before = n - 1;
        let _ =
            write!(text, "(instance $i{n} (export \"a\" (instance $i{before})) (export \"b\" (instance $i{before})))");
    }
    text += r#"(instance (instantiate $c (with "x" (instance $i16)))))"#;
    // Of more levels the validator refuses the type.
    let component = load(&text);
    let finding = component.call_graph().expect("a graph").finding("log");
    assert_eq!(finding.verdict, Verdict::OnlyAside { indirectly_too: false });
}

#[test]
fn files_without_a_component_say_so() {
    let package = r#"(component (type (component (type (instance)) (export "a:b/i" (instance (type 0))))) (export "i" (type 0)))"#;
    let error = load(package).call_graph().map(|_| ()).expect_err("a WIT package");
    assert_eq!(error.message, "a WIT package holds no code, so nothing in it is called");
    let module = load(r#"(module (import "env" "memory" (memory 1)))"#);
    assert!(module.call_graph().is_err());
}

/// A body that cannot be read may call anything, so nothing of its module is unreachable.
#[test]
fn unreadable_code_may_call_anything() {
    let text = with_module(r#"(func (export "run") i32.const 305419896 drop) (func $calls call $log)"#);
    let mut bytes = wat::parse_str(&text).expect("text");
    let constant = [0x41, 0xf8, 0xac, 0xd1, 0x91, 0x01];
    let at = bytes.windows(6).position(|window| window == constant).expect("the constant");
    // An instruction that there is not.
    bytes[at] = 0xff;
    let component = Component::from_bytes(&bytes, Path::new("x.wasm"), 1, FeatureSet::all()).expect("it loads");
    let calls = component.call_graph().expect("a graph");
    assert_eq!(calls.finding("log").verdict, Verdict::OnlyIndirectly);
    assert_eq!(calls.doubts(), ["1 function body cannot be read, and may call anything"]);
}

/// A component with something of everything that the analysis reads.
const SEED: &str = r#"(component
    (import "a:b/c" (instance $c (export "r" (type (sub resource))) (export "f" (func (result string)))))
    (alias export $c "r" (type $r))
    (core module $libc (memory (export "memory") 1)
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 0))
    (core instance $libc (instantiate $libc))
    (alias core export $libc "memory" (core memory $memory))
    (core func $f (canon lower (func $c "f") (memory $memory) (realloc (func $libc "realloc"))))
    (core func $drop (canon resource.drop $r))
    (core module $m
        (type $t (func (param i32)))
        (import "" "f" (func $f (param i32))) (import "" "drop" (func $drop (param i32)))
        (table 4 funcref) (global $g (ref $t) (ref.func $drop)) (elem (i32.const 1) func $f) (elem $p func $drop)
        (func $run (export "run") i32.const 0 i32.const 1 call_indirect (type $t) call $more)
        (func $more (call_ref $t (i32.const 0) (global.get $g)) (table.init $p (i32.const 2) (i32.const 0) (i32.const 1)))
        (func $start) (start $start))
    (core instance $i (instantiate $m (with "" (instance (export "f" (func $f)) (export "drop" (func $drop))))))
    (func $run (canon lift (core func $i "run")))
    (component $n (import "g" (func $g)) (export "h" (func $g)))
    (instance $n (instantiate $n (with "g" (func $run))))
    (export "run" (func $n "h")))"#;

/// Asks everything about a file that may be broken.
fn look(bytes: &[u8]) {
    let Ok(component) = Component::from_bytes(bytes, Path::new("x.wasm"), 1, FeatureSet::all()) else { return };
    let Ok(calls) = component.call_graph() else { return };
    calls.doubts();
    for import in ["a:b/c#f", "a:b/c#[resource-drop]r"] {
        let finding = calls.finding(import);
        let (paths, _) = calls.paths(&component, import);
        assert_eq!(paths.is_empty(), finding.verdict == Verdict::Unreachable);
        assert_eq!(calls.path(&component, import).is_empty(), paths.is_empty());
        calls.through(&component, import);
    }
    for place in 0..component.exported_functions.len() {
        calls.from_export(&component, place);
    }
}

#[test]
fn truncations_and_flipped_bits_are_survived() {
    let seed = wat::parse_str(SEED).expect("text");
    let component = load(SEED);
    let verdict = |import: &str| component.call_graph().expect("a graph").finding(import).verdict;
    assert_eq!(verdict("a:b/c#f"), Verdict::OnlyIndirectly);
    assert_eq!(verdict("a:b/c#[resource-drop]r"), Verdict::OnlyIndirectly);
    for length in 0..seed.len() {
        look(&seed[..length]);
    }
    for bit in 0..seed.len() * 8 {
        let mut broken = seed.clone();
        broken[bit / 8] ^= 1 << (bit % 8);
        look(&broken);
    }
}
