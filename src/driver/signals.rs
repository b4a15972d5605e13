//! Ctrl-C outside the line editor, and requests to end.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::output::Output;
use crate::error::EXIT_INTERRUPTED;
use crate::frontend::Interrupt;

/// A further Ctrl-C ends the process once an input has not stopped for so long: it ought to stop at once.
const STUCK: Duration = Duration::from_secs(2);

/// What the signal handler knows.
#[derive(Clone)]
pub struct Signals {
    interrupt: Interrupt,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// An input is running.
    running: bool,
    /// A person is at the prompt: there a signal means nothing.
    person: bool,
    /// When the input that runs was asked to stop.
    asked: Option<Instant>,
}

impl Signals {
    /// From now on a signal stops the input that runs. Another one, or one while nothing runs, ends the process; where a person
    /// is at the prompt only an input that is stuck does.
    pub fn install(interrupt: Interrupt, output: Arc<Output>) -> Signals {
        let signals = Signals { interrupt, state: Arc::default() };
        let handler = signals.clone();
        // Without a handler the signal ends the process, which is not worth refusing to begin.
        let _ = ctrlc::set_handler(move || {
            if handler.state().ends_process() {
                output.try_flush();
                std::process::exit(i32::from(EXIT_INTERRUPTED));
            }
            output.key_was_shown();
            handler.interrupt.raise();
        });
        signals
    }

    /// From now on a person is at the prompt.
    pub fn person_arrives(&self) {
        self.state().person = true;
    }

    /// Runs an input, which a signal stops.
    pub fn while_running<T>(&self, run: impl FnOnce() -> T) -> T {
        self.interrupt.clear();
        self.state().running = true;
        let result = run();
        let mut state = self.state();
        state.running = false;
        state.asked = None;
        result
    }

    /// Lets the person type while an input waits for them: a signal means no more than at the prompt, but the input learns of it.
    pub fn while_typing<T>(&self, read: impl FnOnce() -> T) -> (T, bool) {
        self.state().running = false;
        let read = read();
        self.state().running = true;
        (read, self.interrupt.is_raised())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes note of a signal; whether it is to end the process.
    fn ends_process(&mut self) -> bool {
        let asked = self.asked.filter(|_| self.running);
        if self.running {
            self.asked.get_or_insert_with(Instant::now);
        }
        match asked {
            Some(asked) => !self.person || asked.elapsed() > STUCK,
            None => !self.running && !self.person,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_ends_the_process_where_it_cannot_stop_an_input() {
        let long_ago = Instant::now().checked_sub(2 * STUCK);
        assert!(long_ago.is_some());
        for (person, running, asked, expected) in [
            (false, false, None, true),
            (false, true, None, false),
            (false, true, Some(Instant::now()), true),
            (true, false, None, false),
            (true, true, None, false),
            (true, true, Some(Instant::now()), false),
            (true, true, long_ago, true),
        ] {
            let mut state = State { running, person, asked };
            assert_eq!(state.ends_process(), expected, "person {person}, running {running}, asked {asked:?}");
            assert_eq!(state.asked.is_some(), running);
        }
    }
}
