//! `.imports`: what a component needs, and who answers.

use std::cmp::Reverse;

use serde_json::Value as Json;

use super::item_table::{COLUMNS, row};
use super::policy::{granted, list, of_wasi};
use super::reached::{from, subject};
use super::target::{Owner, Selected, Target};
use super::{Arg, ArgKind, Args, Count, Group, Spec, Word};
use crate::error::{Error, Kind, Result};
use crate::model::callgraph::CallGraph;
use crate::model::{Component, Item};
use crate::report::{Cell, Outcome, Report, Role, Table};
use crate::session::Session;

/// The word that selects what nothing reaches.
const UNUSED: &str = "unused";

/// The word before the column by which the rows are sorted.
const BY: &str = "--by";

/// The columns by which rows can be sorted.
const SORTED: &[&str] = &["function", "kind", "provider", "granted", "calls", "reachable"];

/// `.imports [unused] [TARGET] [--by COLUMN]`
pub static SPEC: Spec = Spec {
    name: "imports",
    args: &[
        Arg { name: UNUSED, kind: ArgKind::TargetOr(&[UNUSED]), count: Count::Optional },
        Arg { name: "TARGET", kind: ArgKind::TargetOr(&[UNUSED]), count: Count::Optional },
        Arg { name: BY, kind: ArgKind::OneOf(&[BY]), count: Count::Optional },
        Arg { name: "COLUMN", kind: ArgKind::OneOf(SORTED), count: Count::Optional },
    ],
    summary: "List what a component imports and who provides it",
    details: "As `.exports`, and for each function also its provider (`wasi`, `builtin`, `python kv.py`, `trap`…; see `.help providers`), or \
              `denied` where the policy forbids it, what of its interface is granted, how often it has been called in this session (at \
              the prompt from the first call on, in a script if a line of it asks), and which exports can reach it: `.why` shows how. \
              `unused`, before TARGET or after it, leaves what nothing can reach. `--by` sorts by a column: \
              function, kind, provider or granted by name, calls and reachable with the most first. Nothing is compiled.",
    examples: &[
        (".imports unused wasi:io", "what of a package no call can get to; without a TARGET of everything"),
        (".imports --by calls", "what was called most, first"),
    ],
    group: Group::Look,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let (args, by) = sorted_by(args)?;
    let (has_word, word) = words(args)?;
    let mut target = Target::parse(word);
    let columns = [&COLUMNS[..], &["provider", "granted", "calls", "reachable"]].concat();
    let loaded = match target.owner(session)? {
        Owner::Component(loaded) => loaded,
        Owner::Host => {
            let empty = "host imports nothing: it is what provides".to_owned();
            return Ok(Report::Table(Table { columns, rows: Vec::new(), grouped: true, empty }).into());
        }
    };
    let component = &*loaded.component;
    let only_unused = has_word || target.take_word(UNUSED, &component.imports);
    let calls = component.call_graph();
    if only_unused {
        calls.as_ref().map_err(|error| (*error).clone())?;
    }
    let mut selected = target.select(&component.imports, &format!("`{}` imports", loaded.name))?;
    selected.retain(|one| !only_unused || calls.as_ref().is_ok_and(|calls| is_unused(calls, one)));
    let rows = selected.iter().map(|item| {
        let reachable = calls.as_ref().map_or_else(|_| Cell::empty(), |calls| reachable(calls, component, item));
        [row(item), provided(session, component.id, item), vec![reachable]].concat()
    });
    let empty = match (only_unused, word) {
        (true, Some(word)) if !target.is_all() => {
            format!("{} imports nothing of `{}` that is unused", loaded.name, word.text)
        }
        (true, _) => format!("{} imports nothing that is unused", loaded.name),
        (false, _) => format!("{} imports nothing", loaded.name),
    };
    let mut rows: Vec<Vec<Cell>> = rows.collect();
    if let Some(column) = by.and_then(|by| columns.iter().position(|column| *column == by)) {
        rows.sort_by_cached_key(|row| row.get(column).map(|cell| sort_key(cell, by)));
    }
    Ok(Report::Table(Table { columns, rows, grouped: by.is_none(), empty }).into())
}

/// The words before `--by`, and the column behind it.
fn sorted_by(args: &Args) -> Result<(&[Word], Option<&'static str>)> {
    let Some(at) = args.words.iter().position(|word| word.text == BY) else { return Ok((&args.words, None)) };
    let (before, by) = args.words.split_at(at);
    let known = by.get(1).and_then(|word| SORTED.iter().find(|column| **column == word.text));
    match (known, by) {
        (Some(column), [_, _]) => Ok((before, Some(column))),
        (_, [by, rest @ ..]) => Err(Error::new(Kind::Parse, "`--by` needs one column, at the end of the line")
            .at(rest.last().unwrap_or(by).span)
            .help(format!("it is one of {}", SORTED.join(", ")))),
        (_, []) => Ok((before, None)),
    }
}

/// Where a row stands: numbers and what many exports reach with the most first, words by the alphabet, what is empty last.
fn sort_key(cell: &Cell, by: Option<&str>) -> (bool, Reverse<u64>, String) {
    let number = match (&cell.json, by) {
        (Json::Number(number), _) => number.as_u64().unwrap_or(0),
        (Json::Array(exports), Some("reachable")) => exports.len() as u64,
        _ => 0,
    };
    let text = cell.text.raw();
    (text.is_empty(), Reverse(number), text)
}

/// Whether `unused` stands beside a target, and the target. A word alone may be the name of an import.
fn words(words: &[Word]) -> Result<(bool, Option<&Word>)> {
    match words {
        [word, target] | [target, word] if word.text == UNUSED => Ok((true, Some(target))),
        [_, second, ..] => Err(Error::new(Kind::Parse, "`.imports` takes one TARGET")
            .at(second.span)
            .help("beside it may stand `unused`: what nothing can reach")),
        one => Ok((false, one.first())),
    }
}

/// What can be called and is not.
fn is_unused(calls: &CallGraph, selected: &Selected<'_>) -> bool {
    subject(calls, selected).is_some_and(|subject| subject.finding(calls).verdict.is_unused())
}

/// From which exports it is reached; nothing for what cannot be called.
fn reachable(calls: &CallGraph, component: &Component, selected: &Selected<'_>) -> Cell {
    let subject = subject(calls, selected);
    subject.map_or_else(Cell::empty, |subject| from(calls, component, subject.finding(calls).reached.as_ref()))
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
