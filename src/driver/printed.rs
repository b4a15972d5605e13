//! What one input prints, by stream.

use crate::error::Result;
use crate::render::{Clean, Look, error, text};
use crate::report::Outcome;

/// What one input prints, apart from what guests wrote.
#[derive(Clone, Debug, Default)]
pub struct Printed {
    /// For standard output: the result.
    pub stdout: Clean,
    /// For standard error: notices, or the error.
    pub stderr: Clean,
}

/// What the result of an input prints; without notices if `quiet`.
pub fn printed(input: &str, result: &Result<Outcome>, look: &Look, quiet: bool) -> Printed {
    match result {
        Ok(outcome) => Printed {
            stdout: text::report(&outcome.report, look),
            stderr: if quiet { Clean::default() } else { text::lines(&outcome.notices, look) },
        },
        Err(failure) => Printed { stdout: Clean::default(), stderr: error::error(failure, input, look) },
    }
}
