//! The process's two streams, and the frontend of sessions that write to them.
//!
//! Standard output is buffered: a script's results are written together, and before anything else can be seen. Into a pipe or a
//! file a guest's output passes byte for byte; at a terminal it is escaped like everything.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::capture::Capture;
use super::printed;
use crate::crossing::Step;
use crate::error::{EXIT_FAILED, Result};
use crate::frontend::{Answer, Channel, Frontend, Interrupt, Progress, Question};
use crate::render::sanitize::Stream;
use crate::render::trace::{TraceLines, json_line};
use crate::render::{Clean, Look, json, style};
use crate::report::Outcome;
use crate::session::Settings;

/// The terminal of the process.
const TERMINAL: &str = "/dev/tty";
/// How much of standard output is held back.
const BUFFER: usize = 64 << 10;

/// Both streams, shared by the driver, the guests and the signal handler.
pub struct Output {
    streams: Mutex<Streams>,
    interrupt: Interrupt,
    person: AtomicBool,
    /// How the person is asked.
    ask: OnceLock<Ask>,
}

/// Puts a guest's call to the person.
pub type Ask = Box<dyn Fn(&Output, &Question) -> Answer + Send + Sync>;

struct Streams {
    stdout: Sink<io::Stdout>,
    stderr: Sink<io::Stderr>,
    /// What guests write goes here, for the JSON object of the input that runs.
    captured: Option<Capture>,
    /// What guests write goes here while a person types.
    waiting: Option<Capture>,
    /// A line of progress stands at the cursor.
    progress: bool,
    /// What is traced, and how it looks.
    trace: TraceLines,
    trace_look: Look,
    /// How results look while the input runs, and whether notices are left out.
    result_look: (Look, bool),
}

impl Output {
    /// The process's own streams. What cannot be written raises `interrupt`, so that nobody computes for nobody.
    pub fn new(interrupt: Interrupt, person: bool) -> Output {
        let stdout = Sink::new(io::stdout(), io::stdout().is_terminal());
        let stderr = Sink::new(io::stderr(), io::stderr().is_terminal());
        let streams = Streams {
            stdout,
            stderr,
            captured: None,
            waiting: None,
            progress: false,
            trace: TraceLines::default(),
            trace_look: Look::PLAIN,
            result_look: (Look::PLAIN, false),
        };
        Output { streams: Mutex::new(streams), interrupt, person: AtomicBool::new(person), ask: OnceLock::new() }
    }

    /// From now on a person is at the terminal.
    pub fn person_arrives(&self) {
        self.person.store(true, Ordering::Relaxed);
    }

    /// From now on the person can be asked, so.
    pub fn person_answers(&self, ask: Ask) {
        // A process has one person at most.
        let _ = self.ask.set(ask);
    }

    /// While a person types, what guests write waits: it would stand in the middle of their line.
    pub fn person_types(&self, types: bool) {
        let mut streams = self.streams();
        if types {
            streams.clear_progress();
            streams.stdout.finish_line();
            streams.stdout.flush();
            streams.stderr.finish_line();
            streams.stderr.flush();
            streams.waiting = Some(Capture::default());
        } else if let Some(waiting) = streams.waiting.take() {
            let waiting = waiting.output();
            streams.guest(Channel::Stdout, waiting.stdout);
            streams.guest(Channel::Stderr, waiting.stderr);
        }
    }

    /// An input begins, whose results look so, without notices if `quiet`; for JSON, what guests write is kept for its object.
    pub fn begin(&self, settings: &Settings, look: &Look, quiet: bool) {
        let mut streams = self.streams();
        streams.result_look = (*look, quiet);
        streams.captured = settings.json.then(Capture::default);
        let colors = style::use_colors(settings.color, streams.stderr.is_terminal);
        streams.trace_look = Look { colors, screen: None };
    }

    /// An input is over: writes its result as text, or as the object that [`Output::begin`] asked for.
    pub fn end(&self, input: &str, result: &Result<Outcome>, look: &Look, quiet: bool) {
        let captured = self.streams().captured.take();
        if let Some(captured) = captured {
            self.result(&json::object(input, result, captured.output()));
        } else {
            let printed = printed(input, result, look, quiet);
            self.result(&printed.stdout);
            self.message(&printed.stderr);
        }
    }

    /// Writes to standard output.
    pub fn result(&self, text: &Clean) {
        if !text.is_empty() {
            let mut streams = self.streams();
            streams.begin_line();
            streams.stdout.clean(text);
            if streams.stdout.is_terminal {
                streams.stdout.flush();
            }
        }
    }

    /// Writes to standard error, behind everything that standard output was given before.
    pub fn message(&self, text: &Clean) {
        if !text.is_empty() {
            let mut streams = self.streams();
            streams.begin_line();
            streams.stdout.flush();
            streams.stderr.clean(text);
            streams.stderr.flush();
        }
    }

    /// The terminal has shown the key that sent a signal. From a signal handler, which must not wait for whoever is writing.
    pub fn key_was_shown(&self) {
        if let Ok(mut streams) = self.streams.try_lock() {
            streams.stderr.line_open |= streams.stderr.is_terminal;
        }
    }

    /// Writes what is held back.
    pub fn flush(&self) {
        self.streams().stdout.flush();
    }

    /// The same from a signal handler, which must not wait for whoever is writing.
    pub fn try_flush(&self) {
        if let Ok(mut streams) = self.streams.try_lock() {
            streams.stdout.flush();
        }
    }

    /// Standard output takes no more.
    pub fn is_broken(&self) -> bool {
        self.streams().stdout.failure.is_some()
    }

    /// Writes what is held back, and tells the exit code: `code`, unless results were lost. Whoever closes a pipe early has
    /// seen enough, and that is no failure.
    pub fn last_words(&self, code: u8) -> ExitCode {
        self.flush();
        let failure = self.streams().stdout.failure.take();
        match failure {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                self.message(&Clean::block(&format!("error: cannot write to standard output: {error}\n")));
                ExitCode::from(code.max(EXIT_FAILED))
            }
            _ => ExitCode::from(code),
        }
    }

    fn streams(&self) -> MutexGuard<'_, Streams> {
        // A panic while writing leaves nothing half done that matters.
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Frontend for Output {
    fn guest_output(&self, channel: Channel, bytes: &[u8]) {
        let mut streams = self.streams();
        if let Some(captured) = &mut streams.captured {
            return captured.push(channel, bytes);
        }
        if let Some(waiting) = &mut streams.waiting {
            return waiting.push(channel, bytes);
        }
        streams.clear_progress();
        streams.guest(channel, bytes);
        if streams.stdout.failure.is_some() {
            self.interrupt.raise();
        }
    }

    fn note(&self, text: &str) {
        self.streams().aside(&Clean::block(&format!("{text}\n")));
    }

    fn given(&self, outcome: Outcome) -> Option<Outcome> {
        let (look, quiet) = {
            let streams = self.streams();
            if streams.captured.is_some() {
                // An input is one object.
                return Some(outcome);
            }
            streams.result_look
        };
        let printed = printed("", &Ok(outcome), &look, quiet);
        self.result(&printed.stdout);
        self.message(&printed.stderr);
        None
    }

    fn crossing(&self, step: &Step<'_>) {
        let mut streams = self.streams();
        let Streams { captured, trace, trace_look, .. } = &mut *streams;
        let lines = if captured.is_some() { json_line(step) } else { trace.push(step, trace_look) };
        streams.aside(&lines);
    }

    fn progress(&self, progress: Option<Progress<'_>>) {
        let mut streams = self.streams();
        streams.clear_progress();
        if let Some(progress) = progress
            && self.is_interactive()
            && streams.stderr.is_terminal
            // What cannot be taken back would fill the screen.
            && style::reads_escapes()
        {
            streams.begin_line();
            streams.stdout.flush();
            let text = format!("{} … {:.1} s", progress.what, progress.seconds);
            streams.stderr.write(Clean::block(&text).as_str().as_bytes());
            streams.stderr.flush();
            streams.progress = true;
        }
    }

    fn is_interactive(&self) -> bool {
        self.person.load(Ordering::Relaxed)
    }

    fn terminal(&self) -> Option<PathBuf> {
        (cfg!(unix) && io::stdin().is_terminal()).then(|| PathBuf::from(TERMINAL))
    }

    fn typed(&self, bytes: &[u8]) {
        // Enter has moved the cursor to a new line.
        let mut streams = self.streams();
        if bytes.ends_with(b"\n") {
            let Streams { stdout, stderr, .. } = &mut *streams;
            stdout.line_open &= !stdout.is_terminal;
            stderr.line_open &= !stderr.is_terminal;
        }
    }

    fn ask(&self, question: &Question) -> Answer {
        self.ask.get().map_or(Answer::Nobody, |ask| ask(self, question))
    }
}

impl Streams {
    fn clear_progress(&mut self) {
        if std::mem::take(&mut self.progress) {
            self.stderr.write(b"\r\x1b[K");
            self.stderr.line_open = false;
            self.stderr.flush();
        }
    }

    /// Both streams stand on the same line.
    fn share_line(&self) -> bool {
        self.stdout.is_terminal && self.stderr.is_terminal
    }

    /// Ends the line that a guest left open, whichever stream it wrote to.
    fn begin_line(&mut self) {
        if self.share_line() {
            self.stdout.finish_line();
            self.stdout.flush();
            self.stderr.finish_line();
            self.stderr.flush();
        }
    }

    /// Our own lines while something runs: seen at once, on standard error, behind what standard output was given before.
    fn aside(&mut self, lines: &Clean) {
        if lines.is_empty() {
            return;
        }
        match &mut self.waiting {
            Some(waiting) => waiting.push(Channel::Stderr, lines.as_str().as_bytes()),
            None => {
                self.clear_progress();
                self.begin_line();
                self.stdout.flush();
                self.stderr.clean(lines);
                self.stderr.flush();
            }
        }
    }

    /// What a guest wrote.
    fn guest(&mut self, channel: Channel, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        // Of two streams on one line, the one that was written to last knows whether it is open.
        let share_line = self.share_line();
        match channel {
            Channel::Stdout => {
                self.stdout.guest(bytes);
                self.stderr.line_open &= !share_line;
            }
            Channel::Stderr => {
                self.stdout.flush();
                self.stderr.guest(bytes);
                self.stdout.line_open &= !share_line;
            }
        }
    }
}

/// One stream.
struct Sink<W: Write> {
    writer: BufWriter<W>,
    is_terminal: bool,
    /// What of the guest's output could not be shown yet.
    guest: Stream,
    /// The last line has no end yet.
    line_open: bool,
    /// The first failure; nothing is written after it.
    failure: Option<io::Error>,
}

impl<W: Write> Sink<W> {
    fn new(stream: W, is_terminal: bool) -> Sink<W> {
        let writer = BufWriter::with_capacity(BUFFER, stream);
        Sink { writer, is_terminal, guest: Stream::default(), line_open: false, failure: None }
    }

    /// What a guest wrote: seen at once.
    fn guest(&mut self, bytes: &[u8]) {
        if self.is_terminal {
            let shown = self.guest.push(bytes);
            self.write(shown.as_bytes());
        } else {
            self.write(bytes);
        }
        self.flush();
    }

    /// Our own text, on lines of its own.
    fn clean(&mut self, text: &Clean) {
        self.finish_line();
        self.write(text.as_str().as_bytes());
    }

    /// Ends a line that a guest left open.
    fn finish_line(&mut self) {
        let held_back = self.guest.finish();
        self.write(held_back.as_bytes());
        if self.line_open {
            self.write(b"\n");
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        let Some(last) = bytes.last() else { return };
        self.line_open = *last != b'\n';
        if self.failure.is_none() {
            self.failure = self.writer.write_all(bytes).err();
        }
    }

    fn flush(&mut self) {
        if self.failure.is_none() {
            self.failure = self.writer.flush().err();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(is_terminal: bool, write: impl Fn(&mut Sink<Vec<u8>>)) -> String {
        let mut sink = Sink::new(Vec::new(), is_terminal);
        write(&mut sink);
        sink.flush();
        String::from_utf8_lossy(sink.writer.get_ref()).into_owned()
    }

    #[test]
    fn results_begin_on_a_line_of_their_own() {
        let result = Clean::block("3\n");
        assert_eq!(
            written(false, |sink| {
                sink.guest(b"no end");
                sink.clean(&result);
                sink.guest(b"an end\n");
                sink.clean(&result);
            }),
            "no end\n3\nan end\n3\n"
        );
    }

    #[test]
    fn guests_are_escaped_at_a_terminal_alone() {
        let write = |sink: &mut Sink<Vec<u8>>| sink.guest(b"\x1b[2J\n");
        assert_eq!(written(false, write), "\x1b[2J\n");
        assert_eq!(written(true, write), "\\u{1b}[2J\n");
    }
}
