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
    /// It must be UTF-8, and becomes a string.
    pub text: bool,
    /// Where it was written.
    pub span: Span,
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
