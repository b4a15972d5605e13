//! From the runtime's values to the shell's, by the type that the component's bytes give.

use wasmtime::component::{FutureAny, ResourceAny, StreamAny, Val};

use crate::error::{Error, Kind, Result};
use crate::model::{Resource, Type};
use crate::value::Value;

/// Gives what the runtime hands over a number.
pub trait LiftHandle {
    /// A resource, which is owned unless the type is a borrow.
    fn resource(&mut self, any: ResourceAny, resource: &Resource) -> Result<u32>;

    /// The readable end of a stream.
    fn stream(&mut self, any: StreamAny, ty: &Type) -> Result<u32>;

    /// The readable end of a future.
    fn future(&mut self, any: FutureAny, ty: &Type) -> Result<u32>;
}

/// One value.
pub fn lift(val: Val, ty: &Type, handles: &mut dyn LiftHandle) -> Result<Value> {
    Ok(match (val, ty) {
        (Val::Bool(v), Type::Bool) => Value::Bool(v),
        (Val::S8(v), Type::S8) => Value::S8(v),
        (Val::U8(v), Type::U8) => Value::U8(v),
        (Val::S16(v), Type::S16) => Value::S16(v),
        (Val::U16(v), Type::U16) => Value::U16(v),
        (Val::S32(v), Type::S32) => Value::S32(v),
        (Val::U32(v), Type::U32) => Value::U32(v),
        (Val::S64(v), Type::S64) => Value::S64(v),
        (Val::U64(v), Type::U64) => Value::U64(v),
        (Val::Float32(v), Type::F32) => Value::F32(v),
        (Val::Float64(v), Type::F64) => Value::F64(v),
        (Val::Char(v), Type::Char) => Value::Char(v),
        (Val::String(v), Type::String) => Value::String(v),
        (Val::List(items), Type::List(item)) if matches!(**item, Type::U8) => Value::Bytes(bytes(items)?),
        (Val::List(items), Type::List(item)) => Value::List(lift_all(items, item, handles)?),
        (Val::FixedLengthList(items), Type::FixedList(item, _)) => Value::List(lift_all(items, item, handles)?),
        (Val::Map(entries), Type::Map(key, value)) => {
            let lifted = entries.into_iter().map(|(k, v)| Ok((lift(k, key, handles)?, lift(v, value, handles)?)));
            Value::Map(lifted.collect::<Result<_>>()?)
        }
        (Val::Tuple(items), Type::Tuple(types)) => {
            let lifted = items.into_iter().zip(types.iter()).map(|(item, ty)| lift(item, ty, handles));
            Value::Tuple(lifted.collect::<Result<_>>()?)
        }
        (Val::Record(fields), Type::Record(record)) => {
            let lifted = fields.into_iter().zip(&record.fields).map(|((_, val), field)| lift(val, &field.ty, handles));
            Value::Record(lifted.collect::<Result<_>>()?)
        }
        (Val::Variant(name, payload), Type::Variant(variant)) => {
            let case = position(variant.cases.iter().map(|case| &*case.name), &name)?;
            let ty = variant.cases[case as usize].ty.as_ref();
            Value::Variant(case, lift_payload(payload, ty, handles)?)
        }
        (Val::Enum(name), Type::Enum(labels)) => {
            Value::Enum(position(labels.labels.iter().map(|label| &**label), &name)?)
        }
        (Val::Flags(names), Type::Flags(labels)) => {
            let set = names.iter().map(|name| position(labels.labels.iter().map(|label| &**label), name));
            let mut set = set.collect::<Result<Vec<u32>>>()?;
            set.sort_unstable();
            Value::Flags(set)
        }
        (Val::Option(payload), Type::Option(item)) => Value::Option(lift_payload(payload, Some(item), handles)?),
        (Val::Result(result), Type::Result(ty)) => Value::Result(match result {
            Ok(payload) => Ok(lift_payload(payload, ty.ok.as_ref(), handles)?),
            Err(payload) => Err(lift_payload(payload, ty.err.as_ref(), handles)?),
        }),
        (Val::Resource(any), Type::Own(resource) | Type::Borrow(resource)) => {
            Value::Handle(handles.resource(any, resource)?)
        }
        (Val::Stream(any), Type::Stream(_)) => Value::Handle(handles.stream(any, ty)?),
        (Val::Future(any), Type::Future(_)) => Value::Handle(handles.future(any, ty)?),
        _ => return Err(unexpected()),
    })
}

fn lift_all(items: Vec<Val>, ty: &Type, handles: &mut dyn LiftHandle) -> Result<Vec<Value>> {
    items.into_iter().map(|item| lift(item, ty, handles)).collect()
}

fn lift_payload(
    payload: Option<Box<Val>>,
    ty: Option<&Type>,
    handles: &mut dyn LiftHandle,
) -> Result<Option<Box<Value>>> {
    match (payload, ty) {
        (Some(payload), Some(ty)) => Ok(Some(Box::new(lift(*payload, ty, handles)?))),
        (None, _) => Ok(None),
        (Some(_), None) => Err(unexpected()),
    }
}

fn bytes(items: Vec<Val>) -> Result<Vec<u8>> {
    let byte = |item| if let Val::U8(byte) = item { Ok(byte) } else { Err(unexpected()) };
    items.into_iter().map(byte).collect()
}

fn position<'a>(mut names: impl Iterator<Item = &'a str>, name: &str) -> Result<u32> {
    let found = names.position(|known| known == name).ok_or_else(unexpected)?;
    u32::try_from(found).map_err(|_| unexpected())
}

/// The bytes of a component and the runtime disagree on a type: a defect of ours.
fn unexpected() -> Error {
    Error::new(Kind::Internal, "the runtime returned a value of another type than the component's bytes say")
}
