//! `.run`: run a command-line component.

use super::{Arg, ArgKind, Args, Count, Group, Spec};
use crate::error::{Error, Kind, Result};
use crate::report::Outcome;
use crate::session::Session;

/// What is said where a recording answers what the arguments are.
const UNHEARD: &str = "a recording answers the guest, so it got the arguments of then and not these";

/// `.run [ARG…]`
pub static SPEC: Spec = Spec {
    name: "run",
    args: &[Arg { name: "ARG", kind: ArgKind::Text, count: Count::Any }],
    summary: "Run the current component's `wasi:cli/run` with these arguments",
    details: "It runs in an instance of its own. Without ARG it gets the arguments that stood after `--` on the command line. \
              The guest's exit status is shown; a status other than 0 is an error, and a script that ends with it ends with \
              the same status. Directories and environment variables are granted with `.allow`.",
    examples: &[
        (".run", "without arguments, or with those after `--`"),
        (".run --read '/data/a file.txt'", "with two"),
    ],
    group: Group::Values,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let loaded = session.component_or_current(None)?;
    let given: Vec<String> = args.words.iter().map(|word| word.text.clone()).collect();
    let guest_args = if given.is_empty() { &session.guest_args } else { &given };
    let status = session.engine.run(loaded.component.id, guest_args);
    let unheard = session.engine.replayed_arguments(loaded.component.id).is_some_and(|heard| heard != *guest_args);
    match status.map_err(|error| if unheard { error.note(UNHEARD) } else { error })? {
        0 => {
            let saved_as = with_arguments(guest_args).filter(|_| given.is_empty()).map(|line| vec![line]);
            let outcome = Outcome { guest_status: Some(0), saved_as, ..Outcome::default() }.notice("exit status 0");
            Ok(if unheard { outcome.notice(UNHEARD) } else { outcome })
        }
        status => {
            let message = format!("{} ended with exit status {status}", loaded.name);
            let error = Error::new(Kind::Exit, message).guest_status(status);
            Err(if unheard { error.note(UNHEARD) } else { error })
        }
    }
}

/// The line that gives the guest arguments which stood on the command line; none if they do not fit into a line.
fn with_arguments(guest_args: &[String]) -> Option<String> {
    let words = shlex::try_join(guest_args.iter().map(String::as_str)).ok()?;
    (!words.is_empty() && !words.contains('\n')).then(|| format!(".run {words}"))
}
