//! Writing types where a component or an instance type needs them.
//!
//! In both places, whatever a function mentions has to have a name there. The runtime asks a host for resources and functions by
//! name, never for other types, so those get names of our own.

use std::collections::HashMap;

use wasm_encoder::{
    Alias, ComponentBuilder, ComponentExportKind, ComponentOuterAliasKind, ComponentTypeEncoder, ComponentTypeRef,
    InstanceType, TypeBounds,
};

use super::RESOURCE;
use crate::error::Result;
use crate::model::type_writer::{self, Shared, Space};
use crate::model::{Function, TypeName};

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
    written: Shared,
}

impl<P: Place> Scope<P> {
    /// Nothing written yet.
    pub fn new(place: P) -> Scope<P> {
        Scope { place, written: Shared::new() }
    }

    /// Writes the type of an owned handle.
    pub fn own(&mut self, resource: &TypeName) -> Option<u32> {
        let resource = self.place.resource(resource)?;
        Some(self.define(|encoder| encoder.defined_type().own(resource)))
    }

    /// Writes a function's type; `None` if it mentions a resource that is not here.
    pub fn function(&mut self, function: &Function) -> Option<u32> {
        type_writer::function(self, &(), function).ok()
    }
}

impl<P: Place> Space for Scope<P> {
    type Speaker = ();

    fn define(&mut self, write: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32 {
        self.place.define(write)
    }

    /// Resources alone have names that the runtime asks for.
    fn named(&mut self, _speaker: &(), name: &TypeName) -> Result<Option<u32>> {
        Ok(self.place.resource(name))
    }

    fn introduce(&mut self, index: u32) -> u32 {
        self.place.name(index)
    }

    fn shared(&mut self) -> &mut Shared {
        &mut self.written
    }
}
