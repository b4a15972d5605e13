//! Values from JSON: the inverse of `json.rs`, for what providers answer.
//!
//! The form is exactly the one that `json.rs` prints, and the type says how to read it. A resource may also be its bare number,
//! and fields that are `none` may be left out. Errors say where in the value they are.

use serde_json::{Map, Value as Json};

use super::Value;
use crate::error::{Error, Kind, Result};
use crate::model::Type;
use crate::model::types::{Labels, Record, ResultType, Variant};

/// Longest piece of a wrong value that an error repeats, in characters.
const SHOWN: usize = 60;
/// How many names of an enum or of flags an error repeats.
const MOST_LABELS: usize = 20;

/// The value of this type that the JSON stands for.
pub fn from_json(json: &Json, ty: &Type) -> Result<Value> {
    Ok(match ty {
        Type::Bool => Value::Bool(json.as_bool().ok_or_else(|| unfit(json, ty))?),
        Type::S8 => Value::S8(integer(json, ty)?),
        Type::U8 => Value::U8(integer(json, ty)?),
        Type::S16 => Value::S16(integer(json, ty)?),
        Type::U16 => Value::U16(integer(json, ty)?),
        Type::S32 => Value::S32(integer(json, ty)?),
        Type::U32 => Value::U32(integer(json, ty)?),
        Type::S64 => Value::S64(integer(json, ty)?),
        Type::U64 => Value::U64(integer(json, ty)?),
        Type::F32 => Value::F32(float(json, ty)?),
        Type::F64 => Value::F64(float(json, ty)?),
        Type::Char => Value::Char(char_of(json).ok_or_else(|| unfit(json, ty))?),
        Type::String => Value::String(json.as_str().ok_or_else(|| unfit(json, ty))?.to_owned()),
        Type::Own(_) | Type::Borrow(_) | Type::Stream(_) | Type::Future(_) | Type::ErrorContext => {
            Value::Handle(handle(json).ok_or_else(|| unfit(json, ty))?)
        }
        _ => compound(json, ty)?,
    })
}

fn compound(json: &Json, ty: &Type) -> Result<Value> {
    Ok(match ty {
        Type::List(_) if ty.is_bytes() => {
            let items = array(json, ty)?.iter().enumerate();
            Value::Bytes(
                items.map(|(i, item)| integer(item, &Type::U8).map_err(|e| inside(e, i))).collect::<Result<_>>()?,
            )
        }
        Type::List(item) => Value::List(all(array(json, ty)?, std::iter::repeat(&**item))?),
        Type::FixedList(item, length) => {
            let items = array(json, ty)?;
            if items.len() != *length as usize {
                return Err(unfit(json, ty));
            }
            Value::List(all(items, std::iter::repeat(&**item))?)
        }
        Type::Tuple(types) => {
            let items = array(json, ty)?;
            if items.len() != types.len() {
                return Err(unfit(json, ty));
            }
            Value::Tuple(all(items, types.iter())?)
        }
        Type::Map(key, item) => Value::Map(entries(json, ty, key, item)?),
        Type::Record(record) => record_of(json, ty, record)?,
        Type::Flags(labels) => flags(json, ty, labels)?,
        Type::Enum(labels) => {
            let case = json.as_str().and_then(|name| position(labels, name));
            Value::Enum(case.ok_or_else(|| unfit(json, ty))?)
        }
        Type::Variant(variant) => variant_of(json, ty, variant)?,
        Type::Option(item) => option(json, ty, item)?,
        Type::Result(result) => result_of(json, ty, result)?,
        _ => return Err(unfit(json, ty)),
    })
}

fn integer<N: TryFrom<i128>>(json: &Json, ty: &Type) -> Result<N> {
    let number = json.as_i64().map(i128::from).or_else(|| json.as_u64().map(i128::from));
    number.and_then(|number| N::try_from(number).ok()).ok_or_else(|| unfit(json, ty))
}

/// Read from its digits: a detour through the 64 bits of JSON's numbers would round twice.
fn float<F: std::str::FromStr + Into<f64> + Copy>(json: &Json, ty: &Type) -> Result<F> {
    let (text, may_be_infinite) = match json {
        Json::Number(number) => (number.to_string(), false),
        Json::String(text) if matches!(text.as_str(), "nan" | "inf" | "-inf") => (text.clone(), true),
        _ => return Err(unfit(json, ty)),
    };
    let read = text.parse::<F>().ok().filter(|float| may_be_infinite || (*float).into().is_finite());
    read.ok_or_else(|| unfit(json, ty))
}

fn char_of(json: &Json) -> Option<char> {
    let mut chars = json.as_str()?.chars();
    chars.next().filter(|_| chars.next().is_none())
}

fn handle(json: &Json) -> Option<u32> {
    let number = json.get("handle").unwrap_or(json);
    number.as_u64().and_then(|number| u32::try_from(number).ok())
}

fn array<'a>(json: &'a Json, ty: &Type) -> Result<&'a Vec<Json>> {
    json.as_array().ok_or_else(|| unfit(json, ty))
}

fn all<'a>(items: &[Json], types: impl Iterator<Item = &'a Type>) -> Result<Vec<Value>> {
    let items = items.iter().zip(types).enumerate();
    items.map(|(i, (item, ty))| from_json(item, ty).map_err(|error| inside(error, i))).collect()
}

fn entries(json: &Json, ty: &Type, key: &Type, item: &Type) -> Result<Vec<(Value, Value)>> {
    if let (Type::String, Json::Object(fields)) = (key, json) {
        let entries = fields.iter().map(|(name, value)| {
            Ok((Value::String(name.clone()), from_json(value, item).map_err(|error| inside(error, name))?))
        });
        return entries.collect();
    }
    let mut entries: Vec<(Value, Value)> = Vec::new();
    for (i, pair) in array(json, ty)?.iter().enumerate() {
        let [k, v] = pair.as_array().map_or(&[][..], Vec::as_slice) else { return Err(inside(unfit(pair, ty), i)) };
        entries.push((
            from_json(k, key).map_err(|error| inside(error, i))?,
            from_json(v, item).map_err(|error| inside(error, i))?,
        ));
    }
    match key {
        Type::String => Err(unfit(json, ty)),
        _ => Ok(entries),
    }
}

fn record_of(json: &Json, ty: &Type, record: &Record) -> Result<Value> {
    let fields = json.as_object().ok_or_else(|| unfit(json, ty))?;
    if let Some(unknown) = fields.keys().find(|name| record.fields.iter().all(|field| *field.name != ***name)) {
        return Err(Error::new(Kind::Type, format!("{ty} has no field `{unknown}`")));
    }
    let values = record.fields.iter().map(|field| match (fields.get(&*field.name), &field.ty) {
        (Some(value), ty) => from_json(value, ty).map_err(|error| inside(error, &field.name)),
        (None, Type::Option(_)) => Ok(Value::Option(None)),
        (None, _) => Err(Error::new(Kind::Type, format!("the field `{}` of {ty} is missing", field.name))),
    });
    Ok(Value::Record(values.collect::<Result<_>>()?))
}

fn flags(json: &Json, ty: &Type, labels: &Labels) -> Result<Value> {
    let set = array(json, ty)?
        .iter()
        .map(|name| name.as_str().and_then(|name| position(labels, name)).ok_or_else(|| unfit(name, ty)));
    let mut set: Vec<u32> = set.collect::<Result<_>>()?;
    set.sort_unstable();
    set.dedup();
    Ok(Value::Flags(set))
}

fn position(labels: &Labels, name: &str) -> Option<u32> {
    labels.labels.iter().position(|label| **label == *name).and_then(|index| u32::try_from(index).ok())
}

fn variant_of(json: &Json, ty: &Type, variant: &Variant) -> Result<Value> {
    let (name, payload) = one_key(json).ok_or_else(|| unfit(json, ty))?;
    let case = variant.cases.iter().position(|case| *case.name == **name).ok_or_else(|| unfit(json, ty))?;
    let payload = payload_of(payload, variant.cases[case].ty.as_ref()).map_err(|error| inside(error, name))?;
    Ok(Value::Variant(u32::try_from(case).map_err(|_| unfit(json, ty))?, payload))
}

fn option(json: &Json, ty: &Type, item: &Type) -> Result<Value> {
    if json.is_null() {
        return Ok(Value::Option(None));
    }
    let json = match (item, one_key(json)) {
        // `some(none)` must not look like `none`.
        (Type::Option(_), Some((name, payload))) if name == "some" => payload,
        (Type::Option(_), _) => return Err(unfit(json, ty)),
        _ => json,
    };
    Ok(Value::Option(Some(Box::new(from_json(json, item)?))))
}

fn result_of(json: &Json, ty: &Type, result: &ResultType) -> Result<Value> {
    Ok(Value::Result(match one_key(json) {
        Some((name, payload)) if name == "ok" => {
            Ok(payload_of(payload, result.ok.as_ref()).map_err(|error| inside(error, "ok"))?)
        }
        Some((name, payload)) if name == "err" => {
            Err(payload_of(payload, result.err.as_ref()).map_err(|error| inside(error, "err"))?)
        }
        _ => return Err(unfit(json, ty)),
    }))
}

fn payload_of(json: &Json, ty: Option<&Type>) -> Result<Option<Box<Value>>> {
    match ty {
        Some(ty) => Ok(Some(Box::new(from_json(json, ty)?))),
        None if json.is_null() => Ok(None),
        None => Err(Error::new(Kind::Type, format!("it has no payload, and {} was given", shown(json)))),
    }
}

fn one_key(json: &Json) -> Option<(&String, &Json)> {
    let fields: &Map<String, Json> = json.as_object().filter(|fields| fields.len() == 1)?;
    fields.iter().next()
}

fn unfit(json: &Json, ty: &Type) -> Error {
    let labels = |labels: &Labels| {
        labels.labels.iter().take(MOST_LABELS).map(|label| label.to_string()).collect::<Vec<_>>().join(", ")
    };
    let one_of = match ty {
        Type::Enum(cases) => format!(" (one of {})", labels(cases)),
        Type::Flags(flags) => format!(" (a list of some of {})", labels(flags)),
        Type::Result(_) => " (such as {\"ok\": …} or {\"err\": …})".to_owned(),
        _ => String::new(),
    };
    Error::new(Kind::Type, format!("expected {ty}{one_of}, found {}", shown(json)))
}

fn shown(json: &Json) -> String {
    let text = json.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Says where in the value the error is: `[2].name: …`.
fn inside(error: Error, place: impl std::fmt::Display) -> Error {
    let message = match error.message.strip_prefix("at ") {
        Some(rest) => format!("at {place}.{rest}"),
        None => format!("at {place}: {}", error.message),
    };
    Error::new(error.kind, message)
}
