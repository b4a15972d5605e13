//! A living store: the instances in it, and the calls into them.
//!
//! A store holds one component's instance, or those of components that are linked. When one of them fails the whole store is
//! thrown away, since the runtime lets nobody into it again.

use std::sync::Arc;

use wasmtime::component::types::Type as RuntimeType;
use wasmtime::component::{Instance, ResourceTable, Val};
use wasmtime::{Engine, Store};

use super::handle_table::Held;
use super::host::{SHELL, StoreState};
use super::http::HttpState;
use super::instance::{self, Member};
use super::lift::lift;
use super::limits::{CROSSING, Limits, MemoryBound};
use super::link::Linked;
use super::lower::lower;
use super::program::Surroundings;
use super::runner::Stop;
use super::shell_handles::ShellHandles;
use super::trap::{self, Situation};
use super::wasi_resources::WasiNumbers;
use super::{lock, wasi};
use crate::crossing::Way;
use crate::error::{Error, Kind, Result};
use crate::model::Function;
use crate::value::Value;

/// A store that can be called into.
pub struct LiveStore {
    store: Store<StoreState>,
}

/// How something that a store was asked to do failed: whether the store is still good.
pub enum Failed {
    /// Before anything ran.
    Before(Error),
    /// While it ran.
    Inside(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Failed {
        Failed::Before(error)
    }
}

impl Failed {
    /// The error alone.
    pub fn into_error(self) -> Error {
        match self {
            Failed::Before(error) | Failed::Inside(error) => error,
        }
    }
}

impl LiveStore {
    /// A store without instances, for guests with these program arguments.
    pub fn new(around: &Surroundings, engine: &Engine, number: u32, args: &[String]) -> Result<LiveStore> {
        let state = StoreState {
            host: around.host.clone(),
            number,
            members: std::collections::BTreeMap::new(),
            memory: MemoryBound::new(around.limits.memory),
            limits: around.limits,
            brake: around.runner.brake().clone(),
            wasi: wasi::context(&around.grants, args, &around.frontend)?,
            wasi_table: ResourceTable::new(),
            http: HttpState::new(around.host.http.clone()),
            wasi_numbers: WasiNumbers::default(),
            forwarding: std::collections::BTreeMap::new(),
        };
        let mut store = Store::new(engine, state);
        store.limiter(|state| &mut state.memory);
        store.set_hostcall_fuel(CROSSING);
        around.runner.watch(&mut store);
        Ok(LiveStore { store })
    }

    /// The runtime that its instances must come from.
    pub fn engine(&self) -> &Engine {
        self.store.engine()
    }

    /// Whether a component has its instance here.
    pub fn holds(&self, component: u32) -> bool {
        self.store.data().members.contains_key(&component)
    }

    /// The components whose instances are here: their numbers and names.
    pub fn members(&self) -> impl Iterator<Item = (u32, &str)> {
        self.store.data().members.iter().map(|(component, member)| (*component, &*member.name))
    }

    /// Makes a component's instance.
    pub fn instantiate(
        &mut self,
        around: &Surroundings,
        component: u32,
        name: &str,
        linked: &Linked,
    ) -> std::result::Result<(), Failed> {
        self.begin(&around.limits)?;
        let instantiate = async {
            if let Some(forwarder) = &linked.forwarder {
                let forwarding = forwarder.instantiate(&mut self.store).await?;
                self.store.data_mut().forwarding.insert(component, forwarding);
            }
            linked.pre.instantiate_async(&mut self.store).await
        };
        match around.runner.drive(&around.limits, instantiate) {
            Ok(instance) => {
                self.store.data_mut().members.insert(component, Member::new(name, instance));
                Ok(())
            }
            Err(stop) => {
                let error = self.failed(around, name, stop);
                Err(Failed::Inside(error.note(format!("{name} could not be instantiated"))))
            }
        }
    }

    /// Calls an exported function of a component whose instance is here.
    pub fn call(
        &mut self,
        around: &Surroundings,
        component: u32,
        function: &Function,
        args: &[Value],
        what: &str,
    ) -> std::result::Result<Option<Value>, Failed> {
        let prepared = instance::prepare(&mut self.store, component, function)?;
        if prepared.params.len() != args.len() {
            let message = format!("{} takes {} values", function.name, prepared.params.len());
            return Err(Error::new(Kind::Type, message).into());
        }
        self.begin(&around.limits)?;
        let name = self.name(component);
        let mut handles = ShellHandles::new(&mut self.store, component, &name);
        let lowered = match lower_all(args, &prepared.params, &mut handles) {
            Ok(lowered) => lowered,
            Err(error) => {
                handles.give_back();
                return Err(Failed::Before(error));
            }
        };
        handles.commit(what);
        let logged = around.host.log.is_on().then(|| Arc::new(function.clone()));
        let logged = logged.and_then(|function| around.host.log.begin(Way::Export, SHELL, &name, &function, args));
        let mut slots = [Val::Bool(false)];
        let results = &mut slots[..prepared.results];
        let called =
            around.runner.drive(&around.limits, prepared.func.call_async(&mut *handles.store, &lowered, results));
        handles.give_back();
        let result = match (called, &function.result) {
            (Ok(()), Some(ty)) if prepared.results == 1 => {
                let [val] = slots;
                lift(val, ty, &mut handles).map(Some)
            }
            (Ok(()), _) => Ok(None),
            (Err(stop), _) => Err(self.failed(around, &name, stop)),
        };
        if let Some(logged) = logged {
            logged.end(&result);
        }
        result.map_err(Failed::Inside)
    }

    /// Drops a resource, stream or future that lives here, and that the component of this name owns.
    pub fn drop_held(&mut self, around: &Surroundings, owner: &str, held: Held) -> std::result::Result<(), Failed> {
        self.begin(&around.limits)?;
        let dropped = match held {
            Held::Guest(any) => around.runner.drive(&around.limits, any.resource_drop_async(&mut self.store)),
            Held::Stream(mut any) => any.close(&mut self.store).map_err(Stop::Error),
            Held::Future(mut any) => any.close(&mut self.store).map_err(Stop::Error),
            Held::Host { .. } | Held::Nothing => Ok(()),
        };
        dropped.map_err(|stop| Failed::Inside(self.failed(around, owner, stop)))
    }

    /// The runtime's store, and a component's instance in it.
    pub fn parts(&mut self, component: u32) -> Result<(&mut Store<StoreState>, Instance)> {
        let member = self.store.data().members.get(&component).ok_or_else(|| instance::not_here(component))?;
        let instance = member.instance();
        Ok((&mut self.store, instance))
    }

    /// The name of a component whose instance is here.
    pub fn name(&self, component: u32) -> String {
        self.store.data().members.get(&component).map_or_else(|| "?".to_owned(), |member| member.name.clone())
    }

    /// Something is about to run: it has these bounds.
    pub fn begin(&mut self, limits: &Limits) -> Result<()> {
        self.store.data_mut().limits = *limits;
        let fuel = limits.fuel.unwrap_or(u64::MAX);
        self.store.set_fuel(fuel).map_err(|e| Error::new(Kind::Internal, e.to_string()))
    }

    /// The error of what was stopped here, in the component of this name.
    pub fn failed(&self, around: &Surroundings, name: &str, stop: Stop) -> Error {
        let situation = Situation {
            component: name,
            limits: &around.limits,
            memory: &self.store.data().memory,
            stopped: around.runner.brake().stopped(),
        };
        match stop {
            Stop::Error(error) => trap::explain(&error, &situation),
            Stop::Abandoned => trap::abandoned(&situation, around.host.take_waiting()),
        }
    }
}

fn lower_all(args: &[Value], types: &[RuntimeType], handles: &mut ShellHandles<'_>) -> Result<Vec<Val>> {
    args.iter().zip(types).map(|(arg, ty)| lower(arg, ty, handles)).collect()
}

/// The store is gone: its handles are stale, and host resources that its instances held are dropped. How many handles that
/// ended.
pub fn end(around: &Surroundings, number: u32, why: &str) -> usize {
    let ended = lock(&around.host.handles).end_all(Some(number), why);
    let reps = lock(&around.host.handles).resources_in(number);
    reps.into_iter().for_each(|rep| around.host.drop_resource(rep));
    ended
}
