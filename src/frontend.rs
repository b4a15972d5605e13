//! The one seam between a line that runs and the driver that started it.
//!
//! Everything that a line *gives* comes back as a report. What *happens* while it runs (guest output, progress, Ctrl-C) goes
//! through [`Frontend`] and [`Interrupt`], which the driver makes and the session and the engine hold.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::crossing::Step;
use crate::error::Error;
use crate::model::Function;
use crate::report::Outcome;
use crate::value::Value;

/// What a driver offers to a line that runs. Called from any thread.
pub trait Frontend: Send + Sync {
    /// The guest wrote to its standard output or standard error.
    fn guest_output(&self, channel: Channel, bytes: &[u8]);

    /// Something happened that the user should know while the line still runs: one line, without its end. It goes where guests'
    /// standard error goes, unless the driver has a better place.
    fn note(&self, text: &str) {
        self.guest_output(Channel::Stderr, format!("{text}\n").as_bytes());
    }

    /// A line of a script that a line runs gave this, to be shown at once. It comes back where that is not possible, and is part
    /// of what the whole line gives.
    fn given(&self, outcome: Outcome) -> Option<Outcome> {
        Some(outcome)
    }

    /// Long work goes on, such as `compiling adder-py`, with the seconds since it began; `None` when it is over.
    /// Called at most a few times a second.
    fn progress(&self, progress: Option<Progress<'_>>);

    /// A call that is being traced begins or ends. Called as it happens, from within the call.
    fn crossing(&self, _step: &Step<'_>) {}

    /// A person is at the terminal.
    fn is_interactive(&self) -> bool;

    /// The path of the terminal that a guest may read from; none where the process's standard input is none.
    fn terminal(&self) -> Option<PathBuf> {
        None
    }

    /// A guest has read these bytes from the terminal, which has shown them as they were typed.
    fn typed(&self, _bytes: &[u8]) {}

    /// Lets the person answer a guest's call, and returns once they have. Called from the thread that runs the line.
    fn ask(&self, _question: &Question) -> Answer {
        Answer::Nobody
    }
}

/// A call of an import that waits for a person's answer.
#[derive(Clone, Debug)]
pub struct Question {
    /// The number of the component that calls; none if the shell itself does.
    pub caller: Option<u32>,
    /// What is called.
    pub function: Arc<Function>,
    /// A value for each of its parameters.
    pub args: Vec<Value>,
    /// Why the answer that was given to this question before cannot be used, if one was given.
    pub problem: Option<Error>,
}

/// The handle in an answer that stands for a new resource.
pub const FRESH: u32 = 0;

/// What a person answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The result, of the type that the function gives; none where it gives none. A handle in it is one of the shell's, or
    /// [`FRESH`].
    Value(Option<Value>),
    /// The same, also to all further calls of this function.
    Always(Option<Value>),
    /// The guest is to trap, for this reason.
    Trap(String),
    /// The call is given up: Ctrl-C.
    Cancelled,
    /// There is nobody to answer.
    Nobody,
}

/// A driver that shows nothing, for whoever wants nothing but results.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Frontend for Silent {
    fn guest_output(&self, _channel: Channel, _bytes: &[u8]) {}

    fn progress(&self, _progress: Option<Progress<'_>>) {}

    fn is_interactive(&self) -> bool {
        false
    }
}

/// Where a guest wrote to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Long work.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// What is being done, to what.
    pub what: &'a str,
    /// Since it began.
    pub seconds: f32,
}

/// The Ctrl-C flag: set by a signal handler, taken by whoever stops for it.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Asks what runs to stop.
    pub fn raise(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Somebody asked to stop.
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// A new line begins: whatever was asked before is over.
    pub fn clear(&self) {
        self.0.store(false, Ordering::SeqCst);
    }
}
