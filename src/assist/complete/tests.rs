//! What is offered on lines over one small component.

use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::frontend::{Interrupt, Silent};
use crate::model::types::{Case, Field, Labels, Record, ResultType, Variant};
use crate::model::{Component, Extern, FileKind, Function, Item, Param, Resource, ResourceId, Type, TypeName};
use crate::session::SessionOptions;
use crate::value::{Typed, Value};

fn named(name: &str) -> Option<TypeName> {
    Some(TypeName { interface: Some("a:b/shapes@1.0.0".into()), name: name.into() })
}

fn point() -> Type {
    let field = |name: &str, ty| Field { name: name.into(), ty };
    let fields = vec![field("x", Type::F64), field("y", Type::F64), field("none", Type::Option(Arc::new(Type::Bool)))];
    Type::Record(Arc::new(Record { name: named("point"), fields }))
}

fn shape() -> Type {
    let case = |name: &str, ty| Case { name: name.into(), ty };
    let cases = vec![case("circle", Some(Type::F64)), case("at", Some(point())), case("nothing", None)];
    Type::Variant(Arc::new(Variant { name: named("shape"), cases }))
}

fn labels(names: &[&str]) -> Arc<Labels> {
    Arc::new(Labels { name: None, labels: names.iter().map(|name| Arc::from(*name)).collect() })
}

fn counter() -> Resource {
    Resource { name: named("counter").unwrap(), id: ResourceId::Defined(1, 0) }
}

fn function(interface: &str, name: &str, params: Vec<Type>, result: Option<Type>) -> Arc<Function> {
    let path = (!interface.is_empty()).then(|| interface.into()).into_iter().collect();
    let params = params.into_iter().enumerate();
    let params = params.map(|(i, ty)| Param { name: format!("p{i}").into(), ty }).collect();
    Arc::new(Function { path, name: name.into(), params, result, is_async: false })
}

/// An imported resource, as the interface that defines it has it or another one that uses it.
fn used(interface: &str, name: &str) -> Extern {
    let name = TypeName { interface: Some(interface.into()), name: name.into() };
    let id = ResourceId::Imported(name.clone());
    Extern { name: name.name.clone(), item: Item::Resource(Resource { name, id }) }
}

/// Functions over points, shapes, modes and counters; two of them are called `add`.
fn component() -> Component {
    let shapes = "a:b/shapes@1.0.0";
    let mode = Type::Enum(labels(&["fast", "slow", "true"]));
    let flags = Type::Flags(labels(&["read", "write"]));
    let result = Type::Result(Arc::new(ResultType { ok: Some(point()), err: Some(Type::String) }));
    let list = Type::List(Arc::new(shape()));
    let exported_functions = vec![
        function("", "add", vec![Type::S32, Type::S32], Some(Type::S32)),
        function(shapes, "add", vec![Type::S32], Some(Type::S32)),
        function(shapes, "area", vec![shape()], Some(Type::F64)),
        function(shapes, "areas", vec![list], Some(Type::F64)),
        function(shapes, "set-mode", vec![mode, Type::Bool], Some(point())),
        function(shapes, "allow", vec![Type::Option(Arc::new(flags))], None),
        function(shapes, "store", vec![result], None),
        function(shapes, "[constructor]counter", vec![Type::U32], Some(Type::Own(counter()))),
        function(shapes, "[method]counter.get", vec![Type::Borrow(counter())], Some(Type::U32)),
        function(shapes, "[method]counter.move-to", vec![Type::Borrow(counter()), point()], None),
        function(shapes, "[static]counter.open", vec![], Some(Type::Own(counter()))),
        function(shapes, "take", vec![Type::Borrow(counter())], None),
    ];
    let ty = |name: &str, ty| Extern { name: name.into(), item: Item::Type(ty) };
    let exports =
        vec![Extern { name: shapes.into(), item: Item::Instance(vec![ty("point", point()), ty("shape", shape())]) }];
    let imported_functions = vec![
        function("a:kv/db@0.1.0", "[constructor]connection", vec![], None),
        function("a:kv/db@0.1.0", "replace", vec![Type::String], None),
        function("", "url=<\u{1b}]0;title\u{7}>", vec![], None),
    ];
    Component {
        id: 1,
        path: PathBuf::new(),
        kind: FileKind::Component,
        bytes: bytes::Bytes::new(),
        is_text: false,
        core: None,
        imports: vec![Extern {
            name: "c:d/files".into(),
            item: Item::Instance(vec![used("c:d/files", "file"), used("c:d/places", "folder")]),
        }],
        exports,
        imported_functions,
        exported_functions,
        extra_features: Vec::new(),
        calls: Default::default(),
    }
}

fn session() -> Session {
    let mut session = Session::new(SessionOptions::new(Arc::new(Silent), Interrupt::default())).unwrap();
    assert_eq!(session.components.fresh_id(), 1);
    session.components.add("demo", Arc::new(component()));
    session.variables.assign("n", Typed { ty: Type::S32, value: Value::S32(7) });
    session.variables.assign("c", Typed { ty: Type::Own(counter()), value: Value::Handle(1) });
    let fields = vec![Value::F64(0.0), Value::F64(0.0), Value::Option(None)];
    session.variables.assign("p", Typed { ty: point(), value: Value::Record(fields) });
    session
}

thread_local! {
    static SESSION: Session = session();
}

/// What is offered at the end of a line, in order.
fn offered(line: &str) -> Vec<String> {
    SESSION
        .with(|session| complete(session, line, line.len()))
        .candidates
        .into_iter()
        .map(|candidate| candidate.replacement)
        .collect()
}

#[track_caller]
fn check(line: &str, expected: &[&str]) {
    assert_eq!(offered(line), expected, "at the end of {line}");
}

/// The first of what is offered, for places where much may stand.
#[track_caller]
fn check_first(line: &str, expected: &[&str]) {
    let found = offered(line);
    assert_eq!(&found[..expected.len().min(found.len())], expected, "at the end of {line}");
}

#[test]
fn functions_are_offered_in_their_shortest_spelling() {
    check("ar", &["area(", "areas("]);
    check("add", &["add("]);
    check("sh", &["shapes#add(", "shapes#"]);
    check("shapes#a", &["shapes#add(", "shapes#allow(", "shapes#area(", "shapes#areas("]);
    check("a:b/shapes#se", &["a:b/shapes#set-mode("]);
    check("a:", &["a:b/shapes#"]);
    check("$x = cou", &["counter(", "counter.open()"]);
    check("demo::ta", &["demo::take("]);
    check("host::", &["host::connection()", "host::replace(", "host::db#"]);
    check("ho", &["host::"]);
    check("zzz", &[]);
    check("area ", &[]);
}

#[test]
fn the_expected_type_decides() {
    check("area(", &["at(", "circle(", "nothing"]);
    check("areas([circle(1.0), no", &["nothing"]);
    check("set-mode(", &["%true", "fast", "slow"]);
    check("set-mode(f", &["fast"]);
    check("set-mode(fast, ", &["false", "true"]);
    check("take($", &["$c"]);
    check("add(", &["$n"]);
    check("add($", &["$n"]);
    check("area(circle($", &["$_", "$p"]);
    check("area(circle(", &[]);
    check("area(circle(ar", &["area(", "areas("]);
    check("area(circle(s", &["set-mode("]);
    check("area(a", &["at("]);
    check("area(ta", &["take("]);
    check("area(at({", &["%none: ", "x: ", "y: "]);
    check("area(at({x: 1.0, ", &["%none: ", "y: "]);
    check_first("area(at({x: 1.0, none: ", &["false", "none", "some(", "true"]);
    check("allow({", &["read", "write"]);
    check("allow({read, w", &["write"]);
    check_first("store(", &["err(", "ok(", "{"]);
    check("store(ok({x", &["x: "]);
    check("$c.move-to({y: 1.0, x", &["x: "]);
}

#[test]
fn a_hint_says_what_a_value_is_for() {
    for (line, expected) in [
        ("area(", Some("p0: shape")),
        ("set-mode(fast, ", Some("p1: bool")),
        ("set-mode(fast, tr", None),
        ("set-mode(fast, true, ", None),
        ("areas([", Some("shape")),
        ("area(at({x: ", Some("f64")),
        ("area(at(", Some("point")),
        ("$c.move-to(", Some("p1: point")),
        ("unknown(", None),
        ("", None),
        (".use (", None),
    ] {
        assert_eq!(SESSION.with(|session| parameter_hint(session, line)).as_deref(), expected, "{line}");
    }
}

#[test]
fn members_of_handles_and_records() {
    check("$c.", &["get()", "move-to("]);
    check("$p.", &["%none", "x", "y"]);
    check("area(circle($p.y", &["y"]);
    check("set-mode(fast, true).", &["%none", "x", "y"]);
    check("counter.open().ge", &["get()"]);
    check("$unknown.", &[]);
    check("$n.", &[]);
}

#[test]
fn types_and_variables() {
    check("5 : u", &["u16", "u32", "u64", "u8"]);
    check("[] : list<po", &["point"]);
    check("[] : list<shapes#", &["shapes#point", "shapes#shape"]);
    check("$", &["$_", "$c", "$n", "$p"]);
    check("\"$", &[]);
}

#[test]
fn commands_and_their_words() {
    check(".expo", &[".exports "]);
    check("  .qui", &[".quit"]);
    check(".exports a:b/sh", &["a:b/shapes@1.0.0"]);
    check(".exports shapes#po", &["shapes#point"]);
    check(".exports demo::a:", &["demo::a:b/shapes@1.0.0"]);
    check(".exports nobody::", &[]);
    check(".use de", &["demo"]);
    check(".imports un", &["unused"]);
    check(".imports c:d un", &["unused"]);
    check(".imports unused c:", &["c:d/files"]);
    check(".why -", &["-a"]);
    check(".why files#[r", &["files#[resource-drop]file"]);
    check(".why c:d/files#f", &["c:d/files#file", "c:d/files#folder"]);
    check(".set tim", &["timeout", "timing"]);
    check(".set color ", &["always", "auto", "never"]);
    check(".set color a", &["always", "auto"]);
    check(".stdin tt", &["tty"]);
    check(".stdin clo", &["closed"]);
    check(".set fuel ", &["off"]);
    check(".set nothing ", &[]);
    check(".help expo", &["exports"]);
    check(".help val", &["values"]);
    check(".provide ", &["all", "c:d/files", "demo::"]);
    check(".provide a:", &[]);
    check(".unset $", &["$_", "$c", "$n", "$p"]);
    check(".nonsense ", &[]);
    check(".quit ", &[]);
}

#[test]
fn files_in_quotes_and_hostile_names() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["data.bin", "dir", "bad\u{1b}[2J", "with blank", ".hidden"] {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    std::fs::create_dir(folder.path().join("deep")).unwrap();
    let path = |name: &str| format!("{}/{name}", folder.path().display());
    check(&format!("f(@\"{}", path("d")), &[&path("data.bin\""), &path("deep/"), &path("dir\"")]);
    check(&format!("f(@\"{}", path("b")), &[]);
    check(&format!("f(@\"{}", path("w")), &[&path("with blank\"")]);
    check(&format!(".load {}", path("w")), &[&path("with\\ blank")]);
    check(&format!(".load '{}", path("with b")), &[&path("with\\ blank")]);
    check(&format!(".load {} ", path("data.bin")), &["as"]);
    check(".tree -", &["-o"]);
    for before in [".tree -o", ".tree shapes -o", ".policy -o"] {
        check(&format!("{before} {}", path("w")), &[&path("with\\ blank")]);
    }
    check(&format!(".provide x python {}", path("da")), &[&path("data.bin")]);
    check(".http GET /x -d a -", &["-H", "-d"]);
    check(&format!(".http PUT /x -d @{}", path("w")), &[&format!("@{}", path("with\\ blank"))]);
    check(".http O", &["OPTIONS"]);
    check(".serve 0 -", &["--shared"]);
    check(".provide x py", &["python"]);
    check(".provide x value py", &[]);
    check(&format!("f(@\"{}", path("nothing")), &[]);
    check(&format!("f(@\"{}", path(".h")), &[&path(".hidden\"")]);
}

#[test]
fn what_is_shown_is_cut_and_clean() {
    let session = session();
    let shown: Vec<String> =
        complete(&session, "area", 4).candidates.into_iter().map(|candidate| candidate.display).collect();
    assert_eq!(shown, ["area: func(p0: shape) -> f64", "areas: func(p0: list<shape>) -> f64"]);
    let everything = complete(&session, "", 0);
    assert!(everything.candidates.len() > 10);
    for candidate in everything.candidates {
        assert!(!candidate.display.chars().any(sanitize::is_hidden), "{candidate:?}");
        assert!(width::columns(&candidate.display) <= WIDEST, "{candidate:?}");
    }
}

#[test]
fn the_word_at_the_cursor_is_replaced_not_the_rest() {
    let line = "add(ar, 2)";
    let completions = complete(&session(), line, 6);
    assert_eq!(completions.start, 4);
    assert_eq!(completions.candidates[0].replacement, "area(");
    assert_eq!(complete(&session(), "é", 1), Completions::default());
}

#[test]
fn deep_and_long_lines_end_quickly() {
    for line in ["(".repeat(100_000), "area(at({x: ".repeat(10_000), "a".repeat(200_000), "$p.x".repeat(10_000)] {
        let _ = complete(&session(), &line, line.len());
    }
}

/// It would take minutes if the time grew with the square of the number.
#[test]
fn many_functions_are_offered_at_once() {
    let mut session = session();
    let mut many = component();
    let numbered = |i: usize| function(&format!("many:of/them{i}@1.0.0"), &format!("same{}", i / 2), vec![], None);
    many.exported_functions = (0..10_000).map(numbered).collect();
    session.components.add("many", Arc::new(many));
    assert_eq!(complete(&session, "sa", 2).candidates.len(), 0);
    assert_eq!(complete(&session, "them1", 5).candidates.len(), MOST);
    assert_eq!(complete(&session, "them1234#", 9).candidates[0].replacement, "them1234#same617()");
}

/// Pieces from which half-typed lines are made.
fn piece() -> impl Strategy<Value = String> {
    let fixed = [
        "$",
        "$c",
        "$p",
        ".",
        "::",
        "#",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ": ",
        " : ",
        "?",
        "\"",
        "'",
        "@\"",
        "b\"",
        "//",
        "\\",
        "area",
        "area(",
        "at({",
        "set-mode(",
        "counter",
        "host",
        "a:b/shapes",
        "some(",
        "x",
        "%",
        " ",
        "\n",
        "=",
        ".load ",
        ".",
        "é",
        "\u{1b}",
        "\"\"\"",
        "[method]",
        "1.5",
        "-",
    ];
    prop_oneof![4 => prop::sample::select(fixed.to_vec()).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)]
}

proptest! {
    #[test]
    fn no_line_makes_it_panic_and_every_candidate_can_be_read(pieces in prop::collection::vec(piece(), 0..12), at in any::<prop::sample::Index>()) {
        let line = pieces.concat();
        let pos = at.index(line.len() + 1);
        let completions = SESSION.with(|session| complete(session, &line, pos));
        for candidate in completions.candidates {
            let inserted = format!("{}{}", &line[..completions.start], candidate.replacement);
            let end = inserted.len();
            let last = crate::syntax::tokens(&inserted).last();
            prop_assert!(!candidate.replacement.chars().any(sanitize::is_hidden));
            prop_assert!(last.is_some_and(|token| token.span.end <= end), "{inserted}");
        }
    }
}
