//! The only mutable state: what is loaded, the variables, the settings, the engine.
//!
//! [`Session::run_line`] is the way of a line: parse, dispatch, outcome. It never prints and never panics outward.

mod components;
mod lookup;
mod panics;
mod settings;
pub mod units;
mod variables;

pub use components::{Components, Loaded};
pub use panics::{catch_panics, keep_panics_quiet};
pub use settings::{Color, Settings};
pub use variables::Variables;

use crate::engine::Engine;

/// Everything that lasts from one line to the next.
pub struct Session {
    /// What is loaded.
    pub components: Components,
    /// The variables.
    pub variables: Variables,
    /// The settings.
    pub settings: Settings,
    /// What runs components.
    pub engine: Engine,
    /// The lines so far that succeeded, for `.save`.
    pub succeeded: Vec<String>,
    /// The guest's arguments for a `.run` that names none (what stood after `--`).
    pub guest_args: Vec<String>,
}
