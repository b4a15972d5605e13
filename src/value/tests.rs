//! How values print: tables, and wasm-wave as the measure.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::json;

use super::from_json::from_json;
use super::json::to_json;
use super::strategies::{Lists, to_wave_value, typed};
use super::wave::{wave, wave_cut};
use super::{Typed, Value};
use crate::model::Type;
use crate::model::types::{Case, Field, Labels, Record, Resource, ResourceId, ResultType, TypeName, Variant};
use crate::syntax::{self, Completeness};

proptest! {
    #[test]
    fn prints_what_wasm_wave_prints(typed in typed(Lists::Fixed)) {
        let expected = wasm_wave::to_string(&to_wave_value(&typed.ty, &typed.value)).unwrap();
        prop_assert_eq!(wave(&typed.ty, &typed.value), expected);
    }

    #[test]
    fn what_is_printed_is_an_expression(typed in typed(Lists::FixedAndMaps)) {
        let text = wave(&typed.ty, &typed.value);
        prop_assert_eq!(syntax::completeness(&text), Completeness::Complete);
        let expr = syntax::parse_expression(&text, 0).unwrap();
        prop_assert_eq!((expr.span.start, expr.span.end), (0, text.len()));
        prop_assert!(!text.contains('\n'));
    }

    #[test]
    fn json_reads_back(typed in typed(Lists::FixedAndMaps)) {
        let json = to_json(&typed);
        let read: serde_json::Value = serde_json::from_str(&json.to_string()).unwrap();
        prop_assert_eq!(from_json(&read, &typed.ty).unwrap(), typed.value);
        prop_assert_eq!(read, json);
    }

    #[test]
    fn cutting_leaves_small_values_whole(typed in typed(Lists::FixedAndMaps), budget in 0..2000usize) {
        let whole = wave(&typed.ty, &typed.value);
        let (text, was_cut) = wave_cut(&typed.ty, &typed.value, budget);
        prop_assert_eq!(text == whole, !was_cut);
        prop_assert!(!was_cut || whole.len() > budget);
    }
}

fn ty(ty: Type) -> Arc<Type> {
    Arc::new(ty)
}

fn some(value: Value) -> Value {
    Value::Option(Some(Box::new(value)))
}

fn labels(names: &[&str]) -> Arc<Labels> {
    Arc::new(Labels { name: None, labels: names.iter().map(|name| Arc::from(*name)).collect() })
}

fn connection() -> Resource {
    let name = TypeName { interface: Some("ns:pkg/iface".into()), name: "connection".into() };
    Resource { id: ResourceId::Imported(name.clone()), name }
}

/// The value prints so as WAVE and so as JSON.
#[track_caller]
fn check(ty: Type, value: Value, expected: &str, expected_json: serde_json::Value) {
    assert_eq!(wave(&ty, &value), expected);
    assert_eq!(to_json(&Typed { ty, value }), expected_json);
}

#[test]
fn numbers_and_text() {
    check(Type::S64, Value::S64(i64::MIN), "-9223372036854775808", json!(i64::MIN));
    check(Type::U64, Value::U64(u64::MAX), "18446744073709551615", json!(u64::MAX));
    check(Type::F32, Value::F32(0.1), "0.1", json!(0.1));
    check(Type::F64, Value::F64(3.0), "3", json!(3.0));
    check(Type::F32, Value::F32(f32::NAN), "nan", json!("nan"));
    check(Type::F64, Value::F64(-f64::NAN), "nan", json!("nan"));
    check(Type::F32, Value::F32(f32::INFINITY), "inf", json!("inf"));
    check(Type::F64, Value::F64(f64::NEG_INFINITY), "-inf", json!("-inf"));
    check(Type::Char, Value::Char('\''), "'\\''", json!("'"));
    check(
        Type::String,
        Value::String("a\n\u{1b}\u{202e}é".into()),
        "\"a\\n\\u{1b}\\u{202e}é\"",
        json!("a\n\u{1b}\u{202e}é"),
    );
    check(
        Type::List(ty(Type::U8)),
        Value::Bytes(vec![0, 9, 10, 99, 100, 255]),
        "[0, 9, 10, 99, 100, 255]",
        json!([0, 9, 10, 99, 100, 255]),
    );
}

#[test]
fn compound_values() {
    let pair = Type::Tuple(vec![Type::U8, Type::Bool].into());
    check(pair, Value::Tuple(vec![Value::U8(1), Value::Bool(true)]), "(1, true)", json!([1, true]));
    let fixed = Type::FixedList(ty(Type::S8), 2);
    check(fixed, Value::List(vec![Value::S8(-1), Value::S8(2)]), "[-1, 2]", json!([-1, 2]));
    let by_text = Type::Map(ty(Type::String), ty(Type::U8));
    check(by_text.clone(), Value::Map(vec![(Value::String("a".into()), Value::U8(1))]), "{\"a\": 1}", json!({"a": 1}));
    check(by_text, Value::Map(vec![]), "{}", json!({}));
    let by_flag = Type::Map(ty(Type::Bool), ty(Type::U8));
    check(by_flag, Value::Map(vec![(Value::Bool(true), Value::U8(1))]), "{true: 1}", json!([[true, 1]]));
    let flags = Type::Flags(labels(&["read", "ok"]));
    check(flags.clone(), Value::Flags(vec![0, 1]), "{read, ok}", json!(["read", "ok"]));
    check(flags, Value::Flags(vec![]), "{}", json!([]));
    let record = Type::Record(Arc::new(Record {
        name: None,
        fields: vec![
            Field { name: "x".into(), ty: Type::Option(ty(Type::U8)) },
            Field { name: "none".into(), ty: Type::Option(ty(Type::U8)) },
        ],
    }));
    let values = |first, second| Value::Record(vec![first, second]);
    check(
        record.clone(),
        values(Value::Option(None), some(Value::U8(1))),
        "{none: some(1)}",
        json!({"x": null, "none": 1}),
    );
    check(record, values(Value::Option(None), Value::Option(None)), "{:}", json!({"x": null, "none": null}));
}

#[test]
fn cases() {
    let choice = Type::Enum(labels(&["none", "red"]));
    check(choice.clone(), Value::Enum(0), "%none", json!("none"));
    check(choice, Value::Enum(1), "red", json!("red"));
    let shape = Type::Variant(Arc::new(Variant {
        name: None,
        cases: vec![Case { name: "circle".into(), ty: Some(Type::F32) }, Case { name: "ok".into(), ty: None }],
    }));
    let circle = Value::Variant(0, Some(Box::new(Value::F32(2.5))));
    check(shape.clone(), circle, "circle(2.5)", json!({"circle": 2.5}));
    check(shape, Value::Variant(1, None), "%ok", json!({"ok": null}));
    let result = Type::Result(Arc::new(ResultType { ok: None, err: Some(Type::String) }));
    check(result.clone(), Value::Result(Ok(None)), "ok", json!({"ok": null}));
    let err = Value::Result(Err(Some(Box::new(Value::String("e".into())))));
    check(result, err, "err(\"e\")", json!({"err": "e"}));
    let option = Type::Option(ty(Type::U8));
    check(option.clone(), Value::Option(None), "none", json!(null));
    check(option.clone(), some(Value::U8(1)), "some(1)", json!(1));
    let nested = Type::Option(ty(option));
    check(nested.clone(), Value::Option(None), "none", json!(null));
    check(nested.clone(), some(Value::Option(None)), "some(none)", json!({"some": null}));
    check(nested, some(some(Value::U8(1))), "some(some(1))", json!({"some": 1}));
}

#[test]
fn handles() {
    let full = "ns:pkg/iface#connection";
    let own = json!({"resource": full, "handle": 3, "own": true});
    let borrow = json!({"resource": full, "handle": 3, "own": false});
    check(Type::Own(connection()), Value::Handle(3), "<own connection#3>", own);
    check(Type::Borrow(connection()), Value::Handle(3), "<borrow connection#3>", borrow);
    let stream = Type::Stream(Some(ty(Type::U8)));
    check(stream, Value::Handle(4), "<stream<u8>#4>", json!({"stream": "u8", "handle": 4}));
    let future = Type::Future(Some(ty(Type::String)));
    check(future, Value::Handle(5), "<future<string>#5>", json!({"future": "string", "handle": 5}));
    check(Type::Stream(None), Value::Handle(6), "<stream#6>", json!({"stream": null, "handle": 6}));
    let task = Type::Task(Some(ty(Type::String)));
    check(task, Value::Handle(8), "<task<string>#8>", json!({"task": "string", "handle": 8}));
    check(Type::Task(None), Value::Handle(8), "<task#8>", json!({"task": null, "handle": 8}));
    let writable = Type::Writable(ty(Type::Stream(Some(ty(Type::U8)))));
    let expected = json!({"writable": "stream<u8>", "handle": 9});
    check(writable, Value::Handle(9), "<writable stream<u8>#9>", expected);
    check(Type::ErrorContext, Value::Handle(7), "<error-context#7>", json!({"error-context": null, "handle": 7}));
}

#[test]
fn what_does_not_fit_is_cut() {
    let cut = |ty: Type, value: Value, budget| wave_cut(&ty, &value, budget);
    let bytes = |length| Value::Bytes(vec![7; length]);
    let list = Type::List(ty(Type::U8));
    let forty = vec!["7"; 40].join(", ");
    assert_eq!(cut(list.clone(), bytes(40), 1000), (format!("[{forty}]"), false));
    assert_eq!(cut(list.clone(), bytes(1_000_000), 1000), (format!("[{forty}, … (+999960)]"), true));
    assert_eq!(cut(list, bytes(5), 4), ("[7, … (+4)]".to_owned(), true));
    let text = |length| Value::String("é".repeat(length));
    assert_eq!(cut(Type::String, text(500), 2000), (format!("\"{}\"", "é".repeat(500)), false));
    assert_eq!(cut(Type::String, text(503), 2000), (format!("\"{}\"… (+3)", "é".repeat(500)), true));
    let mut nested = (Type::U8, Value::U8(1));
    for _ in 0..8 {
        nested = (Type::Tuple(vec![nested.0].into()), Value::Tuple(vec![nested.1]));
    }
    assert_eq!(cut(nested.0, nested.1, 1000), ("(((((((… (+1))))))))".to_owned(), true));
}

#[test]
fn a_value_of_another_type_does_no_harm() {
    let record = Type::Record(Arc::new(Record { name: None, fields: vec![] }));
    check(record, Value::Tuple(vec![Value::U8(1)]), "?", json!(null));
    check(Type::Enum(labels(&["a"])), Value::Enum(7), "?", json!("?"));
    check(Type::U8, Value::Option(None), "?", json!(null));
}

#[test]
fn json_is_read_by_its_type() {
    for (ty, json, expected) in [
        (Type::Own(connection()), json!({"resource": "any", "handle": 3, "own": true}), Value::Handle(3)),
        (Type::Own(connection()), json!(4), Value::Handle(4)),
        (Type::F32, json!(1), Value::F32(1.0)),
        (Type::F64, json!("-inf"), Value::F64(f64::NEG_INFINITY)),
        (Type::Flags(labels(&["a", "b"])), json!(["b", "a", "b"]), Value::Flags(vec![0, 1])),
        (person(), json!({"age": 7}), Value::Record(vec![Value::U8(7), Value::Option(None)])),
    ] {
        assert_eq!(from_json(&json, &ty).map_err(|error| error.message.clone()), Ok(expected), "{json} as {ty}");
    }
    let nan = from_json(&json!("nan"), &Type::F32).unwrap();
    assert!(matches!(nan, Value::F32(nan) if nan.is_nan()));
}

#[test]
fn json_of_another_type_is_refused_with_its_place() {
    let result = Type::Result(Arc::new(ResultType { ok: Some(Type::List(ty(person()))), err: None }));
    let nested = Type::Option(ty(Type::Option(ty(Type::U8))));
    for (ty, json, expected) in [
        (Type::U8, json!(256), "expected u8, found 256"),
        (Type::U8, json!(-1), "expected u8, found -1"),
        (Type::S32, json!(1.5), "expected s32, found 1.5"),
        (Type::F32, json!(1e39), "expected f32, found 1e+39"),
        (Type::F64, json!("1"), "expected f64, found \"1\""),
        (Type::Char, json!("ab"), "expected char, found \"ab\""),
        (Type::String, json!(null), "expected string, found null"),
        (Type::Own(connection()), json!(-1), "expected connection, found -1"),
        (Type::Tuple(vec![Type::U8].into()), json!([1, 2]), "expected tuple<u8>, found [1,2]"),
        (Type::FixedList(Arc::new(Type::U8), 2), json!([1]), "expected list<u8, 2>, found [1]"),
        (Type::List(Arc::new(Type::U8)), json!([1, 300]), "at 1: expected u8, found 300"),
        (nested, json!(1), "expected option<option<u8>>, found 1"),
        (result.clone(), json!(5), "(such as {\"ok\": …} or {\"err\": …}), found 5"),
        (result.clone(), json!({"err": 5}), "at err: it has no payload, and 5 was given"),
        (result, json!({"ok": [{"age": 1}, {"age": "x"}]}), "at ok.1.age: expected u8, found \"x\""),
        (person(), json!({"note": "x"}), "the field `age` of record { … } is missing"),
        (person(), json!({"age": 1, "size": 2}), "record { … } has no field `size`"),
        (Type::Enum(labels(&["a", "b"])), json!("c"), "(one of a, b), found \"c\""),
        (Type::Flags(labels(&["a", "b"])), json!(["c"]), "(a list of some of a, b), found \"c\""),
        (Type::String, json!(["x".repeat(99)]), "x…"),
    ] {
        let error = from_json(&json, &ty).expect_err("it is refused");
        assert!(error.message.ends_with(expected), "{} for {json} as {ty}", error.message);
    }
}

fn person() -> Type {
    let fields = vec![
        Field { name: "age".into(), ty: Type::U8 },
        Field { name: "note".into(), ty: Type::Option(ty(Type::String)) },
    ];
    Type::Record(Arc::new(Record { name: None, fields }))
}
