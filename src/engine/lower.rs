//! From the shell's values to the runtime's, checked against the runtime's own types.
//!
//! The runtime must never be the one to find a wrong argument: it would refuse the instance from then on. So everything is
//! checked here first, handles by the [`LowerHandle`] of the context.

use wasmtime::component::types::{ResultType, Type};
use wasmtime::component::{ResourceType, Val};

use crate::error::{Error, Kind, Result};
use crate::value::Value;

/// Turns a handle's number into what the runtime takes.
pub trait LowerHandle {
    /// A resource: moved where `own`, else lent.
    fn resource(&mut self, number: u32, ty: ResourceType, own: bool) -> Result<Val>;

    /// The readable end of a stream or future, moved.
    fn transfer(&mut self, number: u32, ty: &Type) -> Result<Val>;
}

/// Bytes of one list that may be passed: the runtime makes a value of some 40 bytes of each.
const MOST_BYTES: usize = 32 << 20;

fn too_many(bytes: usize) -> Error {
    Error::new(Kind::Limit, format!("a list of {bytes} bytes is more than can be passed at once"))
        .note(format!("the bound is {} MiB", MOST_BYTES >> 20))
        .help("pass it in parts")
}

/// One value.
pub fn lower(value: &Value, ty: &Type, handles: &mut dyn LowerHandle) -> Result<Val> {
    Ok(match (value, ty) {
        (Value::Bool(v), Type::Bool) => Val::Bool(*v),
        (Value::S8(v), Type::S8) => Val::S8(*v),
        (Value::U8(v), Type::U8) => Val::U8(*v),
        (Value::S16(v), Type::S16) => Val::S16(*v),
        (Value::U16(v), Type::U16) => Val::U16(*v),
        (Value::S32(v), Type::S32) => Val::S32(*v),
        (Value::U32(v), Type::U32) => Val::U32(*v),
        (Value::S64(v), Type::S64) => Val::S64(*v),
        (Value::U64(v), Type::U64) => Val::U64(*v),
        (Value::F32(v), Type::Float32) => Val::Float32(*v),
        (Value::F64(v), Type::Float64) => Val::Float64(*v),
        (Value::Char(v), Type::Char) => Val::Char(*v),
        (Value::String(v), Type::String) => Val::String(v.clone()),
        (Value::Bytes(bytes), Type::List(list)) if list.ty() == Type::U8 => {
            if bytes.len() > MOST_BYTES {
                return Err(too_many(bytes.len()));
            }
            Val::List(bytes.iter().map(|byte| Val::U8(*byte)).collect())
        }
        (Value::List(items), Type::List(list)) => Val::List(lower_all(items, &list.ty(), handles)?),
        (Value::List(items), Type::FixedLengthList(list)) if items.len() == list.len() as usize => {
            Val::FixedLengthList(lower_all(items, &list.ty(), handles)?)
        }
        (Value::Map(entries), Type::Map(map)) => {
            let (key, value) = (map.key(), map.value());
            let lowered = entries.iter().map(|(k, v)| Ok((lower(k, &key, handles)?, lower(v, &value, handles)?)));
            Val::Map(lowered.collect::<Result<_>>()?)
        }
        (Value::Tuple(items), Type::Tuple(tuple)) if items.len() == tuple.types().len() => {
            let lowered = items.iter().zip(tuple.types()).map(|(item, ty)| lower(item, &ty, handles));
            Val::Tuple(lowered.collect::<Result<_>>()?)
        }
        (Value::Record(fields), Type::Record(record)) if fields.len() == record.fields().len() => {
            let lowered = fields
                .iter()
                .zip(record.fields())
                .map(|(value, field)| Ok((field.name.to_owned(), lower(value, &field.ty, handles)?)));
            Val::Record(lowered.collect::<Result<_>>()?)
        }
        (Value::Variant(case, payload), Type::Variant(variant)) => {
            let found = variant.cases().nth(*case as usize).ok_or_else(|| unfit(value))?;
            Val::Variant(found.name.to_owned(), lower_payload(payload.as_deref(), found.ty.as_ref(), handles)?)
        }
        (Value::Enum(case), Type::Enum(names)) => {
            Val::Enum(names.names().nth(*case as usize).ok_or_else(|| unfit(value))?.to_owned())
        }
        (Value::Flags(set), Type::Flags(flags)) => {
            let names = flags.names().enumerate().filter(|(i, _)| set.iter().any(|flag| *flag as usize == *i));
            Val::Flags(names.map(|(_, name)| name.to_owned()).collect())
        }
        (Value::Option(payload), Type::Option(option)) => Val::Option(match payload {
            Some(payload) => Some(Box::new(lower(payload, &option.ty(), handles)?)),
            None => None,
        }),
        (Value::Result(result), Type::Result(ty)) => lower_result(result, ty, handles)?,
        (Value::Handle(number), Type::Own(ty)) => handles.resource(*number, *ty, true)?,
        (Value::Handle(number), Type::Borrow(ty)) => handles.resource(*number, *ty, false)?,
        (Value::Handle(number), Type::Stream(_) | Type::Future(_)) => handles.transfer(*number, ty)?,
        _ => return Err(unfit(value)),
    })
}

fn lower_all(items: &[Value], ty: &Type, handles: &mut dyn LowerHandle) -> Result<Vec<Val>> {
    items.iter().map(|item| lower(item, ty, handles)).collect()
}

fn lower_payload(
    payload: Option<&Value>,
    ty: Option<&Type>,
    handles: &mut dyn LowerHandle,
) -> Result<Option<Box<Val>>> {
    match (payload, ty) {
        (Some(payload), Some(ty)) => Ok(Some(Box::new(lower(payload, ty, handles)?))),
        (None, None) => Ok(None),
        (Some(value), None) => Err(unfit(value)),
        (None, Some(_)) => Err(Error::new(Kind::Type, "a payload is missing")),
    }
}

type Sides = std::result::Result<Option<Box<Value>>, Option<Box<Value>>>;

fn lower_result(result: &Sides, ty: &ResultType, handles: &mut dyn LowerHandle) -> Result<Val> {
    Ok(Val::Result(match result {
        Ok(payload) => Ok(lower_payload(payload.as_deref(), ty.ok().as_ref(), handles)?),
        Err(payload) => Err(lower_payload(payload.as_deref(), ty.err().as_ref(), handles)?),
    }))
}

/// Whatever slipped past the typing of the line.
fn unfit(value: &Value) -> Error {
    let what = match value {
        Value::Handle(_) => "a handle",
        Value::List(_) | Value::Bytes(_) => "a list",
        _ => "a value",
    };
    Error::new(Kind::Type, format!("{what} does not fit the type that the component has there"))
}
