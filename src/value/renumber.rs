//! The same value with other numbers for its resource handles.
//!
//! A handle has one number in the shell's table, another as the representation of a host resource, and a third in a provider's
//! own process; this is how a value goes from one of these to the next.

use super::Value;
use crate::error::Result;
use crate::model::{Resource, Type};

/// What a handle's number becomes: told the number, its resource type, and whether the handle owns it.
pub type NewNumber<'a> = dyn FnMut(u32, &Resource, bool) -> Result<u32> + 'a;

/// The same value with every resource handle's number replaced.
pub fn renumber(value: &Value, ty: &Type, number: &mut NewNumber<'_>) -> Result<Value> {
    let mut all = |items: &[Value], types: &mut dyn Iterator<Item = &Type>| -> Result<Vec<Value>> {
        items.iter().zip(types).map(|(item, ty)| renumber(item, ty, number)).collect()
    };
    Ok(match (value, ty) {
        (Value::Handle(n), Type::Own(resource)) => Value::Handle(number(*n, resource, true)?),
        (Value::Handle(n), Type::Borrow(resource)) => Value::Handle(number(*n, resource, false)?),
        (Value::List(items), Type::List(ty) | Type::FixedList(ty, _)) => {
            Value::List(all(items, &mut std::iter::repeat(&**ty))?)
        }
        (Value::Tuple(items), Type::Tuple(types)) => Value::Tuple(all(items, &mut types.iter())?),
        (Value::Record(fields), Type::Record(record)) => {
            Value::Record(all(fields, &mut record.fields.iter().map(|field| &field.ty))?)
        }
        (Value::Map(entries), Type::Map(key, item)) => {
            let entries = entries.iter().map(|(k, v)| Ok((renumber(k, key, number)?, renumber(v, item, number)?)));
            Value::Map(entries.collect::<Result<_>>()?)
        }
        (Value::Option(Some(payload)), Type::Option(ty)) => {
            Value::Option(Some(Box::new(renumber(payload, ty, number)?)))
        }
        (Value::Variant(case, Some(payload)), Type::Variant(variant)) => {
            let ty = variant.cases.get(*case as usize).and_then(|case| case.ty.as_ref());
            Value::Variant(*case, Some(renumber_payload(payload, ty, number)?))
        }
        (Value::Result(Ok(Some(payload))), Type::Result(ty)) => {
            Value::Result(Ok(Some(renumber_payload(payload, ty.ok.as_ref(), number)?)))
        }
        (Value::Result(Err(Some(payload))), Type::Result(ty)) => {
            Value::Result(Err(Some(renumber_payload(payload, ty.err.as_ref(), number)?)))
        }
        _ => value.clone(),
    })
}

fn renumber_payload(payload: &Value, ty: Option<&Type>, number: &mut NewNumber<'_>) -> Result<Box<Value>> {
    Ok(Box::new(match ty {
        Some(ty) => renumber(payload, ty, number)?,
        None => payload.clone(),
    }))
}
