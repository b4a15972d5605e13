//! Random types and values for property tests, and what wasm-wave makes of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use wasm_wave::value::{Type as WaveType, Value as WaveValue};
use wasm_wave::wasm::WasmValue;

use super::{Typed, Value};
use crate::model::Type;
use crate::model::types::{Case, Field, Labels, Record, ResultType, Variant};

/// Labels of fields, cases and flags: WAVE's keywords among them, and every form that a label may have.
const LABELS: [&str; 14] =
    ["true", "false", "some", "none", "ok", "err", "inf", "nan", "a", "b-c", "HTTP3", "x1-2-y", "list", "method"];

/// Which lists a random type may hold, beyond plain ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lists {
    /// None: what wasm-wave writes and reads.
    Plain,
    /// Fixed-length lists too: what wasm-wave writes.
    Fixed,
    /// Fixed-length lists and maps: everything that is no handle.
    FixedAndMaps,
}

/// A random type and a value of it.
pub fn typed(lists: Lists) -> impl Strategy<Value = Typed> {
    type_with(lists).prop_flat_map(|ty| value_of(&ty).prop_map(move |value| Typed { ty: ty.clone(), value }))
}

/// The types without parts.
fn plain_types() -> Vec<Type> {
    use Type::*;
    vec![Bool, S8, U8, S16, U16, S32, U32, S64, U64, F32, F64, Char, String]
}

/// A random type.
pub fn type_with(lists: Lists) -> impl Strategy<Value = Type> {
    let labels = || vec_of(btree_set(select(&LABELS[..]), 1..6));
    let leaf = prop_oneof![
        4 => select(plain_types()),
        1 => labels().prop_map(|labels| Type::Enum(labels_of(&labels))),
        1 => labels().prop_map(|labels| Type::Flags(labels_of(&labels))),
    ];
    leaf.prop_recursive(4, 32, 4, move |inner| {
        let optional = proptest::option::of(inner.clone());
        let key = select(vec![Type::Bool, Type::S32, Type::Char, Type::String]);
        let map = (key, inner.clone()).prop_map(|(key, value)| Type::Map(Arc::new(key), Arc::new(value)));
        let fixed = (inner.clone(), 1..4u32).prop_map(|(item, length)| Type::FixedList(Arc::new(item), length));
        prop_oneof![
            inner.clone().prop_map(|item| Type::List(Arc::new(item))),
            if lists == Lists::Plain { inner.clone() } else { fixed.boxed() },
            vec(inner.clone(), 1..4).prop_map(|items| Type::Tuple(items.into())),
            inner.clone().prop_map(|item| Type::Option(Arc::new(item))),
            (optional.clone(), optional.clone()).prop_map(|(ok, err)| Type::Result(Arc::new(ResultType { ok, err }))),
            (labels(), vec(inner.clone(), 6)).prop_map(|(labels, types)| record_of(&labels, types)),
            (labels(), vec(optional, 6)).prop_map(|(labels, types)| variant_of(&labels, types)),
            if lists == Lists::FixedAndMaps { map.boxed() } else { inner },
        ]
    })
}

fn vec_of<T: std::fmt::Debug>(set: impl Strategy<Value = BTreeSet<T>>) -> impl Strategy<Value = Vec<T>> {
    set.prop_map(|set| set.into_iter().collect())
}

fn labels_of(labels: &[&str]) -> Arc<Labels> {
    Arc::new(Labels { name: None, labels: labels.iter().map(|label| Arc::from(*label)).collect() })
}

fn record_of(labels: &[&str], types: Vec<Type>) -> Type {
    let fields = labels.iter().zip(types).map(|(name, ty)| Field { name: Arc::from(*name), ty }).collect();
    Type::Record(Arc::new(Record { name: None, fields }))
}

fn variant_of(labels: &[&str], types: Vec<Option<Type>>) -> Type {
    let cases = labels.iter().zip(types).map(|(name, ty)| Case { name: Arc::from(*name), ty }).collect();
    Type::Variant(Arc::new(Variant { name: None, cases }))
}

/// A value of a type that has no handles in it.
pub fn value_of(ty: &Type) -> BoxedStrategy<Value> {
    match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::S8 => any::<i8>().prop_map(Value::S8).boxed(),
        Type::U8 => any::<u8>().prop_map(Value::U8).boxed(),
        Type::S16 => any::<i16>().prop_map(Value::S16).boxed(),
        Type::U16 => any::<u16>().prop_map(Value::U16).boxed(),
        Type::S32 => any::<i32>().prop_map(Value::S32).boxed(),
        Type::U32 => any::<u32>().prop_map(Value::U32).boxed(),
        Type::S64 => any::<i64>().prop_map(Value::S64).boxed(),
        Type::U64 => any::<u64>().prop_map(Value::U64).boxed(),
        // Not a number is left out here: no value that holds it equals itself.
        Type::F32 => {
            prop_oneof![any::<f32>(), select(vec![-0.0, f32::INFINITY, f32::MIN_POSITIVE])].prop_map(Value::F32).boxed()
        }
        Type::F64 => {
            prop_oneof![any::<f64>(), select(vec![-0.0, f64::NEG_INFINITY, f64::MAX])].prop_map(Value::F64).boxed()
        }
        Type::Char => any::<char>().prop_map(Value::Char).boxed(),
        Type::String => any::<String>().prop_map(Value::String).boxed(),
        Type::List(item) if **item == Type::U8 => vec(any::<u8>(), 0..6).prop_map(Value::Bytes).boxed(),
        Type::List(item) => vec(value_of(item), 0..4).prop_map(Value::List).boxed(),
        Type::FixedList(item, length) => vec(value_of(item), *length as usize).prop_map(Value::List).boxed(),
        Type::Map(key, value) => vec((value_of(key), value_of(value)), 0..4).prop_map(distinct_keys).boxed(),
        Type::Tuple(types) => types.iter().map(value_of).collect::<Vec<_>>().prop_map(Value::Tuple).boxed(),
        Type::Option(ty) => {
            proptest::option::of(value_of(ty)).prop_map(|value| Value::Option(value.map(Box::new))).boxed()
        }
        Type::Result(ty) => prop_oneof![
            payload_of(ty.ok.as_ref()).prop_map(|value| Value::Result(Ok(value))),
            payload_of(ty.err.as_ref()).prop_map(|value| Value::Result(Err(value))),
        ]
        .boxed(),
        Type::Record(record) => {
            let fields: Vec<_> = record.fields.iter().map(|field| value_of(&field.ty)).collect();
            fields.prop_map(Value::Record).boxed()
        }
        Type::Variant(variant) => {
            let cases = variant.cases.iter().map(|case| case.ty.clone()).enumerate().collect::<Vec<_>>();
            select(cases)
                .prop_flat_map(|(number, ty)| {
                    payload_of(ty.as_ref()).prop_map(move |value| Value::Variant(number as u32, value))
                })
                .boxed()
        }
        Type::Enum(labels) => (0..labels.labels.len() as u32).prop_map(Value::Enum).boxed(),
        Type::Flags(labels) => {
            let numbers: Vec<u32> = (0..labels.labels.len() as u32).collect();
            let all = numbers.len();
            subsequence(numbers, 0..=all).prop_map(Value::Flags).boxed()
        }
        Type::ErrorContext
        | Type::Own(_)
        | Type::Borrow(_)
        | Type::Stream(_)
        | Type::Future(_)
        | Type::Writable(_)
        | Type::Task(_) => {
            panic!("{ty} is a handle")
        }
    }
}

fn payload_of(ty: Option<&Type>) -> BoxedStrategy<Option<Box<Value>>> {
    match ty {
        Some(ty) => value_of(ty).prop_map(|value| Some(Box::new(value))).boxed(),
        None => Just(None).boxed(),
    }
}

fn distinct_keys(entries: Vec<(Value, Value)>) -> Value {
    let mut kept: Vec<(Value, Value)> = Vec::new();
    for (key, value) in entries {
        if kept.iter().all(|(other, _)| *other != key) {
            kept.push((key, value));
        }
    }
    Value::Map(kept)
}

/// The type as wasm-wave has it, whose values have no fixed-length lists of their own.
pub fn to_wave_type(ty: &Type) -> WaveType {
    let wave = |ty: &Option<Type>| ty.as_ref().map(to_wave_type);
    match ty {
        Type::Bool => WaveType::BOOL,
        Type::S8 => WaveType::S8,
        Type::U8 => WaveType::U8,
        Type::S16 => WaveType::S16,
        Type::U16 => WaveType::U16,
        Type::S32 => WaveType::S32,
        Type::U32 => WaveType::U32,
        Type::S64 => WaveType::S64,
        Type::U64 => WaveType::U64,
        Type::F32 => WaveType::F32,
        Type::F64 => WaveType::F64,
        Type::Char => WaveType::CHAR,
        Type::String => WaveType::STRING,
        Type::List(item) | Type::FixedList(item, _) => WaveType::list(to_wave_type(item)),
        Type::Tuple(types) => WaveType::tuple(types.iter().map(to_wave_type).collect::<Vec<_>>()).unwrap(),
        Type::Option(ty) => WaveType::option(to_wave_type(ty)),
        Type::Result(ty) => WaveType::result(wave(&ty.ok), wave(&ty.err)),
        Type::Record(record) => {
            WaveType::record(record.fields.iter().map(|field| (&*field.name, to_wave_type(&field.ty)))).unwrap()
        }
        Type::Variant(variant) => {
            WaveType::variant(variant.cases.iter().map(|case| (&*case.name, wave(&case.ty)))).unwrap()
        }
        Type::Enum(labels) => WaveType::enum_ty(labels.labels.iter().map(|label| &**label)).unwrap(),
        Type::Flags(labels) => WaveType::flags(labels.labels.iter().map(|label| &**label)).unwrap(),
        _ => panic!("WAVE has no {ty}"),
    }
}

/// The value as wasm-wave has it.
pub fn to_wave_value(ty: &Type, value: &Value) -> WaveValue {
    let wave_type = to_wave_type(ty);
    let payload = |ty: &Option<Type>, value: &Option<Box<Value>>| {
        ty.as_ref().zip(value.as_deref()).map(|(ty, value)| to_wave_value(ty, value))
    };
    let made = match (ty, value) {
        (_, Value::Bool(value)) => Ok(WaveValue::make_bool(*value)),
        (_, Value::S8(value)) => Ok(WaveValue::make_s8(*value)),
        (_, Value::U8(value)) => Ok(WaveValue::make_u8(*value)),
        (_, Value::S16(value)) => Ok(WaveValue::make_s16(*value)),
        (_, Value::U16(value)) => Ok(WaveValue::make_u16(*value)),
        (_, Value::S32(value)) => Ok(WaveValue::make_s32(*value)),
        (_, Value::U32(value)) => Ok(WaveValue::make_u32(*value)),
        (_, Value::S64(value)) => Ok(WaveValue::make_s64(*value)),
        (_, Value::U64(value)) => Ok(WaveValue::make_u64(*value)),
        (_, Value::F32(value)) => Ok(WaveValue::make_f32(*value)),
        (_, Value::F64(value)) => Ok(WaveValue::make_f64(*value)),
        (_, Value::Char(value)) => Ok(WaveValue::make_char(*value)),
        (_, Value::String(value)) => Ok(WaveValue::make_string(value.as_str().into())),
        (_, Value::Bytes(bytes)) => {
            WaveValue::make_list(&wave_type, bytes.iter().map(|byte| WaveValue::make_u8(*byte)))
        }
        (Type::List(item) | Type::FixedList(item, _), Value::List(items)) => {
            WaveValue::make_list(&wave_type, items.iter().map(|value| to_wave_value(item, value)))
        }
        (Type::Tuple(types), Value::Tuple(items)) => {
            WaveValue::make_tuple(&wave_type, types.iter().zip(items).map(|(ty, value)| to_wave_value(ty, value)))
        }
        (Type::Option(ty), Value::Option(value)) => {
            WaveValue::make_option(&wave_type, value.as_deref().map(|value| to_wave_value(ty, value)))
        }
        (Type::Result(ty), Value::Result(value)) => WaveValue::make_result(
            &wave_type,
            match value {
                Ok(value) => Ok(payload(&ty.ok, value)),
                Err(value) => Err(payload(&ty.err, value)),
            },
        ),
        (Type::Record(record), Value::Record(values)) => {
            let fields = record.fields.iter().zip(values);
            WaveValue::make_record(
                &wave_type,
                fields.map(|(field, value)| (&*field.name, to_wave_value(&field.ty, value))),
            )
        }
        (Type::Variant(variant), Value::Variant(number, value)) => {
            let case = &variant.cases[*number as usize];
            WaveValue::make_variant(&wave_type, &case.name, payload(&case.ty, value))
        }
        (Type::Enum(labels), Value::Enum(number)) => WaveValue::make_enum(&wave_type, &labels.labels[*number as usize]),
        (Type::Flags(labels), Value::Flags(set)) => {
            WaveValue::make_flags(&wave_type, set.iter().map(|number| &*labels.labels[*number as usize]))
        }
        _ => panic!("{value:?} is no {ty}"),
    };
    made.unwrap()
}
