//! A call that was started and is not waited for: it runs as a task of its store.
//!
//! The runtime cannot end a guest's task from outside. One whose result nobody wants any more goes on as an abandoned one, until
//! it ends by itself or its store does.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use wasmtime::AsContextMut;
use wasmtime::component::{Accessor, AccessorTask, Val};

use super::host::SHELL;
use super::instance::Prepared;
use super::lift::lift;
use super::lock;
use super::shell_handles::{Lent, ShellHandles};
use super::store_state::StoreState;
use super::stream::Channel;
use super::trap;
use crate::crossing::Way;
use crate::error::Result;
use crate::model::Function;
use crate::value::Value;

/// What is known of one.
pub struct Task {
    /// The call as it was written.
    pub what: String,
    /// The streams that were passed to it, by the numbers of their handles.
    pub reads: Vec<(u32, Arc<Channel>)>,
    started: Instant,
    state: Mutex<State>,
}

enum State {
    Running,
    Abandoned,
    Done(Result<Option<Value>>),
    Taken,
}

/// One task, as `.tasks` shows it.
#[derive(Clone, Debug)]
pub struct TaskInfo {
    /// Its number: `#3`.
    pub number: u32,
    /// The call as it was written.
    pub call: String,
    /// The component that is called.
    pub component: String,
    /// How far it is.
    pub state: TaskState,
    /// Since it was started.
    pub since: Duration,
    /// What it waits for, as far as that is known.
    pub waits_for: Option<String>,
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskState {
    /// It has not ended.
    Running,
    /// Its result is there to be taken.
    Done,
    /// It has not ended, and nobody wants its result.
    Abandoned,
}

impl Task {
    /// One that begins now.
    pub fn new(what: &str, reads: Vec<(u32, Arc<Channel>)>) -> Task {
        Task { what: what.to_owned(), reads, started: Instant::now(), state: Mutex::new(State::Running) }
    }

    /// How far it is; `None` once its result was taken.
    pub fn state(&self) -> Option<TaskState> {
        match &*lock(&self.state) {
            State::Running => Some(TaskState::Running),
            State::Abandoned => Some(TaskState::Abandoned),
            State::Done(_) => Some(TaskState::Done),
            State::Taken => None,
        }
    }

    /// How long ago it began.
    pub fn since(&self) -> Duration {
        self.started.elapsed()
    }

    /// Takes the result, if it is there.
    pub fn take(&self) -> Option<Result<Option<Value>>> {
        let mut state = lock(&self.state);
        match std::mem::replace(&mut *state, State::Taken) {
            State::Done(result) => Some(result),
            other => {
                *state = other;
                None
            }
        }
    }

    /// Nobody wants the result any more.
    pub fn abandon(&self) {
        let mut state = lock(&self.state);
        *state = if let State::Running = *state { State::Abandoned } else { State::Taken };
    }

    fn finish(&self, result: Result<Option<Value>>) {
        let mut state = lock(&self.state);
        *state = if let State::Abandoned = *state { State::Taken } else { State::Done(result) };
    }
}

/// The call itself, inside its store.
pub struct Started {
    /// What the shell sees of it.
    pub task: Arc<Task>,
    /// The component that is called.
    pub component: u32,
    /// The function, as the component's bytes have it.
    pub function: Arc<Function>,
    /// The same, as the runtime has it.
    pub prepared: Prepared,
    /// The arguments.
    pub args: Vec<Val>,
    /// What it borrows.
    pub lent: Lent,
    /// The arguments as the log has them, where it is on.
    pub shown: Vec<Value>,
}

impl AccessorTask<StoreState> for Started {
    async fn run(self, accessor: &Accessor<StoreState>) -> wasmtime::Result<()> {
        let (host, name, store) = accessor.with(|mut access| {
            let state = access.data_mut();
            (state.host.clone(), state.name_of(self.component), state.number)
        });
        let logged = host.log.begin(Way::Export, SHELL, &name, &self.function, &self.shown);
        let logged = logged.map(|logged| logged.in_store(store));
        let mut slots = [Val::Bool(false)];
        let results = &mut slots[..self.prepared.results];
        let called = self.prepared.func.call_concurrent(accessor, &self.args, results).await;
        accessor.with(|mut access| {
            let mut handles = ShellHandles::new(access.as_context_mut(), self.component).lent(self.lent);
            handles.give_back();
            let [val] = slots;
            let result = match (called, &self.function.result) {
                (Ok(()), Some(ty)) => lift(val, ty, &mut handles).map(Some),
                (Ok(()), None) => Ok(None),
                (Err(error), _) => Err(trap::explain(&error, &handles.store.data().situation(&name))),
            };
            if let Some(logged) = logged {
                logged.end(&result);
            }
            self.task.finish(result);
            handles.store.data_mut().tasks.retain(|task| !Arc::ptr_eq(task, &self.task));
        });
        Ok(())
    }
}
