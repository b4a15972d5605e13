//! One loaded component on its way from bytes to a living instance.
//!
//! The stages are made when they are needed: compiled code, imports connected, an instance in a store. An instance that failed
//! is thrown away with its store, since the runtime lets nobody into it again; the next call makes another.

use std::collections::HashMap;
use std::sync::Arc;

use wasmtime::Store;
use wasmtime::component::types::Type as RuntimeType;
use wasmtime::component::{Func, Instance, InstancePre, ResourceAny, ResourceTable, Val};

use super::compile::Compilation;
use super::config::Runtimes;
use super::grants::Grants;
use super::handle_table::Held;
use super::host::{Host, StoreState};
use super::lift::lift;
use super::limits::{CROSSING, Limits, MemoryBound};
use super::lower::lower;
use super::runner::{Runner, Stop};
use super::shell_handles::ShellHandles;
use super::trap::{self, Situation};
use super::wasi;
use super::{link, lock};
use crate::error::{Error, Kind, Result};
use crate::frontend::{Frontend, Interrupt};
use crate::model::{Component, FileKind, Function};
use crate::value::Value;

/// What all programs share.
pub struct Surroundings {
    /// What compiles.
    pub runtimes: Arc<Runtimes>,
    /// What drives it.
    pub runner: Runner,
    /// The host's side of all stores.
    pub host: Arc<Host>,
    /// The driver.
    pub frontend: Arc<dyn Frontend>,
    /// Ctrl-C.
    pub interrupt: Interrupt,
    /// The bounds of a call.
    pub limits: Limits,
    /// What WASI grants.
    pub grants: Grants,
}

/// One component and what was made of it so far.
pub struct Program {
    /// The component.
    pub component: Arc<Component>,
    /// Its name in the session.
    pub name: String,
    compilation: Compilation,
    linked: Option<InstancePre<StoreState>>,
    live: Option<Live>,
    generation: u32,
}

/// An instance in its store.
struct Live {
    store: Store<StoreState>,
    instance: Instance,
    functions: HashMap<String, Prepared>,
}

/// A function that was called before.
#[derive(Clone)]
struct Prepared {
    func: Func,
    params: Arc<[RuntimeType]>,
    results: usize,
}

impl Program {
    /// Nothing made yet.
    pub fn new(component: Arc<Component>, name: &str) -> Program {
        Program {
            component,
            name: name.to_owned(),
            compilation: Compilation::new(),
            linked: None,
            live: None,
            generation: 0,
        }
    }

    /// Begins to compile.
    pub fn start_compiling(&self, around: &Surroundings) {
        if self.component.kind == FileKind::Component {
            self.compilation.start(&around.runtimes, self.component.bytes.clone());
        }
    }

    /// The compiled code, waited for.
    pub fn compiled(&self, around: &Surroundings) -> Result<wasmtime::component::Component> {
        self.check_kind()?;
        self.start_compiling(around);
        self.compilation.wait(&self.name, &*around.frontend, &around.interrupt)
    }

    /// An error for what cannot be run at all.
    pub fn check_kind(&self) -> Result<()> {
        match self.component.kind {
            FileKind::Component => Ok(()),
            FileKind::CoreModule => {
                let message = format!("{} is a core module of which no component can be made", self.name);
                let reason = self.component.core.as_ref().and_then(|core| core.made.as_ref().err());
                Err(reason.into_iter().fold(Error::new(Kind::Load, message), Error::cause))
            }
            FileKind::WitPackage => {
                Err(Error::new(Kind::Load, format!("{} is a WIT package: there is nothing to run", self.name)))
            }
        }
    }

    /// Calls an exported function.
    pub fn call(
        &mut self,
        around: &Surroundings,
        function: &Function,
        args: &[Value],
        what: &str,
    ) -> Result<Option<Value>> {
        self.live(around)?;
        let Some(live) = &mut self.live else { return Err(no_instance()) };
        let called = live.call(around, &self.name, function, args, what);
        self.settle(around, called)
    }

    /// Drops a resource, stream or future that this component's instance holds.
    pub fn drop_held(&mut self, around: &Surroundings, held: Held) -> Result<()> {
        let Some(live) = &mut self.live else { return Err(no_instance()) };
        let dropped = match held {
            Held::Guest(any) => live.drop_resource(around, &self.name, any),
            Held::Stream(mut any) => {
                any.close(&mut live.store).map_err(|e| live.failed(around, &self.name, Stop::Error(e)))
            }
            Held::Future(mut any) => {
                any.close(&mut live.store).map_err(|e| live.failed(around, &self.name, Stop::Error(e)))
            }
            Held::Host { .. } | Held::Nothing => Ok(()),
        };
        self.settle(around, dropped.map_err(Failed::Instance))
    }

    /// Runs an exported `wasi:cli/run` in an instance of its own; the exit status.
    pub fn run(&mut self, around: &Surroundings, function: &Function, args: &[String]) -> Result<u8> {
        let mut program_args = vec![self.file_name()];
        program_args.extend_from_slice(args);
        self.generation += 1;
        let mut live = self.instantiate(around, &program_args)?;
        let called = live.call(around, &self.name, function, &[], "run");
        end_host_resources(around, (self.component.id, self.generation));
        match called {
            Ok(Some(Value::Result(Err(_)))) => Ok(1),
            Ok(_) => Ok(0),
            Err(Failed::Before(error) | Failed::Instance(error)) => match (error.kind, error.guest_status) {
                (Kind::Exit, Some(status)) => Ok(status),
                _ => Err(error),
            },
        }
    }

    /// Whether there is an instance.
    pub fn is_live(&self) -> bool {
        self.live.is_some()
    }

    /// Connects the imports anew before the next instance is made.
    pub fn relink(&mut self) {
        self.linked = None;
    }

    /// Throws the instance away, if there is one; how many handles that ended.
    pub fn reset(&mut self, around: &Surroundings, why: &str) -> usize {
        if self.live.take().is_none() {
            return 0;
        }
        let here = (self.component.id, self.generation);
        let ended = lock(&around.host.handles).end_all(Some(here), why);
        end_host_resources(around, here);
        ended
    }

    /// After a call: an instance that failed is thrown away, and the error says so.
    fn settle<T>(&mut self, around: &Surroundings, outcome: std::result::Result<T, Failed>) -> Result<T> {
        match outcome {
            Ok(value) => Ok(value),
            Err(Failed::Before(error)) => Err(error),
            Err(Failed::Instance(error)) => {
                let why = format!("the instance of {} that it belonged to failed", self.name);
                let handles = match self.reset(around, &why) {
                    0 => String::new(),
                    1 => "; 1 handle of the old one is stale".into(),
                    n => format!("; {n} handles of the old one are stale"),
                };
                Err(error.note(format!("the next call gets a fresh instance of {}{handles}", self.name)))
            }
        }
    }

    /// Makes sure that there is an instance.
    fn live(&mut self, around: &Surroundings) -> Result<()> {
        if self.live.is_none() {
            self.generation += 1;
            self.live = Some(self.instantiate(around, &[self.file_name()])?);
        }
        Ok(())
    }

    fn instantiate(&mut self, around: &Surroundings, args: &[String]) -> Result<Live> {
        let linked = match &self.linked {
            Some(linked) => linked.clone(),
            None => {
                let compiled = self.compiled(around)?;
                let linker = link::linker(compiled.engine(), &self.component, &around.host)?;
                let linked = linker.instantiate_pre(&compiled).map_err(|e| self.not_linked(&e))?;
                self.linked = Some(linked.clone());
                linked
            }
        };
        let state = StoreState {
            host: around.host.clone(),
            component: self.component.id,
            generation: self.generation,
            memory: MemoryBound::new(around.limits.memory),
            wasi: wasi::context(&around.grants, args, &around.frontend)?,
            wasi_table: ResourceTable::new(),
        };
        let mut store = Store::new(linked.engine(), state);
        store.limiter(|state| &mut state.memory);
        store.set_hostcall_fuel(CROSSING);
        around.runner.watch(&mut store);
        fuel(&mut store, &around.limits)?;
        match around.runner.drive(&around.limits, linked.instantiate_async(&mut store)) {
            Ok(instance) => Ok(Live { store, instance, functions: HashMap::new() }),
            Err(stop) => {
                end_host_resources(around, (self.component.id, self.generation));
                Err(failed(around, &store, &self.name, stop).note(format!("{} could not be instantiated", self.name)))
            }
        }
    }

    fn not_linked(&self, error: &wasmtime::Error) -> Error {
        let mut causes = error.chain().map(|cause| cause.to_string());
        let first = causes.next().unwrap_or_default();
        causes.fold(Error::new(Kind::Load, format!("the imports of {} do not fit: {first}", self.name)), Error::cause)
    }

    fn file_name(&self) -> String {
        self.component.path.file_name().map_or_else(|| self.name.clone(), |name| name.to_string_lossy().into_owned())
    }
}

/// How a call failed: whether the instance is still good.
enum Failed {
    /// Before anything ran.
    Before(Error),
    /// While it ran.
    Instance(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Failed {
        Failed::Before(error)
    }
}

impl Live {
    fn call(
        &mut self,
        around: &Surroundings,
        name: &str,
        function: &Function,
        args: &[Value],
        what: &str,
    ) -> std::result::Result<Option<Value>, Failed> {
        let prepared = self.prepare(function)?;
        if prepared.params.len() != args.len() {
            return Err(
                Error::new(Kind::Type, format!("{} takes {} values", function.name, prepared.params.len())).into()
            );
        }
        fuel(&mut self.store, &around.limits)?;
        let mut handles = ShellHandles::new(&mut self.store, name);
        let lowered = args.iter().zip(&*prepared.params).map(|(arg, ty)| lower(arg, ty, &mut handles)).collect();
        let lowered: Vec<Val> = match lowered {
            Ok(lowered) => lowered,
            Err(error) => {
                handles.give_back();
                return Err(Failed::Before(error));
            }
        };
        handles.commit(what);
        let mut slots = [Val::Bool(false)];
        let results = &mut slots[..prepared.results];
        let called =
            around.runner.drive(&around.limits, prepared.func.call_async(&mut *handles.store, &lowered, results));
        handles.give_back();
        if let Err(stop) = called {
            return Err(Failed::Instance(self.failed(around, name, stop)));
        }
        match &function.result {
            Some(ty) if prepared.results == 1 => {
                let [val] = slots;
                Ok(Some(lift(val, ty, &mut handles).map_err(Failed::Instance)?))
            }
            _ => Ok(None),
        }
    }

    fn prepare(&mut self, function: &Function) -> Result<Prepared> {
        let key = function.full_name();
        if let Some(prepared) = self.functions.get(&key) {
            return Ok(prepared.clone());
        }
        let mut place = None;
        for name in function.path.iter().chain([&function.name]) {
            let found = self.instance.get_export_index(&mut self.store, place.as_ref(), name);
            place = Some(found.ok_or_else(|| not_exported(&key))?);
        }
        let func = place.and_then(|place| self.instance.get_func(&mut self.store, place));
        let func = func.ok_or_else(|| not_exported(&key))?;
        let ty = func.ty(&self.store);
        let prepared = Prepared { func, params: ty.params().map(|(_, ty)| ty).collect(), results: ty.results().len() };
        self.functions.insert(key, prepared.clone());
        Ok(prepared)
    }

    fn drop_resource(&mut self, around: &Surroundings, name: &str, any: ResourceAny) -> Result<()> {
        fuel(&mut self.store, &around.limits)?;
        let dropped = around.runner.drive(&around.limits, any.resource_drop_async(&mut self.store));
        dropped.map_err(|stop| self.failed(around, name, stop))
    }

    fn failed(&self, around: &Surroundings, name: &str, stop: Stop) -> Error {
        failed(around, &self.store, name, stop)
    }
}

fn failed(around: &Surroundings, store: &Store<StoreState>, name: &str, stop: Stop) -> Error {
    let situation = Situation {
        component: name,
        limits: &around.limits,
        memory: &store.data().memory,
        stopped: around.runner.brake().stopped(),
    };
    match stop {
        Stop::Error(error) => trap::explain(&error, &situation),
        Stop::Abandoned => trap::abandoned(&situation, around.host.take_waiting()),
    }
}

fn fuel(store: &mut Store<StoreState>, limits: &Limits) -> Result<()> {
    store.set_fuel(limits.fuel.unwrap_or(u64::MAX)).map_err(|e| Error::new(Kind::Internal, e.to_string()))
}

fn end_host_resources(around: &Surroundings, (component, generation): (u32, u32)) {
    let holder = super::handle_table::Holder::Instance(component, generation);
    let reps = lock(&around.host.handles).resources_of(holder);
    reps.into_iter().for_each(|rep| around.host.drop_resource(rep));
}

fn not_exported(name: &str) -> Error {
    Error::new(Kind::Internal, format!("the instance does not export {name}"))
}

fn no_instance() -> Error {
    Error::new(Kind::Internal, "there is no instance")
}
