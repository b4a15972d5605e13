//! How the shell's handles cross into a store and back, when the shell is the caller.

use std::sync::Arc;

use wasmtime::component::types::Type as RuntimeType;
use wasmtime::component::{FutureAny, ResourceAny, ResourceDynamic, ResourceType, StreamAny, Val};
use wasmtime::{AsContextMut, StoreContextMut};

use super::handle::HandleState;
use super::handle_table::{Entry, GuestResource, Held, Holder};
use super::host::Host;
use super::lift::LiftHandle;
use super::lock;
use super::lower::LowerHandle;
use super::store_state::StoreState;
use crate::error::{Error, Kind, Result};
use crate::model::{Resource, Type, TypeName};

/// Handles that a call borrows, and what the store was given for a host resource.
pub type Lent = Vec<(u32, Option<ResourceAny>)>;

/// The handles of one call's arguments.
pub struct ShellHandles<'a> {
    /// The store that is called.
    pub store: StoreContextMut<'a, StoreState>,
    host: Arc<Host>,
    /// The number of the component that is called.
    component: u32,
    /// The number of its store.
    here: u32,
    component_name: String,
    /// Handles that the call takes.
    moved: Vec<u32>,
    /// Host resources among them.
    moved_reps: Vec<u32>,
    /// Handles that the call borrows, and what the store was given for a host resource.
    lent: Lent,
    /// Streams and futures taken out of the table.
    transferred: Vec<u32>,
}

impl<'a> ShellHandles<'a> {
    /// For calls of a component in this store.
    pub fn new(store: StoreContextMut<'a, StoreState>, component: u32) -> ShellHandles<'a> {
        let state = store.data();
        let (host, here) = (state.host.clone(), state.number);
        let component_name = state.name_of(component);
        ShellHandles {
            store,
            host,
            component,
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
            table.give(*rep, Holder::Instance(self.component, self.here));
        }
        for (number, _) in &self.lent {
            if let Ok(entry) = table.live(*number) {
                entry.lends += 1;
            }
        }
    }

    /// What was lent, to be given back by another that has the same store, with [`ShellHandles::lent`].
    pub fn take_lent(&mut self) -> Lent {
        std::mem::take(&mut self.lent)
    }

    /// With what a call was lent that is over now.
    pub fn lent(mut self, lent: Lent) -> Self {
        self.lent = lent;
        self
    }

    /// The call is over: what was lent is back.
    pub fn give_back(&mut self) {
        for (number, given) in std::mem::take(&mut self.lent) {
            if let Some(any) = given {
                // Frees the store's own entry; the resource itself lives on.
                let given = any.try_into_resource_dynamic(&mut self.store);
                let rep = given.ok().map(|given| given.rep());
                let mut table = lock(&self.host.handles);
                if let Some(rep) = rep.filter(|rep| table.resource(*rep).is_some_and(|held| held.guest.is_some())) {
                    table.remove_resource(rep);
                }
            }
            if let Ok(entry) = lock(&self.host.handles).live(number) {
                entry.lends = entry.lends.saturating_sub(1);
            }
        }
    }

    fn host_resource(&mut self, number: u32, rep: u32, ty: ResourceType, own: bool) -> Result<Val> {
        let resource = lock(&self.host.handles).resource(rep).map(|held| held.resource.clone());
        let resource = resource.filter(|resource| self.host.is_resource_type(resource, ty));
        let any = self.give(rep, &resource.ok_or_else(|| other_type(number))?)?;
        if own {
            self.moved.push(number);
            self.moved_reps.push(rep);
        } else {
            self.lent.push((number, Some(any)));
        }
        Ok(Val::Resource(any))
    }

    /// A resource of another component in this store, for one that imports its type: it gets a stand-in.
    fn linked_resource(&mut self, number: u32, guest: Guest, ty: ResourceType, own: bool) -> Result<Val> {
        // The importer may know the interface by another name or version.
        let known = self.host.resource_of_type(ty).filter(|known| known.name == guest.resource.name);
        let resource = known.ok_or_else(|| other_type(number))?;
        let holder = Holder::Instance(self.component, self.here);
        let made = GuestResource { any: guest.any, owner: guest.owner };
        let rep = lock(&self.host.handles).stand_in(&resource, holder, made)?;
        let any = self.give(rep, &resource)?;
        if own {
            self.moved.push(number);
        } else {
            self.lent.push((number, Some(any)));
        }
        Ok(Val::Resource(any))
    }

    fn give(&mut self, rep: u32, resource: &TypeName) -> Result<ResourceAny> {
        ResourceDynamic::new_own(rep, self.host.resource_tag(resource))
            .try_into_resource_any(self.store.as_context_mut())
            .map_err(|e| Error::new(Kind::Limit, "no more resources can be passed to it").cause(format!("{e:#}")))
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
        let (rep, guest) = {
            let mut table = lock(&self.host.handles);
            let entry = table.live(number)?;
            match &entry.held {
                Held::Host { rep } => (Some(*rep), None),
                Held::Guest(_) if entry.store != Some(self.here) => {
                    return Err(foreign(number, &entry.owner, &self.component_name));
                }
                Held::Guest(any) => {
                    (None, Some(Guest { any: *any, owner: entry.owner_id, resource: entry.resource() }))
                }
                _ => return Err(other_type(number)),
            }
        };
        let guest = match (rep, guest) {
            (Some(rep), _) => return self.host_resource(number, rep, ty, own),
            (_, Some(guest)) => guest,
            (None, None) => return Err(other_type(number)),
        };
        let any = guest.any;
        if any.ty() != ty {
            return self.linked_resource(number, guest, ty, own);
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
            return Err(foreign(number, &entry.owner, &self.component_name));
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
}

/// A resource that a component made, to be passed to a component of the same store.
struct Guest {
    any: ResourceAny,
    owner: u32,
    resource: TypeName,
}

impl LiftHandle for ShellHandles<'_> {
    fn resource(&mut self, any: ResourceAny, resource: &Resource) -> Result<u32> {
        let Ok(dynamic) = any.try_into_resource_dynamic(&mut self.store) else {
            return Ok(self.keep_resource(&resource.name, any, self.component));
        };
        let mut table = lock(&self.host.handles);
        let Some(guest) = table.resource(dynamic.rep()).and_then(|held| held.guest) else {
            return Ok(table.hold(dynamic.rep(), &resource.name));
        };
        table.remove_resource(dynamic.rep());
        drop(table);
        Ok(self.keep_resource(&resource.name, guest.any, guest.owner))
    }

    fn stream(&mut self, any: StreamAny, ty: &Type) -> Result<u32> {
        Ok(self.keep_end(ty, Held::Stream(any)))
    }

    fn future(&mut self, any: FutureAny, ty: &Type) -> Result<u32> {
        Ok(self.keep_end(ty, Held::Future(any)))
    }
}

impl ShellHandles<'_> {
    fn keep_resource(&self, resource: &TypeName, any: ResourceAny, owner: u32) -> u32 {
        let mut entry = Entry::new(resource.name.to_string(), Held::Guest(any));
        entry.interface = resource.interface.as_ref().map(|name| name.to_string());
        self.keep(entry, owner)
    }

    fn keep_end(&self, ty: &Type, held: Held) -> u32 {
        self.keep(Entry::end(ty, held), self.component)
    }

    fn keep(&self, mut entry: Entry, owner_id: u32) -> u32 {
        let owner = self.store.data().members.get(&owner_id).map_or(&*self.component_name, |member| &*member.name);
        entry.owner = owner.to_owned();
        entry.owner_id = owner_id;
        entry.store = Some(self.here);
        lock(&self.host.handles).add(entry)
    }
}

fn other_type(number: u32) -> Error {
    Error::new(Kind::Handle, format!("#{number} is a handle of another type than the one expected here"))
}

fn foreign(number: u32, owner: &str, component: &str) -> Error {
    Error::new(Kind::Handle, format!("#{number} belongs to {owner}, and {component} is not linked to it")).help(
        format!(
            "`.link {owner} {component}` lets the one answer the other's imports; linked components share resources"
        ),
    )
}
