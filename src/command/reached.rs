//! Imports and whether anything leads to them: what `.imports` and `.why` share.

use serde_json::json;

use super::target::Selected;
use crate::model::callgraph::{CallGraph, Cause, Finding, Reached, Verdict, drop_name};
use crate::model::function::plain_name;
use crate::model::{Component, Item};
use crate::report::{Cell, Role, Text};

/// So many exports are named; of more there is only the number.
pub const NAMED: usize = 2;

/// One thing that an import offers and that code can use.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// The interface, or `None` at the root.
    pub interface: Option<String>,
    /// The function; `[resource-drop]r` for the end of a resource's handles; empty for an interface that has only types.
    pub name: String,
    /// Whether there is anything to call.
    pub is_types: bool,
}

impl Subject {
    /// The name that the call graph knows it by.
    pub fn full_name(&self) -> String {
        match &self.interface {
            Some(interface) if self.name.is_empty() => interface.clone(),
            Some(interface) => format!("{interface}#{}", self.name),
            None => self.name.clone(),
        }
    }

    /// What is known of it.
    pub fn finding(&self, calls: &CallGraph) -> Finding {
        match self.is_types {
            true => Finding { verdict: Verdict::TypesOnly, reached: Some(Reached::default()) },
            false => calls.finding(&self.full_name()),
        }
    }
}

/// What the selected imports offer: functions, resources whose handles are dropped somewhere, components and modules; and one
/// subject for each interface of which nothing else is selected.
pub fn subjects(calls: &CallGraph, selected: &[Selected<'_>]) -> Vec<Subject> {
    let mut found: Vec<Subject> = Vec::new();
    for group in selected.chunk_by(|a, b| a.path == b.path && !a.path.is_empty()) {
        let before = found.len();
        found.extend(group.iter().filter_map(|one| subject(calls, one)));
        if found.len() == before {
            found.push(types_of(group));
        }
    }
    found
}

/// What one import offers; nothing for types, and for resources whose handles are dropped nowhere.
pub fn subject(calls: &CallGraph, selected: &Selected<'_>) -> Option<Subject> {
    let name = match &selected.item.item {
        Item::Function(_) | Item::Component(_) | Item::CoreModule(_) => selected.item.name.to_string(),
        Item::Resource(_) => selected.drop_name().filter(|_| calls.has(&drop_name(&selected.full_name())))?,
        Item::Instance(_) | Item::Type(_) | Item::Core(_) | Item::Other(_) => return None,
    };
    Some(Subject { interface: selected.interface(), name, is_types: false })
}

/// An interface, or one item, that has nothing to call.
fn types_of(group: &[Selected<'_>]) -> Subject {
    let (interface, name) = match group {
        [one] if matches!(one.item.item, Item::Instance(_)) => (Some(one.full_name()), String::new()),
        [one] => (one.interface(), one.item.name.to_string()),
        _ => (group[0].interface(), String::new()),
    };
    Subject { interface, name, is_types: true }
}

/// From where an import is reached: `run`, `3 of 12 exports`, `start-up`. As data, the names.
pub fn from(calls: &CallGraph, component: &Component, reached: Option<&Reached>) -> Cell {
    let Some(reached) = reached else { return Cell::new(Role::Dim, "not counted") };
    let exports: Vec<&str> = reached
        .exports
        .iter()
        .filter_map(|place| component.exported_functions.get(*place))
        .map(|function| plain_name(&function.name))
        .collect();
    let all = component.exported_functions.len();
    let mut parts = Vec::new();
    match exports.len() {
        0 => {}
        few if few <= NAMED => parts.push(exports.join(", ")),
        number if number == all => parts.push(format!("all {all} exports")),
        number => parts.push(format!("{number} of {all} exports")),
    }
    if exports.is_empty() {
        parts.extend(others(&reached.others));
    }
    let full = reached.exports.iter().filter_map(|place| component.exported_functions.get(*place));
    let names = full.map(|function| function.full_name()).chain(reached.others.iter().map(|cause| calls.cause(cause)));
    let (role, text) = match parts.is_empty() {
        true => (Role::Warning, "nothing".to_owned()),
        false => (Role::Name, parts.join(", ")),
    };
    Cell { text: Text::of(role, text), json: json!(names.collect::<Vec<_>>()) }
}

/// What is no exported function, each sort once.
fn others(causes: &[Cause]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for cause in causes {
        let word = match cause {
            Cause::Start(_) => "start-up".to_owned(),
            Cause::Destructor(name) if !name.is_empty() => format!("destructor of {name}"),
            Cause::Destructor(_) => "destructor".to_owned(),
            Cause::Whole => "the whole".to_owned(),
            Cause::Export(_) => "export".to_owned(),
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// What colour a verdict has.
pub fn role(verdict: Verdict) -> Role {
    match verdict {
        Verdict::Reachable => Role::Good,
        Verdict::OnlyIndirectly | Verdict::OnlyAside { .. } => Role::Name,
        Verdict::Unreachable => Role::Warning,
        Verdict::TypesOnly => Role::Dim,
    }
}
