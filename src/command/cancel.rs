//! `.cancel`: give up the result of a call that was started.

use super::r#await::task;
use super::{Arg, ArgKind, Args, Count, Group, Spec};
use crate::engine::TaskState;
use crate::error::Result;
use crate::report::{Outcome, Report, Text};
use crate::session::Session;

/// `.cancel $A`
pub static SPEC: Spec = Spec {
    name: "cancel",
    args: &[Arg { name: "$A", kind: ArgKind::Variable, count: Count::One }],
    summary: "Give up the result of a call that was started",
    details: "The runtime cannot end a guest's task from outside: one that runs goes on, and `.tasks` shows it as abandoned until it \
              ends by itself or `.reset` ends the instance. A task that no variable holds is named by its number: `#3`.",
    examples: &[
        (".cancel $a", "nobody wants the result of `$a`"),
        (".reset", "end everything that runs in the instance"),
    ],
    group: Group::Values,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(word) = args.get(0) else { return Ok(Outcome::default()) };
    let number = match word.text.strip_prefix('#').and_then(|number| number.parse().ok()) {
        Some(number) => number,
        None => task(session, word, ".cancel $a")?.0,
    };
    let state = session.engine.cancel_task(number).map_err(|error| error.at(word.span))?;
    let line = match state {
        TaskState::Running => format!("cancelled #{number}; its guest goes on until it ends or is reset"),
        TaskState::Done | TaskState::Abandoned => format!("cancelled #{number}, which was done"),
    };
    Ok(Report::lines(vec![Text::plain(line)]).into())
}
