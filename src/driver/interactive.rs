//! The prompt: a person types a line, sees what it gives, and types the next.
//!
//! This file and those below it are the only ones that know the line editor; `assistant.rs` is what it asks while a line is
//! typed, `question.rs` puts a guest's call to the person. What is offered while typing comes from `assist`; what is written
//! goes through [`Output`], as in the other drivers. Leaving waits for nothing: neither for code that is still being compiled nor for a guest
//! that is stuck in a system call.

mod assistant;
mod question;

use std::collections::HashSet;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustyline::config::{Behavior, BellStyle, ColorMode, CompletionType};
use rustyline::error::ReadlineError;
use rustyline::history::{FileHistory, History};
use rustyline::{Config, Editor};

use super::banner::banner;
use super::end_recording;
use super::history_file;
use super::output::Output;
use super::signals::Signals;
use crate::assist;
use crate::error::{EXIT_FAILED, Kind};
use crate::files::{self, Unreadable};
use crate::model::FileKind;
use crate::panics;
use crate::render::{Clean, Color, Look, Screen, sanitize, style, text, width};
use crate::report::{Role, Text};
use crate::session::Session;
use assistant::Assistant;
use question::Person;

/// How many lines the history keeps.
const HISTORY_LENGTH: usize = 10_000;
/// How many candidates are listed without a question.
const LISTED: usize = 100;
/// The columns that a component's name takes in the prompt at most.
const WIDEST_NAME: usize = 40;
/// A larger file of first lines is a mistake; in MiB.
const LARGEST_RC: u64 = 1;

/// What the prompt works with.
pub struct Prompt {
    /// The process's streams; also the session's frontend.
    pub output: Arc<Output>,
    /// Ctrl-C.
    pub signals: Signals,
    /// No banner and no notices.
    pub quiet: bool,
    /// The file whose lines are run first.
    pub rc: Option<PathBuf>,
    /// Where the lines that were typed are kept.
    pub history: Option<PathBuf>,
}

/// Talks with a person until they leave.
pub fn run(session: Session, prompt: Prompt) -> ExitCode {
    let session = Arc::new(Mutex::new(session));
    // The process ends with the session: taking the runtime apart would wait for what still runs in it.
    std::mem::forget(session.clone());
    let output = prompt.output.clone();
    prompt.signals.person_arrives();
    let editor = match editor(session.clone()) {
        Ok(editor) => Arc::new(Mutex::new(editor)),
        Err(error) => {
            output.message(&notice(&format!("error: the terminal cannot be used: {error}")));
            return output.last_words(EXIT_FAILED);
        }
    };
    let person = Person::new(editor.clone(), lock(&session).snapshot.clone(), prompt.signals.clone());
    output.person_answers(Box::new(move |output, question| person.ask(output, question)));
    let mut shell = Shell { session, editor, prompt, compiling: HashSet::new() };
    if !shell.prompt.quiet {
        let session = lock(&shell.session);
        output.message(&text::lines(&banner(&session), &look(session.settings.color)));
    }
    let mut history = HistoryFile::open(shell.prompt.history.take(), &mut lock(&shell.editor), &output);
    shell.compile_what_is_new();
    if shell.run_rc() != Next::Leave {
        shell.talk(&mut history);
    }
    end_recording(&mut lock(&shell.session), &output);
    output.last_words(0)
}

/// Reads lines at the prompt, and while a line runs answers to what a guest asks.
type LineEditor = Editor<Assistant, FileHistory>;

/// A lock that a panic elsewhere does not spoil: neither the session nor the editor is left half changed by one.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn editor(session: Arc<Mutex<Session>>) -> rustyline::Result<LineEditor> {
    // Where results go into a file, the prompt goes to the terminal all the same.
    let behavior = if io::stdout().is_terminal() { Behavior::Stdio } else { Behavior::PreferTerm };
    let config = Config::builder()
        .behavior(behavior)
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        .completion_prompt_limit(LISTED)
        .max_history_size(HISTORY_LENGTH)?
        .history_ignore_dups(true)?
        .history_ignore_space(true)
        .bell_style(BellStyle::None)
        // The highlighter also keeps control characters off the terminal, so it is asked without colours too.
        .color_mode(ColorMode::Forced)
        .build();
    let history = FileHistory::with_config(&config);
    let mut editor = Editor::with_history(config, history)?;
    editor.set_helper(Some(Assistant::new(session)));
    Ok(editor)
}

/// What comes after an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// The next one.
    GoOn,
    /// The prompt, whatever else was pasted: Ctrl-C.
    Prompt,
    /// The end.
    Leave,
}

struct Shell {
    session: Arc<Mutex<Session>>,
    editor: Arc<Mutex<LineEditor>>,
    prompt: Prompt,
    /// The components whose compilation was asked for.
    compiling: HashSet<u32>,
}

impl Shell {
    fn talk(&mut self, history: &mut HistoryFile) {
        loop {
            let (plain, styled) = self.prompt_text();
            self.prompt.output.person_types(true);
            // A defect of the line editor ends neither the session nor the terminal's settings.
            let read = panics::caught(|| Ok(lock(&self.editor).readline(&(plain.as_str(), styled.as_str()))));
            self.prompt.output.person_types(false);
            let typed = match read {
                Ok(Ok(typed)) => typed,
                Ok(Err(ReadlineError::Interrupted | ReadlineError::Signal(_))) => continue,
                Ok(Err(ReadlineError::Eof)) => return,
                Ok(Err(ReadlineError::Io(error))) if error.kind() == io::ErrorKind::InvalidData => {
                    self.prompt.output.message(&notice("error: the line is not UTF-8"));
                    continue;
                }
                Ok(Err(_)) => return,
                Err(error) => {
                    self.prompt.output.message(&notice(&format!("error: {error}")));
                    continue;
                }
            };
            if self.run_text(&typed, &plain, history) == Next::Leave {
                return;
            }
        }
    }

    /// `adder> `, or `witsh> ` where nothing is loaded; without colours and with them.
    fn prompt_text(&self) -> (String, String) {
        let session = lock(&self.session);
        let name = session.components.current().map_or("witsh", |loaded| &loaded.name);
        let plain = format!("{}> ", width::cut(&sanitize::line(width::prefix(name, 2 * WIDEST_NAME)), WIDEST_NAME));
        let styled = text::line(&Text::of(Role::Heading, plain.clone()), &look(session.settings.color));
        (plain, styled.to_string())
    }

    /// Runs what was typed or pasted, input by input.
    fn run_text(&mut self, typed: &str, prompt: &str, history: &mut HistoryFile) -> Next {
        let inputs = assist::inputs(typed, prompt);
        // It was given up by an empty line.
        let open = inputs.open.map(|open| open.trim_end().to_owned());
        let all: Vec<String> = inputs.whole.into_iter().chain(open).collect();
        for input in &all {
            history.keep(input, &mut lock(&self.editor), &self.prompt.output);
            if all.len() > 1 {
                let echo = Text::of(Role::Dim, prompt).and(Role::Plain, input.as_str());
                let look = look(lock(&self.session).settings.color);
                self.prompt.output.message(&text::lines(&[echo], &look));
            }
            match self.run_input(input) {
                Next::GoOn => {}
                next => return next,
            }
        }
        Next::GoOn
    }

    fn run_input(&mut self, input: &str) -> Next {
        self.run_input_of(input, None)
    }

    /// Runs an input and shows what it gives; `place` says in an error where an input stands that nobody typed.
    fn run_input_of(&mut self, input: &str, place: Option<&str>) -> Next {
        let mut session = lock(&self.session);
        self.prompt.output.begin(&session.settings, &look(session.settings.color), self.prompt.quiet);
        let result = self.prompt.signals.while_running(|| session.run_line(input));
        let result = result.map_err(|error| match place {
            Some(place) => error.note(place),
            None => error,
        });
        self.prompt.output.end(input, &result, &look(session.settings.color), self.prompt.quiet);
        drop(session);
        self.compile_what_is_new();
        match result {
            Ok(outcome) if outcome.quit => Next::Leave,
            Err(error) if error.kind == Kind::Cancelled => Next::Prompt,
            _ => Next::GoOn,
        }
    }

    /// While the person reads and types, what was loaded is compiled, so that the first call rarely waits.
    fn compile_what_is_new(&mut self) {
        let mut session = lock(&self.session);
        let components = session.components.all().iter().map(|loaded| &loaded.component);
        let new: Vec<u32> = components
            .filter(|component| component.kind == FileKind::Component && self.compiling.insert(component.id))
            .map(|component| component.id)
            .collect();
        for id in new {
            session.engine.compile_in_background(id);
        }
    }

    /// Runs the file of first lines; its failures are shown and stop nothing.
    fn run_rc(&mut self) -> Next {
        let Some(path) = self.prompt.rc.take() else { return Next::GoOn };
        let text = match read_rc(&path) {
            Ok(text) => text,
            Err(reason) => {
                let reason = format!("notice: {} was not run: {reason}", path.display());
                self.prompt.output.message(&notice(&reason));
                return Next::GoOn;
            }
        };
        let inputs = assist::inputs(&text, "");
        let place = format!("in {}", path.display());
        for input in inputs.whole.iter().chain(&inputs.open) {
            match self.run_input_of(input, Some(&place)) {
                Next::GoOn => {}
                next => return next,
            }
        }
        Next::GoOn
    }
}

/// The lines of a file; none if there is no such file.
fn read_rc(path: &Path) -> Result<String, String> {
    match files::read(path, LARGEST_RC) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned()),
        Err(Unreadable::Refused(error)) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(why) => Err(why.to_string()),
    }
}

/// How results look now: as at a terminal, unless they go elsewhere.
fn look(color: Color) -> Look {
    let at_terminal = io::stdout().is_terminal();
    // Some terminals do not say how large they are.
    let (width, height) = terminal_size::terminal_size().map_or((80, 24), |(width, height)| (width.0, height.0));
    let screen = Screen { width: width.into(), height: height.into() };
    Look { colors: style::use_colors(color, at_terminal), screen: Some(screen).filter(|_| at_terminal) }
}

/// A line of the shell's own on standard error.
fn notice(line: &str) -> Clean {
    Clean::block(&format!("{line}\n"))
}

/// The history file, as long as it works.
struct HistoryFile {
    path: Option<PathBuf>,
}

impl HistoryFile {
    /// Reads the history. A file that cannot be used is left alone, and the person is told.
    fn open(path: Option<PathBuf>, editor: &mut LineEditor, output: &Output) -> HistoryFile {
        let mut file = HistoryFile { path };
        if let Some(path) = &file.path {
            let ready = history_file::prepare(path).and_then(|()| match path.exists() {
                true => editor.load_history(path).map_err(|error| error.to_string()),
                false => Ok(()),
            });
            if let Err(reason) = ready {
                file.give_up(&reason, output);
            }
        }
        file
    }

    /// Adds an input, at once also to the file: a shell that is killed loses nothing.
    fn keep(&mut self, input: &str, editor: &mut LineEditor, output: &Output) {
        if !history_file::may_keep(input) || !editor.history_mut().add(input).unwrap_or(false) {
            return;
        }
        if let Some(path) = &self.path
            && let Err(error) = editor.append_history(path)
        {
            self.give_up(&error.to_string(), output);
        }
    }

    fn give_up(&mut self, reason: &str, output: &Output) {
        if let Some(path) = self.path.take() {
            output.message(&notice(&format!("notice: no history is kept in {}: {reason}", path.display())));
        }
    }
}
