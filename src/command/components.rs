//! `.components`: what is loaded.

use serde_json::Value as Json;

use super::{Args, Group, Spec};
use crate::error::Result;
use crate::model::{Component, FileKind};
use crate::report::{Cell, Outcome, Report, Role, Table, Text};
use crate::session::Session;

/// `.components`
pub static SPEC: Spec = Spec {
    name: "components",
    args: &[],
    summary: "List the loaded components",
    details: "The current one, whose functions need no `comp::` before them, is marked with `*`. The numbers of exports and \
              imports count functions, or all items of a core module of which no component can be made.",
    examples: &[
        (".components", "what is loaded, and from where"),
        ("adder::add(1, 2)", "a function of a component that is not current"),
    ],
    group: Group::Components,
    run,
};

fn run(session: &mut Session, _args: &Args) -> Result<Outcome> {
    let current = session.components.current().map(|loaded| loaded.component.id);
    let rows = session.components.all().iter().map(|loaded| {
        let component = &loaded.component;
        let is_current = current == Some(component.id);
        let (exports, imports) = component.counts();
        vec![
            Cell { text: Text::plain(if is_current { "*" } else { "" }), json: Json::Bool(is_current) },
            Cell::new(Role::Name, &loaded.name),
            Cell::new(Role::Plain, kind_name(component)),
            Cell::number(exports as u64),
            Cell::number(imports as u64),
            Cell::new(Role::Dim, component.path.to_string_lossy()),
        ]
    });
    let table = Table {
        columns: vec!["current", "name", "kind", "exports", "imports", "path"],
        rows: rows.collect(),
        grouped: false,
        empty: "no component is loaded; `.load FILE` loads one".to_owned(),
    };
    Ok(Report::Table(table).into())
}

/// What a file is, for people.
pub fn kind_name(component: &Component) -> &'static str {
    match component.kind {
        FileKind::Component if component.core.is_some() => "core module",
        FileKind::Component => "component",
        FileKind::CoreModule => "core module",
        FileKind::WitPackage => "WIT package",
    }
}
