//! Types written into the index space where they are needed: that of a component, or of an instance type in it.
//!
//! A type that has a name there is referred to by its number; everything else is defined where it is first used, each shared part
//! once.

use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};
use std::sync::Arc;

use wasm_encoder::{ComponentTypeEncoder, ComponentValType as Encoded, PrimitiveValType as Primitive};

use super::{Function, Resource, Type, TypeName};
use crate::error::{Error, Kind, Result};

/// An index space of types that is being filled.
pub trait Space {
    /// Whose names are written: the same name may mean something else to another.
    type Speaker: ?Sized;

    /// Defines a type; its number.
    fn define(&mut self, write: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32;

    /// The number of a type that the speaker calls so, if it has one here.
    fn named(&mut self, speaker: &Self::Speaker, name: &TypeName) -> Result<Option<u32>>;

    /// A record, variant, enum or flags type that had no name here was defined; its number from here on.
    fn introduce(&mut self, index: u32) -> u32 {
        index
    }

    /// The numbers of shared types that stand here already.
    fn shared(&mut self) -> &mut Shared;
}

/// Numbers of types whose parts are shared, by what tells them apart: their sort and where their parts lie.
pub type Shared = HashMap<(Discriminant<Type>, usize), u32>;

/// A type where it is used.
pub fn refer<S: Space>(space: &mut S, speaker: &S::Speaker, ty: &Type) -> Result<Encoded> {
    if let Some(primitive) = primitive(ty) {
        return Ok(Encoded::Primitive(primitive));
    }
    let key = address(ty).map(|address| (discriminant(ty), address));
    if let Some(index) = key.and_then(|key| space.shared().get(&key).copied()) {
        return Ok(Encoded::Type(index));
    }
    let index = match ty.name() {
        Some(name) if !is_handle(ty) => match space.named(speaker, name)? {
            Some(index) => index,
            None => define_unnamed(space, speaker, ty)?,
        },
        _ => define_unnamed(space, speaker, ty)?,
    };
    if let Some(key) = key {
        space.shared().insert(key, index);
    }
    Ok(Encoded::Type(index))
}

fn define_unnamed<S: Space>(space: &mut S, speaker: &S::Speaker, ty: &Type) -> Result<u32> {
    let index = define(space, speaker, ty)?;
    Ok(match ty {
        Type::Record(_) | Type::Variant(_) | Type::Enum(_) | Type::Flags(_) => space.introduce(index),
        _ => index,
    })
}

/// A type's own definition, whatever it is called.
pub fn define<S: Space>(space: &mut S, speaker: &S::Speaker, ty: &Type) -> Result<u32> {
    if let Some(primitive) = primitive(ty) {
        return Ok(space.define(|to| to.defined_type().primitive(primitive)));
    }
    Ok(match ty {
        Type::List(item) => {
            let item = refer(space, speaker, item)?;
            space.define(|to| to.defined_type().list(item))
        }
        Type::FixedList(item, length) => {
            let item = refer(space, speaker, item)?;
            space.define(|to| to.defined_type().fixed_length_list(item, *length))
        }
        Type::Map(key, value) => {
            let (key, value) = (refer(space, speaker, key)?, refer(space, speaker, value)?);
            space.define(|to| to.defined_type().map(key, value))
        }
        Type::Tuple(items) => {
            let items = items.iter().map(|item| refer(space, speaker, item)).collect::<Result<Vec<_>>>()?;
            space.define(|to| to.defined_type().tuple(items))
        }
        Type::Option(item) => {
            let item = refer(space, speaker, item)?;
            space.define(|to| to.defined_type().option(item))
        }
        Type::Result(result) => {
            let (ok, err) =
                (payload(space, speaker, result.ok.as_ref())?, payload(space, speaker, result.err.as_ref())?);
            space.define(|to| to.defined_type().result(ok, err))
        }
        Type::Record(record) => {
            let fields = record.fields.iter().map(|field| Ok((&*field.name, refer(space, speaker, &field.ty)?)));
            let fields = fields.collect::<Result<Vec<_>>>()?;
            space.define(|to| to.defined_type().record(fields))
        }
        Type::Variant(variant) => {
            let cases = variant.cases.iter().map(|case| Ok((&*case.name, payload(space, speaker, case.ty.as_ref())?)));
            let cases = cases.collect::<Result<Vec<_>>>()?;
            space.define(|to| to.defined_type().variant(cases))
        }
        Type::Enum(labels) => {
            space.define(|to| to.defined_type().enum_type(labels.labels.iter().map(|label| &**label)))
        }
        Type::Flags(labels) => space.define(|to| to.defined_type().flags(labels.labels.iter().map(|label| &**label))),
        Type::Own(of) => {
            let of = resource(space, speaker, of)?;
            space.define(|to| to.defined_type().own(of))
        }
        Type::Borrow(of) => {
            let of = resource(space, speaker, of)?;
            space.define(|to| to.defined_type().borrow(of))
        }
        Type::Stream(item) => {
            let item = payload(space, speaker, item.as_deref())?;
            space.define(|to| to.defined_type().stream(item))
        }
        Type::Future(item) => {
            let item = payload(space, speaker, item.as_deref())?;
            space.define(|to| to.defined_type().future(item))
        }
        plain => return Err(Error::new(Kind::Internal, format!("{plain} is no type with parts"))),
    })
}

/// A function's type.
pub fn function<S: Space>(space: &mut S, speaker: &S::Speaker, function: &Function) -> Result<u32> {
    let params = function.params.iter().map(|param| Ok((&*param.name, refer(space, speaker, &param.ty)?)));
    let params = params.collect::<Result<Vec<_>>>()?;
    let result = payload(space, speaker, function.result.as_ref())?;
    Ok(space.define(|to| {
        to.function().async_(function.is_async).params(params).result(result);
    }))
}

fn payload<S: Space>(space: &mut S, speaker: &S::Speaker, ty: Option<&Type>) -> Result<Option<Encoded>> {
    ty.map(|ty| refer(space, speaker, ty)).transpose()
}

fn resource<S: Space>(space: &mut S, speaker: &S::Speaker, of: &Resource) -> Result<u32> {
    space
        .named(speaker, &of.name)?
        .ok_or_else(|| Error::new(Kind::Type, format!("the resource {} has no place here", of.name.full_name())))
}

fn is_handle(ty: &Type) -> bool {
    matches!(ty, Type::Own(_) | Type::Borrow(_))
}

/// Where a type's shared part lies; nothing for what shares none.
fn address(ty: &Type) -> Option<usize> {
    Some(match ty {
        Type::List(part) | Type::FixedList(part, _) | Type::Option(part) => Arc::as_ptr(part).addr(),
        Type::Map(part, _) | Type::Stream(Some(part)) | Type::Future(Some(part)) => Arc::as_ptr(part).addr(),
        Type::Tuple(parts) => Arc::as_ptr(parts).addr(),
        Type::Result(part) => Arc::as_ptr(part).addr(),
        Type::Record(part) => Arc::as_ptr(part).addr(),
        Type::Variant(part) => Arc::as_ptr(part).addr(),
        Type::Enum(part) | Type::Flags(part) => Arc::as_ptr(part).addr(),
        _ => return None,
    })
}

fn primitive(ty: &Type) -> Option<Primitive> {
    Some(match ty {
        Type::Bool => Primitive::Bool,
        Type::S8 => Primitive::S8,
        Type::U8 => Primitive::U8,
        Type::S16 => Primitive::S16,
        Type::U16 => Primitive::U16,
        Type::S32 => Primitive::S32,
        Type::U32 => Primitive::U32,
        Type::S64 => Primitive::S64,
        Type::U64 => Primitive::U64,
        Type::F32 => Primitive::F32,
        Type::F64 => Primitive::F64,
        Type::Char => Primitive::Char,
        Type::String => Primitive::String,
        Type::ErrorContext => Primitive::ErrorContext,
        _ => return None,
    })
}
