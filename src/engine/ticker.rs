//! The clock that lets a running guest be stopped.
//!
//! A guest looks at its runtime's epoch; this thread moves it on every [`TICK`] while calls are being made, and sleeps when none
//! have been for a while.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::thread::{self, Thread};
use std::time::Duration;

use super::config::Runtimes;

/// How often a running guest is looked after.
pub const TICK: Duration = Duration::from_millis(10);

/// Ticks without a call after which the thread sleeps.
const IDLE_TICKS: u32 = 100;

/// Wakes the ticking thread when a call begins.
pub struct Ticker {
    state: Arc<State>,
    thread: Option<Thread>,
}

#[derive(Default)]
struct State {
    /// A call began since the last tick.
    busy: AtomicBool,
    /// Calls under way.
    running: AtomicUsize,
    /// The thread sleeps and must be woken.
    asleep: AtomicBool,
}

impl Ticker {
    /// Starts the thread. It ends by itself when the runtimes are gone.
    pub fn start(runtimes: Weak<Runtimes>) -> Ticker {
        let state = Arc::new(State::default());
        let shared = state.clone();
        let thread = thread::Builder::new().name("ticker".into()).spawn(move || tick(&runtimes, &shared)).ok();
        Ticker { state, thread: thread.map(|handle| handle.thread().clone()) }
    }

    /// A call begins: the epoch moves until the answer is dropped.
    pub fn running(&self) -> Running {
        self.state.running.fetch_add(1, Ordering::SeqCst);
        self.state.busy.store(true, Ordering::SeqCst);
        if self.state.asleep.swap(false, Ordering::SeqCst)
            && let Some(thread) = &self.thread
        {
            thread.unpark();
        }
        Running { state: self.state.clone() }
    }
}

/// A call is under way.
pub struct Running {
    state: Arc<State>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.state.running.fetch_sub(1, Ordering::SeqCst);
    }
}

fn tick(runtimes: &Weak<Runtimes>, state: &State) {
    let mut idle = 0;
    loop {
        thread::sleep(TICK);
        let Some(runtimes) = runtimes.upgrade() else { return };
        runtimes.increment_epoch();
        let busy = state.busy.swap(false, Ordering::SeqCst) || state.running.load(Ordering::SeqCst) > 0;
        idle = if busy { 0 } else { idle + 1 };
        if idle > IDLE_TICKS {
            state.asleep.store(true, Ordering::SeqCst);
            // A call that began just now saw `asleep` too late; it has set `busy`.
            while state.asleep.load(Ordering::SeqCst) && !state.busy.load(Ordering::SeqCst) {
                thread::park();
            }
            idle = 0;
        }
    }
}
