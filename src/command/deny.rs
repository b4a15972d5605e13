//! `.deny`: forbid imports, whatever grants or answers them.

use super::imported::fresh_instance;
use super::{Arg, ArgKind, Args, Count, Group, Spec};
use crate::engine::Denial;
use crate::error::{Error, Kind, Result};
use crate::report::Outcome;
use crate::session::Session;

/// `.deny TARGET`
pub static SPEC: Spec = Spec {
    name: "deny",
    args: &[Arg { name: "TARGET", kind: ArgKind::Target, count: Count::One }],
    summary: "Forbid a package, an interface or one function",
    details: "A guest that calls what is denied traps, and the message names the function and the rule. A denial holds for every \
              component, also for those that are loaded later, and wins over grants and over `.provide`. The next call sees it; \
              where WASI is concerned that takes a fresh instance, and the notice says which handles it ended. `.allow TARGET` \
              takes it back.",
    examples: &[
        (".deny wasi:filesystem", "no files at all"),
        (".deny wasi:filesystem/types#[method]descriptor.write", "one function"),
    ],
    group: Group::Host,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(target) = args.get(0) else { return Ok(Outcome::default()) };
    let denial = Denial::parse(&target.text).map_err(|wrong| Error::new(Kind::Name, wrong).at(target.span))?;
    let imports = session.components.all().iter().flat_map(|loaded| &loaded.component.imported_functions);
    let concerned = imports.filter(|function| denial.means(function)).count();
    let replaced = session.engine.deny(denial);
    let mut outcome = Outcome::default().notice(format!("{} is denied", target.text));
    if concerned == 0 {
        outcome = outcome.notice("nothing that is loaded imports it: the rule waits for what is loaded later");
    }
    Ok(replaced.iter().fold(outcome, |outcome, replaced| outcome.notice(fresh_instance(replaced))))
}
