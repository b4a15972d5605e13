//! Who answers imports.
//!
//! Every import that the runtime's own WASI does not take goes through one [`Provider`]. Providers speak the shell's values, not
//! the runtime's: a resource is `Value::Handle` with its representation, made by [`ImportCall::new_resource`]. Which provider
//! answers is decided at each call, in [`Providers::choose`]. One file a provider.

mod kvdb;
mod log;
mod missing;

use std::sync::Arc;

use async_trait::async_trait;

use super::handle_table::{HandleTable, Holder};
use crate::error::Result;
use crate::frontend::Frontend;
use crate::model::{Function, Type, TypeName};
use crate::value::Value;

/// Answers calls of imported functions.
#[async_trait]
pub trait Provider: Send + Sync {
    /// The word for it in `.imports`: `builtin`, `trap`.
    fn name(&self) -> &'static str;

    /// Whether it can answer this function, its type included.
    fn answers(&self, function: &Function) -> bool;

    /// Answers one call: a value of the function's result type, or none where it has no result.
    async fn call(&self, call: ImportCall<'_>) -> Result<Option<Value>>;

    /// A resource that it made is gone: its destructor.
    fn drop_resource(&self, _resource: &TypeName, _rep: u32) {}

    /// Forgets all state, as if the session had just begun.
    fn reset(&self) {}
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
    pub handles: &'a std::sync::Mutex<HandleTable>,
}

impl ImportCall<'_> {
    /// Makes a resource of the type that the function returns.
    pub fn new_resource(&self) -> Result<Value> {
        let Some(Type::Own(resource)) = &self.function.result else {
            return Err(internal("a constructor without a resource"));
        };
        Ok(Value::Handle(super::lock(self.handles).new_resource(&resource.name, self.holder)?))
    }

    /// A string argument.
    pub fn string(&self, index: usize) -> Result<&str> {
        match self.args.get(index) {
            Some(Value::String(text)) => Ok(text),
            _ => Err(internal("an argument is not the string that its type promises")),
        }
    }
}

fn internal(message: &str) -> crate::error::Error {
    crate::error::Error::new(crate::error::Kind::Internal, message)
}

/// The providers of a session.
pub struct Providers {
    builtins: Vec<Arc<dyn Provider>>,
    missing: Arc<dyn Provider>,
}

impl Providers {
    /// Those that ship with the shell.
    pub fn new(frontend: Arc<dyn Frontend>) -> Providers {
        Providers {
            builtins: vec![Arc::new(kvdb::Kvdb::default()), Arc::new(log::Log::new(frontend))],
            missing: Arc::new(missing::Missing),
        }
    }

    /// Who answers this function.
    pub fn choose(&self, function: &Function) -> &Arc<dyn Provider> {
        self.builtins.iter().find(|provider| provider.answers(function)).unwrap_or(&self.missing)
    }

    /// A host resource is gone: whoever made it is told.
    pub fn drop_resource(&self, resource: &TypeName, rep: u32) {
        self.builtins.iter().for_each(|provider| provider.drop_resource(resource, rep));
    }

    /// All state is forgotten.
    pub fn reset(&self) {
        self.builtins.iter().for_each(|provider| provider.reset());
    }
}
