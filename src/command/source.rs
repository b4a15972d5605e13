//! `.source`: run a script.

use std::path::Path;

use super::imported::fresh_instance;
use super::{Arg, ArgKind, Args, Count, Group, Spec, Word};
use crate::error::{Error, Kind, Result};
use crate::files;
use crate::report::{Outcome, Report};
use crate::session::{LineJoiner, Session, is_blank};

/// `.source FILE`
pub static SPEC: Spec = Spec {
    name: "source",
    args: &[Arg { name: "FILE", kind: ArgKind::File, count: Count::One }],
    summary: "Run a script: the lines of a file, as if they were typed",
    details: "What a line gives is shown before the next one runs; with `--json` all is one object. It stops at the first line that fails. A script may run scripts, to \
              a depth that is bounded.",
    examples: &[(".source setup.witsh", "load and prepare"), (".save setup.witsh", "write this session as a script")],
    group: Group::Session,
    run,
};

/// The longest script, in MiB.
const LONGEST: u64 = 64;

/// How much of a line that failed is shown, in characters.
const SHOWN: usize = 200;

/// What the lines gave so far that is not shown yet.
#[derive(Default)]
struct Results {
    reports: Vec<(String, Report)>,
    outcome: Outcome,
}

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(file) = args.get(0) else { return Ok(Outcome::default()) };
    let script = text_of(file)?;
    let replaced = session.expect(script.lines());
    let mut results = Results::default();
    results.show(session, replaced.iter().fold(Outcome::default(), |outcome, it| outcome.notice(fresh_instance(it))));
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
            Ok(mut inner) => {
                self.outcome.quit = inner.quit;
                self.outcome.guest_status = inner.guest_status.or(self.outcome.guest_status);
                self.outcome.failure = inner.failure.take();
                self.show(session, inner);
            }
            // The place in the script's line means nothing in the line that was typed.
            Err(error) => {
                let shown: String = input.chars().take(SHOWN).collect();
                self.outcome.failure = Some(error.without_span().note(format!("at line {line} of {file}: {shown}")));
            }
        }
        !self.outcome.quit && self.outcome.failure.is_none()
    }

    /// Lets the driver show what a line gave, and keeps it where the driver shows the whole at the end.
    fn show(&mut self, session: &Session, outcome: Outcome) {
        let Some(outcome) = session.frontend.given(outcome) else { return };
        if !shows_nothing(&outcome.report) {
            self.reports.push((String::new(), outcome.report));
        }
        self.outcome.notices.extend(outcome.notices);
    }
}

/// The text of the file that a word names, without a byte order mark.
fn text_of(word: &Word) -> Result<String> {
    let refused = |why: String| Error::new(Kind::Io, format!("cannot read {}: {why}", word.text)).at(word.span);
    let bytes = files::read(Path::new(&word.text), LONGEST).map_err(|why| refused(why.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        refused(format!("it is not UTF-8: byte {} begins no character", error.utf8_error().valid_up_to()))
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

fn shows_nothing(report: &Report) -> bool {
    match report {
        Report::Nothing => true,
        Report::Text { lines, .. } => lines.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::syntax::Span;

    #[test]
    fn scripts_are_text_with_or_without_a_mark() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("script");
        let word = Word { text: path.to_string_lossy().into_owned(), span: Span::new(0, 1) };
        fs::write(&path, "\u{feff}a\n").unwrap();
        assert_eq!(text_of(&word).unwrap(), "a\n");
        fs::write(&path, b"ab\xff").unwrap();
        let error = text_of(&word).unwrap_err();
        assert!(error.message.ends_with("it is not UTF-8: byte 2 begins no character"), "{}", error.message);
    }
}
