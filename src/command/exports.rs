//! `.exports`: what a component offers.

use super::item_table::{COLUMNS, row};
use super::target::{Owner, Target};
use super::{Arg, ArgKind, Args, Count, Group, Spec};
use crate::error::Result;
use crate::report::{Outcome, Report, Table};
use crate::session::Session;

/// `.exports [TARGET]`
pub static SPEC: Spec = Spec {
    name: "exports",
    args: &[Arg { name: "TARGET", kind: ArgKind::Target, count: Count::Optional }],
    summary: "List what a component exports",
    details: "A row for each function, type, resource, instance, component, module and core item, every name in full. \
              A TARGET selects: a namespace, a package, an interface (with or without its namespace, package and version), a \
              plain name, each with `#function` behind it; `comp::` before it means another loaded component. `host::` lists \
              what the shell provides to the loaded components. Nothing is compiled.",
    examples: &[
        (".exports", "everything that the current component exports"),
        (".exports wasi:cli/run", "one interface, in any version"),
    ],
    group: Group::Look,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let mut target = Target::parse(args.get(0));
    let owner = target.owner(session)?;
    let provided = session.host_items();
    let (selected, empty) = match &owner {
        Owner::Component(loaded) => {
            let selected = target.select(&loaded.component.exports, &format!("`{}` exports", loaded.name))?;
            (selected, format!("{} exports nothing", loaded.name))
        }
        Owner::Host => {
            let selected = target.select(&provided, "the host provides")?;
            (selected, "no loaded component imports anything".to_owned())
        }
    };
    let rows = selected.iter().map(row).collect();
    Ok(Report::Table(Table { columns: COLUMNS.into(), rows, grouped: true, empty }).into())
}
