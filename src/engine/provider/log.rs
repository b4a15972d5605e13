//! The root-level import `log: func(msg: string)`: a line on standard error for each message.

use std::sync::Arc;

use async_trait::async_trait;

use super::{ImportCall, Provider};
use crate::error::Result;
use crate::frontend::{Channel, Frontend};
use crate::model::Function;
use crate::value::Value;

/// Writes messages where the guest's standard error goes.
pub struct Log {
    frontend: Arc<dyn Frontend>,
}

impl Log {
    /// Messages go to this driver.
    pub fn new(frontend: Arc<dyn Frontend>) -> Log {
        Log { frontend }
    }
}

#[async_trait]
impl Provider for Log {
    fn name(&self) -> &str {
        "builtin"
    }

    fn answers(&self, function: &Function) -> bool {
        function.path.is_empty() && &*function.name == "log" && function.signature().to_string() == "func(msg: string)"
    }

    async fn call(&self, call: ImportCall<'_>) -> Result<Option<Value>> {
        let line = format!("{}\n", call.string(0)?);
        self.frontend.guest_output(Channel::Stderr, line.as_bytes());
        Ok(None)
    }
}
