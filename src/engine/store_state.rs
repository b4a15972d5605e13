//! What the runtime keeps for us in each store: its guests' WASI, its instances, what goes on in it.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use super::back::Again;
use super::forwarding::Forwarding;
use super::host::Host;
use super::http::HttpState;
use super::instance::Member;
use super::limits::{Limits, MemoryBound};
use super::runner::Brake;
use super::stream::{Channel, Pumps};
use super::task::Task;
use super::trap::Situation;
use super::wasi_resources::WasiNumbers;

/// The state of one store.
pub struct StoreState {
    /// The shared side.
    pub host: Arc<Host>,
    /// Its number: no two stores of a session have the same.
    pub number: u32,
    /// The instances in it, by their components' numbers.
    pub members: BTreeMap<u32, Member>,
    /// The memory bound.
    pub memory: MemoryBound,
    /// The bounds of the call that runs.
    pub limits: Limits,
    /// What stops it.
    pub brake: Arc<Brake>,
    /// WASI's own state.
    pub wasi: WasiCtx,
    /// WASI's resources.
    pub wasi_table: ResourceTable,
    /// WASI's HTTP.
    pub http: HttpState,
    /// How a person tells them apart.
    pub wasi_numbers: WasiNumbers,
    /// How components whose calls are watched reach WASI, by their numbers.
    pub forwarding: BTreeMap<u32, Forwarding>,
    /// What moves the items of streams that leave the store.
    pub pumps: Pumps,
    /// The ends of such streams that are or were in it.
    pub channels: Vec<Weak<Channel>>,
    /// The calls that were started in it and have not ended.
    pub tasks: Vec<Arc<Task>>,
    /// An async function was called in it: its guest may go on after it has returned, which the runtime does not tell.
    pub may_go_on: bool,
    /// What answers its imports while it is brought to where another store was.
    pub again: Option<Again>,
}

impl StoreState {
    /// The name of a component whose instance is here.
    pub fn name_of(&self, component: u32) -> String {
        self.members.get(&component).map_or_else(|| "?".to_owned(), |member| member.name.clone())
    }

    /// What is known now of a call of a component that fails.
    pub fn situation<'a>(&'a self, component: &'a str) -> Situation<'a> {
        let StoreState { members, limits, memory, brake, .. } = self;
        Situation { component, members, limits, memory, stopped: brake.stopped() }
    }
}

impl WasiView for StoreState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.wasi_table }
    }
}
