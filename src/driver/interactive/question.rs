//! A guest's call put to the person, who types what it gives.
//!
//! The line that made the guest run is still running: the session is busy, and everything else waits until the person has
//! answered. What they type is read by `eval`; this is the conversation around it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use rustyline::error::ReadlineError;
use rustyline::history::{FileHistory, History};

use super::assistant::Answered;
use super::{LineEditor, lock, look};
use crate::driver::history_file;
use crate::driver::output::Output;
use crate::driver::signals::Signals;
use crate::error::{Error, Kind, Result};
use crate::eval;
use crate::frontend::{Answer, Question};
use crate::panics;
use crate::render::{Look, error, question, text};
use crate::report::{Role, Text};
use crate::session::{Shared, Snapshot};

/// What stands before an answer.
const PROMPT: &str = "answer> ";

/// Whom guests' calls are put to.
pub(super) struct Person {
    editor: Arc<Mutex<LineEditor>>,
    snapshot: Shared,
    signals: Signals,
    /// The answers so far, apart from the lines of the prompt; kept in no file.
    history: Mutex<FileHistory>,
    /// They were told what can be answered.
    was_told: AtomicBool,
    /// What they typed last.
    typed: Mutex<String>,
}

impl Person {
    /// They type into this editor.
    pub fn new(editor: Arc<Mutex<LineEditor>>, snapshot: Shared, signals: Signals) -> Person {
        Person {
            editor,
            snapshot,
            signals,
            history: Mutex::default(),
            was_told: AtomicBool::new(false),
            typed: Mutex::default(),
        }
    }

    /// Shows a call and reads its answer; asks again until there is one.
    pub fn ask(&self, output: &Output, asked: &Question) -> Answer {
        let snapshot = self.snapshot.latest();
        let look = look(snapshot.settings.color);
        let example = eval::possible_answer(&asked.function);
        match &asked.problem {
            Some(problem) => output.message(&error::error(problem, &lock(&self.typed), &look)),
            None => {
                let caller = asked.caller.and_then(|id| snapshot.components.numbered(id));
                let caller = caller.map_or("the shell", |loaded| &loaded.name);
                output.message(&text::lines(&question::call(asked, caller, &look), &look));
                if !self.was_told.swap(true, Ordering::Relaxed) {
                    output.message(&text::lines(&question::hint(asked, example.as_deref()), &look));
                }
            }
        }
        loop {
            let typed = match self.read(output, asked, &snapshot, &look) {
                Some(Ok(typed)) => typed,
                Some(Err(problem)) => {
                    output.message(&error::error(&problem, "", &look));
                    continue;
                }
                None => return Answer::Cancelled,
            };
            if matches!(typed.trim(), "?" | ".help") {
                output.message(&text::lines(&question::help(asked, example.as_deref()), &look));
                continue;
            }
            match self.understood(asked, &snapshot, &typed) {
                Ok(answer) => {
                    if let Answer::Always(_) = answer {
                        output.message(&text::lines(&question::always(asked), &look));
                    }
                    return answer;
                }
                Err(problem) => output.message(&error::error(&problem, &typed, &look)),
            }
        }
    }

    fn understood(&self, asked: &Question, snapshot: &Snapshot, typed: &str) -> Result<Answer> {
        typed.clone_into(&mut lock(&self.typed));
        let Snapshot { components, variables, .. } = snapshot;
        panics::caught(|| eval::read_answer(components, variables, &asked.function, typed))
    }

    /// One answer as it is typed; none if they give up.
    fn read(&self, output: &Output, asked: &Question, snapshot: &Arc<Snapshot>, look: &Look) -> Option<Result<String>> {
        let styled = text::line(&Text::of(Role::Heading, PROMPT), look).to_string();
        let mut editor = lock(&self.editor);
        self.change_places(&mut editor);
        let result = asked.function.result.clone();
        if let Some(assistant) = editor.helper_mut() {
            assistant.answering(Some(Answered { result, snapshot: snapshot.clone() }));
        }
        output.person_types(true);
        // A defect of the line editor ends neither the session nor the terminal's settings.
        let (read, interrupted) =
            self.signals.while_typing(|| panics::caught(|| Ok(editor.readline(&(PROMPT, styled.as_str())))));
        output.person_types(false);
        if let (Ok(Ok(typed)), false) = (&read, interrupted)
            && history_file::may_keep(typed)
        {
            // It is kept in memory, which does not fail.
            let _ = editor.history_mut().add(typed);
        }
        if let Some(assistant) = editor.helper_mut() {
            assistant.answering(None);
        }
        self.change_places(&mut editor);
        match read {
            Ok(Ok(typed)) if !interrupted => Some(Ok(typed)),
            Ok(Err(ReadlineError::Io(failure))) if failure.kind() == io::ErrorKind::InvalidData => {
                Some(Err(Error::new(Kind::Parse, "the answer is not UTF-8")))
            }
            _ => None,
        }
    }

    /// The history of the prompt and that of the answers take each other's place in the editor.
    fn change_places(&self, editor: &mut LineEditor) {
        std::mem::swap(editor.history_mut(), &mut lock(&self.history));
    }
}
