//! Which named types and resources an item mentions, at any depth.

use std::collections::HashSet;
use std::sync::Arc;

use indexmap::IndexMap;

use super::{Function, Item, Type, TypeName};

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A value type.
    Value,
    /// A resource.
    Resource,
}

/// The named types that an item of a component mentions or is, those inside of named types included; of an instance, those of
/// all its items.
pub fn mentions(item: &Item) -> IndexMap<TypeName, Sort> {
    let mut walk = Walk::default();
    walk.item(item);
    walk.found
}

/// The named types that a function mentions.
pub fn mentions_in(function: &Function) -> IndexMap<TypeName, Sort> {
    let mut walk = Walk::default();
    walk.function(function);
    walk.found
}

/// One walk over types, each shared part once.
#[derive(Default)]
struct Walk {
    found: IndexMap<TypeName, Sort>,
    seen: HashSet<usize>,
}

impl Walk {
    fn item(&mut self, item: &Item) {
        match item {
            Item::Function(function) => self.function(function),
            Item::Instance(items) => items.iter().for_each(|item| self.item(&item.item)),
            Item::Type(ty) => self.ty(ty),
            Item::Resource(resource) => drop(self.found.insert(resource.name.clone(), Sort::Resource)),
            Item::Component(_) | Item::CoreModule(_) | Item::Core(_) | Item::Other(_) => {}
        }
    }

    fn function(&mut self, function: &Function) {
        function.params.iter().map(|param| &param.ty).chain(&function.result).for_each(|ty| self.ty(ty));
    }

    fn ty(&mut self, ty: &Type) {
        match ty {
            Type::List(part) | Type::FixedList(part, _) | Type::Option(part) => self.part(part),
            Type::Stream(part) | Type::Future(part) => part.iter().for_each(|part| self.part(part)),
            Type::Map(key, value) => [key, value].into_iter().for_each(|part| self.part(part)),
            Type::Tuple(parts) if self.once(parts) => parts.iter().for_each(|part| self.ty(part)),
            Type::Result(part) if self.once(part) => part.ok.iter().chain(&part.err).for_each(|part| self.ty(part)),
            Type::Record(record) if self.once(record) => record.fields.iter().for_each(|field| self.ty(&field.ty)),
            Type::Variant(variant) if self.once(variant) => {
                variant.cases.iter().filter_map(|case| case.ty.as_ref()).for_each(|ty| self.ty(ty));
            }
            _ => {}
        }
        if let Some(name) = ty.name() {
            let sort = if matches!(ty, Type::Own(_) | Type::Borrow(_)) { Sort::Resource } else { Sort::Value };
            self.found.insert(name.clone(), sort);
        }
    }

    fn part(&mut self, part: &Arc<Type>) {
        if self.once(part) {
            self.ty(part);
        }
    }

    fn once<T: ?Sized>(&mut self, part: &Arc<T>) -> bool {
        self.seen.insert(Arc::as_ptr(part).addr())
    }
}
