//! `.unprovide`: take a choice of `.provide` back.

use super::answering::end_links;
use super::imported::{fresh_instance, select};
use super::target::Target;
use super::{Arg, ArgKind, Args, Count, Group, Spec};
use crate::error::{Error, Kind, Result};
use crate::report::Outcome;
use crate::session::Session;

/// `.unprovide TARGET`
pub static SPEC: Spec = Spec {
    name: "unprovide",
    args: &[Arg { name: "TARGET", kind: ArgKind::ImportTarget, count: Count::One }],
    summary: "Take back who answers an import",
    details: "What was chosen by `.provide` or `.link` for exactly this interface or function is forgotten; a choice for the interface \
              around it, WASI, a builtin or a trap answers again. After `.provide all replay` it is `.unprovide all`, \
              which keeps the choices of before.",
    examples: &[
        (".unprovide wasi:clocks/wall-clock#now", "let the clock go on"),
        (".unprovide all", "forget the choices for whole interfaces and for functions at the root"),
    ],
    group: Group::Host,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(target) = args.get(0) else { return Ok(Outcome::default()) };
    let mut outcome = Outcome::default();
    let mut found = false;
    if Target::parse(Some(target)).is_all()
        && let Some(replaced) = session.engine.end_replay()
    {
        let outcome = Outcome::default().notice("imports are answered as before the replay");
        return Ok(replaced.iter().fold(outcome, |outcome, replaced| outcome.notice(fresh_instance(replaced))));
    }
    for import in select(session, target)? {
        let before = outcome.notices.len();
        outcome = end_links(session, &import, outcome);
        found |= outcome.notices.len() > before;
        if let Some(replaced) = session.engine.unprovide(&import.selection) {
            found = true;
            outcome = outcome.notice(format!("{} is answered as usual again", import.shown));
            outcome = replaced.iter().fold(outcome, |outcome, replaced| outcome.notice(fresh_instance(replaced)));
        }
    }
    match found {
        true => Ok(outcome),
        false => Err(Error::new(Kind::Name, format!("nobody was chosen for {}", target.text))
            .at(target.span)
            .help("`.imports` shows who answers what")),
    }
}
