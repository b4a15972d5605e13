//! A component's exports as the runtime sees them: a walk over its export handles, through nested instances.
//!
//! The runtime's types have no names, so the result is compared with, and never shown instead of, what the bytes say.

use std::sync::Arc;

use wasmtime::Engine;
use wasmtime::component::types::{ComponentFunc, ComponentInstance, ComponentItem, Type as RuntimeType};
use wasmtime::component::{Component, ComponentExportIndex};

use crate::model::types::{Case, Field, Labels, Record, ResultType, Variant};
use crate::model::{Function, Param, Resource, ResourceId, Type, TypeName};

/// All exported functions, in the component's order.
pub fn walk(component: &Component) -> Vec<Function> {
    let engine = component.engine();
    let mut walk = Walk { engine, component, found: Vec::new() };
    let ty = component.component_type();
    for (name, export) in ty.exports(engine) {
        walk.item(None, &mut Vec::new(), name, &export.ty);
    }
    walk.found
}

struct Walk<'a> {
    engine: &'a Engine,
    component: &'a Component,
    found: Vec<Function>,
}

impl Walk<'_> {
    fn item(
        &mut self,
        parent: Option<&ComponentExportIndex>,
        path: &mut Vec<Arc<str>>,
        name: &str,
        item: &ComponentItem,
    ) {
        // The handle, not the name alone, is what a call needs: an export without one could not be called.
        let Some(index) = self.component.get_export_index(parent, name) else { return };
        match item {
            ComponentItem::ComponentFunc(ty) => self.found.push(function(path, name, ty)),
            ComponentItem::ComponentInstance(instance) => self.instance(&index, path, name, instance),
            _ => {}
        }
    }

    fn instance(&mut self, index: &ComponentExportIndex, path: &mut Vec<Arc<str>>, name: &str, ty: &ComponentInstance) {
        path.push(name.into());
        for (name, export) in ty.exports(self.engine) {
            self.item(Some(index), path, name, &export.ty);
        }
        path.pop();
    }
}

fn function(path: &[Arc<str>], name: &str, ty: &ComponentFunc) -> Function {
    Function {
        path: path.to_vec(),
        name: name.into(),
        params: ty.params().map(|(name, ty)| Param { name: name.into(), ty: value_type(&ty) }).collect(),
        result: ty.results().next().map(|ty| value_type(&ty)),
        is_async: ty.async_(),
    }
}

/// The type without names; all resources look alike.
fn value_type(ty: &RuntimeType) -> Type {
    match ty {
        RuntimeType::Bool => Type::Bool,
        RuntimeType::S8 => Type::S8,
        RuntimeType::U8 => Type::U8,
        RuntimeType::S16 => Type::S16,
        RuntimeType::U16 => Type::U16,
        RuntimeType::S32 => Type::S32,
        RuntimeType::U32 => Type::U32,
        RuntimeType::S64 => Type::S64,
        RuntimeType::U64 => Type::U64,
        RuntimeType::Float32 => Type::F32,
        RuntimeType::Float64 => Type::F64,
        RuntimeType::Char => Type::Char,
        RuntimeType::String => Type::String,
        RuntimeType::ErrorContext => Type::ErrorContext,
        RuntimeType::List(list) => Type::List(shared(&list.ty())),
        RuntimeType::FixedLengthList(list) => Type::FixedList(shared(&list.ty()), list.len()),
        RuntimeType::Map(map) => Type::Map(shared(&map.key()), shared(&map.value())),
        RuntimeType::Tuple(tuple) => Type::Tuple(tuple.types().map(|ty| value_type(&ty)).collect()),
        RuntimeType::Option(option) => Type::Option(shared(&option.ty())),
        RuntimeType::Result(result) => Type::Result(Arc::new(ResultType {
            ok: result.ok().map(|ty| value_type(&ty)),
            err: result.err().map(|ty| value_type(&ty)),
        })),
        RuntimeType::Record(record) => {
            let fields = record.fields().map(|field| Field { name: field.name.into(), ty: value_type(&field.ty) });
            Type::Record(Arc::new(Record { name: None, fields: fields.collect() }))
        }
        RuntimeType::Variant(variant) => {
            let cases =
                variant.cases().map(|case| Case { name: case.name.into(), ty: case.ty.as_ref().map(value_type) });
            Type::Variant(Arc::new(Variant { name: None, cases: cases.collect() }))
        }
        RuntimeType::Enum(names) => Type::Enum(labels(names.names())),
        RuntimeType::Flags(flags) => Type::Flags(labels(flags.names())),
        RuntimeType::Own(_) => Type::Own(some_resource()),
        RuntimeType::Borrow(_) => Type::Borrow(some_resource()),
        RuntimeType::Stream(stream) => Type::Stream(stream.ty().map(|ty| shared(&ty))),
        RuntimeType::Future(future) => Type::Future(future.ty().map(|ty| shared(&ty))),
    }
}

fn shared(ty: &RuntimeType) -> Arc<Type> {
    Arc::new(value_type(ty))
}

fn labels<'a>(names: impl Iterator<Item = &'a str>) -> Arc<Labels> {
    Arc::new(Labels { name: None, labels: names.map(Arc::from).collect() })
}

fn some_resource() -> Resource {
    Resource { name: TypeName { interface: None, name: "resource".into() }, id: ResourceId::Defined(0, 0) }
}
