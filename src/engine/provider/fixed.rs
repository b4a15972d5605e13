//! Answers that need nobody: always the same value, or the zero value of the type.

use async_trait::async_trait;

use super::{ImportCall, Provider};
use crate::error::{Error, Kind, Result};
use crate::model::{Function, Type};
use crate::value::Value;

/// Always this value.
pub struct Fixed(pub Value);

#[async_trait]
impl Provider for Fixed {
    fn name(&self) -> &str {
        "value"
    }

    fn answers(&self, function: &Function) -> bool {
        function.result.is_some()
    }

    async fn call(&self, _call: ImportCall<'_>) -> Result<Option<Value>> {
        Ok(Some(self.0.clone()))
    }
}

/// The zero value of the result's type.
pub struct Zero;

#[async_trait]
impl Provider for Zero {
    fn name(&self) -> &str {
        "default"
    }

    fn answers(&self, _function: &Function) -> bool {
        true
    }

    async fn call(&self, call: ImportCall<'_>) -> Result<Option<Value>> {
        call.function.result.as_ref().map(|ty| zero(ty, &call)).transpose()
    }
}

/// Numbers are 0, texts and lists empty, options `none`, results `ok`, variants their first case, resources new.
fn zero(ty: &Type, call: &ImportCall<'_>) -> Result<Value> {
    let boxed = |ty: &Type| zero(ty, call).map(Box::new);
    Ok(match ty {
        Type::Bool => Value::Bool(false),
        Type::S8 => Value::S8(0),
        Type::U8 => Value::U8(0),
        Type::S16 => Value::S16(0),
        Type::U16 => Value::U16(0),
        Type::S32 => Value::S32(0),
        Type::U32 => Value::U32(0),
        Type::S64 => Value::S64(0),
        Type::U64 => Value::U64(0),
        Type::F32 => Value::F32(0.0),
        Type::F64 => Value::F64(0.0),
        Type::Char => Value::Char('\0'),
        Type::String => Value::String(String::new()),
        Type::List(_) if ty.is_bytes() => Value::Bytes(Vec::new()),
        Type::List(_) => Value::List(Vec::new()),
        Type::FixedList(item, length) => Value::List((0..*length).map(|_| zero(item, call)).collect::<Result<_>>()?),
        Type::Map(..) => Value::Map(Vec::new()),
        Type::Tuple(items) => Value::Tuple(items.iter().map(|ty| zero(ty, call)).collect::<Result<_>>()?),
        Type::Record(record) => {
            Value::Record(record.fields.iter().map(|field| zero(&field.ty, call)).collect::<Result<_>>()?)
        }
        Type::Variant(variant) => {
            let first = variant.cases.first().and_then(|case| case.ty.as_ref());
            Value::Variant(0, first.map(boxed).transpose()?)
        }
        Type::Enum(_) => Value::Enum(0),
        Type::Flags(_) => Value::Flags(Vec::new()),
        Type::Option(_) => Value::Option(None),
        Type::Result(result) => Value::Result(Ok(result.ok.as_ref().map(boxed).transpose()?)),
        Type::Own(resource) => call.resource(resource)?,
        Type::Borrow(_)
        | Type::Stream(_)
        | Type::Future(_)
        | Type::ErrorContext
        | Type::Writable(_)
        | Type::Task(_) => {
            return Err(Error::new(Kind::Provider, format!("there is no default for {ty}")));
        }
    })
}
