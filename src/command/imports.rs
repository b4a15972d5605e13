//! `.imports`: what a component needs, and who answers.

use super::item_table::{COLUMNS, row};
use super::policy::{granted, list, of_wasi};
use super::target::{Owner, Selected, Target};
use super::{Arg, ArgKind, Args, Count, Group, Spec};
use crate::error::Result;
use crate::model::Item;
use crate::report::{Cell, Outcome, Report, Role, Table};
use crate::session::Session;

/// `.imports [TARGET]`
pub static SPEC: Spec = Spec {
    name: "imports",
    args: &[Arg { name: "TARGET", kind: ArgKind::Target, count: Count::Optional }],
    summary: "List what a component imports and who provides it",
    details: "As `.exports`, and for each function also its provider (`wasi`, `builtin`, `python kv.py`, `trap`…; see `.help providers`), or \
              `denied` where the policy forbids it, what of its interface is granted, and how often it has been called in this session: \
              at the prompt from the first call on, in a script if a line of it asks. Nothing is compiled.",
    examples: &[
        (".imports", "everything that the current component imports"),
        (".imports wasi:filesystem", "one package"),
    ],
    group: Group::Look,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let mut target = Target::parse(args.get(0));
    let columns = [&COLUMNS[..], &["provider", "granted", "calls"]].concat();
    let loaded = match target.owner(session)? {
        Owner::Component(loaded) => loaded,
        Owner::Host => {
            let empty = "host imports nothing: it is what provides".to_owned();
            return Ok(Report::Table(Table { columns, rows: Vec::new(), grouped: true, empty }).into());
        }
    };
    let selected = target.select(&loaded.component.imports, &format!("`{}` imports", loaded.name))?;
    let rows = selected.iter().map(|item| [row(item), provided(session, loaded.component.id, item)].concat()).collect();
    Ok(Report::Table(Table { columns, rows, grouped: true, empty: format!("{} imports nothing", loaded.name) }).into())
}

/// Who answers a function, and how often it was called; nothing for what cannot be called.
fn provided(session: &Session, component: u32, selected: &Selected<'_>) -> Vec<Cell> {
    match &selected.item.item {
        Item::Function(function) => {
            let (provider, calls) = session.engine.provider_of(component, function);
            let role = if ["trap", "denied"].contains(&provider.as_str()) { Role::Warning } else { Role::Good };
            let interface = function.path.first().filter(|_| provider != "denied" && of_wasi(session, function));
            let granted = interface.map_or_else(Cell::empty, |interface| {
                let granted = granted(&session.grants, interface);
                let role = if granted == ["nothing"] { Role::Warning } else { Role::Good };
                list(role, granted)
            });
            vec![Cell::new(role, provider), granted, calls.map_or_else(Cell::empty, Cell::number)]
        }
        _ => vec![Cell::empty(), Cell::empty(), Cell::empty()],
    }
}
