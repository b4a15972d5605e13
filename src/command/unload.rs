//! `.unload`: forget a component.

use super::reset::ended_handles;
use super::{Arg, ArgKind, Args, Count, Group, Spec};
use crate::error::Result;
use crate::report::Outcome;
use crate::session::Session;

/// `.unload NAME`
pub static SPEC: Spec = Spec {
    name: "unload",
    args: &[Arg { name: "NAME", kind: ArgKind::Component, count: Count::One }],
    summary: "Forget a component, its instance and its handles",
    details: "Variables that hold data stay; those that hold handles of it become stale. If it was the current one, the \
              component that was loaded last becomes current.",
    examples: &[(".unload adder", "its name is free again"), (".components", "what is left")],
    group: Group::Components,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let loaded = session.component_or_current(args.get(0))?;
    let ended = session.engine.remove(loaded.component.id);
    session.components.remove(loaded.component.id);
    let outcome = Outcome::default().notice(format!("unloaded {}{}", loaded.name, ended_handles(ended)));
    Ok(match session.components.current() {
        Some(current) => outcome.notice(format!("{} is current", current.name)),
        None => outcome,
    })
}
