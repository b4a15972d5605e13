//! `.wait`: give time to what was started.

use super::{Arg, ArgKind, Args, Count, Group, Spec};
use crate::error::{Error, Kind, Result};
use crate::report::Outcome;
use crate::session::Session;
use crate::units;

/// `.wait [TIME]`
pub static SPEC: Spec = Spec {
    name: "wait",
    args: &[Arg { name: "TIME", kind: ArgKind::Text, count: Count::Optional }],
    summary: "Let tasks and streams go on for a while",
    details: "Without TIME until no task runs any more. Tasks advance only while a line runs; at the end of each line they get as far \
              as they can without waiting. Ctrl-C ends the wait and nothing else.",
    examples: &[(".wait", "until all tasks are done"), (".wait 500ms", "half a second")],
    group: Group::Values,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let time = args.get(0).map(|word| {
        units::parse_time(&word.text)
            .map_err(|why| Error::new(Kind::Parse, why).at(word.span).help("a time is written 500ms, 2s or 1m"))
    });
    session.engine.give_time(time.transpose()?.flatten())?;
    Ok(Outcome::default())
}
