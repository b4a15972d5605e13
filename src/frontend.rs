//! The one seam between a line that runs and the driver that started it.
//!
//! Everything that a line *gives* comes back as a report. What *happens* while it runs (guest output, progress, Ctrl-C) goes
//! through [`Frontend`] and [`Interrupt`], which the driver makes and the session and the engine hold.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a driver offers to a line that runs. Called from any thread.
pub trait Frontend: Send + Sync {
    /// The guest wrote to its standard output or standard error.
    fn guest_output(&self, channel: Channel, bytes: &[u8]);

    /// Something happened that the user should know while the line still runs: one line, without its end. It goes where guests'
    /// standard error goes, unless the driver has a better place.
    fn note(&self, text: &str) {
        self.guest_output(Channel::Stderr, format!("{text}\n").as_bytes());
    }

    /// Long work goes on, such as `compiling adder-py`, with the seconds since it began; `None` when it is over.
    /// Called at most a few times a second.
    fn progress(&self, progress: Option<Progress<'_>>);

    /// A person is at the terminal.
    fn is_interactive(&self) -> bool;
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
