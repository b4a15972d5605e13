//! A component's instance inside a store, and its functions by name.
//!
//! Several instances may share one store: those of components that are linked. They are kept in the store's own state, so that a
//! call of an import can find the instance that answers it.

use std::collections::HashMap;
use std::sync::Arc;

use wasmtime::component::types::Type as RuntimeType;
use wasmtime::component::{Component, Func, Instance};
use wasmtime::{AsContext, AsContextMut, Module};

use super::store_state::StoreState;
use crate::error::{Error, Kind, Result};
use crate::model::Function;

/// One component's instance.
pub struct Member {
    /// The component's name, for errors.
    pub name: String,
    instance: Instance,
    /// Where its code lies.
    code: usize,
    functions: HashMap<String, Prepared>,
}

impl Member {
    /// An instance of which nothing was called yet.
    pub fn new(name: &str, component: &Component, instance: Instance) -> Member {
        let code = component.image_range().start.addr();
        Member { name: name.to_owned(), instance, code, functions: HashMap::new() }
    }

    /// Whether a module is a part of it.
    pub fn has(&self, module: &Module) -> bool {
        self.code == module.image_range().start.addr()
    }

    /// The runtime's instance.
    pub fn instance(&self) -> Instance {
        self.instance
    }
}

/// A function that can be called.
#[derive(Clone)]
pub struct Prepared {
    /// The runtime's function.
    pub func: Func,
    /// The runtime's types of its parameters.
    pub params: Arc<[RuntimeType]>,
    /// How many results it has: one or none.
    pub results: usize,
}

impl Prepared {
    /// A function of this store.
    pub fn new(func: Func, store: impl AsContext) -> Prepared {
        let ty = func.ty(store);
        Prepared { func, params: ty.params().map(|(_, ty)| ty).collect(), results: ty.results().len() }
    }
}

/// Finds an exported function of a component that lives in this store.
pub fn prepare(
    mut store: impl AsContextMut<Data = StoreState>,
    component: u32,
    function: &Function,
) -> Result<Prepared> {
    let mut store = store.as_context_mut();
    let key = function.full_name();
    let member = store.data().members.get(&component).ok_or_else(|| not_here(component))?;
    if let Some(prepared) = member.functions.get(&key) {
        return Ok(prepared.clone());
    }
    let instance = member.instance;
    let mut place = None;
    for name in function.path.iter().chain([&function.name]) {
        let found = instance.get_export_index(&mut store, place.as_ref(), name);
        place = Some(found.ok_or_else(|| not_exported(&key))?);
    }
    let func = place.and_then(|place| instance.get_func(&mut store, place));
    let func = func.ok_or_else(|| not_exported(&key))?;
    let prepared = Prepared::new(func, &store);
    if let Some(member) = store.data_mut().members.get_mut(&component) {
        member.functions.insert(key, prepared.clone());
    }
    Ok(prepared)
}

fn not_exported(name: &str) -> Error {
    Error::new(Kind::Internal, format!("the instance does not export {name}"))
}

pub(super) fn not_here(component: u32) -> Error {
    Error::new(Kind::Internal, format!("component {component} has no instance in this store"))
}
