//! Help while typing: pure functions over the session and a line, which may be half typed.
//!
//! Nothing here runs, loads or prints anything, and nothing here knows the line editor: `driver` asks and shows. Start reading
//! at [`complete`].

mod complete;
mod inputs;
mod meant;

pub use complete::{Candidate, Completions, complete, complete_answer, parameter_hint};
pub use inputs::{Inputs, begins_line, goes_on, inputs, open, open_in_answer, reminder};
pub use meant::explain;
