//! `host::` calls of what the runtime's own WASI answers: from a store of the shell's own, through forwarders.
//!
//! The resources that such a call makes are handles of the shell like any other; they live until that store goes, when what WASI
//! grants changes or a call fails.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::forwarding::ForwarderPre;
use super::program::Surroundings;
use super::store::Call;
use super::stores::{Programs, Stores};
use super::{Engine, not_loaded};
use crate::error::{Error, Kind, Result};
use crate::model::Function;
use crate::value::Value;

/// The number by which a component's forwarder is known in the shell's own store, above that of the component.
const FORWARDERS: u32 = 1 << 30;

/// What the shell's own store is called.
const NAME: &str = "host";

/// The shell's own store and what is in it.
#[derive(Default)]
pub struct HostWasi {
    store: Option<u32>,
    forwarders: BTreeMap<u32, Arc<ForwarderPre>>,
}

impl Engine {
    /// Calls a function of WASI that a loaded component imports.
    pub(super) fn call_wasi(&mut self, function: &Function, args: &[Value], what: &str) -> Result<Option<Value>> {
        let same = |known: &Arc<Function>| known.name == function.name && known.path == function.path;
        let importing = self.programs.iter().find(|(_, program)| program.component.imported_functions.iter().any(same));
        let component = importing.map(|(id, _)| *id).ok_or_else(|| {
            Error::new(Kind::Name, format!("nothing that is loaded imports {} any more", function.full_name()))
        })?;
        let host = &mut self.host_wasi;
        let (number, forwarder) = host.ready(&self.around, &mut self.stores, &self.programs, component)?;
        let export = forwarder.export(function).ok_or_else(|| {
            Error::new(Kind::Provider, format!("{} cannot be called by hand", function.full_name()))
                .note("a borrowed handle stands deep inside of its arguments")
        })?;
        let export = Function { path: Vec::new(), name: export.into(), ..function.clone() };
        let brought = self.bring(args, number)?;
        let call = Call { function: &export, args, what, reads: &brought, of_wasi: Some(function) };
        let called = self.call_in(number, FORWARDERS + component, &call)?;
        self.stores.settle(&self.around, number, called)
    }

    /// Ends the shell's own store; how many handles that ended.
    pub(super) fn end_host_wasi(&mut self, why: &str) -> usize {
        let HostWasi { store, .. } = std::mem::take(&mut self.host_wasi);
        store.map_or(0, |number| self.stores.end(&self.around, number, why))
    }
}

impl HostWasi {
    /// The store, with a way to what this component imports.
    fn ready(
        &mut self,
        around: &Surroundings,
        stores: &mut Stores,
        programs: &Programs,
        component: u32,
    ) -> Result<(u32, Arc<ForwarderPre>)> {
        if self.store.is_none_or(|number| stores.get_mut(number).is_err()) {
            *self = HostWasi::default();
        }
        if let (Some(number), Some(forwarder)) = (self.store, self.forwarders.get(&component)) {
            return Ok((number, forwarder.clone()));
        }
        let program = programs.get(&component).ok_or_else(|| not_loaded(component))?;
        let engine = match self.store {
            Some(number) => stores.get_mut(number)?.engine().clone(),
            None => around.runtimes.quickest()?,
        };
        let forwarder = Arc::new(ForwarderPre::new(&engine, &program.component)?);
        let number = match self.store {
            Some(number) => number,
            None => stores.empty(around, &engine, &[NAME.to_owned()])?,
        };
        self.store = Some(number);
        let store = stores.get_mut(number)?;
        let made = store.instantiate(around, FORWARDERS + component, NAME, &forwarder.linked());
        stores.settle(around, number, made)?;
        self.forwarders.insert(component, forwarder.clone());
        Ok((number, forwarder))
    }
}
