//! Why an import is there: the call graph of a whole component, from its bytes.
//!
//! The component is read (`sections.rs`, `module.rs`, `body.rs`), instantiated with names in the place of values (`build.rs`
//! and what it names), and searched (`reach.rs`, `verdict.rs`). Nothing is compiled. What cannot be known is taken for
//! possible: a call through a table may mean every function of its type that can have got there, and code that is not in the
//! file may call whatever it has been given. Start reading at [`CallGraph`] in `verdict.rs`, then `graph.rs`.

mod body;
mod build;
mod canonical;
mod component;
mod core_instance;
mod demangle;
mod graph;
mod known_code;
mod module;
mod names;
mod outside;
mod own_code;
mod path;
mod reach;
mod scope;
mod sections;
mod signature;
mod source_lines;
mod tables;
#[cfg(test)]
mod tests;
mod through;
mod verdict;

pub use demangle::demangled;
pub use graph::Cause;
pub use known_code::{Known, Runs, TABLE};
pub use outside::{DROP, drop_name};
pub use path::{Link, Step};
pub use source_lines::SourceLine;
pub use verdict::{CallGraph, Finding, Reached, Verdict};
