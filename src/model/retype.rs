//! A function with other resources in its types.
//!
//! What a component imports is a type of its own to it; while another component answers that import, it is that one's.

use std::collections::HashMap;
use std::sync::Arc;

use super::mentions::mentions_in;
use super::types::{Case, Field, Record, ResultType, Variant};
use super::{Function, Param, Resource, ResourceId, Type};

/// Which resource stands for which.
pub type Resources = HashMap<ResourceId, Resource>;

/// The function with these resources in the place of its own; itself where it mentions none of them.
pub fn retyped(function: &Arc<Function>, resources: &Resources) -> Arc<Function> {
    let is_concerned =
        || mentions_in(function).keys().any(|name| resources.contains_key(&ResourceId::Imported(name.clone())));
    if resources.is_empty() || !is_concerned() {
        return function.clone();
    }
    let mut retype = Retype { resources, done: HashMap::new() };
    let params = function.params.iter().map(|param| Param { name: param.name.clone(), ty: retype.ty(&param.ty) });
    let params = params.collect();
    let result = function.result.as_ref().map(|ty| retype.ty(ty));
    Arc::new(Function { params, result, ..(**function).clone() })
}

struct Retype<'a> {
    resources: &'a Resources,
    /// Shared parts that are done, by their address.
    done: HashMap<usize, Type>,
}

impl Retype<'_> {
    fn ty(&mut self, ty: &Type) -> Type {
        let address = match ty {
            Type::Tuple(part) => Arc::as_ptr(part).addr(),
            Type::Record(part) => Arc::as_ptr(part).addr(),
            Type::Variant(part) => Arc::as_ptr(part).addr(),
            Type::Result(part) => Arc::as_ptr(part).addr(),
            _ => return self.build(ty),
        };
        if let Some(done) = self.done.get(&address) {
            return done.clone();
        }
        let built = self.build(ty);
        self.done.insert(address, built.clone());
        built
    }

    fn build(&mut self, ty: &Type) -> Type {
        match ty {
            Type::List(item) => Type::List(self.part(item)),
            Type::FixedList(item, length) => Type::FixedList(self.part(item), *length),
            Type::Map(key, value) => Type::Map(key.clone(), self.part(value)),
            Type::Tuple(items) => Type::Tuple(items.iter().map(|item| self.ty(item)).collect()),
            Type::Option(item) => Type::Option(self.part(item)),
            Type::Result(result) => {
                let ok = result.ok.as_ref().map(|ty| self.ty(ty));
                Type::Result(Arc::new(ResultType { ok, err: result.err.as_ref().map(|ty| self.ty(ty)) }))
            }
            Type::Record(record) => {
                let fields = record.fields.iter();
                let fields = fields.map(|field| Field { name: field.name.clone(), ty: self.ty(&field.ty) }).collect();
                Type::Record(Arc::new(Record { name: record.name.clone(), fields }))
            }
            Type::Variant(variant) => {
                let cases = variant.cases.iter();
                let cases = cases
                    .map(|case| Case { name: case.name.clone(), ty: case.ty.as_ref().map(|ty| self.ty(ty)) })
                    .collect();
                Type::Variant(Arc::new(Variant { name: variant.name.clone(), cases }))
            }
            Type::Own(resource) => Type::Own(self.resource(resource)),
            Type::Borrow(resource) => Type::Borrow(self.resource(resource)),
            Type::Stream(item) => Type::Stream(item.as_ref().map(|item| self.part(item))),
            Type::Future(item) => Type::Future(item.as_ref().map(|item| self.part(item))),
            plain => plain.clone(),
        }
    }

    fn part(&mut self, part: &Arc<Type>) -> Arc<Type> {
        Arc::new(self.ty(part))
    }

    fn resource(&self, resource: &Resource) -> Resource {
        self.resources.get(&resource.id).unwrap_or(resource).clone()
    }
}
