//! From the validator's types to [`Type`]: each built once, shared, and called what the component calls it.
//!
//! The validator gives every import and export of a type an id of its own, which is an alias of the id that it was made from.
//! So a type's name is found by following its aliases until one of them is named: a type that an interface `use`s keeps the
//! name of the interface that defines it. Names are collected before anything is built.

use std::collections::HashMap;
use std::sync::Arc;

use wasmparser::PrimitiveValType;
use wasmparser::component_types::{
    AliasableResourceId, ComponentAnyTypeId, ComponentDefinedType, ComponentDefinedTypeId, ComponentFuncTypeId,
    ComponentValType, ResourceId as ValidatorResource,
};
use wasmparser::types::Types;

use super::types::{Case, Field, Labels, Record, ResultType, Variant};
use super::{Param, Resource, ResourceId, Type, TypeName};

/// Builds the types of one component.
pub struct TypeBuilder<'a> {
    types: &'a Types,
    component: u32,
    names: HashMap<ComponentAnyTypeId, TypeName>,
    resources: HashMap<ValidatorResource, Resource>,
    defined_resources: u32,
    built: HashMap<ComponentDefinedTypeId, Type>,
}

/// Which side a name comes from.
#[derive(Clone, Copy, PartialEq)]
pub enum Side {
    /// The component imports it.
    Import,
    /// The component exports it.
    Export,
}

impl<'a> TypeBuilder<'a> {
    /// A builder for the component of this number.
    pub fn new(types: &'a Types, component: u32) -> TypeBuilder<'a> {
        TypeBuilder {
            types,
            component,
            names: HashMap::new(),
            resources: HashMap::new(),
            defined_resources: 0,
            built: HashMap::new(),
        }
    }

    /// The validator's types.
    pub fn types(&self) -> &'a Types {
        self.types
    }

    /// Takes note that a type, made from the one that it refers to, stands under a name. A type that has a name keeps it.
    pub fn name_type(
        &mut self,
        referenced: ComponentAnyTypeId,
        created: ComponentAnyTypeId,
        name: TypeName,
        side: Side,
    ) {
        if let ComponentAnyTypeId::Resource(resource) = created {
            return self.name_resource(resource.resource(), name, side);
        }
        let name = self.canonical_name(referenced).cloned().unwrap_or(name);
        self.names.insert(created, name);
    }

    fn name_resource(&mut self, resource: ValidatorResource, name: TypeName, side: Side) {
        if self.resources.contains_key(&resource) {
            return;
        }
        let id = match side {
            Side::Import => ResourceId::Imported(name.clone()),
            Side::Export => {
                self.defined_resources += 1;
                ResourceId::Defined(self.component, self.defined_resources)
            }
        };
        self.resources.insert(resource, Resource { name, id });
    }

    fn canonical_name(&self, id: ComponentAnyTypeId) -> Option<&TypeName> {
        let mut next = Some(id);
        while let Some(id) = next {
            if let Some(name) = self.names.get(&id) {
                return Some(name);
            }
            next = self.types.peel_alias(id);
        }
        None
    }

    /// A resource; one that has no name anywhere is called `resource`.
    pub fn resource(&mut self, id: AliasableResourceId) -> Resource {
        let unnamed = TypeName { interface: None, name: "resource".into() };
        self.name_resource(id.resource(), unnamed, Side::Export);
        self.resources[&id.resource()].clone()
    }

    /// A function's parameters, result and whether it is async.
    pub fn function(&mut self, id: ComponentFuncTypeId) -> (Vec<Param>, Option<Type>, bool) {
        let types = self.types;
        let function = &types[id];
        let params = function
            .params
            .iter()
            .map(|(name, ty)| Param { name: name.as_str().into(), ty: self.build(*ty) })
            .collect();
        (params, function.result.map(|ty| self.build(ty)), function.async_)
    }

    /// A value type.
    pub fn build(&mut self, ty: ComponentValType) -> Type {
        match ty {
            ComponentValType::Primitive(primitive) => from_primitive(primitive),
            ComponentValType::Type(id) => self.defined(id),
        }
    }

    /// A defined value type. The validator bounds how deep types nest, so recursion is safe.
    pub fn defined(&mut self, id: ComponentDefinedTypeId) -> Type {
        if let Some(built) = self.built.get(&id) {
            return built.clone();
        }
        let built = self.build_defined(id);
        self.built.insert(id, built.clone());
        built
    }

    fn build_defined(&mut self, id: ComponentDefinedTypeId) -> Type {
        use ComponentDefinedType as Defined;
        let name = self.canonical_name(ComponentAnyTypeId::Defined(id)).cloned();
        let types = self.types;
        match &types[id] {
            Defined::Primitive(primitive) => from_primitive(*primitive),
            Defined::Record(record) => {
                let fields = record.fields.iter();
                let fields =
                    fields.map(|(name, ty)| Field { name: name.as_str().into(), ty: self.build(*ty) }).collect();
                Type::Record(Arc::new(Record { name, fields }))
            }
            Defined::Variant(variant) => {
                let cases = variant.cases.iter();
                let cases = cases
                    .map(|(name, case)| Case { name: name.as_str().into(), ty: case.ty.map(|ty| self.build(ty)) })
                    .collect();
                Type::Variant(Arc::new(Variant { name, cases }))
            }
            Defined::List { element, .. } => Type::List(self.shared(*element)),
            Defined::FixedLengthList { element, length, .. } => Type::FixedList(self.shared(*element), *length),
            Defined::Map { key, value, .. } => Type::Map(self.shared(*key), self.shared(*value)),
            Defined::Tuple(tuple) => Type::Tuple(tuple.types.iter().map(|ty| self.build(*ty)).collect()),
            Defined::Flags(labels) => Type::Flags(from_labels(name, labels.iter().map(|label| label.as_str()))),
            Defined::Enum(labels) => Type::Enum(from_labels(name, labels.iter().map(|label| label.as_str()))),
            Defined::Option { ty, .. } => Type::Option(self.shared(*ty)),
            Defined::Result { ok, err, .. } => {
                let (ok, err) = (ok.map(|ty| self.build(ty)), err.map(|ty| self.build(ty)));
                Type::Result(Arc::new(ResultType { ok, err }))
            }
            Defined::Own(resource) => Type::Own(self.resource(*resource)),
            Defined::Borrow(resource) => Type::Borrow(self.resource(*resource)),
            Defined::Future { ty, .. } => Type::Future(ty.map(|ty| self.shared(ty))),
            Defined::Stream { ty, .. } => Type::Stream(ty.map(|ty| self.shared(ty))),
        }
    }

    fn shared(&mut self, ty: ComponentValType) -> Arc<Type> {
        Arc::new(self.build(ty))
    }
}

fn from_labels<'a>(name: Option<TypeName>, labels: impl Iterator<Item = &'a str>) -> Arc<Labels> {
    Arc::new(Labels { name, labels: labels.map(Arc::from).collect() })
}

fn from_primitive(primitive: PrimitiveValType) -> Type {
    match primitive {
        PrimitiveValType::Bool => Type::Bool,
        PrimitiveValType::S8 => Type::S8,
        PrimitiveValType::U8 => Type::U8,
        PrimitiveValType::S16 => Type::S16,
        PrimitiveValType::U16 => Type::U16,
        PrimitiveValType::S32 => Type::S32,
        PrimitiveValType::U32 => Type::U32,
        PrimitiveValType::S64 => Type::S64,
        PrimitiveValType::U64 => Type::U64,
        PrimitiveValType::F32 => Type::F32,
        PrimitiveValType::F64 => Type::F64,
        PrimitiveValType::Char => Type::Char,
        PrimitiveValType::String => Type::String,
        PrimitiveValType::ErrorContext => Type::ErrorContext,
    }
}
