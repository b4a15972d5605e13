//! What crosses the boundary between components and whoever answers them, as data: who calls what with which values, and how
//! that ended.
//!
//! The engine makes these, `render` and commands show them. Calls inside one file never come here: they do not cross.

use std::sync::Arc;
use std::time::Duration;

use crate::error::Result;
use crate::model::Function;
use crate::value::{Value, wave};

/// What the name of a provider that is a linked component begins with; the component's stands behind it.
pub const LINKED: &str = "component ";

/// Which way a call goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// Into a component: somebody calls one of its exports.
    Export,
    /// Out of a component: it calls one of its imports.
    Import,
    /// Out of a component: it drops a resource that it had from outside.
    Drop,
}

/// A call on its way.
#[derive(Clone, Debug)]
pub struct Crossing {
    /// Its number in the session, from 1, in the order in which calls begin.
    pub number: u64,
    /// The number of the call that it happens in.
    pub parent: Option<u64>,
    /// How many calls it happens in.
    pub depth: usize,
    /// Which way it goes.
    pub way: Way,
    /// Who calls: a component's name, or `shell`.
    pub caller: Arc<str>,
    /// Who answers: a component's name, or what `.imports` calls the provider.
    pub answerer: Arc<str>,
    /// What is called. For a drop `[resource-drop]NAME`, as the component model calls it.
    pub function: Arc<Function>,
    /// A value for each parameter.
    pub args: Vec<Value>,
}

/// How a call ended.
#[derive(Clone, Debug)]
pub struct Ending {
    /// What came back.
    pub result: Result<Option<Value>>,
    /// How long it took, calls inside it included.
    pub elapsed: Duration,
}

/// A call that is being traced begins or ends.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The call.
    pub crossing: &'a Crossing,
    /// How many traced calls it happens in.
    pub indent: usize,
    /// How it ended; none where it begins.
    pub ending: Option<&'a Ending>,
}

impl Crossing {
    /// The component that it is about: whose export, or who imports it.
    pub fn component(&self) -> &str {
        match self.way {
            Way::Export => &self.answerer,
            Way::Import | Way::Drop => &self.caller,
        }
    }

    /// What is called, with its component where that has it: `adder::add`, `wasi:cli/environment@0.2.0#get-arguments`.
    pub fn name(&self) -> String {
        match self.way {
            Way::Export => format!("{}::{}", self.answerer, self.function.full_name()),
            Way::Import | Way::Drop => self.function.full_name(),
        }
    }
}

/// A call with its arguments, long ones cut: `wasi:clocks/wall-clock@0.2.0#now()`.
pub fn in_short(function: &Function, args: &[Value]) -> String {
    let args: Vec<String> =
        args.iter().zip(&function.params).map(|(arg, param)| wave::wave_brief(&param.ty, arg)).collect();
    format!("{}({})", function.full_name(), args.join(", "))
}
