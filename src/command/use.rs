//! `.use`: which component is current.

use super::{Arg, ArgKind, Args, Count, Group, Spec};
use crate::error::Result;
use crate::report::Outcome;
use crate::session::Session;

/// `.use NAME`
pub static SPEC: Spec = Spec {
    name: "use",
    args: &[Arg { name: "NAME", kind: ArgKind::Component, count: Count::One }],
    summary: "Make a loaded component the current one",
    details: "Names are looked up in the current component first, and commands without a TARGET mean it.",
    examples: &[(".use adder", "`add(1, 2)` is now its function"), (".components", "see which one is current")],
    group: Group::Components,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let loaded = session.component_or_current(args.get(0))?;
    session.components.choose(loaded.component.id);
    Ok(Outcome::default().notice(format!("{} is current", loaded.name)))
}
