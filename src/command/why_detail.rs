//! What `.why` says of one interface or function: its verdict, the way to it, what would get rid of it.

use serde_json::{Value as Json, json};

use super::counted;
use super::reached::{NAMED, Subject, from, role};
use crate::model::Component;
use crate::model::callgraph::{CallGraph, DROP, Finding, Known, Runs, Step, TABLE, Verdict};
use crate::report::{Report, Role, Text};

/// How many folders of a source file's path are shown.
const FOLDERS: usize = 3;

/// Everything about some imports. With `all` a way to each of them, or to one from everywhere; else the shortest to one, which
/// comes first.
pub fn details(component: &Component, calls: &CallGraph, subjects: &[Subject], all: bool) -> Report {
    let findings: Vec<Finding> = subjects.iter().map(|subject| subject.finding(calls)).collect();
    let shown = if all { None } else { best(subjects, &findings) };
    let mut lines = Vec::new();
    let mut data = Vec::new();
    let mut order: Vec<usize> = (0..subjects.len()).collect();
    order.sort_by_key(|place| shown != Some(*place));
    for (at, place) in order.into_iter().enumerate() {
        let (subject, finding) = (&subjects[place], &findings[place]);
        let (paths, left_out) = match (all, subjects.len()) {
            (true, 1) => calls.paths(component, &subject.full_name()),
            _ if shown.is_none_or(|shown| shown == place) => (vec![calls.path(component, &subject.full_name())], 0),
            _ => (Vec::new(), 0),
        };
        if at == 1 || (at > 1 && all) {
            lines.push(Text::default());
        }
        lines.push(heading(component, calls, subject, finding));
        for (at, path) in paths.iter().filter(|path| !path.is_empty()).enumerate() {
            if at > 0 {
                lines.push(Text::default());
            }
            lines.extend(path_lines(path));
        }
        if left_out > 0 {
            lines.push(Text::of(Role::Dim, format!("  … {left_out} more ways")));
        }
        data.push(object(component, calls, subject, finding, &paths));
        if !paths.is_empty() {
            let advice = advice(finding.verdict, &paths);
            lines.extend(advice.iter().flat_map(|(what, text)| advice_lines(what, text)));
        }
    }
    if !all && findings.iter().filter(|finding| finding.verdict.has_way()).count() > 1 {
        lines.extend([Text::default(), Text::of(Role::Dim, "`-a` shows a way to each")]);
    }
    Report::Text { lines, json: Json::Array(data) }
}

/// The one whose way is shown: the surest, and a function before the end of a handle.
fn best(subjects: &[Subject], findings: &[Finding]) -> Option<usize> {
    let rank = |verdict: Verdict| match verdict {
        Verdict::Reachable => 0,
        Verdict::OnlyAside { .. } => 1,
        Verdict::OnlyIndirectly => 2,
        Verdict::Unreachable => 3,
        Verdict::TypesOnly => 4,
    };
    (0..findings.len()).min_by_key(|place| (rank(findings[*place].verdict), subjects[*place].name.starts_with(DROP)))
}

fn heading(component: &Component, calls: &CallGraph, subject: &Subject, finding: &Finding) -> Text {
    let text = Text::of(Role::Name, subject.full_name())
        .and(Role::Plain, ": ")
        .and(role(finding.verdict), finding.verdict.words());
    match finding.verdict {
        Verdict::TypesOnly | Verdict::Unreachable => text,
        _ => {
            let from = from(calls, component, finding.reached.as_ref());
            let text = text.and(Role::Plain, ", from ");
            let text = from.text.0.into_iter().fold(text, |text, piece| text.and(piece.role, piece.text));
            let exports = finding.reached.as_ref().map_or(0, |reached| reached.exports.len());
            match exports {
                1 | NAMED => {
                    let all = counted(component.exported_functions.len(), "export");
                    text.and(Role::Dim, format!(" ({exports} of {all})"))
                }
                _ => text,
            }
        }
    }
}

/// A step a line: how it follows, what runs, where.
fn path_lines(path: &[Step]) -> Vec<Text> {
    let links = path.iter().map(|step| step.link.words().chars().count()).max().unwrap_or_default();
    let names = path.iter().map(|step| step.name.chars().count()).max().unwrap_or_default().min(60);
    path.iter()
        .map(|step| {
            let link = if step.is_certain() { Role::Dim } else { Role::Warning };
            let text = Text::of(link, format!("  {:links$}  ", step.link.words())).and(Role::Name, &*step.name);
            match place(step) {
                Some(place) => {
                    let gap = names.saturating_sub(step.name.chars().count()) + 2;
                    text.and(Role::Plain, " ".repeat(gap)).and(Role::Dim, place)
                }
                None => text,
            }
        })
        .collect()
}

/// The component, the module and the source line of a step.
fn place(step: &Step) -> Option<String> {
    let module = step.module.as_ref()?;
    let mut place = step.component.as_ref().map_or_else(|| module.clone(), |component| format!("{component}/{module}"));
    if let Some(source) = &step.source {
        place += &format!("  {}:{}", shortened(&source.file), source.line);
    }
    Some(place)
}

/// A file with only the last folders of its path.
fn shortened(file: &str) -> String {
    let parts: Vec<&str> = file.split(['/', '\\']).collect();
    match parts.len().checked_sub(FOLDERS + 1) {
        Some(cut) if cut > 0 => format!("…/{}", parts[cut..].join("/")),
        _ => file.to_owned(),
    }
}

/// What would get rid of an import: for each sort of known code on the way, each once.
fn advice(verdict: Verdict, paths: &[Vec<Step>]) -> Vec<(&'static str, String)> {
    let mut known: Vec<(&'static Known, &str)> = Vec::new();
    for step in paths.iter().flatten() {
        if let Some(entry) = step.known
            && !known.iter().any(|(one, _)| std::ptr::eq(*one, entry))
        {
            known.push((entry, &step.name));
        }
    }
    known.sort_by_key(|(entry, _)| (entry.runs == Runs::Always, entry.place()));
    match verdict {
        Verdict::Unreachable => vec![("", TABLE.unreachable.clone())],
        Verdict::TypesOnly => vec![("", TABLE.types_only.clone())],
        _ => known.into_iter().map(|(entry, function)| (&*entry.name, entry.advice(function))).collect(),
    }
}

fn advice_lines(what: &str, text: &str) -> Vec<Text> {
    let mut lines = Vec::new();
    let indent = if what.is_empty() { "  " } else { "    " };
    if !what.is_empty() {
        lines.push(Text::of(Role::Dim, "  through ").and(Role::Heading, what));
    }
    lines.extend(super::help::wrapped(text).into_iter().map(|line| Text::of(Role::Plain, format!("{indent}{line}"))));
    lines
}

fn object(component: &Component, calls: &CallGraph, subject: &Subject, finding: &Finding, paths: &[Vec<Step>]) -> Json {
    let advice = if paths.is_empty() { Vec::new() } else { advice(finding.verdict, paths) };
    json!({
        "interface": subject.interface,
        "function": if subject.name.is_empty() { Json::Null } else { json!(subject.name) },
        "verdict": finding.verdict.words(),
        "from": from(calls, component, finding.reached.as_ref()).json,
        "paths": paths.iter().map(|path| path.iter().map(step_object).collect::<Vec<_>>()).collect::<Vec<_>>(),
        "advice": advice.iter().map(|(what, text)| json!({ "code": what, "advice": text })).collect::<Vec<_>>(),
    })
}

fn step_object(step: &Step) -> Json {
    json!({
        "link": step.link.words(),
        "certain": step.is_certain(),
        "name": step.name,
        "module": step.module,
        "component": step.component,
        "file": step.source.as_ref().map(|source| source.file.as_str()),
        "line": step.source.as_ref().map(|source| source.line),
    })
}
