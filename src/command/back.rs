//! `.back`: a component as it was before its last calls.

use serde_json::json;

use super::record::ends_replay;
use super::{Arg, ArgKind, Args, Count, Group, Spec, counted};
use crate::engine::WentBack;
use crate::error::{Error, Kind, Result};
use crate::report::{Outcome, Report, Role, Text};
use crate::session::Session;
use crate::syntax::Word;
use crate::wording::{ended_handles, listed};

/// How many of the calls that were taken back are listed.
const LISTED: usize = 10;

/// What helps where calls are not kept from the beginning.
const BEGIN_WITH_CALLS: &str = "a script that comes line by line keeps its calls from the line on that first asks for them: begin it with `.calls`";

/// `.back [N] [NAME]`
pub static SPEC: Spec = Spec {
    name: "back",
    args: &[
        Arg { name: "N", kind: ArgKind::Text, count: Count::Optional },
        Arg { name: "NAME", kind: ArgKind::Component, count: Count::Optional },
    ],
    summary: "Bring a component to the state before its last call, or its last N",
    details: "It gets a fresh instance, in which the calls before those are made again, while its imports answer what they answered then: \
              nobody is asked, written to or waited for twice. Handles of then can be used again, also where a trap had made them stale. \
              Components that are linked go back together: N counts the calls into all of them, and drops of their handles at the prompt. \
              What is outside stays as it is: files, what a built-in store holds, variables. Of WASI's resources standard input and \
              output, granted directories and open files come back; others (sockets, requests, a stream that was read) cannot be used \
              afterwards. What passed a stream or future, ran as a task, or was sent by `.http` cannot be taken back. In a script calls \
              are kept if one of its lines says `.back`; one that comes line by line has to begin with `.calls` (`.help calls`).",
    examples: &[
        (".back", "take back the last call"),
        (".back 3 counter", "take back the last three of counter; `.back counter` the last one"),
    ],
    group: Group::Components,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let (calls, name) = match (args.get(0), args.get(1)) {
        (Some(name), None) if session.components.named(&name.text).is_some() => (1, Some(name)),
        (calls, name) => (calls.map_or(Ok(1), number)?, name),
    };
    let loaded = session.component_or_current(name)?;
    let begins = !session.engine.watches_calls();
    let replaced = session.engine.watch_calls();
    if let Some((name, _)) = replaced.iter().find(|(name, _)| *name == loaded.name) {
        return Err(Error::new(
            Kind::Handle,
            format!("{name} cannot go back: it was called before its calls were kept"),
        )
        .help(BEGIN_WITH_CALLS)
        .note("they are from now on, with a fresh instance"));
    }
    let back = session.engine.back(loaded.component.id, calls).map_err(|error| match args.get(0) {
        Some(word) if error.kind == Kind::Name => error.at(word.span),
        _ if error.kind == Kind::Handle && begins => error.help(BEGIN_WITH_CALLS),
        _ => error,
    })?;
    let saved_as = Some(saved_as(session.saved.take_back(&back.numbers), name).into_iter().collect());
    Ok(Outcome { saved_as, ..ends_replay(session, outcome(&back)) })
}

/// The line that takes back as many calls in a script of the session, where calls that failed are never made.
fn saved_as(calls: usize, name: Option<&Word>) -> Option<String> {
    let name = name.map(|name| format!(" {}", name.text)).unwrap_or_default();
    (calls > 0).then(|| format!(".back {calls}{name}"))
}

fn number(word: &Word) -> Result<usize> {
    match word.text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(Error::new(Kind::Parse, format!("`{}` is no number of calls", word.text)).at(word.span).help(
            "`.back` takes back the last call, `.back 3` the last three, `.back 3 NAME` those of another component",
        )),
    }
}

fn outcome(back: &WentBack) -> Outcome {
    let WentBack { components, taken_back, numbers: _, made_again, revived, ended } = back;
    let listed_from = taken_back.len().saturating_sub(LISTED);
    let more =
        (listed_from > 0).then(|| Text::of(Role::Dim, format!("took back {}, and", counted(listed_from, "call"))));
    let shown = taken_back[listed_from..].iter().map(|what| Text::of(Role::Dim, "took back ").and(Role::Plain, what));
    let json = json!({
        "components": components,
        "taken-back": taken_back,
        "made-again": made_again,
        "handles-revived": revived,
        "handles-ended": ended,
    });
    let again = match revived {
        0 => String::new(),
        _ => format!("; {} can be used again", counted(*revived, "handle")),
    };
    let after = match made_again {
        0 => "before the first call".to_owned(),
        _ => format!("after {}", counted(*made_again, "call")),
    };
    let are = if components.len() == 1 { "is as it was" } else { "are as they were" };
    let notice = format!("{} {are} {after}{again}{}", listed(components), ended_handles(*ended));
    Outcome::from(Report::Text { lines: more.into_iter().chain(shown).collect(), json }).notice(notice)
}
