//! Values as JSON, for `--json`.
//!
//! Numbers are exact, 64-bit integers too. What has no number in JSON (NaN, infinities) is a string, spelled as in WAVE.

use std::sync::Arc;

use serde_json::{Map, Number, Value as Json, json};

use super::wave::label;
use super::{Typed, Value};
use crate::model::Type;

/// The value as JSON.
pub fn to_json(typed: &Typed) -> Json {
    json_of(&typed.ty, &typed.value)
}

/// A value that is not of its type, which no part of the shell makes, is null.
fn json_of(ty: &Type, value: &Value) -> Json {
    match (ty, value) {
        (_, Value::Bool(value)) => Json::from(*value),
        (_, Value::S8(value)) => Json::from(*value),
        (_, Value::U8(value)) => Json::from(*value),
        (_, Value::S16(value)) => Json::from(*value),
        (_, Value::U16(value)) => Json::from(*value),
        (_, Value::S32(value)) => Json::from(*value),
        (_, Value::U32(value)) => Json::from(*value),
        (_, Value::S64(value)) => Json::from(*value),
        (_, Value::U64(value)) => Json::from(*value),
        // The shortest number that is this one among those of 32 bits, not its long tail in 64.
        (_, Value::F32(value)) => float(value.to_string().parse().unwrap_or(f64::from(*value))),
        (_, Value::F64(value)) => float(*value),
        (_, Value::Char(c)) => Json::String(c.to_string()),
        (_, Value::String(text)) => Json::String(text.clone()),
        (_, Value::Bytes(bytes)) => bytes.iter().map(|byte| Json::from(*byte)).collect(),
        (_, Value::Handle(number)) => handle(ty, *number),
        _ => compound(ty, value),
    }
}

fn compound(ty: &Type, value: &Value) -> Json {
    match (ty, value) {
        (Type::List(item) | Type::FixedList(item, _), Value::List(items)) => {
            items.iter().map(|value| json_of(item, value)).collect()
        }
        (Type::Map(key, item), Value::Map(entries)) => map(key, item, entries),
        (Type::Tuple(types), Value::Tuple(items)) => {
            types.iter().zip(items).map(|(ty, value)| json_of(ty, value)).collect()
        }
        (Type::Record(record), Value::Record(values)) => {
            let fields = record.fields.iter().zip(values);
            Json::Object(fields.map(|(field, value)| (field.name.to_string(), json_of(&field.ty, value))).collect())
        }
        (Type::Flags(labels), Value::Flags(set)) => set.iter().map(|number| label(labels, *number)).collect(),
        (Type::Enum(labels), Value::Enum(number)) => Json::from(label(labels, *number)),
        (Type::Variant(variant), Value::Variant(number, payload)) => match variant.cases.get(*number as usize) {
            Some(case) => one_key(&case.name, case.ty.as_ref(), payload.as_deref()),
            None => Json::Null,
        },
        (Type::Option(_), Value::Option(None)) => Json::Null,
        // `some(none)` must not look like `none`.
        (Type::Option(ty), Value::Option(Some(value))) if matches!(**ty, Type::Option(_)) => {
            one_key("some", Some(ty), Some(value))
        }
        (Type::Option(ty), Value::Option(Some(value))) => json_of(ty, value),
        (Type::Result(ty), Value::Result(Ok(value))) => one_key("ok", ty.ok.as_ref(), value.as_deref()),
        (Type::Result(ty), Value::Result(Err(value))) => one_key("err", ty.err.as_ref(), value.as_deref()),
        _ => Json::Null,
    }
}

/// `{"case": payload}`, or null for the payload where there is none.
fn one_key(name: &str, ty: Option<&Type>, payload: Option<&Value>) -> Json {
    let payload = ty.zip(payload).map_or(Json::Null, |(ty, value)| json_of(ty, value));
    Json::Object(Map::from_iter([(name.to_owned(), payload)]))
}

fn map(key_type: &Arc<Type>, item: &Arc<Type>, entries: &[(Value, Value)]) -> Json {
    let as_text = |(key, value): &(Value, Value)| match key {
        Value::String(key) => Some((key.clone(), json_of(item, value))),
        _ => None,
    };
    if matches!(**key_type, Type::String) {
        return Json::Object(entries.iter().filter_map(as_text).collect());
    }
    entries.iter().map(|(key, value)| Json::Array(vec![json_of(key_type, key), json_of(item, value)])).collect()
}

fn float(value: f64) -> Json {
    match Number::from_f64(value) {
        Some(number) => Json::Number(number),
        None if value.is_nan() => Json::from("nan"),
        None => Json::from(value.to_string()),
    }
}

fn handle(ty: &Type, number: u32) -> Json {
    let item_name = |item: &Option<Arc<Type>>| item.as_ref().map(|item| item.to_string());
    match ty {
        Type::Own(resource) => json!({"resource": resource.name.full_name(), "handle": number, "own": true}),
        Type::Borrow(resource) => json!({"resource": resource.name.full_name(), "handle": number, "own": false}),
        Type::Stream(item) => json!({"stream": item_name(item), "handle": number}),
        Type::Future(item) => json!({"future": item_name(item), "handle": number}),
        Type::Task(result) => json!({"task": item_name(result), "handle": number}),
        Type::Writable(end) => json!({"writable": end.to_string(), "handle": number}),
        _ => json!({"error-context": null, "handle": number}),
    }
}
