//! witsh, an interactive shell for WebAssembly components, as a library.
//!
//! The way of a line: [`driver`] → [`syntax`] → [`session`] → [`command`] or [`eval`] → [`model`] or [`engine`] → [`report`] →
//! [`render`] → [`driver`]. ARCHITECTURE.md says what each room must not do.

pub mod assist;
pub mod cli;
pub mod command;
pub mod crossing;
pub mod driver;
pub mod engine;
pub mod error;
pub mod eval;
pub mod files;
pub mod frontend;
pub mod model;
pub mod panics;
pub mod paths;
pub mod render;
pub mod report;
pub mod session;
pub mod span;
pub mod syntax;
pub mod units;
pub mod value;
pub mod wording;
