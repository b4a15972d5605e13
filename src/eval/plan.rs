//! What is to be done for one expression, once everything about it is known.
//!
//! A plan holds no names to look up and no types to guess; `run.rs` carries it out.

use std::sync::Arc;

use crate::engine::Target;
use crate::model::{Function, Type};
use crate::syntax::Span;
use crate::value::Value;

/// How to get one value.
#[derive(Clone, Debug)]
pub enum Plan {
    /// It is known already.
    Value(Value),
    /// The value of a variable.
    Variable(String),
    /// The bytes of a file.
    File(FilePlan),
    /// Made of others.
    Composite(Shape, Vec<Plan>),
    /// A function's result; the only plan that may give nothing, apart from a [`Plan::Payload`].
    Call(Box<CallPlan>),
    /// A field of a record, by its number.
    Field(Box<Plan>, usize),
    /// An element of a list, a tuple or a map.
    Element(Box<ElementPlan>),
    /// What is in `some` or `ok`.
    Payload(Box<PayloadPlan>),
    /// A stream of the items that a list gives, or a future of a value: its type, and how to get those.
    Ready(Box<(Type, Plan)>),
    /// A call that is begun and not waited for; gives a task.
    Start(Box<CallPlan>),
    /// The result of a task, waited for; gives nothing where the function has none.
    Await(Box<AwaitPlan>),
}

/// How a value is made of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Any list but `list<u8>`, of fixed length or not.
    List,
    /// `list<u8>`
    Bytes,
    /// Keys and values in turn.
    Map(Span),
    /// A tuple.
    Tuple,
    /// All fields in the type's order.
    Record,
    /// A case by its number, and its payload if there is one.
    Variant(u32),
    /// `some`
    Some,
    /// `ok`, and its payload if there is one.
    Ok,
    /// `err`, and its payload if there is one.
    Err,
}

/// A file to read.
#[derive(Clone, Debug)]
pub struct FilePlan {
    /// Its path, from the working directory.
    pub path: String,
    /// What it stands for.
    pub kind: FileKind,
    /// Where it was written.
    pub span: Span,
}

/// What a file stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Its bytes, read whole.
    Bytes,
    /// A string, which it must be UTF-8 for.
    Text,
    /// A stream of its bytes, read bit by bit while the stream is.
    Stream,
}

/// A call.
#[derive(Clone, Debug)]
pub struct CallPlan {
    /// Whose function.
    pub target: Target,
    /// Which.
    pub function: Arc<Function>,
    /// One plan for each parameter.
    pub args: Vec<Plan>,
    /// The call as it was written.
    pub span: Span,
}

/// An element.
#[derive(Clone, Debug)]
pub struct ElementPlan {
    /// The value that it is an element of.
    pub target: Plan,
    /// Which.
    pub index: Index,
    /// The index as it was written.
    pub span: Span,
}

/// Which element.
#[derive(Clone, Debug)]
pub enum Index {
    /// The one at this place.
    At(u64),
    /// The one at the place that this gives.
    Computed(Plan),
    /// The one with the key that this gives.
    Key(Plan),
}

/// A task whose result is taken.
#[derive(Clone, Debug)]
pub struct AwaitPlan {
    /// The task.
    pub target: Plan,
    /// Where it was written.
    pub span: Span,
}

/// The payload of an option or a result.
#[derive(Clone, Debug)]
pub struct PayloadPlan {
    /// The option or result.
    pub target: Plan,
    /// Its type.
    pub ty: Type,
    /// Where it was written.
    pub span: Span,
}
