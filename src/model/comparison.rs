//! Whether two types have the same structure, which of different components only their resources can say.
//!
//! The parts of a type are shared, and two components share none with each other: so a pair that was found to be the same is
//! not walked twice, or 200 bytes of component would take as many steps as their type has leaves.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Function, Resource, Type};

/// One comparison of types: value types by structure, whatever they are called, and resources by `same_resource`.
pub struct Comparison<F> {
    same_resource: F,
    /// Parts that were found to be the same, by their addresses.
    same: HashSet<(usize, usize)>,
}

impl<F: FnMut(&Resource, &Resource) -> bool> Comparison<F> {
    /// A comparison that asks this of resources.
    pub fn new(same_resource: F) -> Comparison<F> {
        Comparison { same_resource, same: HashSet::new() }
    }

    /// Whether two functions have the same type: parameters with their names, result, and whether they are async. These are
    /// what the component model's subtyping of functions asks for.
    pub fn same_function(&mut self, a: &Function, b: &Function) -> bool {
        a.is_async == b.is_async
            && a.params.len() == b.params.len()
            && a.params.iter().zip(&b.params).all(|(a, b)| a.name == b.name && self.same(&a.ty, &b.ty))
            && self.same_payload(a.result.as_ref(), b.result.as_ref())
    }

    /// Whether two types have the same structure.
    pub fn same(&mut self, a: &Type, b: &Type) -> bool {
        use Type::*;
        match (a, b) {
            (List(a), List(b)) | (Option(a), Option(b)) => self.same_part(a, b),
            (FixedList(a, n), FixedList(b, m)) => n == m && self.same_part(a, b),
            (Map(k, v), Map(l, w)) => self.same_part(k, l) && self.same_part(v, w),
            (Tuple(a), Tuple(b)) => {
                self.once(a, b, |this| a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| this.same(a, b)))
            }
            (Result(a), Result(b)) => self.once(a, b, |this| {
                this.same_payload(a.ok.as_ref(), b.ok.as_ref()) && this.same_payload(a.err.as_ref(), b.err.as_ref())
            }),
            (Record(a), Record(b)) => self.once(a, b, |this| {
                a.fields.len() == b.fields.len()
                    && a.fields.iter().zip(&b.fields).all(|(a, b)| a.name == b.name && this.same(&a.ty, &b.ty))
            }),
            (Variant(a), Variant(b)) => self.once(a, b, |this| {
                a.cases.len() == b.cases.len()
                    && a.cases
                        .iter()
                        .zip(&b.cases)
                        .all(|(a, b)| a.name == b.name && this.same_payload(a.ty.as_ref(), b.ty.as_ref()))
            }),
            (Enum(a), Enum(b)) | (Flags(a), Flags(b)) => Arc::ptr_eq(a, b) || a.labels == b.labels,
            (Own(a), Own(b)) | (Borrow(a), Borrow(b)) => (self.same_resource)(a, b),
            (Writable(a), Writable(b)) => self.same_part(a, b),
            (Stream(a), Stream(b)) | (Future(a), Future(b)) | (Task(a), Task(b)) => match (a, b) {
                (Some(a), Some(b)) => self.same_part(a, b),
                (None, None) => true,
                _ => false,
            },
            _ => std::mem::discriminant(a) == std::mem::discriminant(b) && a.is_plain(),
        }
    }

    fn same_payload(&mut self, a: Option<&Type>, b: Option<&Type>) -> bool {
        match (a, b) {
            (Some(a), Some(b)) => self.same(a, b),
            (None, None) => true,
            _ => false,
        }
    }

    fn same_part(&mut self, a: &Arc<Type>, b: &Arc<Type>) -> bool {
        self.once(a, b, |this| this.same(a, b))
    }

    /// Compares two shared parts, unless they were compared before.
    fn once<T: ?Sized>(&mut self, a: &Arc<T>, b: &Arc<T>, compare: impl FnOnce(&mut Self) -> bool) -> bool {
        let pair = (Arc::as_ptr(a).addr(), Arc::as_ptr(b).addr());
        if pair.0 == pair.1 || self.same.contains(&pair) {
            return true;
        }
        let same = compare(self);
        if same {
            self.same.insert(pair);
        }
        same
    }
}
