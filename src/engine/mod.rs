//! Compiling, instantiating and calling: the only room that knows wasmtime.
//!
//! [`Engine`] is the whole face of this room. It speaks [`Function`], [`Value`] and [`Error`]; no type of the runtime leaves it.
//! Nothing is compiled before the first call, unless [`Engine::compile_in_background`] asks for it. Start reading at
//! `program.rs` and `store.rs`, the way from bytes to a call; `host.rs` and `provider/` are the side that answers imports.

mod back;
mod backtrace;
mod call_log;
mod calling_store;
mod carried;
mod choices;
mod compile;
mod config;
mod denial;
mod export_handles;
mod export_walk;
mod forwarding;
mod grants;
mod handle;
mod handle_table;
mod host;
mod host_call;
mod host_wasi;
mod http;
mod import_handles;
mod instance;
mod lift;
mod limits;
mod link;
mod loops;
mod lower;
mod program;
pub mod provider;
mod questions;
mod recording;
mod runner;
mod shell_handles;
mod store;
mod store_state;
mod stores;
mod stream;
mod streams;
mod task;
mod tasks;
#[cfg(unix)]
mod terminal_input;
#[cfg(test)]
mod tests;
mod ticker;
mod trap;
mod used;
mod wasi;
mod wasi_interfaces;
mod wasi_resources;
mod watching;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use back::WentBack;
pub use call_log::{CallTotal, LoggedCall};
pub use choices::Choice;
pub use denial::Denial;
pub use grants::{DirGrant, Grants, NetGrant, Stdin};
pub use handle::{HandleInfo, HandleState};
pub use handle_table::{HandleTable, Holder};
pub use host::SHELL;
pub use http::{HttpGrant, HttpResponse, MOST_BODY, RequestBody, Served};
pub use limits::Limits;
pub use provider::{Link, Selection};
pub use recording::Recorded;
pub use streams::{Taken, Written};
pub use task::{TaskInfo, TaskState};

use back::Deed;
use config::Runtimes;
use handle_table::{Held, Sort};
use host::Host;
use host_wasi::HostWasi;
use program::{Program, Surroundings};
use recording::{RecordedComponent, Recorder, RecordingFrontend};
use runner::Runner;
use store::{Call, Failed};
use stores::{Programs, Stores};

use crate::crossing::Way;
use crate::error::{Error, Kind, Result};
use crate::frontend::{Frontend, Interrupt};
use crate::model::interface::without_version;
use crate::model::{Component, Function, Resource, ResourceId};
use crate::value::Value;

/// Whose function is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The exports of the component with this number.
    Component(u32),
    /// What the shell itself provides to components: `host::`.
    Host,
}

/// What the engine is made with.
pub struct Options {
    /// Where compiled code is kept; `None` for nowhere.
    pub cache: Option<PathBuf>,
    /// The driver's side.
    pub frontend: Arc<dyn Frontend>,
    /// The Ctrl-C flag.
    pub interrupt: Interrupt,
}

/// Compiled components, their instances, the host's side, and the handle table.
pub struct Engine {
    around: Surroundings,
    programs: Programs,
    stores: Stores,
    /// What failed beside a line and was not told yet.
    news: Vec<Error>,
    host_wasi: HostWasi,
}

impl Engine {
    /// An engine with nothing loaded.
    pub fn new(options: Options) -> Result<Engine> {
        let runtimes = Arc::new(Runtimes::new(options.cache)?);
        let recorder = Arc::new(Recorder::default());
        let frontend: Arc<dyn Frontend> =
            Arc::new(RecordingFrontend { driver: options.frontend, recorder: recorder.clone() });
        let (asker, questions) = questions::questions();
        let around = Surroundings {
            runner: Runner::new(&runtimes, options.interrupt.clone(), questions, frontend.clone())?,
            runtimes,
            host: Arc::new(Host::new(frontend.clone(), asker, recorder)),
            frontend,
            interrupt: options.interrupt,
            limits: Limits::default(),
            grants: Grants::default(),
        };
        // A person may ask for the calls of before at any time.
        if around.frontend.is_interactive() {
            around.host.log.turn_on();
        }
        Ok(Engine {
            around,
            programs: Programs::new(),
            stores: Stores::default(),
            host_wasi: HostWasi::default(),
            news: Vec::new(),
        })
    }

    /// Takes a component in under the name that errors and `.resources` use. Compiles nothing.
    pub fn add(&mut self, component: Arc<Component>, name: &str) {
        self.around.host.name_component(component.id, name);
        self.around.host.log.recorder.component(|| RecordedComponent::of(&component, name));
        self.programs.insert(component.id, Program::new(component, name));
    }

    /// Forgets a component, its instance, its handles and the links to it; how many live handles that ended.
    pub fn remove(&mut self, id: u32) -> usize {
        let Some(program) = self.programs.remove(&id) else { return 0 };
        self.around.host.providers.forget_component(id);
        self.stores.throw_away(&self.around, id, &format!("{} was unloaded or read again", program.name))
    }

    /// Begins to compile on another thread, if that has not begun.
    pub fn compile_in_background(&mut self, id: u32) {
        if let Some(program) = self.programs.get(&id) {
            program.start_compiling(&self.around);
        }
    }

    /// Calls a function. All arguments are checked before anything runs; `args` holds a value for each of its parameters, a
    /// method's handle first. `what` names the call for later errors about handles that it moves (`into-value($c)`).
    pub fn call(&mut self, target: Target, function: &Function, args: &[Value], what: &str) -> Result<Option<Value>> {
        match target {
            Target::Host => match self.around.host.providers.linked(0, function) {
                Some((component, export)) => {
                    self.around.host.permit(function)?;
                    self.call(Target::Component(component), &export, args, what)
                }
                None if self.is_answered_by_wasi(function) => {
                    self.around.host.permit(function)?;
                    self.call_wasi(function, args, what)
                }
                None => host_call::call(&self.around, function, args, what),
            },
            Target::Component(id) => {
                let number = self.stores.ready(&self.around, &mut self.programs, id)?;
                let brought = self.bring(args, number)?;
                let called =
                    self.call_in(number, id, &Call { function, args, what, reads: &brought, of_wasi: None })?;
                self.stores.settle(&self.around, number, called)
            }
        }
    }

    /// Calls into one store while the others go on.
    fn call_in(
        &mut self,
        number: u32,
        component: u32,
        call: &Call<'_>,
    ) -> Result<std::result::Result<Option<Value>, Failed>> {
        let (called, failed) = {
            let (store, mut loops) = self.stores.beside(&self.around.limits, number)?;
            (store.call(&self.around, component, call, &mut loops), loops.end())
        };
        self.note_failures(failed);
        Ok(called)
    }

    /// Whether the runtime's WASI answers what the shell calls so.
    fn is_answered_by_wasi(&self, function: &Function) -> bool {
        implemented_by_wasi(function) && self.around.host.providers.chosen(0, function).is_none()
    }

    /// Runs `wasi:cli/run` in an instance of its own with these arguments after the program's name; the guest's exit status.
    pub fn run(&mut self, id: u32, args: &[String]) -> Result<u8> {
        let program = self.programs.get(&id).ok_or_else(|| not_loaded(id))?;
        program.check_kind()?;
        let is_run = |function: &&Arc<Function>| {
            let [interface] = &function.path[..] else { return false };
            without_version(interface) == "wasi:cli/run" && &*function.name == "run"
        };
        let run = program.component.exported_functions.iter().find(is_run).cloned();
        let run = run.ok_or_else(|| {
            Error::new(Kind::Name, format!("{} exports no wasi:cli/run: it is no command", program.name))
                .help("`.exports` lists what can be called")
        })?;
        let number = self.stores.for_run(&self.around, &mut self.programs, id, args)?;
        let called =
            self.call_in(number, id, &Call { function: &run, args: &[], what: "run", reads: &[], of_wasi: None })?;
        self.stores.end(&self.around, number, "its run is over");
        match called.map_err(Failed::into_error) {
            Ok(Some(Value::Result(Err(_)))) => Ok(1),
            Ok(_) => Ok(0),
            Err(error) => match (error.kind, error.guest_status) {
                (Kind::Exit, Some(status)) => Ok(status),
                _ => Err(error),
            },
        }
    }

    /// The components whose instance failed, and that have none since.
    pub fn failed(&self) -> Vec<u32> {
        self.stores.failed()
    }

    /// Gives a component a fresh instance at its next call; how many live handles that ended.
    pub fn reset(&mut self, id: u32) -> usize {
        self.stores.throw_away(&self.around, id, "its instance was reset")
    }

    /// The components that live and trap together with this one now, by number, itself included; none if it has no instance.
    pub fn together_with(&self, id: u32) -> Vec<u32> {
        self.stores.together_with(id).into_iter().map(|(id, _)| id).collect()
    }

    /// Ends all host resources and empties the builtins; how many live handles that ended.
    pub fn reset_host(&mut self) -> usize {
        let ended = lock(&self.around.host.handles).end_all(None, "the host was reset");
        let reps = lock(&self.around.host.handles).all_resources();
        reps.into_iter().for_each(|rep| self.around.host.drop_resource(rep));
        self.around.host.providers.reset();
        ended + self.end_host_wasi("the host was reset")
    }

    /// All handles in order of their numbers: live ones, those that ended in some way, and host resources that components hold.
    pub fn handles(&self) -> Vec<HandleInfo> {
        let name = |id| self.programs.get(&id).map_or_else(|| "?".to_owned(), |program| program.name.clone());
        lock(&self.around.host.handles).all(name)
    }

    /// One handle.
    pub fn handle(&self, number: u32) -> Option<HandleInfo> {
        lock(&self.around.host.handles).info(number)
    }

    /// An error if this handle cannot be used now: it says why, with the word "moved" where a call took it.
    pub fn check_handle(&self, number: u32) -> Result<()> {
        lock(&self.around.host.handles).check(number)
    }

    /// Drops a handle and runs its destructor.
    pub fn drop_handle(&mut self, number: u32) -> Result<()> {
        let host = self.around.host.clone();
        let (store, owner, owner_id, resource, sort) = {
            let mut handles = lock(&host.handles);
            let entry = handles.live(number)?;
            (entry.store, entry.owner.clone(), entry.owner_id, entry.resource(), entry.sort)
        };
        match sort {
            Sort::Writer => return self.close(number),
            Sort::Task => return self.cancel_task(number).map(drop),
            Sort::Handle => {}
        }
        let held = lock(&host.handles).end(number, HandleState::Dropped);
        let is_resource = matches!(held, Held::Host { .. } | Held::Guest(_));
        let what = format!(".drop {}#{number}", resource.name);
        let logged = (host.log.is_on() && is_resource).then(|| {
            let id = ResourceId::Imported(resource.clone());
            let function = Arc::new(Function::drop_of(&Resource { name: resource, id }));
            host.log.begin(Way::Drop, SHELL, &owner, &function, &[Value::Handle(number)])
        });
        let logged = logged.flatten();
        if let (Held::Guest(_), Some(store)) = (&held, store) {
            let deed = |of| Deed { number: of, component: owner_id, what };
            self.stores.get_mut(store)?.history.add(logged.as_ref(), deed);
        }
        let dropped = self.drop_held(held, store, &owner);
        if let Some(logged) = logged {
            logged.end(&dropped.as_ref().map(|()| None).map_err(Error::clone));
        }
        dropped
    }

    fn drop_held(&mut self, held: Held, store: Option<u32>, owner: &str) -> Result<()> {
        match (held, store) {
            (Held::Host { rep }, _) => {
                self.around.host.drop_resource(rep);
                Ok(())
            }
            (Held::Channel(channel), _) => {
                channel.close_reader("it was dropped at the prompt");
                self.advance();
                Ok(())
            }
            (held, Some(store)) => {
                let dropped = self.stores.get_mut(store)?.drop_held(&self.around, owner, held);
                self.stores.settle(&self.around, store, dropped)
            }
            _ => Ok(()),
        }
    }

    /// A component's exported functions, found by walking the compiled component's export handles. Compiles.
    pub fn walk_exports(&mut self, id: u32) -> Result<Vec<Function>> {
        let program = self.programs.get(&id).ok_or_else(|| not_loaded(id))?;
        Ok(export_walk::walk(&program.compiled(&self.around, config::Compiler::Quickest)?))
    }

    /// The bounds of the calls from now on; the memory bound holds for instances that are made from now on.
    pub fn set_limits(&mut self, limits: Limits) {
        self.around.limits = limits;
    }
}

/// Whether the runtime's WASI has this import.
pub fn implemented_by_wasi(function: &Function) -> bool {
    function.path.first().is_some_and(|interface| wasi_interfaces::implements(interface))
}

fn not_loaded(id: u32) -> Error {
    Error::new(Kind::Internal, format!("component {id} is not loaded"))
}

/// A lock that a panic elsewhere does not spoil: what these guard stays whole between statements.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
