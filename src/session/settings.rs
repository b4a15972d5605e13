//! What `.set` changes.

use crate::engine::Limits;
use crate::render::Color;

/// How a session behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The bounds of a call.
    pub limits: Limits,
    /// Show how long each line took.
    pub timing: bool,
    /// Show results as JSON instead of text.
    pub json: bool,
    /// Colours: always, never, or as the terminal and the environment say.
    pub color: Color,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { limits: Limits::default(), timing: false, json: false, color: Color::Auto }
    }
}
