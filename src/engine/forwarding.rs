//! WASI as something that can be called: through a forwarder, a component made for that, which lives in the store of who calls.
//!
//! A component whose calls nobody watches is connected to WASI directly and has no forwarder.

use std::collections::HashMap;
use std::sync::Arc;

use wasmtime::component::{Func, Instance, InstancePre, Linker, Val};
use wasmtime::{AsContextMut, Engine, Result as RuntimeResult, StoreContextMut};

use super::carried::Carried;
use super::handle_table::Holder;
use super::instance::Prepared;
use super::link::Linked;
use super::store_state::StoreState;
use super::wasi_resources::{WasiKind, WasiResource};
use super::{config, link, wasi, wasi_interfaces};
use crate::crossing::Way as Direction;
use crate::error::{Error, Kind, Result};
use crate::model::forwarder::{Forwarder, forwarder};
use crate::model::{Component, Function, Resource, TypeName};
use crate::value::Value;

/// Calls of async functions that can be under way at once: an instance passes on one after the other.
const MOST_AT_ONCE: usize = 16;

/// A forwarder that can be instantiated.
pub struct ForwarderPre {
    pre: InstancePre<StoreState>,
    exports: Arc<Forwarder>,
    instances: usize,
}

/// A component's forwarder in its store.
pub struct Forwarding {
    instances: Vec<Instance>,
    /// Which of them have a call under way.
    busy: Vec<bool>,
    exports: Arc<Forwarder>,
    prepared: HashMap<(usize, String), Prepared>,
}

impl ForwarderPre {
    /// The forwarder for what a component imports from WASI.
    pub fn new(engine: &Engine, component: &Component) -> Result<ForwarderPre> {
        let wanted = |name: &str| wasi_interfaces::implements(name);
        let exports = forwarder(&component.imports, wanted);
        let compiled = config::compile(engine, &exports.bytes)?;
        let mut linker = Linker::new(engine);
        let names = component.imports.iter().map(|import| &*import.name);
        let pre = wasi::link(&mut linker, names).and_then(|()| linker.instantiate_pre(&compiled));
        let pre = pre.map_err(|error| {
            let misfit = Error::new(Kind::Load, "what it imports from WASI does not fit");
            error.chain().map(|cause| cause.to_string()).fold(misfit, Error::cause)
        })?;
        let of_wasi = |function: &&Arc<Function>| function.path.first().is_some_and(|name| wanted(name));
        let any_async = component.imported_functions.iter().filter(of_wasi).any(|function| function.is_async);
        let instances = if any_async { MOST_AT_ONCE } else { 1 };
        Ok(ForwarderPre { pre, exports: Arc::new(exports), instances })
    }

    /// Its export for a function that the component imports.
    pub fn export(&self, function: &Function) -> Option<&str> {
        self.exports.functions.get(&function.full_name()).map(String::as_str)
    }

    /// Itself, as something that can be instantiated like a component.
    pub fn linked(&self) -> Linked {
        Linked { pre: self.pre.clone(), forwarder: None }
    }

    /// Makes it ready in a store.
    pub async fn instantiate(&self, mut store: impl AsContextMut<Data = StoreState>) -> RuntimeResult<Forwarding> {
        let mut store = store.as_context_mut();
        let mut instances = Vec::new();
        // The guest's bound is the guest's alone.
        store.data_mut().memory.is_ours = true;
        for _ in 0..self.instances {
            instances.push(self.pre.instantiate_async(&mut store).await?);
        }
        store.data_mut().memory.is_ours = false;
        let busy = vec![false; instances.len()];
        Ok(Forwarding { instances, busy, exports: self.exports.clone(), prepared: HashMap::new() })
    }
}

/// The drop of a resource of WASI by a component that is watched.
pub struct DroppedResource {
    component: u32,
    kind: &'static WasiKind,
    name: TypeName,
    /// `[resource-drop]NAME`, as the component model calls it.
    function: Arc<Function>,
}

impl DroppedResource {
    /// Of a type that this component imports.
    pub fn new(component: u32, kind: &'static WasiKind, resource: &Resource) -> DroppedResource {
        let function = Arc::new(Function::drop_of(resource));
        DroppedResource { component, kind, name: resource.name.clone(), function }
    }

    /// Logs it, and lets WASI run its destructor.
    pub async fn destroy(&self, mut store: StoreContextMut<'_, StoreState>, rep: u32) -> RuntimeResult<()> {
        let resource = WasiResource { kind: self.kind, rep };
        let state = store.data_mut();
        let number = state.wasi_numbers.forget(resource);
        let (host, holder) = (state.host.clone(), Holder::Instance(self.component, state.number));
        let args = [Value::Handle(Carried::number(number))];
        let logged = host.begin_call(Direction::Drop, holder, "wasi", &self.function, &args);
        // Of one that only took its place WASI knows nothing.
        let way = Way::to_drop(&mut store, self.component, &self.name).filter(|_| !resource.is_placeholder());
        let dropped = match way {
            Some(func) => {
                let any = self.kind.make(rep, &mut store)?;
                func.call_async(&mut store, &[Val::Resource(any)], &mut []).await
            }
            None => Ok(()),
        };
        if let Some(logged) = logged {
            logged.end(&link::ended(store.data(), self.component, &dropped));
        }
        dropped
    }
}

/// A function that is called through a forwarder, and which of the forwarder's instances it was taken from.
pub struct Way {
    /// The forwarder's function.
    pub prepared: Prepared,
    component: u32,
    instance: usize,
}

impl Way {
    /// The way to a function that a component imports from WASI.
    pub fn to(store: impl AsContextMut<Data = StoreState>, component: u32, function: &Function) -> Result<Way> {
        let name = function.full_name();
        let found = Way::find(store, component, |exports| exports.functions.get(&name).cloned());
        found.ok_or_else(|| Error::new(Kind::Internal, format!("{name} cannot be called from here")))
    }

    /// The way to the destructor of a resource that a component imports from WASI.
    pub fn to_drop(store: impl AsContextMut<Data = StoreState>, component: u32, resource: &TypeName) -> Option<Func> {
        let found = Way::find(store, component, |exports| exports.drops.get(&resource.full_name()).cloned());
        found.map(|way| way.prepared.func)
    }

    fn find(
        mut store: impl AsContextMut<Data = StoreState>,
        component: u32,
        export: impl FnOnce(&Forwarder) -> Option<String>,
    ) -> Option<Way> {
        let mut store = store.as_context_mut();
        let forwarding = store.data().forwarding.get(&component)?;
        let name = export(&forwarding.exports)?;
        let index = forwarding.busy.iter().position(|busy| !busy).unwrap_or(0);
        if let Some(prepared) = forwarding.prepared.get(&(index, name.clone())) {
            return Some(Way { prepared: prepared.clone(), component, instance: index });
        }
        let instance = *forwarding.instances.get(index)?;
        let func = instance.get_func(&mut store, name.as_str())?;
        let prepared = Prepared::new(func, &store);
        if let Some(forwarding) = store.data_mut().forwarding.get_mut(&component) {
            forwarding.prepared.insert((index, name), prepared.clone());
        }
        Some(Way { prepared, component, instance: index })
    }

    /// Marks the instance as having a call under way, or not any more.
    pub fn busy(&self, state: &mut StoreState, busy: bool) {
        if let Some(forwarding) = state.forwarding.get_mut(&self.component)
            && let Some(place) = forwarding.busy.get_mut(self.instance)
        {
            *place = busy;
        }
    }
}
