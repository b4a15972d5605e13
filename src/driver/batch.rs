//! `-e` lines and scripts: each input is run, its result written, and the first failure ends it.
//!
//! Standard output gets nothing but results and what guests wrote; everything else goes to standard error.

use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;

use super::output::Output;
use super::signals::Signals;
use crate::error::{EXIT_FAILED, Error, Kind, Result};
use crate::render::{Look, style};
use crate::report::Outcome;
use crate::session::{LineJoiner, Session, is_blank};
use crate::syntax::Span;

/// The longest line and the longest input, in bytes.
const LONGEST: usize = 64 << 20;
/// As much of a script as has come by then, and at most so many bytes, is looked through before its first line runs.
const LOOK_AHEAD: usize = 64 << 10;
/// How much of a line that cannot be read is shown.
const SHOWN: usize = 200;

/// A run over a text without a person.
pub struct Batch<'a> {
    session: &'a mut Session,
    output: &'a Output,
    signals: &'a Signals,
    /// A failing line does not end it.
    pub keep_going: bool,
    /// Notices are left out.
    pub quiet: bool,
    /// The exit code so far.
    pub code: u8,
    /// A line asked to end the session.
    pub quit: bool,
    /// The number of the script's line at which the input begins, from 1; none for `-e`.
    line_number: Option<u64>,
}

impl<'a> Batch<'a> {
    /// A run that has not begun.
    pub fn new(session: &'a mut Session, output: &'a Output, signals: &'a Signals) -> Batch<'a> {
        Batch { session, output, signals, keep_going: false, quiet: false, code: 0, quit: false, line_number: None }
    }

    /// Runs texts of one or more lines, such as those of `-e`; an input does not go on from one text to the next.
    pub fn run_lines(&mut self, texts: &[String]) {
        // Nothing lives yet that would have to be replaced.
        let _ = self.session.expect(texts.iter().flat_map(|text| text.lines()));
        for text in texts {
            let mut joiner = LineJoiner::default();
            // A `\n` at the end of a text begins no further line.
            let ended = text.lines().try_for_each(|line| match joiner.push(line) {
                Some(input) => self.run_input(&input),
                None => ControlFlow::Continue(()),
            });
            if ended.is_break() || self.run_rest(&mut joiner).is_break() {
                return;
            }
        }
    }

    /// Runs a script as it comes.
    pub fn run_script(&mut self, script: impl Read) {
        let mut reader = BufReader::with_capacity(LOOK_AHEAD, script);
        // Nothing lives yet that would have to be replaced. What cannot be read is told when its line is to run.
        if let Ok(arrived) = reader.fill_buf() {
            let _ = self.session.expect(String::from_utf8_lossy(arrived).lines());
        }
        let mut joiner = LineJoiner::default();
        let mut bytes = Vec::new();
        for number in 1.. {
            if reader.buffer().is_empty() {
                // Whoever writes the script may be waiting for results before going on.
                self.output.flush();
            }
            bytes.clear();
            let read = (&mut reader).take(LONGEST as u64 + 1).read_until(b'\n', &mut bytes);
            if !joiner.is_open() {
                self.line_number = Some(number);
            }
            let ended = match read {
                Ok(0) => break,
                // There may be no end to it, so this is the end of the script.
                Ok(_) if bytes.len() > LONGEST => {
                    let _ = self.too_long(&bytes);
                    return;
                }
                Ok(_) => self.run_bytes(strip_marks(&bytes, number == 1), &mut joiner),
                Err(error) => self.unreadable(&error),
            };
            if ended.is_break() {
                return;
            }
        }
        let _ = self.run_rest(&mut joiner);
    }

    /// Takes a script's next line.
    fn run_bytes(&mut self, line: &[u8], joiner: &mut LineJoiner) -> ControlFlow<()> {
        let line = match std::str::from_utf8(line) {
            Ok(line) => line,
            Err(error) => {
                joiner.finish();
                let at = error.valid_up_to();
                let error = Error::new(Kind::Parse, "the line is not UTF-8").at(Span::new(at, at + 1));
                return self.fail(&String::from_utf8_lossy(line), error);
            }
        };
        if joiner.length() + line.len() > LONGEST {
            joiner.finish();
            return self.too_long(line.as_bytes());
        }
        match joiner.push(line) {
            Some(input) => self.run_input(&input),
            None => ControlFlow::Continue(()),
        }
    }

    /// Runs what the text ended inside of: the parser says what is open.
    fn run_rest(&mut self, joiner: &mut LineJoiner) -> ControlFlow<()> {
        match joiner.finish() {
            Some(input) => self.run_input(&input),
            None => ControlFlow::Continue(()),
        }
    }

    fn run_input(&mut self, input: &str) -> ControlFlow<()> {
        if is_blank(input) {
            return ControlFlow::Continue(());
        }
        self.begin();
        let result = self.signals.while_running(|| self.session.run_line(input));
        self.settle(input, result)
    }

    fn begin(&self) {
        self.output.begin(&self.session.settings, &self.look(), self.quiet);
    }

    fn look(&self) -> Look {
        Look { colors: style::use_colors(self.session.settings.color, false), screen: None }
    }

    fn too_long(&mut self, start: &[u8]) -> ControlFlow<()> {
        let start = String::from_utf8_lossy(&start[..start.len().min(SHOWN)]);
        self.fail(&start, Error::new(Kind::Limit, format!("an input of more than {LONGEST} bytes")))
    }

    fn unreadable(&mut self, error: &std::io::Error) -> ControlFlow<()> {
        self.line_number = None;
        let _ = self.fail("", Error::new(Kind::Io, format!("cannot read the script: {error}")));
        ControlFlow::Break(())
    }

    fn fail(&mut self, input: &str, error: Error) -> ControlFlow<()> {
        self.begin();
        self.settle(input, Err(error))
    }

    /// Writes a result, and says whether that was the last.
    fn settle(&mut self, input: &str, result: Result<Outcome>) -> ControlFlow<()> {
        let result = result.map_err(|error| match self.line_number {
            Some(number) => error.note(format!("at line {number} of the script")),
            None => error,
        });
        // Nobody reads: what the guest was stopped for is no error of the line.
        if self.output.is_broken() {
            return ControlFlow::Break(());
        }
        self.output.end(input, &result, &self.look(), self.quiet);
        if self.output.is_broken() {
            return ControlFlow::Break(());
        }
        match Outcome::failure_of(&result) {
            None if result.as_ref().is_ok_and(|outcome| outcome.quit) => {
                self.quit = true;
                ControlFlow::Break(())
            }
            None => ControlFlow::Continue(()),
            Some(error) if self.keep_going && error.kind != Kind::Cancelled => {
                self.code = EXIT_FAILED;
                ControlFlow::Continue(())
            }
            Some(error) => {
                self.code = error.exit_code();
                ControlFlow::Break(())
            }
        }
    }
}

/// A line without its line break, and without the byte order mark that a file may begin with.
fn strip_marks(line: &[u8], is_first: bool) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match line.strip_prefix("\u{feff}".as_bytes()) {
        Some(rest) if is_first => rest,
        _ => line,
    }
}
