//! The way of one input: parsed, given to a command or to `eval`, its success recorded.

use std::time::Instant;

use super::{Session, is_blank};
use crate::assist;
use crate::command::{self, Args, Found, Spec};
use crate::error::{Error, Kind, Result};
use crate::eval;
use crate::panics;
use crate::report::{Outcome, Report};
use crate::syntax::ast::{Command, ExprKind, Input, Statement};
use crate::syntax::{self, Span, Word};
use crate::units;

/// Commands that also work without their dot, unless an export has the name, and the command that each is.
const BARE: [(&str, &str); 3] = [("help", "help"), ("exit", "quit"), ("quit", "quit")];

/// Commands that a saved session does without: it would end early, write itself, or do everything twice.
const NOT_RECORDED: [&str; 3] = ["quit", "save", "source"];

/// Commands that show or keep what was called before them.
const ASK_FOR_CALLS: [&str; 6] = ["back", "calls", "imports", "policy", "record", "trace"];

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
        if self.frontend.is_interactive() {
            self.snapshot.take(self);
        }
        let started = (self.settings.timing && self.depth == 0).then(Instant::now);
        self.depth += 1;
        self.refresh_links();
        let before = self.engine.last_call();
        let failed = self.engine.failed();
        let result = panics::caught(|| self.run_input(line));
        // What was started goes on while lines run, and as far as it gets at the end of each.
        let news = panics::caught(|| Ok(self.engine.news())).unwrap_or_default();
        self.depth -= 1;
        let took = started.map(|started| format!("took {}", units::show_rounded(started.elapsed())));
        let timed = |error: Error| took.iter().fold(error, |error, took| error.note(took));
        let told = |error: Error| news.iter().fold(error, |error, news| error.note(beside(news)));
        if result.is_err() {
            let ended =
                self.engine.failed().into_iter().filter(|id| !failed.contains(id) && !self.engine.is_replaying(*id));
            let names = ended.filter_map(|id| Some(self.components.numbered(id)?.name.clone()));
            let names: Vec<String> = names.collect();
            self.saved.leave_out((before, self.engine.last_call()), &names);
        }
        let Ran { mut outcome, record } = result.map_err(|error| told(timed(assist::explain(self, line, error))))?;
        outcome = news.iter().fold(outcome, |outcome, news| outcome.notice(beside(news)));
        if record {
            if self.frontend.is_interactive() {
                let mut answered = self.engine.answered_by_person(before);
                answered.dedup();
                let miss =
                    |function: &String| format!("what a person answered to {function}, which the next line calls");
                answered.iter().map(miss).for_each(|what| self.saved.miss(&what));
            }
            match &outcome.saved_as {
                None => self.saved.add(line),
                Some(lines) => lines.iter().for_each(|line| self.saved.add(line)),
            }
        }
        if let Some(took) = took {
            outcome = outcome.notice(took);
        }
        if self.frontend.is_interactive() {
            let may_be_cut = |report: &&Report| matches!(report, Report::Table(_) | Report::Tree { .. });
            self.last_table = Some(&outcome.report).filter(may_be_cut).cloned();
        }
        Ok(outcome)
    }

    /// Told of the lines of a script before the first of them runs: calls are logged from the beginning if a line asks for them.
    /// Who is told of as in [`crate::engine::Engine::watch_calls`].
    pub fn expect<'a>(&mut self, lines: impl IntoIterator<Item = &'a str>) -> Vec<(String, usize)> {
        let asks = |line: &str| match syntax::parse(line) {
            Ok(Input::Command(command)) => ASK_FOR_CALLS.contains(&command.name.as_str()),
            _ => false,
        };
        if lines.into_iter().any(asks) { self.engine.watch_calls() } else { Vec::new() }
    }

    fn run_input(&mut self, line: &str) -> Result<Ran> {
        match syntax::parse(line)? {
            Input::Empty => Ok(Ran { outcome: Outcome::default(), record: false }),
            Input::Command(command) => self.run_command(&command),
            Input::Explain(text, span) => self.explain(text, span),
            Input::Ends(ends) => Ok(Ran { outcome: eval::make_ends(self, &ends)?, record: true }),
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

/// What became of something that went on beside the line.
fn beside(news: &Error) -> String {
    news.notes.iter().fold(news.message.clone(), |text, note| format!("{text}; {note}"))
}

fn named(name: &str) -> Result<&'static Spec> {
    match command::find(name) {
        Found::Exact(spec) => Ok(spec),
        found => Err(command::unknown_command(name, Span::default(), &found)),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::frontend::{Answer, Channel, Frontend, Interrupt, Progress, Question, Silent};
    use crate::model::Component;
    use crate::session::SessionOptions;
    use crate::value::Value;

    /// A session with a component that exports functions of these names.
    fn session(exports: &[&str]) -> Session {
        let mut session = Session::new(SessionOptions::new(Arc::new(Silent), Interrupt::default())).unwrap();
        let functions = exports
            .iter()
            .map(|name| format!("(func (export \"{name}\") (result u32) (canon lift (core func $i \"f\")))"));
        let text = format!(
            "(component (core module $m (func (export \"f\") (result i32) (i32.const 7))) (core instance $i (instantiate $m)) {})",
            functions.collect::<String>()
        );
        let id = session.components.fresh_id();
        let component = Component::from_bytes(text.as_bytes(), Path::new("c.wat"), id, session.features).unwrap();
        let component = Arc::new(component);
        session.components.add("c", component.clone());
        session.engine.add(component, "c");
        session
    }

    /// What a line gives, in short.
    fn given(session: &mut Session, line: &str) -> String {
        match session.run_line(line) {
            Ok(Outcome { quit: true, .. }) => "quit".to_owned(),
            Ok(Outcome { report: Report::Value(typed), .. }) => format!("{:?}", typed.value),
            Ok(Outcome { report: Report::Nothing, .. }) => "nothing".to_owned(),
            Ok(Outcome { report: Report::Text { lines, .. }, .. }) => {
                lines.first().map_or(String::new(), |line| line.raw())
            }
            Ok(_) => "a report".to_owned(),
            Err(error) => format!("{}: {}", error.kind.name(), error.message),
        }
    }

    #[track_caller]
    fn check(exports: &[&str], line: &str, expected: &str) {
        let given = given(&mut session(exports), line);
        assert!(given.starts_with(expected), "{line} gave {given:?}, not {expected:?}");
    }

    #[test]
    fn words_without_a_dot_are_commands_unless_exported() {
        check(&[], "quit", "quit");
        check(&[], "exit", "quit");
        check(&["quit"], "exit", "quit");
        check(&["quit"], "quit()", "U32(7)");
        check(&["quit"], "quit", "quit: func() -> u32");
        check(&["quit"], ".quit", "quit");
        check(&[], "vars", "name: ");
    }

    #[test]
    fn a_question_is_help_for_commands_and_type_for_the_rest() {
        let mut session = session(&["seven"]);
        for (question, line) in
            [("?", ".help"), ("?load", ".help load"), ("?.load", ".help load"), ("load?", ".help load")]
        {
            assert_eq!(given(&mut session, question), given(&mut session, line), "{question}");
        }
        for question in ["?seven", "seven?"] {
            assert_eq!(given(&mut session, question), given(&mut session, ".type seven"), "{question}");
        }
    }

    #[test]
    fn scripts_are_told_to_spell_commands_out() {
        let mut session = session(&[]);
        assert_eq!(session.run_line(".component").unwrap().notices.len(), 1);
        assert_eq!(session.run_line(".components").unwrap().notices.len(), 0);
        check(&[], ".un x", "name: ");
        check(&[], ".nothing", "name: there is no command `.nothing`");
    }

    /// Answers 7 to everything.
    struct Person;

    impl Frontend for Person {
        fn guest_output(&self, _channel: Channel, _bytes: &[u8]) {}

        fn progress(&self, _progress: Option<Progress<'_>>) {}

        fn is_interactive(&self) -> bool {
            true
        }

        fn ask(&self, _question: &Question) -> Answer {
            Answer::Value(Some(Value::U32(7)))
        }
    }

    #[test]
    fn what_a_person_answered_is_said_to_be_missing_from_the_script() {
        let mut session = Session::new(SessionOptions::new(Arc::new(Person), Interrupt::default())).unwrap();
        session.load(Path::new("tests/transcripts/commands/asks.wat"), None).unwrap();
        assert_eq!(given(&mut session, "ask()"), "U32(7)");
        assert_eq!(given(&mut session, ".vars"), "a report");
        let missing = "what a person answered to demo:world/facts#answer, which the next line calls";
        assert_eq!(session.saved.missing(), [missing]);
        assert_eq!(session.saved.lines(), [&format!("// not kept: {missing}"), "ask()", ".vars"]);
    }

    #[test]
    fn what_succeeded_is_kept_for_saving() {
        let mut session = session(&["seven"]);
        for line in ["seven()", "", "// a", "eight()", "$x = seven()", ".vars", ".quit"] {
            let _ = session.run_line(line);
        }
        assert_eq!(session.saved.lines(), ["seven()", "$x = seven()", ".vars"]);
    }
}
