//! `.reset`: a fresh instance.

use super::record::ends_replay;
use super::{Arg, ArgKind, Args, Count, Group, Spec};
use crate::error::Result;
use crate::report::Outcome;
use crate::session::{HOST, Loaded, Session};
use crate::wording::{ended_handles, listed};

/// `.reset [NAME]`
pub static SPEC: Spec = Spec {
    name: "reset",
    args: &[Arg { name: "NAME", kind: ArgKind::Component, count: Count::Optional }],
    summary: "Give a component a fresh instance at its next call",
    details: "Without NAME: the current component and the host's side, so that built-in implementations are empty again. \
              With NAME: that component alone; `host` means the host's side alone. Components that are linked share a \
              store, and are reset together. Handles of what was reset become stale; \
              variables that hold data stay.",
    examples: &[
        (".reset", "start again with empty memory and an empty built-in store"),
        (".reset host", "end all host resources, keep the guests"),
    ],
    group: Group::Components,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let (name, ended) = match args.get(0) {
        Some(word) if word.text == HOST => (HOST.to_owned(), session.engine.reset_host()),
        Some(word) => {
            let loaded = session.component_or_current(Some(word))?;
            let names = with_others(session, &loaded);
            (listed(&names), session.engine.reset(loaded.component.id))
        }
        None => {
            let loaded = session.component_or_current(None)?;
            let names = [with_others(session, &loaded), vec![HOST.to_owned()]].concat();
            (listed(&names), session.engine.reset(loaded.component.id) + session.engine.reset_host())
        }
    };
    Ok(ends_replay(session, Outcome::default().notice(format!("reset {name}{}", ended_handles(ended)))))
}

/// A component and those that it is linked to: they live together.
fn with_others(session: &Session, loaded: &Loaded) -> Vec<String> {
    [vec![loaded.name.clone()], session.others_with(loaded.component.id)].concat()
}
