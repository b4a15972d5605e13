//! `.unload`: forget a component.

use super::imported::fresh_instances;
use super::{Arg, ArgKind, Args, Count, Group, Spec};
use crate::error::Result;
use crate::report::Outcome;
use crate::session::Session;
use crate::session::links::shown;
use crate::wording::ended_handles;

/// `.unload NAME`
pub static SPEC: Spec = Spec {
    name: "unload",
    args: &[Arg { name: "NAME", kind: ArgKind::Component, count: Count::One }],
    summary: "Forget a component, its instance and its handles",
    details: "Variables that hold data stay; those that hold handles of it become stale. What it answered for others is \
              answered as usual again. If it was the current one, the \
              component that was loaded last becomes current.",
    examples: &[(".unload adder", "its name is free again"), (".components", "what is left")],
    group: Group::Components,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let loaded = session.component_or_current(args.get(0))?;
    let id = loaded.component.id;
    let (links, together) = (session.links_with(id), session.others_with(id));
    let ended = session.engine.remove(id);
    session.components.remove(id);
    let outcome = Outcome::default().notice(format!("unloaded {}{}", loaded.name, ended_handles(ended)));
    let outcome = fresh_instances(&together, outcome);
    let ended = links.iter().filter(|link| link.component == id);
    let outcome = ended.fold(outcome, |outcome, link| {
        let consumer = link.selection.component.and_then(|id| session.components.numbered(id));
        let of = consumer.map_or_else(String::new, |consumer| format!("{}::", consumer.name));
        outcome.notice(format!("{of}{} is answered as usual again", shown(&link.selection)))
    });
    Ok(match session.components.current() {
        Some(current) => outcome.notice(format!("{} is current", current.name)),
        None => outcome,
    })
}
