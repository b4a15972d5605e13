//! What compositions import and export, and what is refused. The validator has the last word on each.

use std::path::Path;

use super::*;
use crate::model::function::Function;
use crate::model::wiring::matches;
use crate::model::{Item, wit_text};

/// Components to compose, by name and text; or by the path of a demo's file.
fn parts(files: &[(&str, &str)]) -> Vec<Part> {
    let part = |(number, (name, text)): (usize, &(&str, &str))| {
        let bytes = match text.strip_suffix(".wasm") {
            Some(_) => std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("demos").join(text)).expect("a demo"),
            None => text.as_bytes().to_vec(),
        };
        let id = u32::try_from(number).expect("a few") + 1;
        let component = Component::from_bytes(&bytes, Path::new("x.wat"), id, FeatureSet::all());
        Part { number, name: (*name).to_owned(), component: Arc::new(component.expect("it loads")) }
    };
    files.iter().enumerate().map(part).collect()
}

/// All that matches is linked: each import to the first part that can answer it.
fn linked(parts: &[Part]) -> impl Fn(&Part, &Extern, Option<&Function>) -> Option<Export> {
    move |consumer, import, _| {
        parts.iter().filter(|part| part.number != consumer.number).find_map(|part| {
            let found = matches(&part.component, &consumer.component).pairs;
            let pair = found.into_iter().find(|pair| pair.import == import.name)?;
            Some(Export { part: part.number, name: pair.export })
        })
    }
}

/// The names of what the result of linking everything imports and exports: of the last part, or of these.
fn composed(files: &[(&str, &str)], exporting: &[usize]) -> Result<Composed> {
    let parts = parts(files);
    let answers = linked(&parts);
    compose(&parts, exporting, &answers)
}

/// What a component imports or exports, functions with their types.
fn listed(externs: &[Extern]) -> Vec<String> {
    let one = |item: &Extern| match &item.item {
        Item::Function(function) => format!("{}: {}", item.name, function.signature()),
        Item::Instance(items) => {
            let names: Vec<&str> = items.iter().map(|item| &*item.name).collect();
            format!("{} {{{}}}", item.name, names.join(" "))
        }
        _ => item.name.to_string(),
    };
    externs.iter().map(one).collect()
}

#[track_caller]
fn check(files: &[(&str, &str)], imports: &[&str], exports: &[&str]) {
    let composed = composed(files, &[files.len() - 1]).unwrap_or_else(|error| panic!("{error}: {:?}", error.causes));
    assert_eq!(listed(&composed.component.imports), imports, "imports");
    assert_eq!(listed(&composed.component.exports), exports, "exports");
}

#[track_caller]
fn check_refused(files: &[(&str, &str)], exporting: &[usize], message: &str) {
    let error = composed(files, exporting).expect_err("it is composed");
    assert_eq!(error.message, message, "{error:?}");
}

#[test]
fn what_nothing_inside_answers_stays_an_import() {
    check(
        &[("kv-provider", "kv-store/kv-provider.wasm"), ("kv-store", "kv-store/kv-store.wasm")],
        &["log: func(msg: string)"],
        &[
            "replace-value: func(key: string, value: string) -> option<string>",
            "remove-value: func(key: string) -> option<string>",
            "remove-all: func()",
        ],
    );
}

#[test]
fn types_that_all_parts_use_are_imported_once() {
    let files = [
        ("extractor", "docpipe/extractor.wasm"),
        ("embedder", "docpipe/embedder.wasm"),
        ("orchestrator", "docpipe/orchestrator.wasm"),
    ];
    let composed = composed(&files, &[2]).expect("it is composed");
    let imports: Vec<&str> = composed.component.imports.iter().map(|import| &*import.name).collect();
    assert_eq!(imports.iter().filter(|name| name.contains("docpipe/types")).count(), 1, "{imports:?}");
    assert!(imports.iter().all(|name| !name.contains("extractor") && !name.contains("embedder")), "{imports:?}");
    let wit = wit_text(&composed.component).expect("it can be said in WIT");
    assert!(wit.contains("import wasi-mindmap:docpipe/types;"), "{wit}");
}

/// Exports a resource, and what makes one.
const MAKER: &str = r#"(component
    (type $r' (resource (rep i32)))
    (core func $new (canon resource.new $r'))
    (core module $m (import "" "new" (func $new (param i32) (result i32)))
        (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
        (func (export "get") (param i32) (result i32) (local.get 0)))
    (core instance $m (instantiate $m (with "" (instance (export "new" (func $new))))))
    (func $make (param "n" u32) (result (own $r')) (canon lift (core func $m "make")))
    (func $get (param "self" (borrow $r')) (result u32) (canon lift (core func $m "get")))
    (component $shim
        (import "r" (type $r (sub resource)))
        (import "make" (func $make (param "n" u32) (result (own $r))))
        (import "get" (func $get (param "self" (borrow $r)) (result u32)))
        (export $r2 "r" (type $r))
        (export "[constructor]r" (func $make) (func (param "n" u32) (result (own $r2))))
        (export "[method]r.get" (func $get) (func (param "self" (borrow $r2)) (result u32))))
    (instance $i (instantiate $shim (with "r" (type $r')) (with "make" (func $make)) (with "get" (func $get))))
    (export "a:b/rs@1.0.0" (instance $i)))"#;

/// Imports that resource, and exports this.
fn user(exports: &str) -> String {
    format!(
        r#"(component
        (import "a:b/rs@1.1.0" (instance $rs
            (export "r" (type $r (sub resource)))
            (export "[constructor]r" (func (param "n" u32) (result (own $r))))
            (export "[method]r.get" (func (param "self" (borrow $r)) (result u32)))))
        (alias export $rs "r" (type $r))
        (alias export $rs "[constructor]r" (func $make))
        (alias export $rs "[method]r.get" (func $get))
        {exports})"#
    )
}

#[test]
fn resources_that_an_export_mentions_survive() {
    let exports = ["a:b/rs@1.0.0 {r [constructor]r [method]r.get}", "make: func(n: u32) -> r"];
    check(&[("maker", MAKER), ("user", &user("(export \"make\" (func $make))"))], &[], &exports);
    // Through an instance of its own that the part exports, and through a third part.
    let through =
        user(r#"(instance $i (export "r" (type $r)) (export "make" (func $make))) (export "c:d/e" (instance $i))"#);
    let third = r#"(component
        (import "a:b/rs@1.0.0" (instance $rs (export "r" (type (sub resource)))))
        (alias export $rs "r" (type $r))
        (import "c:d/e" (instance $e (alias outer 1 $r (type $o))
            (export "r" (type $r (eq $o))) (export "make" (func (param "n" u32) (result (own $r))))))
        (alias export $e "make" (func $make))
        (export "again" (func $make)))"#;
    let both = ["a:b/rs@1.0.0 {r [constructor]r [method]r.get}", "c:d/e {r make}"];
    check(&[("maker", MAKER), ("user", &through)], &[], &both);
    let last = [both[0], "again: func(n: u32) -> r"];
    check(&[("maker", MAKER), ("user", &through), ("third", third)], &[], &last);
}

#[test]
fn a_name_that_is_taken_leaves_the_types_alone() {
    let wrapper = user(
        r#"(export "make" (func $make))
           (instance $i (export "r" (type $r)) (export "get" (func $get))) (export "a:b/rs@1.0.0" (instance $i))"#,
    );
    let files = [("maker", MAKER), ("wrapper", &*wrapper)];
    check(&files, &[], &["r", "make: func(n: u32) -> r", "a:b/rs@1.0.0 {r get}"]);
}

#[test]
fn root_types_are_exported_again() {
    let text = r#"(component
        (import "a:b/rs@1.0.0" (instance $rs (export "r" (type (sub resource)))))
        (type $p' (record (field "x" u32)))
        (export $p "point" (type $p'))
        (core module $m (func (export "f") (param i32) (result i32) local.get 0))
        (core instance $m (instantiate $m))
        (func (export "shift") (param "p" $p) (result $p) (canon lift (core func $m "f"))))"#;
    check(&[("maker", MAKER), ("own", text)], &[], &["point", "shift: func(p: point) -> point"]);
}

/// Imports functions of an instance, and exports nothing.
fn importing(name: &str, items: &str) -> String {
    format!("(component (import \"{name}\" (instance {items})))")
}

const POINT: &str = r#"(type $p' (record (field "x" u32))) (export "p" (type $p (eq $p')))"#;

#[test]
fn versions_that_can_stand_in_for_each_other_are_one_import() {
    let old = importing("a:b/c@1.0.0", &format!("{POINT} (export \"f\" (func (param \"p\" $p)))"));
    let new = importing("a:b/c@1.2.0", &format!("{POINT} (export \"g\" (func (param \"p\" (list $p))))"));
    let other = importing("a:b/c@2.0.0", "(export \"f\" (func))");
    check(&[("old", &old), ("other", &other), ("new", &new)], &["a:b/c@1.2.0 {p f g}", "a:b/c@2.0.0 {f}"], &[]);
}

#[test]
fn imports_of_one_name_must_have_one_type() {
    let one = importing("a:b/c@1.0.0", "(export \"f\" (func (param \"x\" u32)))");
    let two = importing("a:b/c@1.0.0", "(export \"f\" (func (param \"x\" s32)))");
    check_refused(&[("one", &one), ("two", &two)], &[1], "one and two both import a:b/c@1.0.0#f, with different types");
    let newer = importing("a:b/c@1.1.0", "(export \"f\" (func (param \"x\" s32)))");
    check(&[("one", &one), ("newer", &newer)], &["a:b/c@1.0.0 {f}", "a:b/c@1.1.0 {f}"], &[]);
    let one = "(component (import \"log\" (func (param \"x\" u32))))";
    let two = "(component (import \"log\" (func (param \"x\" string))))";
    check_refused(&[("one", one), ("two", two)], &[1], "one and two both import log, with different types");
    check(&[("one", one), ("again", one)], &["log: func(x: u32)"], &[]);
}

#[test]
fn resources_of_imports_are_shared_by_all_parts() {
    let text = |method: &str| {
        format!(
            r#"(component
            (import "a:io/streams@0.2.0" (instance $s (export "s" (type $s (sub resource)))
                (export "[method]s.{method}" (func (param "self" (borrow $s))))))
            (alias export $s "s" (type $s))
            (import "a:files/files@0.2.{}" (instance (alias outer 1 $s (type $o)) (export "s" (type $s (eq $o)))
                (export "open-{method}" (func (result (own $s)))))))"#,
            method.len()
        )
    };
    check(
        &[("one", &text("read")), ("two", &text("write"))],
        &["a:io/streams@0.2.0 {s [method]s.read [method]s.write}", "a:files/files@0.2.5 {s open-read open-write}"],
        &[],
    );
}

/// Imports a type from one interface and a function that uses it from another.
const USING: &str = r#"(component
    (import "a:b/types" (instance $t (type $p' (record (field "x" u32))) (export "p" (type (eq $p')))))
    (alias export $t "p" (type $p))
    (import "a:b/use" (instance (alias outer 1 $p (type $o)) (export "p" (type $q (eq $o)))
        (export "f" (func (param "p" $q))))))"#;

#[test]
fn types_of_what_is_answered_inside_stay_where_imports_use_them() {
    let provider = r#"(component
        (component $c (type $p' (record (field "x" u32))) (export "p" (type $p')))
        (instance $i (instantiate $c)) (export "a:b/types" (instance $i)))"#;
    check(&[("provider", provider), ("using", USING)], &["a:b/types {p}", "a:b/use {p f}"], &[]);
    let resources = USING.replace(
        "(type $p' (record (field \"x\" u32))) (export \"p\" (type (eq $p')))",
        "(export \"p\" (type (sub resource)))",
    );
    let resources = resources.replace("(param \"p\" $q)", "(param \"p\" (own $q))");
    let provider = r#"(component
        (component $c (type $r (resource (rep i32))) (export "p" (type $r)))
        (instance $i (instantiate $c)) (export "a:b/types" (instance $i)))"#;
    let message = "a:b/use of using stays an import and mentions the resource a:b/types#p";
    check_refused(&[("provider", provider), ("using", &resources)], &[1], message);
}

/// Exports a function of the interface `a:b/c` that gives this number.
fn giving(function: &str, number: u32) -> String {
    format!(
        r#"(component (core module $m (func (export "f") (result i32) (i32.const {number})))
        (core instance $m (instantiate $m))
        (func $f (result u32) (canon lift (core func $m "f")))
        (instance $i (export "{function}" (func $f))) (export "a:b/c" (instance $i)))"#
    )
}

#[test]
fn an_interface_may_come_from_several_places() {
    let both = r#"(component (import "a:b/c" (instance $c
        (export "f" (func (result u32))) (export "g" (func (result u32))) (export "h" (func (result u32)))))
        (alias export $c "f" (func $f)) (export "f" (func $f)))"#;
    let parts = parts(&[("one", &giving("f", 1)), ("two", &giving("g", 2)), ("both", both)]);
    let answers = |_: &Part, import: &Extern, function: Option<&Function>| {
        let part = match &*function?.name {
            "f" => 0,
            "g" => 1,
            _ => return None,
        };
        Some(Export { part, name: import.name.clone() })
    };
    let composed = compose(&parts, &[2], &answers).expect("it is composed");
    assert_eq!(listed(&composed.component.imports), ["a:b/c {h}"]);
    assert_eq!(listed(&composed.component.exports), ["f: func() -> u32"]);
}

#[test]
fn a_resource_is_of_one_part() {
    let parts = parts(&[("maker", MAKER), ("user", &user("(export \"make\" (func $make))"))]);
    let compose = |outside: &str| {
        let answers = |_: &Part, _: &Extern, function: Option<&Function>| {
            let is_inside = &*function?.name != outside;
            is_inside.then(|| Export { part: 0, name: "a:b/rs@1.0.0".into() })
        };
        compose(&parts, &[1], &answers)
    };
    let error = compose("[method]r.get").expect_err("it is composed");
    assert_eq!(error.message, "user: the resource r of a:b/rs@1.1.0 can only be of one");
    assert!(compose("").is_ok());
}

#[test]
fn types_around_resources_are_written_where_those_are() {
    let text = user(
        r#"(type $p' (record (field "first" (own $r)))) (import "pair" (type $p (eq $p')))
        (import "pick" (func $pick (param "p" $p) (result (own $r))))
        (core func $pick' (canon lower (func $pick)))
        (core module $m (import "" "pick" (func $pick (param i32) (result i32)))
            (func (export "pick") (param i32) (result i32) (call $pick (local.get 0))))
        (core instance $m (instantiate $m (with "" (instance (export "pick" (func $pick'))))))
        (func (export "pick-again") (param "p" $p) (result (own $r)) (canon lift (core func $m "pick")))"#,
    );
    let message = "pick of user stays an import and mentions the resource a:b/rs@1.1.0#r";
    check_refused(&[("maker", MAKER), ("user", &text)], &[1], message);
    let inside = text.replace("(import \"pick\" (func $pick (param \"p\" $p) (result (own $r))))", "");
    let inside = inside
        .replace("(core func $pick' (canon lower (func $pick)))", "(core func $pick' (canon lower (func $make)))");
    let exports = ["a:b/rs@1.0.0 {r [constructor]r [method]r.get}", "pair", "pick-again: func(p: pair) -> r"];
    check(&[("maker", MAKER), ("user", &inside)], &[], &exports);
}

#[test]
fn several_parts_may_export_as_long_as_their_names_differ() {
    let provider = giving("f", 1);
    let consumer = |export: &str| {
        format!(
            r#"(component (import "a:b/c" (instance $c (export "f" (func (result u32)))))
            (alias export $c "f" (func $f)) (export "{export}" (func $f)))"#
        )
    };
    let (one, two) = (consumer("one"), consumer("two"));
    let result = composed(&[("one", &one), ("provider", &provider), ("two", &two)], &[0, 2]).expect("it is composed");
    assert_eq!(listed(&result.component.exports), ["one: func() -> u32", "two: func() -> u32"]);
    check_refused(&[("one", &one), ("provider", &provider), ("again", &one)], &[0, 2], "one and again both export one");
}

#[test]
fn what_is_nested_is_named_and_unchanged() {
    let parts = parts(&[("kv-provider", "kv-store/kv-provider.wasm"), ("kv-store", "kv-store/kv-store.wasm")]);
    let answers = linked(&parts);
    let bytes = compose(&parts, &[1], &answers).expect("it is composed").bytes;
    for part in &parts {
        let inside = &part.component.bytes[..];
        assert!(bytes.windows(inside.len()).any(|window| window == inside), "{} is not inside", part.name);
    }
    assert_eq!(bytes, compose(&parts, &[1], &answers).expect("it is composed").bytes);
}
