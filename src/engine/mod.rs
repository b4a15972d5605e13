//! Compiling, instantiating and calling: the only room that knows wasmtime.
//!
//! [`Engine`] is the whole face of this room. It speaks [`Function`], [`Value`] and [`Error`]; no type of the runtime leaves it.
//! Nothing is compiled before the first call, unless [`Engine::compile_in_background`] asks for it. Start reading at
//! `program.rs`, the way from bytes to a call; `host.rs` and `provider/` are the side that answers imports.

mod compile;
mod config;
mod denial;
mod export_walk;
mod grants;
mod handle;
mod handle_table;
mod host;
mod host_call;
mod import_handles;
mod lift;
mod limits;
mod link;
mod lower;
mod program;
pub mod provider;
mod ready;
mod runner;
mod shell_handles;
#[cfg(test)]
mod tests;
mod ticker;
mod trap;
mod wasi;
mod wasi_interfaces;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use denial::Denial;
pub use grants::{DirGrant, Grants, NetGrant};
pub use handle::{HandleInfo, HandleState};
pub use handle_table::{HandleTable, Holder};
pub use limits::Limits;
pub use provider::Selection;

use config::Runtimes;
use handle_table::Held;
use host::Host;
use program::{Program, Surroundings};
use provider::{Chosen, Provider};
use runner::Runner;

use crate::error::{Error, Kind, Result};
use crate::frontend::{Frontend, Interrupt};
use crate::model::interface::without_version;
use crate::model::{Component, Function};
use crate::value::Value;

/// Whose function is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The exports of the component with this number.
    Component(u32),
    /// What the shell itself provides to components: `host::`.
    Host,
}

/// Who is to answer an import.
#[derive(Clone, Debug)]
pub enum Choice {
    /// Whoever answers by default: WASI, a builtin, or a trap.
    Usual,
    /// Nobody: the guest traps.
    Trap,
    /// Always this value, which must be of the result's type.
    Value(Value),
    /// The zero value of the result's type.
    Default,
    /// This one.
    Provider(Arc<dyn Provider>),
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
    programs: BTreeMap<u32, Program>,
}

impl Engine {
    /// An engine with nothing loaded.
    pub fn new(options: Options) -> Result<Engine> {
        let runtimes = Arc::new(Runtimes::new(options.cache)?);
        let around = Surroundings {
            runner: Runner::new(&runtimes, options.interrupt.clone())?,
            runtimes,
            host: Arc::new(Host::new(options.frontend.clone())),
            frontend: options.frontend,
            interrupt: options.interrupt,
            limits: Limits::default(),
            grants: Grants::default(),
        };
        Ok(Engine { around, programs: BTreeMap::new() })
    }

    /// Takes a component in under the name that errors and `.resources` use. Compiles nothing.
    pub fn add(&mut self, component: Arc<Component>, name: &str) {
        self.programs.insert(component.id, Program::new(component, name));
    }

    /// Forgets a component, its instance and its handles; how many live handles that ended.
    pub fn remove(&mut self, id: u32) -> usize {
        match self.programs.remove(&id) {
            Some(mut program) => {
                let why = format!("{} was unloaded or read again", program.name);
                program.reset(&self.around, &why)
            }
            None => 0,
        }
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
            Target::Host => host_call::call(&self.around, function, args, what),
            Target::Component(id) => {
                let program = self.programs.get_mut(&id).ok_or_else(|| not_loaded(id))?;
                program.call(&self.around, function, args, what)
            }
        }
    }

    /// Runs `wasi:cli/run` in an instance of its own with these arguments after the program's name; the guest's exit status.
    pub fn run(&mut self, id: u32, args: &[String]) -> Result<u8> {
        let program = self.programs.get_mut(&id).ok_or_else(|| not_loaded(id))?;
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
        program.run(&self.around, &run, args)
    }

    /// Gives a component a fresh instance at its next call; how many live handles that ended.
    pub fn reset(&mut self, id: u32) -> usize {
        let program = self.programs.get_mut(&id);
        program.map_or(0, |program| program.reset(&self.around, "its instance was reset"))
    }

    /// Ends all host resources and empties the builtins; how many live handles that ended.
    pub fn reset_host(&mut self) -> usize {
        let ended = lock(&self.around.host.handles).end_all(None, "the host was reset");
        let reps = lock(&self.around.host.handles).all_resources();
        reps.into_iter().for_each(|rep| self.around.host.drop_resource(rep));
        self.around.host.providers.reset();
        ended
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
        let store = lock(&self.around.host.handles).live(number)?.store;
        let held = lock(&self.around.host.handles).end(number, HandleState::Dropped);
        match (held, store) {
            (Held::Host { rep }, _) => {
                self.around.host.drop_resource(rep);
                Ok(())
            }
            (held, Some((component, _))) => {
                let program = self.programs.get_mut(&component).ok_or_else(|| not_loaded(component))?;
                program.drop_held(&self.around, held)
            }
            _ => Ok(()),
        }
    }

    /// A component's exported functions, found by walking the compiled component's export handles. Compiles.
    pub fn walk_exports(&mut self, id: u32) -> Result<Vec<Function>> {
        let program = self.programs.get(&id).ok_or_else(|| not_loaded(id))?;
        Ok(export_walk::walk(&program.compiled(&self.around)?))
    }

    /// Who answers an imported function (`wasi`, `builtin`, `trap`…), and how often it was called so far, where that is counted.
    pub fn provider_of(&self, component: u32, function: &Function) -> (String, Option<u64>) {
        let host = &self.around.host;
        if host.denied(function).is_some() {
            return ("denied".into(), Some(host.calls(component, function)));
        }
        if implemented_by_wasi(function) && !link::taken_from_wasi(host, component, function) {
            return ("wasi".into(), None);
        }
        (host.providers.find(component, function).name().into(), Some(host.calls(component, function)))
    }

    /// Decides who answers what is selected, from the next call on. An instance whose WASI is answered by somebody else now,
    /// or by WASI again, is replaced: those components, by name, and how many handles that ended.
    pub fn provide(&mut self, selection: Selection, choice: Choice) -> Vec<(String, usize)> {
        let providers = &self.around.host.providers;
        let provider: Option<Arc<dyn Provider>> = match choice {
            Choice::Usual => None,
            Choice::Trap => Some(providers.missing()),
            Choice::Value(value) => Some(Arc::new(provider::Fixed(value))),
            Choice::Default => Some(Arc::new(provider::Zero)),
            Choice::Provider(provider) => Some(provider),
        };
        self.with_relinking(|host| host.providers.choose(Chosen { selection, provider }))
    }

    /// Takes back a decision of [`Engine::provide`] for exactly this selection; `None` if there was none.
    pub fn unprovide(&mut self, selection: &Selection) -> Option<Vec<(String, usize)>> {
        let mut found = false;
        let replaced = self.with_relinking(|host| found = host.providers.forget(selection));
        found.then_some(replaced)
    }

    /// Whether a builtin could answer this function.
    pub fn has_builtin(&self, function: &Function) -> bool {
        self.around.host.providers.builtin(function).is_some()
    }

    /// Changes who answers, and replaces the instances to which that has to be built in.
    fn with_relinking(&mut self, change: impl FnOnce(&Host)) -> Vec<(String, usize)> {
        let host = self.around.host.clone();
        let taken = |program: &Program| -> Vec<bool> {
            let component = &program.component;
            component.imported_functions.iter().map(|f| link::taken_from_wasi(&host, component.id, f)).collect()
        };
        let before: Vec<Vec<bool>> = self.programs.values().map(&taken).collect();
        change(&host);
        let mut replaced = Vec::new();
        for (program, before) in self.programs.values_mut().zip(before) {
            if taken(program) != before {
                program.relink();
                let was_live = program.is_live();
                let ended = program.reset(&self.around, "its instance was replaced: who answers WASI changed");
                if was_live {
                    replaced.push((program.name.clone(), ended));
                }
            }
        }
        replaced
    }

    /// The bounds of the calls from now on; the memory bound holds for instances that are made from now on.
    pub fn set_limits(&mut self, limits: Limits) {
        self.around.limits = limits;
    }

    /// What WASI grants from now on. Instances that import an interface whose name begins like this are replaced, since an
    /// instance keeps what it was made with: those components, by name, and how many handles that ended.
    pub fn set_grants(&mut self, grants: Grants, concerned: &str) -> Vec<(String, usize)> {
        self.around.grants = grants;
        let mut replaced = Vec::new();
        for program in self.programs.values_mut() {
            let imports = program.component.imports.iter().any(|import| import.name.starts_with(concerned));
            if imports && program.is_live() {
                let ended = program.reset(&self.around, "its instance was replaced: what WASI grants changed");
                replaced.push((program.name.clone(), ended));
            }
        }
        replaced
    }

    /// Denies what a rule means, from the next call on. Who is told of as in [`Engine::provide`].
    pub fn deny(&mut self, denial: Denial) -> Vec<(String, usize)> {
        self.with_relinking(|host| {
            let mut denials = lock(&host.denials);
            if !denials.contains(&denial) {
                denials.push(denial);
            }
        })
    }

    /// Takes back the denial that was written so; `None` if there was none.
    pub fn undeny(&mut self, text: &str) -> Option<Vec<(String, usize)>> {
        let mut found = false;
        let replaced = self.with_relinking(|host| {
            let mut denials = lock(&host.denials);
            let before = denials.len();
            denials.retain(|denial| denial.text() != text);
            found = denials.len() < before;
        });
        found.then_some(replaced)
    }

    /// The rules that deny something, in the order in which they were made.
    pub fn denials(&self) -> Vec<Denial> {
        lock(&self.around.host.denials).clone()
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
