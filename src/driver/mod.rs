//! Who feeds lines and writes what comes back: the only room that touches the process's streams.
//!
//! [`run`] decides which driver an invocation means: `batch.rs` for `-e` lines and scripts, `interactive.rs` for a person,
//! `transcript/` for `witsh test`. All write through `output.rs`, which takes clean text alone. No driver knows a command.

mod banner;
pub mod batch;
mod capture;
mod history_file;
pub mod interactive;
pub mod output;
mod printed;
pub mod signals;
pub mod transcript;

use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

pub use printed::{Printed, printed};

use crate::cli::{Cli, GuestOptions};
use crate::error::{EXIT_USAGE, Error};
use crate::frontend::{Frontend, Interrupt};
use crate::model::pattern::Pattern;
use crate::paths;
use crate::render::{self, Clean, Look};
use crate::session::{Session, SessionOptions, Settings};
use batch::Batch;
use interactive::Prompt;
use output::Output;
use signals::Signals;

/// Runs what the command line asks for; the process's exit code.
pub fn run(cli: Cli) -> ExitCode {
    let person = cli.lines.is_empty() && io::stdin().is_terminal();
    let interrupt = Interrupt::default();
    let output = Arc::new(Output::new(interrupt.clone(), person));
    let signals = Signals::install(interrupt.clone(), output.clone());
    let options = cli.guest.session(output.clone(), interrupt);
    let mut session = match Session::new(SessionOptions { color: cli.color, json: cli.json, ..options }) {
        Ok(session) => session,
        Err(error) => return output.last_words(refuse(&error, "", cli.json, &output)),
    };
    if let Some(code) = load_files(&mut session, &cli, &output) {
        return output.last_words(code);
    }
    if let Err(error) = provide_imports(&mut session, &cli.guest) {
        return output.last_words(refuse(&error, "--provide", cli.json, &output));
    }
    hold_trace_against_files(&mut session, &cli, &output);
    if !person {
        let mut batch = Batch::new(&mut session, &output, &signals);
        batch.keep_going = cli.keep_going;
        batch.quiet = cli.quiet;
        match cli.lines.is_empty() {
            true => batch.run_script(io::stdin()),
            false => batch.run_lines(&cli.lines),
        }
        let stays = cli.interactive && !cli.lines.is_empty() && !batch.quit;
        let code = batch.code;
        if !stays {
            end_recording(&mut session, &output);
            // What is left goes with the process: that is quicker than taking a runtime apart, and does not wait for a
            // compilation that goes on.
            std::mem::forget(session);
            return output.last_words(code);
        }
        output.person_arrives();
    }
    let rc = if cli.no_rc { None } else { paths::rc() };
    interactive::run(session, Prompt { output, signals, quiet: cli.quiet, rc, history: paths::history() })
}

/// Ends a recording that is still being made, and says what it holds.
fn end_recording(session: &mut Session, output: &Output) {
    match session.engine.end_recording() {
        Some(Ok((path, recorded))) => recorded.described(&path).iter().for_each(|line| output.note(line)),
        Some(Err(error)) => output.message(&render::error::error(&error, "", &Look::PLAIN)),
        None => {}
    }
}

/// Says what is wrong with the command line, or gives the help that was asked for; the exit code.
pub fn usage(error: &clap::Error) -> ExitCode {
    if error.use_stderr() {
        // It repeats what was typed, whatever that is.
        Output::new(Interrupt::default(), false).message(&Clean::block(&error.to_string()));
    } else {
        // Who closes the pipe has seen enough.
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(EXIT_USAGE))
}

/// Loads the files of the command line; the exit code if one of them cannot be.
fn load_files(session: &mut Session, cli: &Cli, output: &Output) -> Option<u8> {
    let mut code = None;
    for file in &cli.files {
        match session.load(file, None) {
            // A saved session has to load what this one began with.
            Ok(name) => {
                load_line(file).into_iter().for_each(|line| session.saved.add(line));
                // At a terminal the banner says it, and with `--json` nothing but results is written.
                if !cli.quiet && !cli.json && !output.is_interactive() {
                    output.message(&made_of_core(session, &name));
                }
            }
            Err(error) => code = Some(refuse(&error, &file.to_string_lossy(), cli.json, output)),
        }
    }
    code
}

/// What was made of a core module that was loaded, a line each; nothing for other files.
fn made_of_core(session: &Session, name: &str) -> Clean {
    let component = session.components.named(name).map(|loaded| loaded.component.clone());
    let Some((component, core)) = component.as_ref().and_then(|it| Some((it, it.core.as_ref()?))) else {
        return Clean::default();
    };
    let what = match &core.made {
        Ok(made) => format!("made into a component {}", made.how()),
        Err(_) => "it can be looked at, not called".to_owned(),
    };
    let first = format!("{name} is a core module: {what}");
    let lines: Vec<String> = [first].into_iter().chain(component.changes()).collect();
    Clean::block(&(lines.join("\n") + "\n"))
}

/// Decides who answers imports, as the flags ask for.
fn provide_imports(session: &mut Session, guest: &GuestOptions) -> Result<(), Error> {
    let mut provide = |line: String| session.run_line(&line).map(drop).map_err(|error| error.without_span());
    guest.provide.iter().try_for_each(|(target, provider)| provide(format!(".provide {target} {provider}")))?;
    guest.replay.iter().try_for_each(|log| provide(format!(".provide all replay {}", quoted(&log.to_string_lossy()))))
}

/// What is loaded decides what a name in the pattern of `--trace` means, and whether it means anything.
fn hold_trace_against_files(session: &mut Session, cli: &Cli, output: &Output) {
    let Some(pattern) = cli.guest.trace.as_ref().filter(|pattern| **pattern != Pattern::all()) else { return };
    let outcome = session.run_line(&format!(".trace {}", quoted(pattern.text())));
    if !cli.quiet && !cli.json {
        let notices = outcome.into_iter().flat_map(|outcome| outcome.notices);
        notices.for_each(|notice| output.message(&Clean::block(&(notice.raw() + "\n"))));
    }
}

/// A text as a word of a command.
fn quoted(text: &str) -> String {
    shlex::try_quote(text).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}

/// The line that loads a file; none if its name cannot stand in a line.
fn load_line(file: &Path) -> Option<String> {
    let word = shlex::try_quote(file.to_str()?).ok()?;
    (!word.contains('\n')).then(|| format!(".load {word}"))
}

/// Tells of a failure that keeps the shell from beginning.
fn refuse(error: &Error, input: &str, json: bool, output: &Output) -> u8 {
    output.begin(&Settings { json, ..Settings::default() }, &Look::PLAIN, false);
    output.end(input, &Err(error.clone().without_span()), &Look::PLAIN, false);
    EXIT_USAGE
}
