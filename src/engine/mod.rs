//! Compiling, instantiating and calling: the only room that knows wasmtime.
//!
//! [`Engine`] is the whole face of this room. It speaks [`Function`], [`Value`] and [`Error`](crate::error::Error); no type of
//! the runtime leaves it. Nothing is compiled before the first call, unless [`Engine::compile_in_background`] asks for it.

mod handle;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use handle::{HandleInfo, HandleSort, HandleState};

use crate::error::{Error, Kind, Result};
use crate::frontend::{Frontend, Interrupt};
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

/// What bounds a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Wall-clock time a call may take.
    pub timeout: Option<Duration>,
    /// Fuel a call may use (wasmtime's unit: about one an instruction).
    pub fuel: Option<u64>,
    /// Bytes of linear memory an instance may have, over all its memories.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { timeout: None, fuel: None, memory: 1 << 30 }
    }
}

/// What WASI grants to guests.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    /// Environment variables.
    pub env: Vec<(String, String)>,
    /// Directories.
    pub dirs: Vec<DirGrant>,
}

/// A directory that a guest sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirGrant {
    /// Its path on the host.
    pub host: PathBuf,
    /// Its path in the guest.
    pub guest: String,
    /// The guest may not change it.
    pub read_only: bool,
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
pub struct Engine {}

impl Engine {
    /// An engine with nothing loaded.
    pub fn new(_options: Options) -> Result<Engine> {
        Ok(Engine {})
    }

    /// Takes a component in under the name that errors and `.resources` use. Compiles nothing.
    pub fn add(&mut self, _component: Arc<Component>, _name: &str) {}

    /// Forgets a component, its instance and its handles.
    pub fn remove(&mut self, _id: u32) {}

    /// Begins to compile on another thread, if that has not begun.
    pub fn compile_in_background(&mut self, _id: u32) {}

    /// Calls a function. All arguments are checked before anything runs; `args` holds a value for each of its parameters, a
    /// method's handle first. `what` names the call for later errors about handles that it moves (`into-value($c)`).
    pub fn call(
        &mut self,
        _target: Target,
        _function: &Function,
        _args: Vec<Value>,
        _what: &str,
    ) -> Result<Option<Value>> {
        Err(Error::new(Kind::Internal, "not built"))
    }

    /// Runs `wasi:cli/run` in a fresh instance with these arguments after the program's name; the guest's exit status.
    pub fn run(&mut self, _id: u32, _args: &[String]) -> Result<u8> {
        Err(Error::new(Kind::Internal, "not built"))
    }

    /// Gives a component a fresh instance at its next call; how many live handles that ended.
    pub fn reset(&mut self, _id: u32) -> usize {
        0
    }

    /// Ends all host resources and empties the builtins; how many live handles that ended.
    pub fn reset_host(&mut self) -> usize {
        0
    }

    /// All handles, in order of their numbers: live ones, and those that ended in some way since the last reset.
    pub fn handles(&self) -> Vec<HandleInfo> {
        Vec::new()
    }

    /// One handle.
    pub fn handle(&self, _number: u32) -> Option<HandleInfo> {
        None
    }

    /// An error if this handle cannot be used now: it says why, with the word "moved" where a call took it.
    pub fn check_handle(&self, _number: u32) -> Result<()> {
        Ok(())
    }

    /// Drops a handle and runs its destructor.
    pub fn drop_handle(&mut self, _number: u32) -> Result<()> {
        Ok(())
    }

    /// A component's exported functions, found by walking the compiled component's export handles. Compiles.
    pub fn walk_exports(&mut self, _id: u32) -> Result<Vec<Function>> {
        Ok(Vec::new())
    }

    /// Who answers an imported function: `wasi`, `builtin`, `trap`; and how often it was called so far in this session.
    pub fn provider_of(&self, _component: u32, _function: &Function) -> (String, u64) {
        (String::new(), 0)
    }

    /// The bounds of the calls from now on.
    pub fn set_limits(&mut self, _limits: Limits) {}

    /// What WASI grants from now on; instances that live already keep what they had.
    pub fn set_grants(&mut self, _grants: Grants) {}
}
