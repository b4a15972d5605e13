//! `wasi:logging/logging`: a line on standard error for each message, with its level and context.

use std::sync::Arc;

use async_trait::async_trait;

use super::{ImportCall, Provider, internal, is_one_of};
use crate::error::Result;
use crate::frontend::{Channel, Frontend};
use crate::model::{Function, Type};
use crate::value::Value;

/// The function that it answers and its type, as WIT writes it.
const FUNCTIONS: &[(&str, &str)] = &[("log", "func(level: level, context: string, message: string)")];

/// Writes messages where the guest's standard error goes.
pub struct Logging {
    frontend: Arc<dyn Frontend>,
}

impl Logging {
    /// Messages go to this driver.
    pub fn new(frontend: Arc<dyn Frontend>) -> Logging {
        Logging { frontend }
    }
}

#[async_trait]
impl Provider for Logging {
    fn name(&self) -> &str {
        "builtin"
    }

    fn answers(&self, function: &Function) -> bool {
        is_one_of(function, "wasi:logging/logging", FUNCTIONS)
            && matches!(function.params.first().map(|level| &level.ty), Some(Type::Enum(_)))
    }

    async fn call(&self, call: ImportCall<'_>) -> Result<Option<Value>> {
        let (Some(Type::Enum(levels)), Some(Value::Enum(level))) =
            (call.function.params.first().map(|level| &level.ty), call.args.first())
        else {
            return Err(internal("a message has no level"));
        };
        let level = levels.labels.get(*level as usize).map_or("", |level| level);
        let context = match call.string(1)? {
            "" => String::new(),
            context => format!(" {context}"),
        };
        let line = format!("[{level}]{context}: {}\n", call.string(2)?);
        self.frontend.guest_output(Channel::Stderr, line.as_bytes());
        Ok(None)
    }
}
