//! `.reload`: read the current component's file again.

use std::sync::Arc;

use super::imported::fresh_instances;
use super::load::summary;
use super::{Arg, ArgKind, Args, Count, Group, Spec};
use crate::error::Result;
use crate::model::Component;
use crate::report::Outcome;
use crate::session::Session;
use crate::wording::ended_handles;

/// `.reload [NAME]`
pub static SPEC: Spec = Spec {
    name: "reload",
    args: &[Arg { name: "NAME", kind: ArgKind::Component, count: Count::Optional }],
    summary: "Read a component's file again, under the same name",
    details: "After a build: the new component takes the old one's place. Handles of the old one become stale; variables that \
              hold data stay. Links to it and from it hold for the new one, as far as the types \
              still fit. If the file cannot be loaded, the old component stays as it is.",
    examples: &[(".reload", "the current component, as it is on disk now"), (".reload adder", "another one")],
    group: Group::Components,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let old = session.component_or_current(args.get(0))?;
    let old_id = old.component.id;
    let component = Component::read(&old.component.path, session.components.fresh_id(), session.features)?;
    let component = Arc::new(component);
    let links = session.links_with(old_id);
    let together = session.others_with(old_id);
    session.engine.hand_over(old_id, component.id);
    let ended = session.engine.remove(old_id);
    session.components.replace(old_id, component.clone());
    session.engine.add(component, &old.name);
    let loaded = session.components.require(&old.name, args.span)?.clone();
    let outcome = Outcome::default().notice(format!("{}{}", summary(&loaded), ended_handles(ended)));
    let outcome = loaded.component.changes().into_iter().fold(outcome, Outcome::notice);
    let outcome = fresh_instances(&together, outcome);
    Ok(session.link_again(links, old_id, &loaded).into_iter().fold(outcome, Outcome::notice))
}
