//! The prompt: a person types a line, sees what it gives, and types the next.

use std::io::{self, BufRead};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use super::output::Output;
use super::signals::Signals;
use crate::render::{Clean, Look, Screen, style};
use crate::session::{LineJoiner, Session};

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
}

/// Talks with a person until they leave.
pub fn run(mut session: Session, prompt: Prompt) -> ExitCode {
    let mut joiner = LineJoiner::default();
    loop {
        prompt.output.result(&Clean::block(if joiner.is_open() { "… " } else { "witsh> " }));
        let mut line = String::new();
        match io::stdin().lock().read_line(&mut line) {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
        let Some(input) = joiner.push(line.trim_end_matches(['\n', '\r'])) else { continue };
        prompt.output.begin(session.settings.json);
        let result = prompt.signals.while_running(|| session.run_line(&input));
        prompt.output.end(&input, &result, &look(&session), prompt.quiet);
        if result.is_ok_and(|outcome| outcome.quit) {
            break;
        }
    }
    std::mem::forget(session);
    prompt.output.last_words(0)
}

/// How things look at the terminal now.
fn look(session: &Session) -> Look {
    let size = terminal_size::terminal_size();
    let screen = size.map(|(width, height)| Screen { width: width.0.into(), height: height.0.into() });
    Look { colors: style::use_colors(session.settings.color, true), screen }
}
