//! Writing types where a component or an instance type needs them.
//!
//! In both places, whatever a function mentions has to have a name there. The runtime asks a host for resources and functions by
//! name, never for other types, so those get names of our own.

use std::collections::HashMap;
use std::sync::Arc;

use wasm_encoder::{
    Alias, ComponentBuilder, ComponentExportKind, ComponentOuterAliasKind, ComponentTypeEncoder, ComponentTypeRef,
    ComponentValType, InstanceType, PrimitiveValType, TypeBounds,
};

use super::{RESOURCE, resource_of};
use crate::model::{Function, Type, TypeName};

/// Where types are written.
pub trait Place {
    /// Writes a type; its index.
    fn define(&mut self, encode: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32;

    /// Gives a type a name; the index of the named type.
    fn name(&mut self, index: u32) -> u32;

    /// A resource type.
    fn resource(&mut self, name: &TypeName) -> Option<u32>;
}

/// The type of an imported instance.
pub struct Inside {
    ty: InstanceType,
    own: HashMap<TypeName, u32>,
    /// The component's, defined by instances before this one.
    outer: HashMap<TypeName, u32>,
    names: u32,
}

impl Inside {
    /// An instance type with nothing in it, beside these resources of the component.
    pub fn new(ty: InstanceType, outer: HashMap<TypeName, u32>) -> Inside {
        Inside { ty, own: HashMap::new(), outer, names: 0 }
    }

    /// A resource that the instance defines.
    pub fn define_resource(&mut self, name: &TypeName) {
        self.own.insert(name.clone(), self.ty.type_count());
        self.ty.export(&*name.name, RESOURCE);
    }

    /// Something that the instance has.
    pub fn export(&mut self, name: &str, ty: ComponentTypeRef) {
        self.ty.export(name, ty);
    }

    /// The instance type.
    pub fn finish(self) -> InstanceType {
        self.ty
    }
}

impl Place for Inside {
    fn define(&mut self, encode: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32 {
        let index = self.ty.type_count();
        encode(self.ty.ty());
        index
    }

    fn name(&mut self, index: u32) -> u32 {
        let named = self.ty.type_count();
        self.ty.export(format!("type-{}", self.names).as_str(), ComponentTypeRef::Type(TypeBounds::Eq(index)));
        self.names += 1;
        named
    }

    fn resource(&mut self, name: &TypeName) -> Option<u32> {
        if let Some(index) = self.own.get(name) {
            return Some(*index);
        }
        let outer = *self.outer.get(name)?;
        let index = self.ty.type_count();
        self.ty.alias(Alias::Outer { kind: ComponentOuterAliasKind::Type, count: 1, index: outer });
        self.own.insert(name.clone(), index);
        Some(index)
    }
}

/// The component itself.
pub struct Root {
    /// What it is written with.
    pub builder: ComponentBuilder,
    resources: HashMap<TypeName, u32>,
    names: u32,
}

impl Root {
    /// A component with no resources.
    pub fn new(builder: ComponentBuilder) -> Root {
        Root { builder, resources: HashMap::new(), names: 0 }
    }

    /// Its resources so far.
    pub fn resources(&self) -> HashMap<TypeName, u32> {
        self.resources.clone()
    }

    /// Its resources in the order in which they came.
    pub fn all_resources(&self) -> Vec<(TypeName, u32)> {
        let mut all: Vec<_> = self.resources.iter().map(|(name, index)| (name.clone(), *index)).collect();
        all.sort_by_key(|(_, index)| *index);
        all
    }

    /// Imports an instance; its index.
    pub fn import_instance(&mut self, name: &str, ty: &InstanceType) -> u32 {
        let ty = self.builder.type_instance(None, ty);
        self.builder.import(name, ComponentTypeRef::Instance(ty))
    }

    /// Takes in a resource that an imported instance defines.
    pub fn alias_resource(&mut self, instance: u32, resource: TypeName) {
        let index = self.builder.alias_export(instance, &resource.name, ComponentExportKind::Type);
        self.resources.insert(resource, index);
    }
}

impl Place for Root {
    fn define(&mut self, encode: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32 {
        let (index, encoder) = self.builder.ty(None);
        encode(encoder);
        index
    }

    fn name(&mut self, index: u32) -> u32 {
        let name = format!("type-{}", self.names);
        self.names += 1;
        self.builder.import(name.as_str(), ComponentTypeRef::Type(TypeBounds::Eq(index)))
    }

    fn resource(&mut self, name: &TypeName) -> Option<u32> {
        self.resources.get(name).copied()
    }
}

/// A place, and the types that were written there.
pub struct Scope<P> {
    /// Where.
    pub place: P,
    /// By the address of what they were made from, which lives as long as the component that is read.
    written: HashMap<usize, u32>,
}

impl<P: Place> Scope<P> {
    /// Nothing written yet.
    pub fn new(place: P) -> Scope<P> {
        Scope { place, written: HashMap::new() }
    }

    /// Writes a type that has no name; its index.
    pub fn define(&mut self, encode: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32 {
        self.place.define(encode)
    }

    /// Writes the type of an owned handle.
    pub fn own(&mut self, resource: &TypeName) -> Option<u32> {
        let resource = self.place.resource(resource)?;
        Some(self.define(|encoder| encoder.defined_type().own(resource)))
    }

    /// Writes a function's type; `None` if it mentions a resource that is not here.
    pub fn function(&mut self, function: &Function) -> Option<u32> {
        let mut params = Vec::new();
        for param in &function.params {
            params.push((&*param.name, self.value(&param.ty)?));
        }
        let result = self.optional(function.result.as_ref())?;
        Some(self.define(|encoder| {
            let mut encoder = encoder.function();
            encoder.async_(function.is_async);
            encoder.params(params).result(result);
        }))
    }

    fn optional(&mut self, ty: Option<&Type>) -> Option<Option<ComponentValType>> {
        match ty {
            Some(ty) => self.value(ty).map(Some),
            None => Some(None),
        }
    }

    fn value(&mut self, ty: &Type) -> Option<ComponentValType> {
        if let Some(primitive) = primitive(ty) {
            return Some(ComponentValType::Primitive(primitive));
        }
        let address = address(ty);
        if let Some(index) = address.and_then(|address| self.written.get(&address)) {
            return Some(ComponentValType::Type(*index));
        }
        let index = self.compound(ty)?;
        if let Some(address) = address {
            self.written.insert(address, index);
        }
        Some(ComponentValType::Type(index))
    }

    fn compound(&mut self, ty: &Type) -> Option<u32> {
        let index = match ty {
            Type::List(item) => {
                let item = self.value(item)?;
                self.define(|encoder| encoder.defined_type().list(item))
            }
            Type::FixedList(item, length) => {
                let item = self.value(item)?;
                self.define(|encoder| encoder.defined_type().fixed_length_list(item, *length))
            }
            Type::Map(key, value) => {
                let (key, value) = (self.value(key)?, self.value(value)?);
                self.define(|encoder| encoder.defined_type().map(key, value))
            }
            Type::Tuple(items) => {
                let items: Vec<_> = items.iter().map(|item| self.value(item)).collect::<Option<_>>()?;
                self.define(|encoder| encoder.defined_type().tuple(items))
            }
            Type::Option(payload) => {
                let payload = self.value(payload)?;
                self.define(|encoder| encoder.defined_type().option(payload))
            }
            Type::Result(result) => {
                let (ok, err) = (self.optional(result.ok.as_ref())?, self.optional(result.err.as_ref())?);
                self.define(|encoder| encoder.defined_type().result(ok, err))
            }
            Type::Own(_) | Type::Borrow(_) => {
                let resource = self.place.resource(resource_of(ty)?)?;
                let owned = matches!(ty, Type::Own(_));
                self.define(|encoder| match owned {
                    true => encoder.defined_type().own(resource),
                    false => encoder.defined_type().borrow(resource),
                })
            }
            Type::Stream(payload) => {
                let payload = self.optional(payload.as_deref())?;
                self.define(|encoder| encoder.defined_type().stream(payload))
            }
            Type::Future(payload) => {
                let payload = self.optional(payload.as_deref())?;
                self.define(|encoder| encoder.defined_type().future(payload))
            }
            named => return self.named(named),
        };
        Some(index)
    }

    /// A type that WIT would give a name to.
    fn named(&mut self, ty: &Type) -> Option<u32> {
        let index = match ty {
            Type::Record(record) => {
                let mut fields = Vec::new();
                for field in &record.fields {
                    fields.push((&*field.name, self.value(&field.ty)?));
                }
                self.define(|encoder| encoder.defined_type().record(fields))
            }
            Type::Variant(variant) => {
                let mut cases = Vec::new();
                for case in &variant.cases {
                    cases.push((&*case.name, self.optional(case.ty.as_ref())?));
                }
                self.define(|encoder| encoder.defined_type().variant(cases))
            }
            Type::Enum(labels) => {
                let labels: Vec<&str> = labels.labels.iter().map(|label| &**label).collect();
                self.define(|encoder| encoder.defined_type().enum_type(labels))
            }
            Type::Flags(labels) => {
                let labels: Vec<&str> = labels.labels.iter().map(|label| &**label).collect();
                self.define(|encoder| encoder.defined_type().flags(labels))
            }
            _ => return None,
        };
        Some(self.place.name(index))
    }
}

fn address(ty: &Type) -> Option<usize> {
    match ty {
        Type::Record(part) => Some(Arc::as_ptr(part).addr()),
        Type::Variant(part) => Some(Arc::as_ptr(part).addr()),
        Type::Enum(part) | Type::Flags(part) => Some(Arc::as_ptr(part).addr()),
        Type::Result(part) => Some(Arc::as_ptr(part).addr()),
        Type::Tuple(part) => Some(Arc::as_ptr(part).addr()),
        _ => None,
    }
}

fn primitive(ty: &Type) -> Option<PrimitiveValType> {
    Some(match ty {
        Type::Bool => PrimitiveValType::Bool,
        Type::S8 => PrimitiveValType::S8,
        Type::U8 => PrimitiveValType::U8,
        Type::S16 => PrimitiveValType::S16,
        Type::U16 => PrimitiveValType::U16,
        Type::S32 => PrimitiveValType::S32,
        Type::U32 => PrimitiveValType::U32,
        Type::S64 => PrimitiveValType::S64,
        Type::U64 => PrimitiveValType::U64,
        Type::F32 => PrimitiveValType::F32,
        Type::F64 => PrimitiveValType::F64,
        Type::Char => PrimitiveValType::Char,
        Type::String => PrimitiveValType::String,
        Type::ErrorContext => PrimitiveValType::ErrorContext,
        _ => return None,
    })
}
