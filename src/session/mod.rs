//! The only mutable state: what is loaded, the variables, the settings, the engine.
//!
//! [`Session::run_line`] is the way of a line: parse, dispatch, outcome. It never prints and never panics outward. Start reading
//! there, in `run.rs`; `script.rs` says which lines make up one input.

mod components;
pub mod links;
mod lookup;
pub mod policy;
mod run;
mod saved;
mod script;
mod settings;
mod snapshot;
mod variables;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use components::{Components, HOST, Loaded, is_of_name};
pub use saved::Saved;
pub use script::{LineJoiner, is_blank};
pub use settings::Settings;
pub use snapshot::{Shared, Snapshot};
pub use variables::Variables;

use crate::engine::{Denial, Engine, Grants, Limits, Options};
use crate::error::Result;
use crate::frontend::{Frontend, Interrupt};
use crate::model::pattern::Pattern;
use crate::model::{Component, FeatureSet};
use crate::render::Color;
use crate::report::Report;

/// Everything that lasts from one line to the next.
pub struct Session {
    /// What is loaded.
    pub components: Components,
    /// The variables.
    pub variables: Variables,
    /// The settings.
    pub settings: Settings,
    /// What runs components.
    pub engine: Engine,
    /// What WASI grants.
    pub grants: Grants,
    /// What a file may use.
    pub features: FeatureSet,
    /// The lines so far that succeeded, for `.save`.
    pub saved: Saved,
    /// The guest's arguments for a `.run` that names none (what stood after `--`).
    pub guest_args: Vec<String>,
    /// The last result, if it was a table or tree and a person is at the terminal, who may have seen it cut.
    pub last_table: Option<Report>,
    /// The driver's side.
    pub frontend: Arc<dyn Frontend>,
    /// The Ctrl-C flag.
    pub interrupt: Interrupt,
    /// How things stood when the line that runs began: what the driver can look at while the session is busy with it.
    pub snapshot: Shared,
    /// How often who answers had changed when the components' types were last brought up to that.
    seen_choices: u64,
    /// How many lines are being run, each by the one before it: a script may run a script.
    depth: usize,
}

/// What a session is made with.
pub struct SessionOptions {
    /// The driver's side.
    pub frontend: Arc<dyn Frontend>,
    /// The Ctrl-C flag.
    pub interrupt: Interrupt,
    /// Where compiled code is kept; `None` for nowhere.
    pub cache: Option<PathBuf>,
    /// The bounds of a call.
    pub limits: Limits,
    /// What WASI grants.
    pub grants: Grants,
    /// What is denied.
    pub denials: Vec<Denial>,
    /// What a file may use.
    pub features: FeatureSet,
    /// The guest's arguments for a `.run` that names none.
    pub guest_args: Vec<String>,
    /// The calls that are traced.
    pub trace: Option<Pattern>,
    /// When to use colours.
    pub color: Color,
    /// Show results as JSON.
    pub json: bool,
}

impl SessionOptions {
    /// Nothing granted, nothing kept, and the defaults of everything.
    pub fn new(frontend: Arc<dyn Frontend>, interrupt: Interrupt) -> SessionOptions {
        SessionOptions {
            frontend,
            interrupt,
            cache: None,
            limits: Limits::default(),
            grants: Grants::default(),
            denials: Vec::new(),
            features: FeatureSet::default(),
            guest_args: Vec::new(),
            trace: None,
            color: Color::Auto,
            json: false,
        }
    }
}

impl Session {
    /// A session with nothing loaded.
    pub fn new(options: SessionOptions) -> Result<Session> {
        let saved = Saved::of(&options);
        let mut engine = Engine::new(Options {
            cache: options.cache,
            frontend: options.frontend.clone(),
            interrupt: options.interrupt.clone(),
        })?;
        engine.set_limits(options.limits);
        engine.set_grants(options.grants.clone(), None);
        if options.trace.is_some() {
            let _ = engine.trace(options.trace);
        }
        options.denials.into_iter().for_each(|denial| drop(engine.deny(denial)));
        let settings =
            Settings { limits: options.limits, color: options.color, json: options.json, ..Settings::default() };
        Ok(Session {
            components: Components::default(),
            variables: Variables::default(),
            settings,
            engine,
            grants: options.grants,
            features: options.features,
            saved,
            guest_args: options.guest_args,
            last_table: None,
            frontend: options.frontend,
            interrupt: options.interrupt,
            snapshot: Shared::default(),
            seen_choices: 0,
            depth: 0,
        })
    }

    /// Loads a file under a name made from `name`, or from the file's own; the name that it got. It is current then.
    pub fn load(&mut self, path: &Path, name: Option<&str>) -> Result<String> {
        let component = Arc::new(Component::read(path, self.components.fresh_id(), self.features)?);
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let name = self.components.add(name.unwrap_or(&stem), component.clone());
        self.engine.add(component, &name);
        Ok(name)
    }
}
