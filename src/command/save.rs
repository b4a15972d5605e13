//! `.save`: this session as a script.

use super::{Arg, ArgKind, Args, Count, Group, Spec, counted, write_file};
use crate::error::Result;
use crate::report::Outcome;
use crate::session::Session;

/// `.save FILE`
pub static SPEC: Spec = Spec {
    name: "save",
    args: &[Arg { name: "FILE", kind: ArgKind::File, count: Count::One }],
    summary: "Write this session's successful lines as a script",
    details: "The files of the command line are loaded first, and its flags stand there as `.allow`, `.deny`, `.provide` and `.set`, the values \
              of variables included where they are not the shell's own. Lines that failed are left out, and so are `.save` and `.quit`; in \
              place of `.source` stand the lines that it ran, `.back` takes back only what the script calls, and `.reset` stands where a call that failed cost an instance. What a person answered \
              to a guest's calls is not kept, and a comment says so. Paths stay as they were typed: relative to the folder in which the \
              shell runs, for `.source` too. The file is written whole or not at all; a file that is there is replaced.",
    examples: &[(".save session.witsh", "keep what was done"), (".source session.witsh", "do it again")],
    group: Group::Session,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(file) = args.get(0) else { return Ok(Outcome::default()) };
    let lines = session.saved.lines();
    let script: String = lines.iter().flat_map(|line| [*line, "\n"]).collect();
    write_file(file, script.as_bytes())?;
    let outcome = Outcome::default().notice(format!("wrote {} to {}", counted(lines.len(), "line"), file.text));
    Ok(session.saved.missing().iter().fold(outcome, |outcome, what| outcome.notice(format!("not kept: {what}"))))
}
