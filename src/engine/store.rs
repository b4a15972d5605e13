//! A living store: the instances in it, and the calls into them.
//!
//! A store holds one component's instance, or those of components that are linked. When one of them fails the whole store is
//! thrown away, since the runtime lets nobody into it again.

use std::sync::Arc;

use wasmtime::component::types::Type as RuntimeType;
use wasmtime::component::{Instance, ResourceTable, Val};
use wasmtime::{AsContextMut, Engine, Store};

use super::back::{Again, Birth, Deed, History};
use super::call_log::Opened;
use super::handle_table::Held;
use super::host::SHELL;
use super::http::HttpState;
use super::instance::{self, Member, Prepared};
use super::lift::lift;
use super::limits::{CROSSING, Limits, MemoryBound};
use super::link::Linked;
use super::loops::Loops;
use super::lower::lower;
use super::program::Surroundings;
use super::runner::Stop;
use super::shell_handles::{Lent, ShellHandles};
use super::store_state::StoreState;
use super::stream::ends::{self, Given};
use super::stream::{Channel, Pumps};
use super::task::{Started, Task};
use super::trap;
use super::wasi_resources::WasiNumbers;
use super::{lock, wasi};
use crate::crossing::Way;
use crate::error::{Error, Kind, Result};
use crate::model::{Function, Type};
use crate::value::Value;

/// A store that can be called into.
pub struct LiveStore {
    store: Store<StoreState>,
    /// What the shell has done with it.
    pub history: History,
}

/// A call to be made.
pub struct Call<'a> {
    /// Which function.
    pub function: &'a Function,
    /// A value for each of its parameters, a method's handle first.
    pub args: &'a [Value],
    /// What names it in later errors about handles that it moves.
    pub what: &'a str,
    /// The streams that pass through the shell to it, by the numbers of their handles.
    pub reads: &'a [(u32, Arc<Channel>)],
    /// The function of WASI that it stands for, where it is a forwarder's.
    pub of_wasi: Option<&'a Function>,
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
            pumps: Pumps::default(),
            channels: Vec::new(),
            tasks: Vec::new(),
            may_go_on: false,
            again: None,
        };
        let mut store = Store::new(engine, state);
        store.limiter(|state| &mut state.memory);
        store.set_hostcall_fuel(CROSSING);
        around.runner.watch(&mut store);
        Ok(LiveStore { store, history: History::default() })
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
        let after = around.host.log.last();
        around.runner.drive(&around.limits, self.add(component, name, linked)).map_err(|stop| {
            let error = self.failed(around, name, stop);
            Failed::Inside(error.note(format!("{name} could not be instantiated")))
        })?;
        self.history.born.push(Birth { component, after, until: around.host.log.last() });
        Ok(())
    }

    /// Makes a component's instance, driven by the caller.
    pub async fn add(&mut self, component: u32, name: &str, linked: &Linked) -> wasmtime::Result<()> {
        if let Some(forwarder) = &linked.forwarder {
            let forwarding = forwarder.instantiate(&mut self.store).await?;
            self.store.data_mut().forwarding.insert(component, forwarding);
        }
        let instance = linked.pre.instantiate_async(&mut self.store).await?;
        self.store.data_mut().members.insert(component, Member::new(name, linked.pre.component(), instance));
        Ok(())
    }

    /// Calls an exported function of a component whose instance is here; the loops of other stores run beside it.
    pub fn call(
        &mut self,
        around: &Surroundings,
        component: u32,
        call: &Call<'_>,
        loops: &mut Loops<'_>,
    ) -> std::result::Result<Option<Value>, Failed> {
        let name = self.name(component);
        let (prepared, lowered, lent) = self.lowered(around, component, call)?;
        let logged = self.logged(around, &name, call);
        let what = call.what;
        self.history.add(logged.as_ref(), |number| Deed { number, component, what: what.to_owned() });
        let mut slots = [Val::Bool(false)];
        let results = &mut slots[..prepared.results];
        self.store.data_mut().may_go_on |= call.function.is_async;
        let called = prepared.func.call_async(&mut self.store, &lowered, results);
        let called = around.runner.drive_beside(&around.limits, called, loops);
        let mut handles = ShellHandles::new(self.store.as_context_mut(), component).lent(lent);
        handles.give_back();
        let result = match (called, &call.function.result) {
            (Ok(()), Some(ty)) if prepared.results == 1 => {
                let [val] = slots;
                lift(val, ty, &mut handles).map(Some)
            }
            (Ok(()), _) => Ok(None),
            (Err(stop), _) => {
                let hungry = call.reads.iter().find(|(_, channel)| channel.look().starving);
                Err(match (&stop, hungry) {
                    (Stop::Abandoned, Some((number, _))) => self.starved(component, *number),
                    _ => self.failed(around, &name, stop),
                })
            }
        };
        if let Some(logged) = logged {
            logged.end(&result);
        }
        result.map_err(Failed::Inside)
    }

    fn logged<'a>(&self, around: &'a Surroundings, name: &str, call: &Call<'_>) -> Option<Opened<'a>> {
        let log = &around.host.log;
        if !log.is_on() {
            log.miss();
            return None;
        }
        match call.of_wasi {
            Some(function) => log.begin(Way::Import, SHELL, "wasi", &Arc::new(function.clone()), call.args),
            None => log.begin(Way::Export, SHELL, name, &Arc::new(call.function.clone()), call.args),
        }
    }

    /// Begins a call, which goes on as a task whenever the store's loop runs.
    pub fn start(
        &mut self,
        around: &Surroundings,
        component: u32,
        call: &Call<'_>,
        function: &Arc<Function>,
        task: &Arc<Task>,
    ) -> std::result::Result<(), Failed> {
        let (prepared, args, lent) = self.lowered(around, component, call)?;
        if !around.host.log.is_on() {
            around.host.log.miss();
        }
        let shown = if around.host.log.is_on() { call.args.to_vec() } else { Vec::new() };
        let (task, function) = (task.clone(), function.clone());
        let started = Started { task: task.clone(), component, function, prepared, args, lent, shown };
        self.store.data_mut().tasks.push(task);
        self.history.block(&format!("`start {}` was begun in it", call.what));
        let spawned = self.store.spawn(started);
        spawned.map(drop).map_err(|e| Failed::Inside(self.failed(around, &self.name(component), Stop::Error(e))))
    }

    /// The function as the runtime has it, the arguments in its values, and what is lent with them.
    fn lowered(
        &mut self,
        around: &Surroundings,
        component: u32,
        call: &Call<'_>,
    ) -> std::result::Result<(Prepared, Vec<Val>, Lent), Failed> {
        let prepared = instance::prepare(&mut self.store, component, call.function)?;
        if prepared.params.len() != call.args.len() {
            let message = format!("{} takes {} values", call.function.name, prepared.params.len());
            return Err(Error::new(Kind::Type, message).into());
        }
        self.begin(&around.limits)?;
        let mut handles = ShellHandles::new(self.store.as_context_mut(), component);
        match lower_all(call.args, &prepared.params, &mut handles) {
            Ok(lowered) => {
                handles.commit(call.what);
                Ok((prepared, lowered, handles.take_lent()))
            }
            Err(error) => {
                handles.give_back();
                Err(Failed::Before(error))
            }
        }
    }

    /// Whether something may be under way here that goes on by itself.
    pub fn is_busy(&mut self) -> bool {
        self.store.data().may_go_on || self.holds_tasks()
    }

    /// Whether the shell itself has something under way here: a task, or a stream.
    pub fn holds_tasks(&mut self) -> bool {
        let state = self.store.data_mut();
        state.channels.retain(|channel| channel.upgrade().is_some_and(|channel| channel.look().is_open()));
        !state.tasks.is_empty() || !state.channels.is_empty()
    }

    /// Lets its loop run with others.
    pub fn join<'a>(&'a mut self, limits: &Limits, number: u32, loops: &mut Loops<'a>) {
        // Where no fuel can be set none is counted.
        let _ = self.begin(limits);
        loops.add(number, &mut self.store);
    }

    /// Takes the readable end that a guest here gave out into a channel.
    pub fn take_end(
        &mut self,
        around: &Surroundings,
        end: Given,
        ty: &Type,
    ) -> std::result::Result<Arc<Channel>, Failed> {
        self.begin(&around.limits)?;
        let mut store = self.store.as_context_mut();
        let taken = around.runner.drive(&unhurried(&around.limits), ends::take(&mut store, end, ty));
        taken.map_err(|stop| self.not_moved(around, stop))
    }

    /// Gives a guest here the readable end of a channel, or of a file's bytes.
    pub fn give_end(&mut self, around: &Surroundings, held: Held, ty: &Type) -> std::result::Result<Held, Failed> {
        self.begin(&around.limits)?;
        let mut store = self.store.as_context_mut();
        let given = async {
            match held {
                Held::Channel(channel) => ends::give(&mut store, &channel, ty).await,
                Held::File(file) => ends::give_file(&mut store, file),
                _ => Err(Error::new(Kind::Internal, "no readable end of the shell's").into()),
            }
        };
        match around.runner.drive(&unhurried(&around.limits), given) {
            Ok(Val::Stream(any)) => Ok(Held::Stream(any)),
            Ok(Val::Future(any)) => Ok(Held::Future(any)),
            Ok(_) => Err(Error::new(Kind::Internal, "a pump made no end").into()),
            Err(stop) => Err(self.not_moved(around, stop)),
        }
    }

    /// An end that could not be moved: what the shell itself refused has cost nothing.
    fn not_moved(&self, around: &Surroundings, stop: Stop) -> Failed {
        if let Stop::Error(error) = &stop
            && let Some(own) = error.downcast_ref::<Error>()
        {
            return Failed::Before(own.clone());
        }
        let names: Vec<&str> = self.members().map(|(_, name)| name).collect();
        Failed::Inside(self.failed(around, &names.join(" and "), stop))
    }

    /// Says at the other ends of its streams that this store is gone.
    pub fn lose(&self, why: &str) {
        for channel in self.store.data().channels.iter().filter_map(std::sync::Weak::upgrade) {
            channel.close_writer(why);
            channel.close_reader(why);
        }
    }

    /// Drops a resource, stream or future that lives here, and that the component of this name owns.
    pub fn drop_held(&mut self, around: &Surroundings, owner: &str, held: Held) -> std::result::Result<(), Failed> {
        self.begin(&around.limits)?;
        let dropped = match held {
            Held::Guest(any) => around.runner.drive(&around.limits, any.resource_drop_async(&mut self.store)),
            Held::Stream(mut any) => any.close(&mut self.store).map_err(Stop::Error),
            Held::Future(mut any) => any.close(&mut self.store).map_err(Stop::Error),
            _ => Ok(()),
        };
        dropped.map_err(|stop| Failed::Inside(self.failed(around, owner, stop)))
    }

    /// What answers its imports while it is brought to where another store was.
    pub fn again(&mut self) -> &mut Option<Again> {
        &mut self.store.data_mut().again
    }

    /// The runtime's store, and a component's instance in it.
    pub fn parts(&mut self, component: u32) -> Result<(&mut Store<StoreState>, Instance)> {
        let member = self.store.data().members.get(&component).ok_or_else(|| instance::not_here(component))?;
        let instance = member.instance();
        Ok((&mut self.store, instance))
    }

    /// The name of a component whose instance is here.
    pub fn name(&self, component: u32) -> String {
        self.store.data().name_of(component)
    }

    /// Something is about to run: it has these bounds.
    pub fn begin(&mut self, limits: &Limits) -> Result<()> {
        self.store.data_mut().limits = *limits;
        let fuel = limits.fuel.unwrap_or(u64::MAX);
        self.store.set_fuel(fuel).map_err(|e| Error::new(Kind::Internal, e.to_string()))
    }

    /// The error of a call that was given up while it waited for what the shell itself has to write.
    fn starved(&self, component: u32, stream: u32) -> Error {
        let name = self.name(component);
        trap::abandoned(&self.store.data().situation(&name), Some(format!("something to read from #{stream}")))
            .help("begin it with `start`, then `.write` to the other end and `.close` that")
    }

    /// The error of what ended so.
    pub fn failed(&self, around: &Surroundings, name: &str, stop: Stop) -> Error {
        let situation = self.store.data().situation(name);
        match stop {
            Stop::Error(error) => trap::explain(&error, &situation),
            Stop::Abandoned => trap::abandoned(&situation, around.host.take_waiting(self.store.data().number)),
        }
    }
}

/// The bounds of what the shell does in a store for itself: no time, since a pump may have to be compiled.
fn unhurried(limits: &Limits) -> Limits {
    Limits { timeout: None, ..*limits }
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
    around.host.take_waiting(number);
    ended
}
