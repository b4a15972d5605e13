//! Forwarders of components of all sorts are valid, and have an export for each function.

use std::path::Path;

use wasmparser::{Validator, WasmFeatures};

use super::*;
use crate::model::{Component, FeatureSet};

fn forwarder_of(component: &Component) -> Forwarder {
    let forwarder = forwarder(&component.imports, |_| true);
    let valid = Validator::new_with_features(WasmFeatures::all()).validate_all(&forwarder.bytes);
    if let Err(error) = valid {
        panic!("{}: {error}\n{:?}", component.path.display(), forwarder.functions);
    }
    forwarder
}

fn of_text(text: &str) -> Forwarder {
    let component = Component::from_bytes(text.as_bytes(), Path::new("test.wat"), 1, FeatureSet::all());
    forwarder_of(&component.expect("valid text"))
}

#[test]
fn everything_that_the_demos_import_from_interfaces_is_passed_on() {
    let demos = Path::new(env!("CARGO_MANIFEST_DIR")).join("demos");
    let mut found = 0;
    let folders = std::fs::read_dir(&demos).expect("the demos").flatten().map(|entry| entry.path());
    for folder in folders.filter(|path| path.is_dir()) {
        let files = std::fs::read_dir(&folder).expect("a demo").flatten().map(|entry| entry.path());
        for file in files.filter(|path| path.extension().is_some_and(|end| end == "wasm")) {
            let Ok(component) = Component::read(&file, 1, FeatureSet::all()) else { continue };
            let forwarder = forwarder_of(&component);
            let in_interfaces = component.imported_functions.iter().filter(|function| function.path.len() == 1);
            for function in in_interfaces {
                assert!(forwarder.functions.contains_key(&function.full_name()), "{}", function.full_name());
                found += 1;
            }
        }
    }
    assert!(found > 0, "no demo imports anything");
}

/// One instance with a resource, and one that uses it.
fn with_items(items: &str) -> Forwarder {
    of_text(&format!(
        r#"(component
            (import "a:b/res" (instance $a (export "r" (type (sub resource)))))
            (alias export $a "r" (type $r))
            (import "a:b/c" (instance
                (alias outer 1 $r (type $r)) (export "r" (type $s (eq $r))) {items})))"#
    ))
}

#[test]
fn every_sort_of_type_is_passed_on() {
    for signature in [
        "(param \"a\" u8) (param \"b\" f32) (param \"c\" f64) (result s64)",
        "(param \"a\" string) (result string)",
        "(param \"a\" (list (tuple string char))) (result (option (list u8)))",
        "(param \"a\" (result u64 (error f32))) (result bool)",
        "(param \"a\" (map string u32)) (param \"b\" (list u8 4)) (param \"c\" error-context)",
        "(param \"a\" (stream u8)) (param \"b\" (future (list string))) (result (future))",
        "(param \"a\" (own $s)) (param \"b\" (borrow $s)) (param \"c\" (list (borrow $s))) (result (own $s))",
    ] {
        for word in ["", "async"] {
            let forwarder = with_items(&format!("(export \"f\" (func {word} {signature}))"));
            assert!(forwarder.functions.contains_key("a:b/c#f"), "{word} {signature}");
        }
    }
}

#[test]
fn named_types_and_many_parameters_are_passed_on() {
    let fields: String = (0..20).map(|n| format!("(field \"x{n}\" u64)")).collect();
    let flags: String = (0..30).map(|n| format!("\"l{n}\" ")).collect();
    let forwarder = with_items(&format!(
        r#"(type (record {fields})) (export "rec" (type $rec (eq 2)))
            (type (flags {flags})) (export "fl" (type $fl (eq 4)))
            (type (variant (case "a" $rec) (case "b" (own $s)) (case "c"))) (export "v" (type $v (eq 7)))
            (export "f" (func (param "a" $rec) (param "b" $v) (result $v)))
            (export "g" (func (param "a" $fl) (result $rec)))"#
    ));
    assert_eq!(forwarder.functions.len(), 2, "{:?}", forwarder.functions);
    assert!(forwarder.drops.contains_key("a:b/res#r"));
}

#[test]
fn a_handle_that_is_borrowed_deep_inside_is_not_passed_on() {
    let forwarder = with_items(r#"(export "f" (func (param "a" (option (borrow $s))))) (export "g" (func))"#);
    assert_eq!(forwarder.functions.into_keys().collect::<Vec<_>>(), ["a:b/c#g"]);
}

#[test]
fn only_what_is_wanted_is_imported() {
    let text = r#"(component (import "a:b/c" (instance (export "f" (func)))) (import "a:b/d" (instance (export "g" (func)))))"#;
    let component = Component::from_bytes(text.as_bytes(), Path::new("test.wat"), 1, FeatureSet::all());
    let forwarder = forwarder(&component.expect("valid text").imports, |name| name == "a:b/d");
    assert_eq!(forwarder.functions.into_keys().collect::<Vec<_>>(), ["a:b/d#g"]);
}
