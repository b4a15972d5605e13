//! What guests wrote while one input ran, kept instead of written.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::crossing::Step;
use crate::frontend::{Channel, Frontend, Progress};
use crate::render::Look;
use crate::render::json::GuestOutput;
use crate::render::trace::TraceLines;

/// So much of each stream is kept: a guest may write for ever.
const MOST: usize = 64 << 20;

/// Both streams of the guests.
#[derive(Debug, Default)]
pub struct Capture {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    cut: bool,
}

impl Capture {
    /// Keeps what a guest wrote, as far as there is room.
    pub fn push(&mut self, channel: Channel, bytes: &[u8]) {
        let stream = match channel {
            Channel::Stdout => &mut self.stdout,
            Channel::Stderr => &mut self.stderr,
        };
        let room = MOST.saturating_sub(stream.len());
        stream.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.cut |= bytes.len() > room;
    }

    /// What was kept.
    pub fn output(&self) -> GuestOutput<'_> {
        GuestOutput { stdout: &self.stdout, stderr: &self.stderr, cut: self.cut }
    }
}

/// The frontend of a session without streams: what guests write and what is traced is kept for whoever asks.
#[derive(Debug, Default)]
pub struct CapturingFrontend {
    kept: Mutex<Capture>,
    trace: Mutex<TraceLines>,
}

impl CapturingFrontend {
    /// What guests wrote since the last time.
    pub fn take(&self) -> Capture {
        std::mem::take(&mut *lock(&self.kept))
    }
}

impl Frontend for CapturingFrontend {
    fn guest_output(&self, channel: Channel, bytes: &[u8]) {
        lock(&self.kept).push(channel, bytes);
    }

    fn crossing(&self, step: &Step<'_>) {
        let lines = lock(&self.trace).push(step, &Look::PLAIN);
        lock(&self.kept).push(Channel::Stderr, lines.as_str().as_bytes());
    }

    fn progress(&self, _progress: Option<Progress<'_>>) {}

    fn is_interactive(&self) -> bool {
        false
    }
}

/// A panic while something is kept leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
