//! `.resources`: the handles.

use super::{Args, Group, Spec};
use crate::engine::{HandleInfo, HandleState};
use crate::error::Result;
use crate::report::{Cell, Outcome, Report, Role, Table};
use crate::session::Session;

/// `.resources`
pub static SPEC: Spec = Spec {
    name: "resources",
    args: &[],
    summary: "List the handles of resources, streams and futures",
    details: "All live handles, and those of resources that were moved or dropped and are still held by a \
              variable. The column `owner` names who defines the resource and runs its destructor, `holder` who \
              has the handle now: with an own handle that is the owner in the component model's sense, and nobody \
              where it has ended. A handle with lends cannot be moved or dropped until the borrows are over.",
    examples: &[(".resources", "which handles there are"), (".drop $c", "end one")],
    group: Group::Values,
    run,
};

fn run(session: &mut Session, _args: &Args) -> Result<Outcome> {
    let handles = session.engine.handles();
    let rows = handles.iter().filter_map(|handle| {
        let held_by = variables_with(session, handle.number);
        let shown = match handle.state {
            HandleState::Live => true,
            // `.vars` says it of the variable.
            HandleState::Stale(_) => false,
            HandleState::Moved(_) | HandleState::Dropped => handle.is_resource && !held_by.is_empty(),
        };
        shown.then(|| row(handle, &held_by))
    });
    let table = Table {
        columns: vec!["handle", "variable", "type", "interface", "owner", "holder", "state", "lends"],
        rows: rows.collect(),
        grouped: false,
        empty: "no handles".to_owned(),
    };
    Ok(Report::Table(table).into())
}

/// The variables that hold a handle, named ones first.
pub(super) fn variables_with(session: &Session, handle: u32) -> Vec<String> {
    let holds = |value: &crate::value::Typed| value.value.handles().contains(&handle);
    let named = session.variables.named().filter(|(_, value)| holds(value)).map(|(name, _)| format!("${name}"));
    let numbered = session.variables.results().filter(|(_, value)| holds(value)).map(|(n, _)| format!("${n}"));
    named.chain(numbered).collect()
}

fn row(handle: &HandleInfo, held_by: &[String]) -> Vec<Cell> {
    let state = match &handle.state {
        HandleState::Live => Cell::new(Role::Good, "live"),
        HandleState::Moved(by) => Cell::new(Role::Warning, format!("moved by {by}")),
        HandleState::Dropped => Cell::new(Role::Dim, "dropped"),
        HandleState::Stale(why) => Cell::new(Role::Warning, format!("stale: {why}")),
    };
    let number = Cell { text: crate::report::Text::plain(format!("#{}", handle.number)), json: handle.number.into() };
    vec![
        number,
        Cell::new(Role::Name, held_by.join(", ")),
        Cell::new(Role::Type, &handle.type_name),
        handle.interface.as_ref().map_or_else(Cell::empty, |name| Cell::new(Role::Name, name)),
        Cell::new(Role::Name, &handle.owner),
        if handle.holder.is_empty() { Cell::empty() } else { Cell::new(Role::Plain, &handle.holder) },
        state,
        Cell::number(u64::from(handle.lends)),
    ]
}
