//! `.help`: the commands, all from their specs.

use serde_json::json;

use super::topics::{TOPICS, topic};
use super::{ALL, Arg, ArgKind, Args, Count, Found, Group, Spec, Word, find, r#type, unknown_command, usage};
use crate::error::Result;
use crate::report::{Outcome, Report, Role, Text};
use crate::session::Session;

/// `.help [NAME]`
pub static SPEC: Spec = Spec {
    name: "help",
    args: &[Arg { name: "NAME", kind: ArgKind::Command, count: Count::Optional }],
    summary: "List the commands, or explain one",
    details: "With NAME: its usage, what it does and two examples. `.help language` says how calls are written, `.help values` how values are, \
              `.help limits` what bounds a call, and `.help providers` who can answer an import. \
              `?` is short for it, and `?NAME` explains a command, function or type.",
    examples: &[(".help", "all commands"), (".help load", "one of them")],
    group: Group::Session,
    run,
};

/// How long the lines of an explanation get, in characters.
const WIDTH: usize = 80;

/// Summaries are aligned behind usage lines of up to so many characters.
const LONGEST_ALIGNED: usize = 30;

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(word) = args.get(0) else { return Ok(overview().into()) };
    match topic(&word.text) {
        Some(topic) => Ok(topic.report().into()),
        None => explain(session, word).map(Outcome::from),
    }
}

/// All commands under their headings.
fn overview() -> Report {
    // A longer usage line pushes its own summary aside, and no other.
    let lengths = ALL.iter().map(|spec| usage(spec).chars().count()).filter(|length| *length <= LONGEST_ALIGNED);
    let width = lengths.max().unwrap_or(0);
    let mut lines = Vec::new();
    for group in Group::ALL {
        if !lines.is_empty() {
            lines.push(Text::default());
        }
        lines.push(Text::of(Role::Heading, group.heading()));
        for spec in ALL.iter().filter(|spec| spec.group == group) {
            let padded = format!("  {:width$}", usage(spec));
            lines.push(Text::of(Role::Name, padded).and(Role::Plain, format!("  {}", spec.summary)));
        }
    }
    lines.push(Text::default());
    lines.push(Text::plain(
        "Anything else is a call or a value: `add(1, 2)`, `$x = \"text\"`. `.help NAME` explains a command.",
    ));
    let topics: Vec<String> = TOPICS.iter().map(|topic| format!("`.help {}`", topic.name)).collect();
    lines.push(Text::plain(format!("More: {}.", topics.join(", "))));
    let data = ALL.iter().map(|spec| json!({ "name": spec.name, "usage": usage(spec), "summary": spec.summary }));
    Report::Text { json: data.collect(), lines }
}

fn explain(session: &Session, word: &Word) -> Result<Report> {
    let name = word.text.strip_prefix('.').unwrap_or(&word.text);
    match find(name) {
        Found::Exact(spec) | Found::Prefix(spec) => Ok(explanation(spec)),
        other => {
            let error = unknown_command(name, word.span, &other);
            Err(match r#type::explains(session, word) {
                true => error.help(format!("`.type {name}` explains it")),
                false => error,
            })
        }
    }
}

/// Usage, what it does, examples.
fn explanation(spec: &Spec) -> Report {
    let mut lines =
        vec![Text::of(Role::Name, usage(spec)), Text::plain(format!("  {}.", spec.summary)), Text::default()];
    lines.extend(spec.details.split('\n').flat_map(wrapped).map(Text::plain));
    lines.push(Text::default());
    lines.push(Text::of(Role::Heading, "Examples"));
    let width = spec.examples.iter().map(|(line, _)| line.chars().count()).max().unwrap_or(0);
    for (line, what_for) in spec.examples {
        lines.push(Text::of(Role::Name, format!("  {line:width$}")).and(Role::Dim, format!("  // {what_for}")));
    }
    let examples: Vec<_> = spec.examples.iter().map(|(line, what)| json!({ "line": line, "what": what })).collect();
    let json = json!({
        "name": spec.name,
        "usage": usage(spec),
        "summary": spec.summary,
        "details": spec.details,
        "examples": examples,
    });
    Report::Text { lines, json }
}

/// A paragraph in lines that are pleasant to read.
pub(super) fn wrapped(paragraph: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in paragraph.split(' ') {
        let line = lines.last_mut().filter(|line| line.chars().count() + word.chars().count() < WIDTH);
        match line {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) => line.extend([" ", word]),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_overview_fits_a_terminal_of_a_hundred_columns() {
        let Report::Text { lines, .. } = overview() else { panic!("lines") };
        let long: Vec<String> = lines.iter().map(Text::raw).filter(|line| line.chars().count() > 100).collect();
        assert_eq!(long, [] as [String; 0]);
    }
}
