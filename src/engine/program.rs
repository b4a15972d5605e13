//! One loaded component on its way from bytes to something that can be instantiated: compiled, its imports connected.
//!
//! Each stage is made when it is first needed. The instances themselves live in stores: `store.rs`.

use std::sync::Arc;

use wasmtime::Engine;

use super::compile::Compilation;
use super::config::{Compiler, Runtimes};
use super::grants::Grants;
use super::host::Host;
use super::limits::Limits;
use super::link::{self, Linked};
use super::runner::Runner;
use crate::error::{Error, Kind, Result};
use crate::frontend::{Frontend, Interrupt};
use crate::model::{Component, FileKind};

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
    quickest: Compilation,
    /// Compiled once more, for a store that it shares with what only the full runtime takes.
    full: Compilation,
    linked: Option<Linked>,
}

impl Program {
    /// Nothing made yet.
    pub fn new(component: Arc<Component>, name: &str) -> Program {
        Program {
            component,
            name: name.to_owned(),
            quickest: Compilation::new(),
            full: Compilation::new(),
            linked: None,
        }
    }

    /// Begins to compile.
    pub fn start_compiling(&self, around: &Surroundings) {
        if self.component.kind == FileKind::Component {
            self.quickest.start(&around.runtimes, self.component.bytes.clone(), Compiler::Quickest);
        }
    }

    /// The compiled code, waited for.
    pub fn compiled(&self, around: &Surroundings, compiler: Compiler) -> Result<wasmtime::component::Component> {
        self.check_kind()?;
        let compilation = match compiler {
            Compiler::Quickest => &self.quickest,
            Compiler::Full => &self.full,
        };
        compilation.start(&around.runtimes, self.component.bytes.clone(), compiler);
        compilation.wait(&self.name, &*around.frontend, &around.interrupt)
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

    /// What can be instantiated in a store of this runtime; of whichever is the quickest if none is given.
    pub fn linked(&mut self, around: &Surroundings, engine: Option<&Engine>) -> Result<Linked> {
        let fits = |made: &Engine| engine.is_none_or(|wanted| Engine::same(made, wanted));
        if let Some(linked) = self.linked.as_ref().filter(|linked| fits(linked.engine())) {
            return Ok(linked.clone());
        }
        let mut compiled = self.compiled(around, Compiler::Quickest)?;
        if !fits(compiled.engine()) {
            compiled = self.compiled(around, Compiler::Full)?;
        }
        let linker = link::linker(compiled.engine(), &self.component, &around.host)?;
        let pre = linker.instantiate_pre(&compiled).map_err(|e| self.not_linked(&e))?;
        let linked = Linked { pre, forwarder: link::forwarder(compiled.engine(), &self.component, &around.host)? };
        self.linked = Some(linked.clone());
        Ok(linked)
    }

    /// Connects the imports anew before the next instance is made.
    pub fn relink(&mut self) {
        self.linked = None;
    }

    /// The file's name: what a guest sees as its program's.
    pub fn file_name(&self) -> String {
        self.component.path.file_name().map_or_else(|| self.name.clone(), |name| name.to_string_lossy().into_owned())
    }

    fn not_linked(&self, error: &wasmtime::Error) -> Error {
        let mut causes = error.chain().map(|cause| cause.to_string());
        let first = causes.next().unwrap_or_default();
        causes.fold(Error::new(Kind::Load, format!("the imports of {} do not fit: {first}", self.name)), Error::cause)
    }
}
