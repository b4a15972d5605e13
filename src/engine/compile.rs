//! Compiling, on a thread of its own, so that the prompt never waits for what nobody has called yet.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use wasmtime::component::Component;

use super::config::{Compiler, Runtimes};
use crate::error::{Error, Kind, Result};
use crate::frontend::{Frontend, Interrupt, Progress};

/// A compile that takes longer than this is shown.
const SHOW_AFTER: Duration = Duration::from_millis(300);

/// How often a waiting line looks for Ctrl-C, and shows how long it has waited.
const LOOK: Duration = Duration::from_millis(50);
const SHOW_EVERY: Duration = Duration::from_millis(250);

/// A component's compiled code, being made or ready.
#[derive(Clone)]
pub struct Compilation {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    done: Condvar,
}

enum State {
    Waiting,
    Running(Instant),
    Done(Result<Component>),
}

impl Compilation {
    /// One that has not begun.
    pub fn new() -> Compilation {
        Compilation { shared: Arc::new(Shared { state: Mutex::new(State::Waiting), done: Condvar::new() }) }
    }

    /// Begins, if it has not begun. The thread is not waited for when the process ends.
    pub fn start(&self, runtimes: &Arc<Runtimes>, bytes: Bytes, compiler: Compiler) {
        let mut state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !matches!(*state, State::Waiting) {
            return;
        }
        *state = State::Running(Instant::now());
        drop(state);
        let (runtimes, shared) = (runtimes.clone(), self.shared.clone());
        let work = move || {
            let result = runtimes.compile(&bytes, compiler);
            *shared.state.lock().unwrap_or_else(PoisonError::into_inner) = State::Done(result);
            shared.done.notify_all();
        };
        if thread::Builder::new().name("compile".into()).spawn(work).is_err() {
            let error = Error::new(Kind::Limit, "no thread to compile on");
            *self.shared.state.lock().unwrap_or_else(PoisonError::into_inner) = State::Done(Err(error));
        }
    }

    /// Waits for the result, showing that it takes long; Ctrl-C gives up waiting, and the compile goes on.
    pub fn wait(&self, name: &str, frontend: &dyn Frontend, interrupt: &Interrupt) -> Result<Component> {
        let what = format!("compiling {name}");
        let mut shown: Option<Instant> = None;
        let mut state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        let result = loop {
            let since = match &*state {
                State::Done(result) => break result.clone(),
                State::Running(since) => *since,
                State::Waiting => break Err(Error::new(Kind::Internal, "nothing is being compiled")),
            };
            if interrupt.is_raised() {
                break Err(Error::new(Kind::Cancelled, format!("stopped waiting for {name} to compile"))
                    .note("compiling goes on; the next call uses its result"));
            }
            if since.elapsed() > SHOW_AFTER && shown.is_none_or(|last| last.elapsed() >= SHOW_EVERY) {
                shown = Some(Instant::now());
                frontend.progress(Some(Progress { what: &what, seconds: since.elapsed().as_secs_f32() }));
            }
            state = self.shared.done.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        };
        if shown.is_some() {
            frontend.progress(None);
        }
        result
    }
}
