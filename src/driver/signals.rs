//! Ctrl-C outside the line editor, and requests to end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::output::Output;
use crate::error::EXIT_INTERRUPTED;
use crate::frontend::Interrupt;

/// What the signal handler knows: whether an input is running.
#[derive(Clone)]
pub struct Signals {
    interrupt: Interrupt,
    running: Arc<AtomicBool>,
}

impl Signals {
    /// From now on a signal stops the input that runs; a second one, or one while nothing runs, ends the process.
    pub fn install(interrupt: Interrupt, output: Arc<Output>) -> Signals {
        let signals = Signals { interrupt, running: Arc::default() };
        let handler = signals.clone();
        // Without a handler the signal ends the process, which is not worth refusing to begin.
        let _ = ctrlc::set_handler(move || {
            if !handler.running.load(Ordering::SeqCst) || handler.interrupt.is_raised() {
                output.try_flush();
                std::process::exit(i32::from(EXIT_INTERRUPTED));
            }
            handler.interrupt.raise();
        });
        signals
    }

    /// Runs an input, which a signal stops.
    pub fn while_running<T>(&self, run: impl FnOnce() -> T) -> T {
        self.interrupt.clear();
        self.running.store(true, Ordering::SeqCst);
        let result = run();
        self.running.store(false, Ordering::SeqCst);
        result
    }
}
