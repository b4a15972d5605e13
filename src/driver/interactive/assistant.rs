//! What the line editor asks while a line is being typed.
//!
//! The answers come from `assist`; while a line runs, when the session cannot be looked at, from the snapshot of it.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};

use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};

use super::look;
use crate::assist::{self, Completions};
use crate::model::Type;
use crate::render::{Color, sanitize, text, width};
use crate::report::{Role, Text};
use crate::session::{Session, Snapshot};
use crate::syntax::Opened;

/// Helps with lines of the prompt, or with the answer to a guest's call.
pub(super) struct Assistant {
    session: Arc<Mutex<Session>>,
    /// The call that is being answered.
    answered: Option<Answered>,
}

/// What an answer is to be.
pub(super) struct Answered {
    /// The type of the result, if there is one.
    pub result: Option<Type>,
    /// How things stood when the line began that the call is part of.
    pub snapshot: Arc<Snapshot>,
}

impl Assistant {
    /// For the prompt.
    pub fn new(session: Arc<Mutex<Session>>) -> Assistant {
        Assistant { session, answered: None }
    }

    /// From now on for the answer to a call, or for the prompt again.
    pub fn answering(&mut self, answered: Option<Answered>) {
        self.answered = answered;
    }

    fn completions(&self, line: &str, pos: usize) -> Completions {
        if let Some(Answered { result, snapshot }) = &self.answered {
            return assist::complete_answer(&snapshot.variables, result.as_ref(), line, pos);
        }
        match self.session.try_lock() {
            Ok(session) => assist::complete(&session, line, pos),
            Err(_) => Completions::default(),
        }
    }

    fn open(&self, text: &str) -> Option<Opened> {
        match self.answered {
            Some(_) => assist::open_in_answer(text),
            None => assist::open(text),
        }
    }

    fn color(&self) -> Color {
        match &self.answered {
            Some(answered) => answered.snapshot.settings.color,
            None => self.session.try_lock().map_or(Color::Never, |session| session.settings.color),
        }
    }
}

impl Helper for Assistant {}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let completions = self.completions(line, pos);
        let columns = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0)).max(20) - 1;
        let pairs = completions.candidates.into_iter().map(|candidate| Pair {
            display: width::cut(&candidate.display, columns),
            replacement: candidate.replacement,
        });
        Ok((completions.start, pairs.collect()))
    }
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input();
        Ok(match self.open(text) {
            Some(opened) if assist::goes_on(opened, text) => ValidationResult::Incomplete,
            _ => ValidationResult::Valid(None),
        })
    }
}

impl Highlighter for Assistant {
    /// A pasted line may hold what would move the cursor; the line editor would write it as it is.
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if !line.contains(sanitize::is_hidden_in_input) {
            return Cow::Borrowed(line);
        }
        Cow::Owned(line.chars().filter(|c| !sanitize::is_hidden_in_input(*c)).collect())
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(text::line(&Text::of(Role::Dim, hint), &look(self.color())).to_string())
    }

    fn highlight_char(&self, line: &str, _: usize, _: CmdKind) -> bool {
        line.contains(sanitize::is_hidden_in_input)
    }
}

/// Text behind the cursor that no key takes over.
pub(super) struct Reminder(String);

impl Hint for Reminder {
    fn display(&self) -> &str {
        &self.0
    }

    fn completion(&self) -> Option<&str> {
        None
    }
}

impl Hinter for Assistant {
    type Hint = Reminder;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<Reminder> {
        if pos < line.len() {
            return None;
        }
        if assist::begins_line(line) {
            return self.open(line).map(assist::reminder).map(Reminder);
        }
        if self.answered.is_some() {
            return None;
        }
        // Apart from what was typed, also where there are no colours.
        assist::parameter_hint(&*self.session.try_lock().ok()?, line).map(|hint| Reminder(format!("  {hint}")))
    }
}
