//! `.record`: keep every call of an import with its answer in a file.

use super::imported::fresh_instance;
use super::{Arg, ArgKind, Args, Count, Group, Spec, counted};
use crate::engine::Recorded;
use crate::error::Result;
use crate::report::{Outcome, Report, Text};
use crate::session::Session;

/// `.record [off|FILE]`
pub static SPEC: Spec = Spec {
    name: "record",
    args: &[Arg { name: "off|FILE", kind: ArgKind::File, count: Count::Optional }],
    summary: "Record every call of an import and its answer, to be replayed",
    details: "From now on, and from fresh instances, so that a replay begins as they do; `.record off`, another recording and the end of \
              the session end it. What guests write is kept too, and the values are whole: a file that a guest read, the environment and \
              secrets that it got stand in the recording. What flows through streams and futures is not in it; `.record off` says which \
              functions passed some. Without arguments: which file is being written. `.provide all replay FILE` and `--replay` use it.",
    examples: &[(".record run.log", "record what follows"), (".record off", "end it, and say what it holds")],
    group: Group::Host,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(word) = args.get(0) else {
        let line = match session.engine.recording() {
            Some((path, recorded)) => format!("{} recorded in {path} so far", counted(recorded.calls as usize, "call")),
            None => "nothing is recorded; `.record FILE` begins".to_owned(),
        };
        return Ok(Report::lines(vec![Text::plain(line)]).into());
    };
    if word.text == "off" {
        return match session.engine.end_recording() {
            Some(ended) => ended.map(|(path, recorded)| held(&path, &recorded)),
            None => Ok(Outcome::default().notice("nothing was being recorded")),
        };
    }
    let before = session.engine.end_recording().transpose()?;
    let outcome = before.map_or_else(Outcome::default, |(path, recorded)| held(&path, &recorded));
    let replaced = session.engine.record(word.text.as_ref()).map_err(|error| error.at(word.span))?;
    let outcome = outcome.notice(format!("calls are recorded in {}", word.text));
    Ok(replaced.iter().fold(outcome, |outcome, replaced| outcome.notice(fresh_instance(replaced))))
}

/// Says of a recording that is being made that a replay of it ends here: it cannot do what the session has just done.
pub(super) fn ends_replay(session: &Session, outcome: Outcome) -> Outcome {
    match session.engine.recording() {
        Some((path, _)) => outcome.notice(format!(
            "{path} is still being recorded, and a replay of it cannot follow this line: it may end here"
        )),
        None => outcome,
    }
}

fn held(path: &str, recorded: &Recorded) -> Outcome {
    recorded.described(path).into_iter().fold(Outcome::default(), Outcome::notice)
}
