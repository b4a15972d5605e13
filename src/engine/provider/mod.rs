//! Who answers imports.
//!
//! Every import that the runtime's own WASI does not take goes through one [`Provider`]. Providers speak the shell's values, not
//! the runtime's: a resource is `Value::Handle` with its representation, made by [`ImportCall::new_resource`]. Which provider
//! answers is decided at each call, in [`Providers::choose`]. One file a provider.

mod ask;
mod child;
mod component;
mod config;
mod exec;
mod fixed;
mod keyvalue;
mod kvdb;
mod links;
mod log;
mod logging;
mod message;
mod missing;
mod process;
mod python;
mod replay;
mod selection;
mod wasi;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

pub use ask::{ASK, Ask};
pub use component::Linked;
pub use exec::exec;
pub use fixed::{Fixed, Zero};
pub use links::Link;
pub use missing::Missing;
pub use python::{Source, python};
pub use replay::Replay;
pub use selection::{Chosen, Selection};
pub use wasi::WASI;

use async_trait::async_trait;

use super::handle_table::{HandleTable, Holder};
use super::questions::Asker;
use super::wasi_interfaces;
use crate::error::{Error, Kind, Result};
use crate::frontend::Frontend;
use crate::model::interface::without_version;
use crate::model::{Function, Resource, Type, TypeName};
use crate::value::Value;

/// Answers calls of imported functions.
#[async_trait]
pub trait Provider: Send + Sync {
    /// The word for it in `.imports`: `builtin`, `trap`.
    fn name(&self) -> &str;

    /// Whether it can answer this function, its type included.
    fn answers(&self, function: &Function) -> bool;

    /// Answers one call: a value of the function's result type, or none where it has no result.
    async fn call(&self, call: ImportCall<'_>) -> Result<Option<Value>>;

    /// The link to another component, if that is what this provider is.
    fn linked(&self) -> Option<&Linked> {
        None
    }

    /// A resource is gone; if this provider made it, its destructor.
    fn drop_resource(&self, _resource: &TypeName, _rep: u32) {}

    /// Forgets all state, as if the session had just begun.
    fn reset(&self) {}
}

impl std::fmt::Debug for dyn Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// One call of an imported function.
pub struct ImportCall<'a> {
    /// What is called.
    pub function: &'a Function,
    /// A value for each parameter.
    pub args: Vec<Value>,
    /// Who will hold the resources that the call returns.
    pub holder: Holder,
    /// Where host resources are kept.
    pub handles: &'a Mutex<HandleTable>,
    /// Whether a provider can make resources of WASI for the caller.
    pub makes_wasi: bool,
    /// The store that the call comes from; none if the shell itself calls.
    pub store: Option<&'a mut dyn CallingStore>,
}

/// The store that a call comes from, for a provider that answers from inside it.
#[async_trait]
pub trait CallingStore: Send {
    /// Calls what another component in the same store exports. `import` is the same function as the caller names it: the
    /// result's resources are of its types.
    async fn call_export(&mut self, export: Export<'_>, import: &Function, args: Vec<Value>) -> Result<Option<Value>>;

    /// Calls what the caller imports from the runtime's own WASI.
    async fn call_wasi(&mut self, import: &Function, args: Vec<Value>) -> Result<Option<Value>>;
}

/// A component's exported function.
#[derive(Clone, Copy)]
pub struct Export<'a> {
    /// The component's number.
    pub component: u32,
    /// The function.
    pub function: &'a Function,
}

impl ImportCall<'_> {
    /// The number of the component that calls; 0 for the shell.
    pub fn caller(&self) -> u32 {
        match self.holder {
            Holder::Instance(component, _) => component,
            Holder::Shell => 0,
        }
    }

    /// Makes a resource of the type that the function returns.
    pub fn new_resource(&self) -> Result<Value> {
        match &self.function.result {
            Some(Type::Own(resource)) => self.resource(resource),
            _ => Err(internal("a constructor without a resource")),
        }
    }

    /// Makes a resource of this type.
    pub fn resource(&self, resource: &Resource) -> Result<Value> {
        self.check_can_make(resource)?;
        Ok(Value::Handle(super::lock(self.handles).new_resource(&resource.name, self.holder)?))
    }

    /// An error if nobody but the runtime's WASI can make a resource of this type: it takes no others, wherever it is asked.
    pub fn check_can_make(&self, resource: &Resource) -> Result<()> {
        let interface = resource.name.interface.as_deref().filter(|name| wasi_interfaces::implements(name));
        let Some(interface) = interface.filter(|_| !self.makes_wasi) else { return Ok(()) };
        let (name, function) = (&resource.name.name, self.function.full_name());
        Err(Error::new(Kind::Provider, format!("a new {name} is WASI's to make, and {function} would give another"))
            .note(format!("the type is that of {interface}, whose functions WASI answers"))
            .help(format!("`.provide {function} wasi` lets WASI answer it"))
            .help("`.provide wasi PROVIDER` has all of WASI answered by another, who can make its resources then"))
    }

    /// A string argument.
    pub fn string(&self, index: usize) -> Result<&str> {
        match self.args.get(index) {
            Some(Value::String(text)) => Ok(text),
            _ => Err(internal("an argument is not the string that its type promises")),
        }
    }
}

/// Whether a function is one of these of this interface, whatever its version; each with its type, as WIT writes it.
fn is_one_of(function: &Function, interface: &str, functions: &[(&str, &str)]) -> bool {
    let [actual] = function.path.as_slice() else { return false };
    without_version(actual) == interface
        && functions
            .iter()
            .any(|(name, signature)| *function.name == **name && function.signature().to_string() == *signature)
}

/// `ok(value)`, or `ok` without one.
fn ok(value: Option<Value>) -> Result<Option<Value>> {
    Ok(Some(Value::Result(Ok(value.map(Box::new)))))
}

/// `some(value)` or `none`.
fn option(value: Option<Value>) -> Value {
    Value::Option(value.map(Box::new))
}

fn internal(message: &str) -> Error {
    Error::new(Kind::Internal, message)
}

/// The providers of a session.
pub struct Providers {
    chosen: Mutex<Vec<Chosen>>,
    /// How often that changed.
    changes: AtomicU64,
    replay: Mutex<Option<Arc<Replay>>>,
    wasi: Arc<dyn Provider>,
    builtins: Vec<Arc<dyn Provider>>,
    config: Arc<config::Config>,
    /// Answers the rest while a person is at the terminal.
    ask: Arc<Ask>,
    /// Answers it otherwise.
    missing: Arc<dyn Provider>,
    asker: Asker,
    frontend: Arc<dyn Frontend>,
}

impl Providers {
    /// Those that ship with the shell.
    pub fn new(frontend: Arc<dyn Frontend>, asker: Asker) -> Providers {
        let config = Arc::new(config::Config::default());
        let builtins: Vec<Arc<dyn Provider>> = vec![
            Arc::new(kvdb::Kvdb::default()),
            Arc::new(log::Log::new(frontend.clone())),
            config.clone(),
            Arc::new(keyvalue::KeyValue::default()),
            Arc::new(logging::Logging::new(frontend.clone())),
        ];
        Providers {
            chosen: Mutex::default(),
            changes: AtomicU64::new(0),
            builtins,
            config,
            ask: Arc::new(Ask::new(asker.clone(), frontend.clone())),
            replay: Mutex::default(),
            wasi: Arc::new(wasi::Wasi),
            missing: Arc::new(Missing::default()),
            asker,
            frontend,
        }
    }

    /// One that asks the person, and has been told nothing yet.
    pub fn ask(&self) -> Arc<dyn Provider> {
        Arc::new(Ask::new(self.asker.clone(), self.frontend.clone()))
    }

    /// Chooses a provider for what is selected, in the place of an earlier choice for the same.
    pub fn choose(&self, choice: Chosen) {
        let mut chosen = self.to_be_changed();
        chosen.retain(|earlier| earlier.selection != choice.selection);
        chosen.push(choice);
    }

    /// Takes back what was chosen for exactly this, and what the person said to be answered always; whether anything was.
    pub fn forget(&self, selection: &Selection) -> bool {
        let was_remembered = self.ask.forget(selection);
        let mut chosen = self.to_be_changed();
        let before = chosen.len();
        chosen.retain(|earlier| earlier.selection != *selection);
        chosen.len() < before || was_remembered
    }

    /// Lets a recording answer everything that its components import, whatever else was chosen; or nothing any more.
    pub fn replay(&self, replay: Option<Arc<Replay>>) {
        drop(self.to_be_changed());
        *super::lock(&self.replay) = replay;
    }

    /// The recording that answers all that a component imports, resources of WASI included.
    pub fn replayed(&self, component: u32) -> Option<Arc<Replay>> {
        super::lock(&self.replay).clone().filter(|replay| replay.is_of(component))
    }

    /// Whether a recording answers anything.
    pub fn is_replaying(&self) -> bool {
        super::lock(&self.replay).is_some()
    }

    /// Whom the user chose for a component's import: the narrowest choice, and of equal ones the latest.
    pub fn chosen(&self, component: u32, function: &Function) -> Option<Arc<dyn Provider>> {
        if let Some(replay) = self.replayed(component) {
            return Some(replay);
        }
        let chosen = super::lock(&self.chosen);
        let fits = chosen.iter().filter(|chosen| chosen.is_for(component, function));
        fits.max_by_key(|chosen| chosen.selection.narrowness())?.provider.clone()
    }

    /// The choices that win over one for this selection, and who answers them; `None` is whoever does by default.
    pub fn narrower(&self, than: &Selection) -> Vec<(Selection, Option<String>)> {
        let chosen = super::lock(&self.chosen);
        let narrower = chosen.iter().filter(|chosen| chosen.selection.narrows(than));
        let by = |chosen: &Chosen| chosen.provider.as_ref().map(|provider| provider.name().to_owned());
        narrower.map(|chosen| (chosen.selection.clone(), by(chosen))).collect()
    }

    fn to_be_changed(&self) -> MutexGuard<'_, Vec<Chosen>> {
        self.changes.fetch_add(1, Ordering::SeqCst);
        super::lock(&self.chosen)
    }

    /// How often the choices changed so far: what was derived from them holds as long as this is the same.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    /// Who answers a component's import.
    pub fn find(&self, component: u32, function: &Function) -> Arc<dyn Provider> {
        let chosen = self.chosen(component, function);
        let wasi = || Some(&self.wasi).filter(|wasi| wasi.answers(function)).cloned();
        chosen.or_else(wasi).or_else(|| self.builtin(function)).unwrap_or_else(|| {
            match self.frontend.is_interactive() {
                true => self.ask.clone(),
                false => self.missing.clone(),
            }
        })
    }

    /// The builtin for a function, if there is one.
    pub fn builtin(&self, function: &Function) -> Option<Arc<dyn Provider>> {
        self.builtins.iter().find(|provider| provider.answers(function)).cloned()
    }

    /// What `wasi:config/store` holds from now on.
    pub fn set_config(&self, values: &[(String, String)]) {
        self.config.set(values);
    }

    /// A host resource is gone: whoever made it is told.
    pub fn drop_resource(&self, resource: &TypeName, rep: u32) {
        self.each(|provider| provider.drop_resource(resource, rep));
    }

    /// All state is forgotten.
    pub fn reset(&self) {
        self.each(|provider| provider.reset());
    }

    fn each(&self, act: impl Fn(&dyn Provider)) {
        self.builtins.iter().for_each(|provider| act(&**provider));
        act(&*self.ask);
        let replay = super::lock(&self.replay).clone();
        replay.iter().for_each(|replay| act(&**replay));
        let chosen: Vec<_> = super::lock(&self.chosen).iter().filter_map(|chosen| chosen.provider.clone()).collect();
        chosen.iter().for_each(|provider| act(&**provider));
    }
}
