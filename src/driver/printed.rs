//! What one input prints, by stream.

use crate::error::Result;
use crate::render::{Clean, Look, error, text};
use crate::report::Outcome;

/// What one input prints, apart from what guests wrote.
#[derive(Clone, Debug, Default)]
pub struct Printed {
    /// For standard output: the result.
    pub stdout: Clean,
    /// For standard error: notices and the error.
    pub stderr: Clean,
}

/// What the result of an input prints; without notices if `quiet`.
pub fn printed(input: &str, result: &Result<Outcome>, look: &Look, quiet: bool) -> Printed {
    let mut printed = Printed::default();
    if let Ok(outcome) = result {
        printed.stdout = text::report(&outcome.report, look);
        if !quiet {
            printed.stderr = text::lines(&outcome.notices, look);
        }
    }
    if let Some(failure) = Outcome::failure_of(result) {
        printed.stderr.push(&error::error(failure, input, look));
    }
    printed
}
