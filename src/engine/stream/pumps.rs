//! The pumps of one store: compiled once for each payload type, and used again when a stream is done with one.

use std::collections::HashMap;
use std::sync::Arc;

use wasmtime::component::types::Type as RuntimeType;
use wasmtime::component::{Component, Func, Instance, InstancePre, Linker};
use wasmtime::{AsContextMut, StoreContextMut};

use super::pump;
use crate::engine::store_state::StoreState;
use crate::error::{Error, Kind, Result};
use crate::model::Type;

/// One pump: the functions of one instance.
#[derive(Clone)]
pub struct Pump {
    kind: Arc<[u8]>,
    /// `open(end)`
    pub open: Func,
    /// `next(most)`
    pub next: Func,
    /// `close()`
    pub close: Func,
    /// `make()`
    pub make: Func,
    /// `push(items)`
    pub push: Func,
    /// `finish()`
    pub finish: Func,
    /// What `push` takes, in the runtime's terms.
    pub items: RuntimeType,
}

/// What a store has of them, by the component's bytes.
#[derive(Default)]
pub struct Pumps {
    kinds: HashMap<Arc<[u8]>, Kept>,
}

struct Kept {
    linked: InstancePre<StoreState>,
    idle: Vec<Pump>,
}

impl Pumps {
    /// A pump that nobody uses any more.
    pub fn give_back(&mut self, pump: Pump) {
        if let Some(kept) = self.kinds.get_mut(&pump.kind) {
            kept.idle.push(pump);
        }
    }
}

/// A pump for a stream or future of this payload.
pub async fn obtain(
    store: &mut StoreContextMut<'_, StoreState>,
    is_future: bool,
    payload: Option<&Type>,
) -> wasmtime::Result<Pump> {
    let kind: Arc<[u8]> = pump::component(is_future, payload)?.into();
    let linked = match store.data_mut().pumps.kinds.get_mut(&kind) {
        Some(kept) => match kept.idle.pop() {
            Some(pump) => return Ok(pump),
            None => kept.linked.clone(),
        },
        None => {
            let engine = store.engine().clone();
            let compiled = Component::from_binary(&engine, &kind).map_err(defect)?;
            let linked = Linker::new(&engine).instantiate_pre(&compiled).map_err(defect)?;
            let kept = Kept { linked: linked.clone(), idle: Vec::new() };
            store.data_mut().pumps.kinds.insert(kind.clone(), kept);
            linked
        }
    };
    let instance = linked.instantiate_async(store.as_context_mut()).await?;
    let push = function(store, instance, "push")?;
    let items = push.ty(&*store).params().next().map(|(_, ty)| ty);
    Ok(Pump {
        kind,
        open: function(store, instance, "open")?,
        next: function(store, instance, "next")?,
        close: function(store, instance, "close")?,
        make: function(store, instance, "make")?,
        push,
        finish: function(store, instance, "finish")?,
        items: items.ok_or_else(|| Error::new(Kind::Internal, "a pump takes nothing"))?,
    })
}

fn function(store: &mut StoreContextMut<'_, StoreState>, instance: Instance, name: &str) -> Result<Func> {
    let found = instance.get_func(store, name);
    found.ok_or_else(|| Error::new(Kind::Internal, format!("a pump does not export {name}")))
}

fn defect(error: wasmtime::Error) -> Error {
    Error::new(Kind::Internal, "a pump cannot be made").cause(format!("{error:#}"))
}
