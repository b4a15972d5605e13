//! `.source`: run a script.

use super::files::read_text;
use super::{Arg, ArgKind, Args, Count, Group, Spec};
use crate::error::{Error, Kind, Result};
use crate::report::{Outcome, Report};
use crate::session::{LineJoiner, Session, is_blank};

/// `.source FILE`
pub static SPEC: Spec = Spec {
    name: "source",
    args: &[Arg { name: "FILE", kind: ArgKind::File, count: Count::One }],
    summary: "Run a script: the lines of a file, as if they were typed",
    details: "It stops at the first line that fails; what the lines before it gave is still shown. A script may run scripts, to \
              a depth that is bounded.",
    examples: &[(".source setup.witsh", "load and prepare"), (".save setup.witsh", "write this session as a script")],
    group: Group::Session,
    run,
};

/// How much of a line that failed is shown, in characters.
const SHOWN: usize = 200;

/// What the lines gave so far.
#[derive(Default)]
struct Results {
    reports: Vec<(String, Report)>,
    outcome: Outcome,
}

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(file) = args.get(0) else { return Ok(Outcome::default()) };
    let script = read_text(file)?;
    let mut results = Results::default();
    let mut joiner = LineJoiner::default();
    let mut begins = 1;
    let mut stopped = false;
    for (number, line) in script.lines().enumerate() {
        if !joiner.is_open() {
            begins = number + 1;
        }
        if let Some(input) = joiner.push(line) {
            stopped = !results.run(session, &input, &file.text, begins);
            if stopped {
                break;
            }
        }
    }
    // What the script ended inside of is for the parser to refuse.
    if let Some(rest) = joiner.finish().filter(|_| !stopped) {
        results.run(session, &rest, &file.text, begins);
    }
    Ok(Outcome { report: Report::Many(results.reports), ..results.outcome })
}

impl Results {
    /// Runs one input; whether the next may follow.
    fn run(&mut self, session: &mut Session, input: &str, file: &str, line: usize) -> bool {
        if is_blank(input) {
            return true;
        }
        // A call would see it; lines that call nothing would go on.
        if session.interrupt.is_raised() {
            self.outcome.failure = Some(Error::new(Kind::Cancelled, format!("{file} was interrupted at line {line}")));
            return false;
        }
        match session.run_line(input) {
            Ok(inner) => {
                if !shows_nothing(&inner.report) {
                    self.reports.push((String::new(), inner.report));
                }
                self.outcome.notices.extend(inner.notices);
                self.outcome.quit = inner.quit;
                self.outcome.guest_status = inner.guest_status.or(self.outcome.guest_status);
                self.outcome.failure = inner.failure;
            }
            // The place in the script's line means nothing in the line that was typed.
            Err(error) => {
                let shown: String = input.chars().take(SHOWN).collect();
                self.outcome.failure = Some(error.without_span().note(format!("at line {line} of {file}: {shown}")));
            }
        }
        !self.outcome.quit && self.outcome.failure.is_none()
    }
}

fn shows_nothing(report: &Report) -> bool {
    match report {
        Report::Nothing => true,
        Report::Text { lines, .. } => lines.is_empty(),
        _ => false,
    }
}
