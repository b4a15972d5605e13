//! `.quit`: end the session.

use super::{Args, Group, Spec};
use crate::error::Result;
use crate::report::Outcome;
use crate::session::Session;

/// `.quit`
pub static SPEC: Spec = Spec {
    name: "quit",
    args: &[],
    summary: "Leave the shell",
    details: "`exit`, `quit` and Ctrl-D do the same. In a script the lines behind it are not run.",
    examples: &[(".quit", "leave"), (".save session.witsh", "keep the session's lines as a script before leaving")],
    group: Group::Session,
    run,
};

fn run(_session: &mut Session, _args: &Args) -> Result<Outcome> {
    Ok(Outcome { quit: true, ..Outcome::default() })
}
