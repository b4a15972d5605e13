//! `.tasks`: the calls that were started.

use super::resources::variables_with;
use super::{Args, Group, Spec};
use crate::engine::{TaskInfo, TaskState};
use crate::error::Result;
use crate::report::{Cell, Outcome, Report, Role, Table, Text};
use crate::session::Session;

/// `.tasks`
pub static SPEC: Spec = Spec {
    name: "tasks",
    args: &[],
    summary: "List the calls that were started and are not over",
    details: "Running, done with a result that nobody has taken, or abandoned: cancelled, and still running in the guest. What a \
              task waits for is shown as far as it is known: an item of a stream that the shell writes, the answer of a provider. \
              Tasks go on while a line runs; `.wait` gives them time.",
    examples: &[(".tasks", "what runs, since when, and what it waits for"), (".wait 1s", "give them a second")],
    group: Group::Values,
    run,
};

fn run(session: &mut Session, _args: &Args) -> Result<Outcome> {
    let tasks = session.engine.tasks();
    let table = Table {
        columns: vec!["task", "variable", "call", "component", "state", "since", "waits"],
        rows: tasks.iter().map(|task| row(session, task)).collect(),
        grouped: false,
        empty: "no tasks".to_owned(),
    };
    Ok(Report::Table(table).into())
}

fn row(session: &Session, task: &TaskInfo) -> Vec<Cell> {
    let state = match task.state {
        TaskState::Running => Cell::new(Role::Plain, "running"),
        TaskState::Done => Cell::new(Role::Good, "done"),
        TaskState::Abandoned => Cell::new(Role::Warning, "abandoned"),
    };
    let seconds = task.since.as_secs_f64();
    vec![
        Cell { text: Text::plain(format!("#{}", task.number)), json: task.number.into() },
        Cell::new(Role::Name, variables_with(session, task.number).join(", ")),
        Cell::new(Role::Plain, &task.call),
        Cell::new(Role::Name, &task.component),
        state,
        Cell { text: Text::plain(format!("{seconds:.1} s")), json: seconds.into() },
        task.waits_for.as_ref().map_or_else(Cell::empty, |what| Cell::new(Role::Plain, what)),
    ]
}
