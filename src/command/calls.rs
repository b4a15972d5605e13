//! `.calls`: the calls so far, counted by function, and the last of them with their values.

use serde_json::Value as Json;

use super::imported::fresh_instance;
use super::{Arg, ArgKind, Args, Count, Group, Spec, pattern};
use crate::crossing::{Crossing, Way};
use crate::engine::{CallTotal, LoggedCall};
use crate::error::Result;
use crate::model::pattern::Pattern;
use crate::render::trace::{arguments, arguments_json, elapsed, microseconds, result, value_json, way};
use crate::report::{Cell, Outcome, Report, Role, Table, Text};
use crate::session::Session;

/// How many of the last calls are listed where nobody says how many.
const LAST: usize = 20;

/// What is said where calls were made that nobody kept.
const BEGINS: &str = "calls are kept from this line on: those before it are not known";

/// `.calls [N|PATTERN]`
pub static SPEC: Spec = Spec {
    name: "calls",
    args: &[Arg { name: "N|PATTERN", kind: ArgKind::TargetOr(&[]), count: Count::Optional }],
    summary: "Count the calls so far by function, and list the last ones",
    details: "The first table counts the calls of each function, exports and imports alike, with the time that they took together, \
              calls inside them included. The second lists the last 20 calls, or the last N, or those that PATTERN means (as in \
              `.trace`), indented by the calls that they happened in. At the prompt calls are logged from the first one; in a script \
              where one of its lines asks for them (`.back`, `.calls`, `.imports`, `.policy`, `.record`, `.trace`) or `--trace` is given; where \
              standard input brings it line by line, from the line on that does, so begin such a script with `.calls`. The last 10,000 are \
              kept with their values; counts are of all.",
    examples: &[(".calls", "what was called"), (".calls wasi:filesystem", "only files")],
    group: Group::Host,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let (last, pattern) = match args.get(0) {
        None => (LAST, None),
        Some(word) => match word.text.parse::<usize>() {
            Ok(number) => (number, None),
            Err(_) => (usize::MAX, Some(pattern::read(session, word)?)),
        },
    };
    let is_meant = |crossing: &Crossing| means(pattern.as_ref(), crossing);
    let begins = !session.engine.watches_calls() && session.engine.has_missed_calls();
    let replaced = session.engine.watch_calls();
    let totals = session.engine.call_totals().into_iter().filter(|total| is_meant(&total.crossing));
    let totals: Vec<Vec<Cell>> = totals.map(|total| total_row(&total)).collect();
    let calls: Vec<LoggedCall> = session.engine.calls().into_iter().filter(|call| is_meant(&call.crossing)).collect();
    let calls = calls[calls.len().saturating_sub(last)..].iter().map(call_row).collect();
    let so_far = if session.engine.has_missed_calls() { "since calls are kept" } else { "so far" };
    let empty = match &pattern {
        Some(pattern) => format!("no call of {} {so_far}", pattern.text()),
        None => format!("no calls {so_far}"),
    };
    let nothing = pattern.zip(args.get(0)).filter(|_| totals.is_empty());
    let nothing = nothing.and_then(|(pattern, word)| pattern::means_nothing(session, &pattern, word));
    let report = if totals.is_empty() {
        Report::Table(Table { columns: TOTALS.to_vec(), rows: totals, grouped: false, empty })
    } else {
        let totals = Table { columns: TOTALS.to_vec(), rows: totals, grouped: true, empty: String::new() };
        let empty = if last == 0 { "none asked for" } else { "not kept" }.to_owned();
        let calls = Table { columns: CALLS.to_vec(), rows: calls, grouped: false, empty };
        Report::Many(vec![("totals".to_owned(), Report::Table(totals)), ("calls".to_owned(), Report::Table(calls))])
    };
    let outcome: Outcome = report.into();
    let outcome = if begins { outcome.notice(BEGINS) } else { outcome };
    let outcome = replaced.iter().fold(outcome, |outcome, it| outcome.notice(fresh_instance(it)));
    Ok(nothing.into_iter().fold(outcome, Outcome::notice))
}

fn means(pattern: Option<&Pattern>, crossing: &Crossing) -> bool {
    let parties = [&*crossing.caller, &*crossing.answerer];
    pattern.is_none_or(|pattern| pattern.means(parties, &crossing.function, crossing.way != Way::Export))
}

const TOTALS: [&str; 7] = ["component", "way", "interface", "function", "calls", "failed", "time"];
const CALLS: [&str; 6] = ["number", "call", "arguments", "result", "answerer", "time"];

fn total_row(total: &CallTotal) -> Vec<Cell> {
    let crossing = &total.crossing;
    vec![
        Cell::new(Role::Name, crossing.component()),
        Cell::new(Role::Keyword, way(crossing.way)),
        crossing.function.interface().map_or_else(Cell::empty, |name| Cell::new(Role::Name, name)),
        Cell::new(Role::Name, &*crossing.function.name),
        Cell::number(total.calls),
        match total.failed {
            0 => Cell { json: 0.into(), ..Cell::empty() },
            failed => Cell { json: failed.into(), text: Text::of(Role::Error, failed.to_string()) },
        },
        Cell { text: Text::of(Role::Dim, elapsed(total.time)), json: microseconds(total.time) },
    ]
}

fn call_row(call: &LoggedCall) -> Vec<Cell> {
    let (crossing, ending) = (&*call.crossing, &call.ending);
    let role = if crossing.way == Way::Export { Role::Keyword } else { Role::Name };
    let shown = result(crossing, ending).unwrap_or_default();
    let given = match (&ending.result, &crossing.function.result) {
        (Ok(Some(value)), Some(ty)) => Cell { text: Text::plain(shown), json: value_json(ty, value) },
        (Ok(_), _) => Cell::empty(),
        (Err(error), _) => Cell {
            text: Text::of(Role::Error, format!("failed: {shown}")),
            json: Json::from_iter([("error", error.message.as_str())]),
        },
    };
    vec![
        Cell::number(crossing.number),
        Cell {
            text: Text::plain("  ".repeat(crossing.depth)).and(role, crossing.name()),
            json: crossing.name().into(),
        },
        Cell { text: Text::plain(arguments(crossing)), json: arguments_json(crossing) },
        given,
        Cell::new(Role::Name, &*crossing.answerer),
        Cell { text: Text::of(Role::Dim, elapsed(ending.elapsed)), json: microseconds(ending.elapsed) },
    ]
}
