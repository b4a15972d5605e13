//! The handles that the shell holds, and the host resources that anybody holds.
//!
//! Two things are numbered here, from one counter. A *handle* is what a variable holds (`#3`); it ends by a move, a drop, or the
//! end of its instance, and is then kept for a while to say why it cannot be used. A *host resource* is what a provider made;
//! its number is its representation (`rep`) in every store, and it lives until its holder drops it, whichever instances come
//! and go.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::sync::Arc;

use wasmtime::component::{FutureAny, ResourceAny, StreamAny};

use super::handle::{HandleInfo, HandleState};
use super::stream::Channel;
use super::task::Task;
use crate::error::{Error, Kind, Result};
use crate::model::{Type, TypeName};
use crate::value::Value;

/// Ended handles that are remembered.
const REMEMBERED: usize = 1_000;

/// Host resources that may live at once: a guest that leaks is stopped here.
const MOST_RESOURCES: usize = 1_000_000;

/// The numbers of what is made for one call and has no name begin here: nobody ever sees them.
pub const UNSEEN: u32 = 1 << 30;

/// Who holds a host resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The shell, through a handle.
    Shell,
    /// An instance: its component's number and its store's.
    Instance(u32, u32),
}

/// What a handle stands for.
pub enum Held {
    /// A host resource.
    Host {
        /// Its representation.
        rep: u32,
    },
    /// A resource in a store.
    Guest(ResourceAny),
    /// The readable end of a stream.
    Stream(StreamAny),
    /// The readable end of a future.
    Future(FutureAny),
    /// The readable end of a stream or future that passes through the shell.
    Channel(Arc<Channel>),
    /// The writable end of one.
    Writer(Arc<Channel>),
    /// The bytes of a file, to be a stream.
    File(File),
    /// A call that was started.
    Task(Arc<Task>),
    /// Nothing any more.
    Nothing,
}

/// One handle of the shell.
pub struct Entry {
    /// How its type is shown.
    pub type_name: String,
    /// The type of a stream or future.
    pub ty: Option<Type>,
    /// The interface of a resource type.
    pub interface: Option<String>,
    /// The number of the store that it belongs to; `None` for the host's.
    pub store: Option<u32>,
    /// Who runs its destructor, by name.
    pub owner: String,
    /// That component's number; 0 for the host.
    pub owner_id: u32,
    /// What it stands for.
    pub held: Held,
    /// The host resource that it is or was a handle of.
    pub rep: Option<u32>,
    /// What may be done with it.
    pub state: HandleState,
    /// Borrows of it under way.
    pub lends: u32,
    /// What it is or was.
    pub sort: Sort,
}

/// What handles there are, where that makes a difference after their end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Of a resource, or the readable end of a stream or future.
    Handle,
    /// The writable end of a stream or future.
    Writer,
    /// A task, which `.tasks` lists.
    Task,
}

impl Entry {
    /// Whether it is or was a task.
    pub fn is_task(&self) -> bool {
        self.sort == Sort::Task
    }

    /// A live one of the host's own.
    pub fn new(type_name: String, held: Held) -> Entry {
        Entry {
            type_name,
            ty: None,
            interface: None,
            store: None,
            owner: "host".into(),
            owner_id: 0,
            sort: match held {
                Held::Task(_) => Sort::Task,
                Held::Writer(_) => Sort::Writer,
                _ => Sort::Handle,
            },
            rep: if let Held::Host { rep } = &held { Some(*rep) } else { None },
            held,
            state: HandleState::Live,
            lends: 0,
        }
    }

    /// A live end of a stream or future of this type; so far it belongs to the shell.
    pub fn end(ty: &Type, held: Held) -> Entry {
        let shown = if let Held::Writer(_) = held { format!("writable {ty}") } else { ty.to_string() };
        Entry { ty: Some(ty.clone()), owner: "shell".into(), ..Entry::new(shown, held) }
    }

    /// The resource type that it is a handle of.
    pub fn resource(&self) -> TypeName {
        TypeName { interface: self.interface.as_deref().map(Into::into), name: self.type_name.as_str().into() }
    }
}

/// A host resource.
pub struct HostResource {
    /// Its type, as the component names it that imports it.
    pub resource: TypeName,
    /// Who holds it.
    pub holder: Holder,
    /// The resource of a linked component that it stands for; it lives in the store of its holder.
    pub guest: Option<GuestResource>,
    /// It has ended, and only takes its place for a guest that went back to where it had it.
    pub has_ended: bool,
}

/// A resource that a component made, as others know it.
#[derive(Clone, Copy)]
pub struct GuestResource {
    /// The runtime's handle, owned.
    pub any: ResourceAny,
    /// The number of the component that made it.
    pub owner: u32,
}

/// All of them.
#[derive(Default)]
pub struct HandleTable {
    last: u32,
    last_unseen: u32,
    handles: BTreeMap<u32, Entry>,
    resources: BTreeMap<u32, HostResource>,
    /// Some of these may have ended.
    any_ended: bool,
}

impl HandleTable {
    fn next(&mut self) -> u32 {
        self.last += 1;
        self.last
    }

    /// Keeps a handle under a new number.
    pub fn add(&mut self, entry: Entry) -> u32 {
        let number = self.next();
        self.handles.insert(number, entry);
        number
    }

    /// Keeps what is made for one call and never shown.
    pub fn add_unseen(&mut self, entry: Entry) -> u32 {
        self.last_unseen = (self.last_unseen + 1) % UNSEEN;
        let number = UNSEEN + self.last_unseen;
        self.handles.insert(number, entry);
        number
    }

    /// Ends what was made for one call, if the call has not taken it, and forgets it.
    pub fn forget_unseen(&mut self, number: u32) {
        if number >= UNSEEN {
            self.handles.remove(&number);
        }
    }

    /// Makes a host resource; its representation.
    pub fn new_resource(&mut self, resource: &TypeName, holder: Holder) -> Result<u32> {
        self.resource_for(resource, holder, None)
    }

    /// Makes a host resource that stands for one of a linked component; its representation.
    pub fn stand_in(&mut self, resource: &TypeName, holder: Holder, guest: GuestResource) -> Result<u32> {
        self.resource_for(resource, holder, Some(guest))
    }

    fn resource_for(&mut self, resource: &TypeName, holder: Holder, guest: Option<GuestResource>) -> Result<u32> {
        if self.resources.len() >= MOST_RESOURCES {
            return Err(Error::new(
                Kind::Limit,
                format!("{MOST_RESOURCES} host resources are alive: no more are made"),
            ));
        }
        let rep = self.next();
        self.resources.insert(rep, HostResource { resource: resource.clone(), holder, guest, has_ended: false });
        Ok(rep)
    }

    /// Lets something take the place of a host resource that has ended.
    pub fn replace_ended(&mut self, rep: u32, resource: &TypeName, holder: Holder) {
        let placeholder = HostResource { resource: resource.clone(), holder, guest: None, has_ended: true };
        self.resources.entry(rep).or_insert(placeholder);
        self.any_ended = true;
    }

    /// An error if one of these arguments is a host resource that has ended.
    pub fn check_resources(&self, args: &[Value]) -> Result<()> {
        if !self.any_ended {
            return Ok(());
        }
        let ended = |rep: &u32| self.resources.get(rep).is_some_and(|resource| resource.has_ended);
        match args.iter().flat_map(Value::handles).find(ended) {
            Some(rep) => {
                let name = self.resources.get(&rep).map_or("", |resource| &*resource.resource.name);
                let message = format!("{name}#{rep} has ended, and `.back` cannot bring it back");
                Err(Error::new(Kind::Handle, message).help("`.reset` gives a fresh instance"))
            }
            None => Ok(()),
        }
    }

    /// Gives the shell a handle to a host resource. The first one has the resource's own number.
    pub fn hold(&mut self, rep: u32, resource: &TypeName) -> u32 {
        if let Some(held) = self.resources.get_mut(&rep) {
            held.holder = Holder::Shell;
        }
        let number = if self.handles.contains_key(&rep) { self.next() } else { rep };
        let mut entry = Entry::new(resource.name.to_string(), Held::Host { rep });
        entry.interface = resource.interface.as_ref().map(|name| name.to_string());
        self.handles.insert(number, entry);
        number
    }

    /// A host resource is somebody else's now.
    pub fn give(&mut self, rep: u32, holder: Holder) {
        if let Some(resource) = self.resources.get_mut(&rep) {
            resource.holder = holder;
        }
    }

    /// The type of a host resource.
    pub fn resource(&self, rep: u32) -> Option<&HostResource> {
        self.resources.get(&rep)
    }

    /// Forgets a host resource, whose provider is told by the caller.
    pub fn remove_resource(&mut self, rep: u32) -> Option<HostResource> {
        self.resources.remove(&rep)
    }

    /// The representations of the host resources that the instances of one store hold.
    pub fn resources_in(&self, store: u32) -> Vec<u32> {
        let inside =
            |resource: &HostResource| matches!(resource.holder, Holder::Instance(_, number) if number == store);
        self.resources.iter().filter(|(_, resource)| inside(resource)).map(|(rep, _)| *rep).collect()
    }

    /// Ends the live handles of host resources that the instances of one store hold; how many.
    pub fn end_held_in(&mut self, store: u32, why: &str) -> usize {
        let held = self.resources_in(store);
        let mut ended = 0;
        for entry in self.handles.values_mut().filter(|entry| entry.state == HandleState::Live) {
            if entry.rep.is_some_and(|rep| held.binary_search(&rep).is_ok()) {
                (entry.state, entry.held) = (HandleState::Stale(why.to_owned()), Held::Nothing);
                ended += 1;
            }
        }
        ended
    }

    /// The host resources that are the shell's, and of which it has no handle.
    pub fn unheld(&self) -> Vec<u32> {
        let live = self.handles.values().filter(|entry| entry.state == HandleState::Live);
        let held: BTreeSet<u32> = live.filter_map(|entry| entry.rep).collect();
        let is_unheld = |rep: &u32, resource: &HostResource| {
            resource.holder == Holder::Shell && resource.guest.is_none() && !held.contains(rep)
        };
        self.resources.iter().filter(|(rep, resource)| is_unheld(rep, resource)).map(|(rep, _)| *rep).collect()
    }

    /// Who holds which host resource.
    pub fn holders(&self) -> BTreeMap<u32, Holder> {
        self.resources.iter().map(|(rep, resource)| (*rep, resource.holder)).collect()
    }

    /// All host resources.
    pub fn all_resources(&self) -> Vec<u32> {
        self.resources.keys().copied().collect()
    }

    /// What is remembered of a handle, whatever its state.
    pub fn entry(&self, number: u32) -> Option<&Entry> {
        self.handles.get(&number)
    }

    /// As [`HandleTable::entry`], to change it.
    pub fn entry_mut(&mut self, number: u32) -> Option<&mut Entry> {
        self.handles.get_mut(&number)
    }

    /// Takes a handle out, to be forgotten or kept under another number.
    pub fn take(&mut self, number: u32) -> Option<Entry> {
        self.handles.remove(&number)
    }

    /// Keeps a handle under a number that was given out before.
    pub fn put(&mut self, number: u32, entry: Entry) {
        self.handles.insert(number, entry);
    }

    /// Forgets all handles of one store.
    pub fn forget_store(&mut self, store: u32) {
        self.handles.retain(|_, entry| entry.store != Some(store));
    }

    /// The last number that was given out.
    pub fn last(&self) -> u32 {
        self.last
    }

    /// Numbers that were given out since this one, and mean nothing any more, are given out again.
    pub fn reuse_numbers(&mut self, since: u32) {
        let handle = self.handles.range(..UNSEEN).next_back().map(|(number, _)| *number);
        let resource = self.resources.keys().next_back().copied();
        self.last = handle.max(resource).max(Some(since)).unwrap_or(since);
    }

    /// A handle that can be used, or why it cannot.
    pub fn live(&mut self, number: u32) -> Result<&mut Entry> {
        match self.check(number) {
            Ok(()) => self.handles.get_mut(&number).ok_or_else(|| no_handle(number)),
            Err(error) => Err(error),
        }
    }

    /// Why a handle cannot be used, if it cannot.
    pub fn check(&self, number: u32) -> Result<()> {
        let entry = self.handles.get(&number).ok_or_else(|| self.unknown(number))?;
        let name = format!("{}#{number}", entry.type_name);
        let message = match &entry.state {
            HandleState::Live => return Ok(()),
            HandleState::Moved(by) if entry.is_task() => format!("the result of {name} was taken by `{by}`"),
            HandleState::Dropped if entry.is_task() => format!("{name} was cancelled"),
            HandleState::Dropped if entry.sort == Sort::Writer => format!("{name} was closed"),
            HandleState::Moved(by) => format!("{name} was moved: `{by}` took it"),
            HandleState::Dropped => format!("{name} was dropped"),
            HandleState::Stale(why) => format!("{name} is stale: {why}"),
        };
        Err(Error::new(Kind::Handle, message))
    }

    fn unknown(&self, number: u32) -> Error {
        match self.resources.get(&number) {
            Some(resource) => {
                let message =
                    format!("{}#{number} is held by a component, and not by the shell", resource.resource.name);
                Error::new(Kind::Handle, message).help("`.resources` says by which; only who holds a resource drops it")
            }
            None => no_handle(number),
        }
    }

    /// Ends a handle; what it stood for.
    pub fn end(&mut self, number: u32, state: HandleState) -> Held {
        let held = match self.handles.get_mut(&number) {
            Some(entry) => {
                entry.state = state;
                std::mem::replace(&mut entry.held, Held::Nothing)
            }
            None => Held::Nothing,
        };
        self.forget_old();
        held
    }

    /// Nobody wants the result of a task any more; it is remembered as long as it runs.
    pub fn abandon(&mut self, number: u32) {
        if let Some(entry) = self.handles.get_mut(&number) {
            entry.state = HandleState::Dropped;
        }
    }

    /// Ends all live handles of one store, or the host's; how many.
    pub fn end_all(&mut self, store: Option<u32>, why: &str) -> usize {
        let mut ended = 0;
        for entry in self.handles.values_mut().filter(|entry| entry.store == store) {
            if entry.is_task() {
                entry.held = Held::Nothing;
            }
            if entry.state == HandleState::Live {
                entry.state = HandleState::Stale(why.to_owned());
                entry.held = Held::Nothing;
                ended += 1;
            }
        }
        self.forget_old();
        ended
    }

    fn forget_old(&mut self) {
        if self.handles.len() < 2 * REMEMBERED {
            return;
        }
        let ended: Vec<u32> =
            self.handles.iter().filter(|(_, entry)| entry.state != HandleState::Live).map(|(n, _)| *n).collect();
        for number in ended.iter().take(ended.len().saturating_sub(REMEMBERED)) {
            self.handles.remove(number);
        }
    }

    /// Whether the shell holds the writable end of this channel.
    pub fn writes(&self, channel: &Arc<Channel>) -> bool {
        self.handles.values().any(|entry| match &entry.held {
            Held::Writer(held) => Arc::ptr_eq(held, channel),
            _ => false,
        })
    }

    /// The live tasks by their numbers, with their entries.
    pub fn tasks(&self) -> impl Iterator<Item = (u32, &Entry, &Arc<Task>)> {
        self.handles.iter().filter_map(|(number, entry)| match &entry.held {
            Held::Task(task) => Some((*number, entry, task)),
            _ => None,
        })
    }

    /// How one handle is shown.
    pub fn info(&self, number: u32) -> Option<HandleInfo> {
        let entry = self.handles.get(&number)?;
        Some(HandleInfo {
            number,
            type_name: entry.type_name.clone(),
            interface: entry.interface.clone(),
            owner: entry.owner.clone(),
            holder: if entry.state == HandleState::Live { "shell".into() } else { String::new() },
            state: entry.state.clone(),
            lends: entry.lends,
            is_resource: entry.ty.is_none() && !entry.is_task(),
        })
    }

    /// How everything is shown: the shell's handles, and the host resources that components hold.
    pub fn all(&self, component_name: impl Fn(u32) -> String) -> Vec<HandleInfo> {
        let mut all: Vec<HandleInfo> = self
            .handles
            .range(..UNSEEN)
            .filter(|(_, entry)| !entry.is_task())
            .filter_map(|(number, _)| self.info(*number))
            .collect();
        for (rep, resource) in &self.resources {
            if let Holder::Instance(id, _) = resource.holder {
                all.push(HandleInfo {
                    number: *rep,
                    type_name: resource.resource.name.to_string(),
                    interface: resource.resource.interface.as_ref().map(|name| name.to_string()),
                    owner: resource.guest.map_or_else(|| "host".into(), |guest| component_name(guest.owner)),
                    holder: component_name(id),
                    state: if resource.has_ended { HandleState::Dropped } else { HandleState::Live },
                    lends: 0,
                    is_resource: true,
                });
            }
        }
        all.sort_by_key(|info| (info.number, info.holder != "shell"));
        all
    }
}

fn no_handle(number: u32) -> Error {
    Error::new(Kind::Handle, format!("#{number} is no handle any more"))
}
