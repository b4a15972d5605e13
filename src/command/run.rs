//! `.run`: run a command-line component.

use super::{Arg, ArgKind, Args, Count, Group, Spec};
use crate::error::{Error, Kind, Result};
use crate::report::Outcome;
use crate::session::Session;

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
    match session.engine.run(loaded.component.id, guest_args)? {
        0 => Ok(Outcome { guest_status: Some(0), ..Outcome::default() }.notice("exit status 0")),
        status => {
            let message = format!("{} ended with exit status {status}", loaded.name);
            Err(Error::new(Kind::Exit, message).guest_status(status))
        }
    }
}
