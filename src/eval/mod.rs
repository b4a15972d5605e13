//! From an expression to a value: names looked up, literals typed by their place, calls made.
//!
//! In two steps. `check` turns the parsed expression into a plan in which every type is known and every literal is a value; it
//! asks the session and runs nothing, so that a wrong argument costs nothing and `.type` needs no call. `run` carries the plan
//! out through the engine. Nothing here prints, parses, or knows the runtime.
//!
//! Start reading at `statement.rs`, then `check.rs` and `run.rs`; `names.rs` says which function a name means.

mod access;
mod answer;
mod call;
mod check;
mod ends;
mod example;
mod file;
mod handles;
mod labelled;
mod literal;
mod misfit;
pub mod names;
mod number;
mod plan;
mod run;
mod statement;
#[cfg(test)]
mod tests;
mod types;
mod unknown;
mod variable;

pub use answer::{AnswerWord, answer_word, possible_answer, read_answer};
pub use ends::make_ends;
pub use example::{example, example_call, label};
pub use statement::{evaluate, evaluate_statement, fits_type, type_of};
pub use types::{named_type, plain_type_names, resolve_type};
pub use variable::variable;
