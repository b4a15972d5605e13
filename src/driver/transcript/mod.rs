//! `witsh test`: documents whose sessions are replayed and compared.
//!
//! `document.rs` finds the sessions in a document, this file replays them, `pattern.rs` compares what they print with what
//! stands there, `mask.rs` hides what varies, `update.rs` makes what stands there anew. `docs/transcripts.md` is the format.

mod document;
mod mask;
mod pattern;
mod update;

use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use similar::{ChangeTag, TextDiff};

use super::capture::CapturingFrontend;
use super::output::Output;
use super::signals::Signals;
use super::{Printed, printed};
use crate::cli::{BlockCli, TestCli};
use crate::error::{EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE, Error, Kind, Result};
use crate::files;
use crate::frontend::Interrupt;
use crate::render::sanitize::Stream;
use crate::render::{Clean, Color, Look, style, text};
use crate::report::{Role, Text};
use crate::session::{Session, SessionOptions};
use document::{Document, Step};
use pattern::Pattern;

/// Replays documents; the process's exit code.
pub fn run(cli: TestCli) -> ExitCode {
    let interrupt = Interrupt::default();
    let output = Arc::new(Output::new(interrupt.clone(), false));
    let signals = Signals::install(interrupt.clone(), output.clone());
    let look = Look { colors: style::use_colors(Color::Auto, io::stdout().is_terminal()), screen: None };
    let mut replay =
        Replay { output: &output, signals: &signals, interrupt, look, update: cli.update, passed: 0, failed: 0 };
    let paths = cli.transcripts.iter().flat_map(|path| match path.is_dir() {
        true => documents_with_sessions(path),
        false => vec![path.clone()],
    });
    for path in paths {
        if let Err(error) = replay.file(&path) {
            let text = crate::render::error::error(&error, "", &look);
            output.message(&text);
            let code = if error.kind == Kind::Cancelled { EXIT_INTERRUPTED } else { EXIT_USAGE };
            return output.last_words(code);
        }
    }
    output.result(&Clean::block(&format!("{} passed, {} failed\n", replay.passed, replay.failed)));
    output.last_words(if replay.failed == 0 { 0 } else { EXIT_FAILED })
}

/// The replay of all documents.
struct Replay<'a> {
    output: &'a Output,
    signals: &'a Signals,
    interrupt: Interrupt,
    look: Look,
    update: bool,
    passed: usize,
    failed: usize,
}

impl Replay<'_> {
    /// Replays one document in a session of its own, whose working directory is the document's folder.
    fn file(&mut self, path: &Path) -> Result<()> {
        let about = |error: io::Error| Error::new(Kind::Io, format!("{}: {error}", path.display()));
        let text = fs::read_to_string(path).map_err(about)?;
        let here = |error: Error| error.note(format!("in {}", path.display()));
        let document = Document::parse(&text).map_err(here)?;
        // Only a file that was named by hand comes here without any: in folders such files are passed over.
        if document.steps.is_empty() {
            return Err(Error::new(Kind::Parse, format!("{} tests nothing: it holds no session", path.display()))
                .help(
                    "a session stands in a block marked `witsh`, and each line that is typed in it begins with `> `",
                ));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // The process has one working directory, so documents are replayed one after the other.
        let home = std::env::current_dir().map_err(about)?;
        std::env::set_current_dir(folder).map_err(about)?;
        let outputs = self.session(&document);
        std::env::set_current_dir(home).map_err(about)?;
        let changes = self.compare(path, &document, &outputs.map_err(here)?);
        if self.update && !changes.is_empty() {
            files::write(path, document.with(&changes).as_bytes())
                .map_err(|why| Error::new(Kind::Io, format!("cannot write {}: {why}", path.display())))?;
            let text = format!("{}: {} updated\n", path.display(), changes.len());
            self.output.result(&Clean::block(&text));
        }
        Ok(())
    }

    /// What each step of a document prints now.
    fn session(&self, document: &Document) -> Result<Vec<Vec<String>>> {
        let words = std::iter::once("witsh".to_owned()).chain(document.flags.iter().cloned());
        let cli = BlockCli::try_parse_from(words).map_err(|error| {
            Error::new(Kind::Parse, "the flags of the first block are wrong").cause(error.to_string())
        })?;
        let frontend = Arc::new(CapturingFrontend::default());
        let options = cli.guest.session(frontend.clone(), self.interrupt.clone());
        let mut session = Session::new(SessionOptions { color: Color::Never, ..options })?;
        for file in &cli.files {
            session.load(file, None)?;
        }
        super::provide_imports(&mut session, &cli.guest)?;
        // Nothing lives yet that would have to be replaced.
        let _ = session.expect(document.steps.iter().map(|step| step.input.as_str()));
        let mut outputs = Vec::new();
        for step in &document.steps {
            let result = self.signals.while_running(|| session.run_line(&step.input));
            if let Err(error) = &result
                && error.kind == Kind::Cancelled
                && self.interrupt.is_raised()
            {
                return Err(error.clone());
            }
            outputs.push(lines(&frontend, &printed(&step.input, &result, &Look::PLAIN, false)));
        }
        Ok(outputs)
    }

    /// Counts, shows what differs, and gives the steps whose expectation no longer holds with their lines anew.
    fn compare(&mut self, path: &Path, document: &Document, outputs: &[Vec<String>]) -> Vec<(usize, Vec<String>)> {
        let mut changes = Vec::new();
        for (number, (step, actual)) in document.steps.iter().zip(outputs).enumerate() {
            let expected: Vec<Pattern> = step.expected.iter().map(|line| Pattern::parse(line)).collect();
            if pattern::matches(&expected, actual) {
                self.passed += 1;
            } else if self.update {
                self.passed += 1;
                changes.push((number, update::merged(&expected, actual)));
            } else {
                self.failed += 1;
                self.show_difference(path, step, actual);
            }
        }
        changes
    }

    fn show_difference(&self, path: &Path, step: &Step, actual: &[String]) {
        let place = format!("{}:{}", path.display(), step.line);
        let mut typed = step.input.split('\n');
        let first = format!(" > {}", typed.next().unwrap_or_default());
        let mut shown = vec![Text::of(Role::Heading, place).and(Role::Plain, first)];
        shown.extend(typed.map(|line| Text::plain(format!(". {line}"))));
        let actual: Vec<String> = actual.iter().map(|line| pattern::escaped(line)).collect();
        let (expected, actual): (Vec<&str>, Vec<&str>) =
            (step.expected.iter().map(String::as_str).collect(), actual.iter().map(String::as_str).collect());
        for change in TextDiff::from_slices(&expected, &actual).iter_all_changes() {
            let (sign, role) = match change.tag() {
                ChangeTag::Delete => ("-", Role::Error),
                ChangeTag::Insert => ("+", Role::Good),
                ChangeTag::Equal => (" ", Role::Plain),
            };
            shown.push(Text::of(role, format!("{sign}{}", change.value())));
        }
        self.output.result(&text::lines(&shown, &self.look));
    }
}

/// What a step printed: standard output, then standard error, in each what guests wrote first.
fn lines(frontend: &CapturingFrontend, printed: &Printed) -> Vec<String> {
    let captured = frontend.take();
    let guest = captured.output();
    let mut shown = String::new();
    for (bytes, own) in [(guest.stdout, &printed.stdout), (guest.stderr, &printed.stderr)] {
        let mut stream = Stream::default();
        shown.push_str(&stream.push(bytes));
        shown.push_str(&stream.finish());
        // As `-e` does: our own text begins a line.
        if !shown.is_empty() && !shown.ends_with('\n') {
            shown.push('\n');
        }
        shown.push_str(own.as_str());
    }
    let end = shown.trim_end_matches('\n').len();
    shown[..end].lines().map(|line| line.trim_end().to_owned()).collect()
}

/// The documents under a folder that hold sessions, in order.
pub fn documents_with_sessions(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") && has_sessions(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Whether a document holds a session, or a wrong one.
pub fn has_sessions(path: &Path) -> bool {
    let text = fs::read_to_string(path).unwrap_or_default();
    Document::parse(&text).map_or(true, |document| !document.steps.is_empty())
}
