//! How the shell's handles cross into a store and back, when the shell is the caller.

use std::sync::Arc;

use wasmtime::component::types::Type as RuntimeType;
use wasmtime::component::{FutureAny, ResourceAny, ResourceDynamic, ResourceType, StreamAny, Val};
use wasmtime::{AsContextMut, Store};

use super::handle::HandleState;
use super::handle_table::{Entry, Held, Holder};
use super::host::{Host, StoreState};
use super::lift::LiftHandle;
use super::lock;
use super::lower::LowerHandle;
use super::ready;
use crate::error::{Error, Kind, Result};
use crate::model::{Resource, Type};
use crate::value::Value;

/// The handles of one call's arguments.
pub struct ShellHandles<'a> {
    /// The store that is called.
    pub store: &'a mut Store<StoreState>,
    host: Arc<Host>,
    /// The component's number and its instance's generation.
    here: (u32, u32),
    component_name: &'a str,
    /// Handles that the call takes.
    moved: Vec<u32>,
    /// Host resources among them.
    moved_reps: Vec<u32>,
    /// Handles that the call borrows, and what the store was given for a host resource.
    lent: Vec<(u32, Option<ResourceAny>)>,
    /// Streams and futures taken out of the table.
    transferred: Vec<u32>,
}

impl<'a> ShellHandles<'a> {
    /// For calls into this store.
    pub fn new(store: &'a mut Store<StoreState>, component_name: &'a str) -> ShellHandles<'a> {
        let state = store.data();
        let (host, here) = (state.host.clone(), (state.component, state.generation));
        ShellHandles {
            store,
            host,
            here,
            component_name,
            moved: Vec::new(),
            moved_reps: Vec::new(),
            lent: Vec::new(),
            transferred: Vec::new(),
        }
    }

    /// The call happens: what it takes is taken, what it borrows is lent.
    pub fn commit(&mut self, by: &str) {
        let mut table = lock(&self.host.handles);
        for number in self.moved.iter().chain(&self.transferred) {
            table.end(*number, HandleState::Moved(by.to_owned()));
        }
        for rep in &self.moved_reps {
            table.give(*rep, Holder::Instance(self.here.0, self.here.1));
        }
        for (number, _) in &self.lent {
            if let Ok(entry) = table.live(*number) {
                entry.lends += 1;
            }
        }
    }

    /// The call is over: what was lent is back.
    pub fn give_back(&mut self) {
        for (number, given) in std::mem::take(&mut self.lent) {
            if let Some(any) = given {
                // Frees the store's own entry; the resource itself lives on.
                let _ = any.try_into_resource_dynamic(&mut *self.store);
            }
            if let Ok(entry) = lock(&self.host.handles).live(number) {
                entry.lends = entry.lends.saturating_sub(1);
            }
        }
    }

    fn host_resource(&mut self, number: u32, rep: u32, ty: ResourceType, own: bool) -> Result<Val> {
        let resource = lock(&self.host.handles).resource(rep).map(|held| held.resource.clone());
        let tag = resource.as_ref().map(|resource| self.host.resource_tag(resource));
        let Some(tag) = tag.filter(|tag| ResourceType::host_dynamic(*tag) == ty) else {
            return Err(other_type(number));
        };
        let any = ResourceDynamic::new_own(rep, tag)
            .try_into_resource_any(self.store.as_context_mut())
            .map_err(|e| Error::new(Kind::Limit, "no more resources can be passed to it").cause(format!("{e:#}")))?;
        if own {
            self.moved.push(number);
            self.moved_reps.push(rep);
        } else {
            self.lent.push((number, Some(any)));
        }
        Ok(Val::Resource(any))
    }

    fn twice(&self, number: u32, own: bool) -> Result<()> {
        let taken = self.moved.contains(&number) || self.transferred.contains(&number);
        if taken || (own && self.lent.iter().any(|(lent, _)| *lent == number)) {
            let message = format!("#{number} stands twice in this call, and one of the places takes it");
            return Err(Error::new(Kind::Handle, message));
        }
        Ok(())
    }
}

impl LowerHandle for ShellHandles<'_> {
    fn resource(&mut self, number: u32, ty: ResourceType, own: bool) -> Result<Val> {
        self.twice(number, own)?;
        let (store, held) = {
            let mut table = lock(&self.host.handles);
            let entry = table.live(number)?;
            let held = match &entry.held {
                Held::Host { rep } => Ok(*rep),
                Held::Guest(any) => Err(*any),
                _ => return Err(other_type(number)),
            };
            (entry.store, held)
        };
        let any = match held {
            Ok(rep) => return self.host_resource(number, rep, ty, own),
            Err(any) => any,
        };
        if store != Some(self.here) {
            return Err(foreign(number, self.component_name));
        }
        if any.ty() != ty {
            return Err(other_type(number));
        }
        if own {
            self.moved.push(number);
        } else {
            self.lent.push((number, None));
        }
        Ok(Val::Resource(any))
    }

    fn transfer(&mut self, number: u32, ty: &RuntimeType) -> Result<Val> {
        self.twice(number, true)?;
        let mut table = lock(&self.host.handles);
        let entry = table.live(number)?;
        if entry.store != Some(self.here) {
            return Err(foreign(number, self.component_name));
        }
        let val = match (&entry.held, ty) {
            (Held::Stream(_), RuntimeType::Stream(_)) | (Held::Future(_), RuntimeType::Future(_)) => {
                match std::mem::replace(&mut entry.held, Held::Nothing) {
                    Held::Stream(any) => Val::Stream(any),
                    Held::Future(any) => Val::Future(any),
                    _ => return Err(other_type(number)),
                }
            }
            _ => return Err(other_type(number)),
        };
        self.transferred.push(number);
        Ok(val)
    }

    fn ready(&mut self, content: &Value, ty: &RuntimeType) -> Result<Val> {
        match ty {
            RuntimeType::Stream(stream) => ready::stream(content, stream.ty().as_ref(), self.store),
            RuntimeType::Future(future) => ready::future(content, future.ty().as_ref(), self.store),
            _ => Err(Error::new(Kind::Internal, "neither a stream nor a future")),
        }
    }
}

impl LiftHandle for ShellHandles<'_> {
    fn resource(&mut self, any: ResourceAny, resource: &Resource) -> Result<u32> {
        if let Ok(dynamic) = any.try_into_resource_dynamic(&mut *self.store) {
            return Ok(lock(&self.host.handles).hold(dynamic.rep(), &resource.name));
        }
        let interface = resource.name.interface.as_ref().map(|name| name.to_string());
        Ok(self.keep(resource.name.name.to_string(), interface, Held::Guest(any)))
    }

    fn stream(&mut self, any: StreamAny, ty: &Type) -> Result<u32> {
        Ok(self.keep(ty.to_string(), None, Held::Stream(any)))
    }

    fn future(&mut self, any: FutureAny, ty: &Type) -> Result<u32> {
        Ok(self.keep(ty.to_string(), None, Held::Future(any)))
    }
}

impl ShellHandles<'_> {
    fn keep(&self, type_name: String, interface: Option<String>, held: Held) -> u32 {
        lock(&self.host.handles).add(Entry {
            type_name,
            interface,
            store: Some(self.here),
            owner: self.component_name.to_owned(),
            held,
            state: HandleState::Live,
            lends: 0,
        })
    }
}

fn other_type(number: u32) -> Error {
    Error::new(Kind::Handle, format!("#{number} is a handle of another type than the one expected here"))
}

fn foreign(number: u32, component: &str) -> Error {
    Error::new(Kind::Handle, format!("#{number} belongs to another component than {component}"))
        .help("components that share resources must be composed into one")
}
