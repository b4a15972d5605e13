//! `.why`: why an import is there.

use super::reached::{Subject, from, role, subjects};
use super::target::{Owner, Selected, Target};
use super::why_detail::details;
use super::{Arg, ArgKind, Args, Count, Group, Spec, Word, counted};
use crate::error::{Error, Kind, Result};
use crate::model::callgraph::CallGraph;
use crate::model::{Component, Item};
use crate::report::{Cell, Outcome, Report, Role, Table};
use crate::session::{Loaded, Session};

/// `.why [-a] [TARGET]`
pub static SPEC: Spec = Spec {
    name: "why",
    args: &[
        Arg { name: "-a", kind: ArgKind::TargetOr(&["-a"]), count: Count::Optional },
        Arg { name: "TARGET", kind: ArgKind::Target, count: Count::Optional },
    ],
    summary: "Show why a component has an import, and what would get rid of it",
    details: "Without TARGET a row for each import: a verdict in words, the exports that it can be reached from, and what known code \
              the way runs through. For one interface or function also the shortest way to it, from an export through the core modules, \
              a step a line: `calls` is certain once the code gets there, `may call` goes through a table and is only \
              possible. Where a module has debug information, the line of each call is shown. `-a` shows more: a way to each function \
              of an interface, or a way to a function from each export. Where TARGET is an export, everything that it can reach. \
              What a runtime would decide is taken for possible, so \"unreachable\" means that no call can get there. Nothing is compiled.",
    examples: &[
        (".why wasi:cli/environment", "one interface: the shortest way to it"),
        (".why -a wasi:cli/exit#exit", "one function: a way from each export that leads to it"),
    ],
    group: Group::Look,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let (all, word) = words(args)?;
    let mut target = Target::parse(word);
    let loaded = match target.owner(session)? {
        Owner::Component(loaded) => loaded,
        Owner::Host => {
            let error = Error::new(Kind::Name, "the host has no code that could be read").at(args.span);
            return Err(error.help("`.why` explains what a component imports"));
        }
    };
    let component = &*loaded.component;
    let calls = component.call_graph()?;
    let imports = chosen(&target, &component.imports);
    let exports = if target.is_all() || target.is_drop() { Vec::new() } else { chosen(&target, &component.exports) };
    let report = match (imports.is_empty(), exports.is_empty()) {
        _ if target.is_all() && !all => table(&loaded, calls, &subjects(calls, &imports)),
        _ if target.is_all() => details(component, calls, &subjects(calls, &imports), all),
        (true, true) => {
            let items = component.imports.iter().chain(&component.exports);
            return Err(target.nothing(items, &format!("`{}` has", loaded.name)));
        }
        (false, true) => of_imports(&loaded, calls, &imports, all),
        (true, false) => of_exports(&loaded, calls, &exports),
        (false, false) => Report::Many(vec![
            ("import".to_owned(), of_imports(&loaded, calls, &imports, all)),
            ("export".to_owned(), of_exports(&loaded, calls, &exports)),
        ]),
    };
    let outcome = Outcome::from(report);
    Ok(calls.doubts().into_iter().fold(outcome, Outcome::notice))
}

/// The switch and the target, in any order.
fn words(args: &Args) -> Result<(bool, Option<&Word>)> {
    let mut all = false;
    let mut target = None;
    for word in &args.words {
        match word.text.as_str() {
            "-a" => all = true,
            text if text.starts_with('-') => {
                return Err(Error::new(Kind::Parse, format!("`.why` knows no `{text}`"))
                    .at(word.span)
                    .help("`-a` shows more ways"));
            }
            _ if target.is_some() => {
                return Err(Error::new(Kind::Parse, "`.why` takes one TARGET").at(word.span));
            }
            _ => target = Some(word),
        }
    }
    Ok((all, target))
}

/// What a target selects; nothing where that is nothing.
fn chosen<'a>(target: &Target, items: &'a [crate::model::Extern]) -> Vec<Selected<'a>> {
    target.select(items, "").unwrap_or_default()
}

/// A table of several interfaces, or all there is to say of one, or of a function.
fn of_imports(loaded: &Loaded, calls: &CallGraph, selected: &[Selected<'_>], all: bool) -> Report {
    let subjects = subjects(calls, selected);
    let is_one = match &subjects[..] {
        [_] => true,
        [first, others @ ..] => first.interface.is_some() && others.iter().all(|one| one.interface == first.interface),
        [] => false,
    };
    if all || is_one { details(&loaded.component, calls, &subjects, all) } else { table(loaded, calls, &subjects) }
}

fn table(loaded: &Loaded, calls: &CallGraph, subjects: &[Subject]) -> Report {
    let row = |subject: &Subject| {
        let finding = subject.finding(calls);
        let interface = subject.interface.as_ref().map_or_else(Cell::empty, |name| Cell::new(Role::Name, name));
        let name = if subject.name.is_empty() { Cell::empty() } else { Cell::new(Role::Name, &subject.name) };
        let through = calls.through(&loaded.component, &subject.full_name());
        vec![
            interface,
            name,
            Cell::new(role(finding.verdict), finding.verdict.words()),
            if subject.is_types { Cell::empty() } else { from(calls, &loaded.component, finding.reached.as_ref()) },
            through.map_or_else(Cell::empty, |known| Cell::new(Role::Dim, &known.name)),
        ]
    };
    Report::Table(Table {
        columns: vec!["interface", "function", "verdict", "from", "through"],
        rows: subjects.iter().map(row).collect(),
        grouped: true,
        empty: format!("{} imports nothing", loaded.name),
    })
}

/// What exported functions can reach.
fn of_exports(loaded: &Loaded, calls: &CallGraph, selected: &[Selected<'_>]) -> Report {
    let component: &Component = &loaded.component;
    let mut rows = Vec::new();
    let mut quiet = Vec::new();
    for one in selected.iter().filter(|one| matches!(one.item.item, Item::Function(_))) {
        let name = one.full_name();
        let Some(place) = component.exported_functions.iter().position(|function| function.full_name() == name) else {
            continue;
        };
        let (found, functions) = calls.from_export(component, place);
        if found.is_empty() {
            quiet.push(format!("{name} reaches no import ({} can run)", counted(functions, "function")));
        }
        for (import, verdict) in found {
            let (interface, function) = match import.rsplit_once('#') {
                Some((interface, function)) => (Cell::new(Role::Name, interface), function),
                None => (Cell::empty(), import.as_str()),
            };
            let function = Cell::new(Role::Name, function);
            rows.push(vec![
                Cell::new(Role::Name, &name),
                interface,
                function,
                Cell::new(role(verdict), verdict.words()),
            ]);
        }
    }
    let empty = if quiet.is_empty() { "there is no exported function here".to_owned() } else { quiet.join("\n") };
    Report::Table(Table { columns: vec!["export", "interface", "function", "verdict"], rows, grouped: true, empty })
}
