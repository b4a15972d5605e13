//! What nobody provides: constructors make handles, everything else traps with a message that names the import.

use async_trait::async_trait;

use super::{ImportCall, Provider};
use crate::error::{Error, Kind, Result};
use crate::model::{Function, FunctionKind, Type};
use crate::value::Value;

/// Answers everything, mostly with a trap.
#[derive(Default)]
pub struct Missing {
    /// What it was chosen for, as `.unprovide` takes it; none where it answers because nobody else does.
    pub chosen: Option<String>,
}

#[async_trait]
impl Provider for Missing {
    fn name(&self) -> &str {
        "trap"
    }

    fn answers(&self, _function: &Function) -> bool {
        true
    }

    async fn call(&self, call: ImportCall<'_>) -> Result<Option<Value>> {
        if makes_handle(call.function) {
            return call.new_resource().map(Some);
        }
        Err(match &self.chosen {
            Some(chosen) => Error::new(Kind::Trap, format!("{} is answered by `trap`", call.function.full_name()))
                .help(format!("`.unprovide {chosen}` takes that back")),
            None => not_provided(call.function),
        })
    }
}

/// Whether it is a constructor that gives nothing but its handle.
pub fn makes_handle(function: &Function) -> bool {
    matches!(function.kind(), FunctionKind::Constructor { .. }) && matches!(function.result, Some(Type::Own(_)))
}

fn not_provided(function: &Function) -> Error {
    Error::new(Kind::Trap, format!("the import {} is not provided", function.full_name()))
        .note(format!("its type is {}", function.signature()))
        .help(format!(
            "`.provide {} PROVIDER` says who answers it; `.help providers` lists who can",
            function.full_name()
        ))
}
