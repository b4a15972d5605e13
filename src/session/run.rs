//! The way of one input: parsed, given to a command or to `eval`, its success recorded.

use std::time::{Duration, Instant};

use super::{Session, catch_panics, is_blank};
use crate::command::{self, Args, Found, Spec, Word};
use crate::error::{Error, Kind, Result};
use crate::eval;
use crate::report::{Outcome, Report};
use crate::syntax::ast::{Command, ExprKind, Input, Statement};
use crate::syntax::{self, Span};

/// Commands that also work without their dot, unless an export has the name, and the command that each is.
const BARE: [(&str, &str); 3] = [("help", "help"), ("exit", "quit"), ("quit", "quit")];

/// Commands that a saved session does without: it would end early, write itself, or do everything twice.
const NOT_RECORDED: [&str; 3] = ["quit", "save", "source"];

/// How deep scripts may run scripts.
const DEEPEST: usize = 16;

/// What ran, and whether `.save` shall repeat it.
struct Ran {
    outcome: Outcome,
    record: bool,
}

impl Session {
    /// Runs one whole input.
    ///
    /// A Ctrl-C from before it began is forgotten. A panic becomes an error of kind `internal`, and the session goes on.
    pub fn run_line(&mut self, line: &str) -> Result<Outcome> {
        if is_blank(line) {
            return Ok(Outcome::default());
        }
        if self.depth == DEEPEST {
            return Err(Error::new(Kind::Limit, format!("scripts run scripts more than {DEEPEST} deep")));
        }
        if self.depth == 0 {
            self.interrupt.clear();
        }
        let started = (self.settings.timing && self.depth == 0).then(Instant::now);
        self.depth += 1;
        let result = catch_panics(|| self.run_input(line));
        self.depth -= 1;
        let Ran { mut outcome, record } = result?;
        if record {
            self.succeeded.push(line.to_owned());
        }
        if let Some(started) = started {
            outcome = outcome.notice(format!("took {}", rounded(started.elapsed())));
        }
        if self.frontend.is_interactive() {
            self.last_table = Some(&outcome.report).filter(|report| matches!(report, Report::Table(_))).cloned();
        }
        Ok(outcome)
    }

    fn run_input(&mut self, line: &str) -> Result<Ran> {
        match syntax::parse(line)? {
            Input::Empty => Ok(Ran { outcome: Outcome::default(), record: false }),
            Input::Command(command) => self.run_command(&command),
            Input::Explain(text, span) => self.explain(text, span),
            Input::Statement(statement) => match self.bare_command(&statement) {
                Some(command) => self.run_command(&command),
                None => Ok(Ran { outcome: eval::evaluate_statement(self, &statement, line)?, record: true }),
            },
        }
    }

    fn run_command(&mut self, command: &Command) -> Result<Ran> {
        let found = command::find(&command.name);
        let (spec, notice) = match found {
            Found::Exact(spec) => (spec, None),
            Found::Prefix(spec) if self.frontend.is_interactive() => (spec, None),
            // What is unique today may not be tomorrow.
            Found::Prefix(spec) => {
                (spec, Some(format!("`.{}` is short for `.{}`; scripts should spell it out", command.name, spec.name)))
            }
            Found::Ambiguous(_) | Found::None(_) => {
                return Err(command::unknown_command(&command.name, command.span, &found));
            }
        };
        let args = command::arguments(spec, command)?;
        let mut outcome = (spec.run)(self, &args)?;
        if let Some(notice) = notice {
            outcome = outcome.notice(notice);
        }
        Ok(Ran { outcome, record: !NOT_RECORDED.contains(&spec.name) })
    }

    /// `?x`: the help of a command, the type of anything else.
    fn explain(&mut self, text: String, span: Span) -> Result<Ran> {
        let name = text.strip_prefix('.').unwrap_or(&text);
        let is_command = text.is_empty() || text.starts_with('.') || matches!(command::find(name), Found::Exact(_));
        let spec = named(if is_command { "help" } else { "type" })?;
        let text = if is_command { name.to_owned() } else { text };
        let words = if text.is_empty() { Vec::new() } else { vec![Word { text, span }] };
        Ok(Ran { outcome: (spec.run)(self, &Args { span, words })?, record: true })
    }

    /// `help`, `exit` and `quit` alone, where no export has that name.
    fn bare_command(&self, statement: &Statement) -> Option<Command> {
        let Statement { assign: None, annotation: None, expr } = statement else { return None };
        let ExprKind::Label { name, escaped: false } = &expr.kind else { return None };
        let (_, command) = BARE.iter().find(|(bare, _)| bare == name)?;
        let mut exported = self.components.all().iter().flat_map(|loaded| &loaded.component.exported_functions);
        if exported.any(|function| function.plain_name() == name) {
            return None;
        }
        let rest_start = expr.span.end;
        Some(Command { name: (*command).to_owned(), span: expr.span, rest: String::new(), rest_start })
    }
}

fn named(name: &str) -> Result<&'static Spec> {
    match command::find(name) {
        Found::Exact(spec) => Ok(spec),
        found => Err(command::unknown_command(name, Span::default(), &found)),
    }
}

/// A duration without more digits than anybody reads.
fn rounded(duration: Duration) -> humantime::FormattedDuration {
    let coarse = match duration {
        long if long >= Duration::from_secs(1) => Duration::from_millis(long.as_millis() as u64),
        short if short >= Duration::from_millis(1) => Duration::from_micros(short.as_micros() as u64 / 10 * 10),
        tiny => tiny,
    };
    humantime::format_duration(coarse)
}
