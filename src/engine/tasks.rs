//! Starting calls, taking and giving up their results, and giving time to what goes on by itself.

use std::sync::Arc;
use std::time::Duration;

use super::handle::HandleState;
use super::handle_table::{Entry, HandleTable, Held};
use super::lock;
use super::program::Surroundings;
use super::runner::{Wait, Waited};
use super::store::Call;
use super::task::{Task, TaskInfo, TaskState};
use super::trap::Stopped;
use super::{Engine, Target};
use crate::error::{Error, Kind, Result};
use crate::frontend::Progress;
use crate::model::{Function, Type};
use crate::units;
use crate::value::Value;

/// How many tasks may be there at once.
const MOST_TASKS: usize = 1_000;

impl Engine {
    /// Begins a call of an exported function; the number of its task. Arguments as in [`Engine::call`].
    pub fn start(&mut self, target: Target, function: &Arc<Function>, args: &[Value], what: &str) -> Result<u32> {
        let Target::Component(id) = target else {
            return Err(Error::new(Kind::Type, "only what a component exports can be started"));
        };
        if lock(&self.around.host.handles).tasks().count() >= MOST_TASKS {
            return Err(Error::new(Kind::Limit, format!("there are {MOST_TASKS} tasks: no more are started"))
                .help("`.tasks` lists them; `.await` takes a result, `.reset` ends all"));
        }
        let number = self.stores.ready(&self.around, &mut self.programs, id)?;
        let reads = self.bring(args, number)?;
        let task = Arc::new(Task::new(what, reads));
        let call = Call { function, args, what, reads: &[], of_wasi: None };
        let started = self.stores.get_mut(number)?.start(&self.around, id, &call, function, &task);
        self.stores.settle(&self.around, number, started)?;
        let shown = Type::Task(function.result.clone().map(Arc::new)).to_string();
        let mut entry = Entry::new(shown, Held::Task(task));
        entry.store = Some(number);
        entry.owner = self.programs.get(&id).map_or_else(String::new, |program| program.name.clone());
        Ok(lock(&self.around.host.handles).add(entry))
    }

    /// Waits for a task and takes its result; `what` names who takes it. Where the wait ends before, the task goes on.
    pub fn await_task(&mut self, number: u32, what: &str) -> Result<Option<Value>> {
        let task = self.task(number)?;
        let met = || task.state() != Some(TaskState::Running);
        let waited = self.wait_until(None, &format!("waiting for {}", task.what), &met)?;
        if let Some(result) = task.take() {
            lock(&self.around.host.handles).end(number, HandleState::Moved(what.to_owned()));
            return result;
        }
        let stopped = self.not_met(waited, &format!("the wait for {} (#{number})", task.what));
        let waits_for = self.waits_for(&lock(&self.around.host.handles), &task);
        let stopped = match waits_for {
            Some(what) => stopped.note(format!("it waits for {what}")),
            None => stopped,
        };
        Err(stopped.note("the task goes on; `.cancel` gives up its result"))
    }

    /// Gives up the result of a task; how far it was. One that runs goes on: the runtime cannot end a guest's task.
    pub fn cancel_task(&mut self, number: u32) -> Result<TaskState> {
        let task = self.task(number)?;
        let state = task.state().unwrap_or(TaskState::Done);
        task.abandon();
        let mut handles = lock(&self.around.host.handles);
        match state {
            TaskState::Running => handles.abandon(number),
            _ => drop(handles.end(number, HandleState::Dropped)),
        }
        Ok(state)
    }

    /// All tasks that run, that are done and not yet asked for their result, and that were given up and still run.
    pub fn tasks(&self) -> Vec<TaskInfo> {
        let handles = lock(&self.around.host.handles);
        let infos = handles.tasks().filter_map(|(number, entry, task)| {
            Some(TaskInfo {
                number,
                call: task.what.clone(),
                component: entry.owner.clone(),
                state: task.state()?,
                since: task.since(),
                waits_for: self.waits_for(&handles, task),
            })
        });
        infos.collect()
    }

    /// Gives tasks time: this much, or until none runs any more and no stream is open.
    pub fn give_time(&mut self, time: Option<Duration>) -> Result<()> {
        let running: Vec<Arc<Task>> = {
            let handles = lock(&self.around.host.handles);
            handles.tasks().map(|(_, _, task)| task.clone()).collect()
        };
        let met = || time.is_none() && !running.iter().any(|task| task.state() == Some(TaskState::Running));
        match self.wait_until(time, "waiting", &met)? {
            Waited::Stopped(stopped) => Err(self.not_met(Waited::Stopped(stopped), "the wait")),
            _ => Ok(()),
        }
    }

    /// Lets everything go on that can without anything from outside.
    pub(super) fn advance(&mut self) {
        // A sync call that was started holds its store until it returns; it ends as a task after that.
        let mut was_held_up = true;
        for _ in 0..2 {
            if !was_held_up || !self.stores.any_busy() {
                return;
            }
            let failed = {
                let mut loops = self.stores.busy(&self.around.limits);
                was_held_up = self.around.runner.settle_down(&self.around.limits, &mut loops);
                loops.end()
            };
            let errors = self.stores.settle_all(&self.around, failed);
            self.news.extend(errors);
        }
    }

    /// Lets everything go on as [`Engine::advance`] does; what failed beside the lines so far, and was not told yet.
    pub fn news(&mut self) -> Vec<Error> {
        self.advance();
        std::mem::take(&mut self.news)
    }

    /// Runs the loops of all stores in which something is under way until this holds. An error if one of them fails.
    pub(super) fn wait_until(&mut self, time: Option<Duration>, what: &str, met: &dyn Fn() -> bool) -> Result<Waited> {
        let frontend = self.around.frontend.clone();
        let show = |seconds: Option<f32>| frontend.progress(seconds.map(|seconds| Progress { what, seconds }));
        let (waited, failed) = {
            let mut loops = self.stores.busy(&self.around.limits);
            let waited = self.around.runner.wait(&self.around.limits, &mut loops, &Wait { time, met, show: &show });
            (waited, loops.end())
        };
        let mut errors = self.stores.settle_all(&self.around, failed).into_iter();
        let first = errors.next();
        self.news.extend(errors);
        first.map_or(Ok(waited), Err)
    }

    /// Lets beside loops end, after a call into another store.
    pub(super) fn note_failures(&mut self, failed: Vec<(u32, super::runner::Stop)>) {
        let errors = self.stores.settle_all(&self.around, failed);
        self.news.extend(errors);
    }

    /// The error of a wait that ended before what was waited for came.
    pub(super) fn not_met(&self, waited: Waited, what: &str) -> Error {
        match (waited, self.around.limits.timeout) {
            (Waited::Stopped(Stopped::Timeout), timeout @ Some(_)) => {
                Error::new(Kind::Limit, format!("{what} took longer than the timeout of {}", units::show_time(timeout)))
                    .help("`.set timeout off` takes the bound away, `.set timeout 10s` moves it")
            }
            (Waited::Stopped(_), _) => Error::new(Kind::Cancelled, format!("{what} was interrupted")),
            _ => Error::new(Kind::Limit, format!("{what} is over, and nothing came")),
        }
    }

    fn task(&self, number: u32) -> Result<Arc<Task>> {
        match &lock(&self.around.host.handles).live(number)?.held {
            Held::Task(task) => Ok(task.clone()),
            _ => Err(Error::new(Kind::Handle, format!("#{number} is no task"))),
        }
    }

    /// What a task waits for, as far as that is known: of several in one store nobody knows whose call of an import it is.
    fn waits_for(&self, handles: &HandleTable, task: &Task) -> Option<String> {
        if task.state() == Some(TaskState::Done) {
            return None;
        }
        if let Some((number, _)) = task.reads.iter().find(|(_, channel)| channel.look().starving) {
            return Some(format!("something to read from #{number}"));
        }
        let unfinished = |task: &Task| matches!(task.state(), Some(TaskState::Running | TaskState::Abandoned));
        let (_, entry, _) = handles.tasks().find(|(_, _, known)| std::ptr::eq(&***known, task))?;
        let others = handles.tasks().filter(|(_, other, task)| other.store == entry.store && unfinished(task));
        (others.count() == 1).then(|| self.around.host.waiting(entry.store?)).flatten()
    }
}

/// What is lost with a store, to be told: the tasks in it.
pub fn lost(around: &Surroundings, store: u32) -> Option<String> {
    let handles = lock(&around.host.handles);
    let inside = handles.tasks().filter(|(_, entry, _)| entry.store == Some(store));
    let names: Vec<String> = inside.map(|(number, _, task)| format!("{} (#{number})", task.what)).collect();
    match names.len() {
        0 => None,
        1 => Some(format!("its task was lost: {}", names[0])),
        number => Some(format!("its {number} tasks were lost: {}", names.join(", "))),
    }
}
