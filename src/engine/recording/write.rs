//! Writing a recording, line by line as the calls happen.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde::Serialize;

use super::{
    Header, Line, RecordedCall, RecordedComponent, RecordedError, RecordedOutput, Stream, VERSION, arguments,
    can_stream, value,
};
use crate::crossing::{Crossing, Ending, Step, Way};
use crate::engine::host::SHELL;
use crate::engine::lock;
use crate::frontend::{Answer, Channel, Frontend, Progress, Question};
use crate::wording::counted;

/// What writes a recording, while one is being made.
#[derive(Default)]
pub struct Recorder {
    on: AtomicBool,
    writing: Mutex<Option<Writing>>,
}

struct Writing {
    path: String,
    file: BufWriter<File>,
    recorded: Recorded,
    failure: Option<io::Error>,
}

/// What a recording holds, and what it could not hold.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// How many calls.
    pub calls: u64,
    /// Functions that passed a stream or a future, each once: what flowed through it is not in the recording.
    pub streamed: Vec<String>,
}

impl Recorded {
    /// What a recording in this file holds, and what it does not, a sentence each.
    pub fn described(&self, path: &str) -> Vec<String> {
        let calls = counted(usize::try_from(self.calls).unwrap_or(usize::MAX), "call");
        let missing = |name| format!("what flowed through the streams and futures of {name} is not in it");
        [format!("{path} holds {calls}")].into_iter().chain(self.streamed.iter().map(missing)).collect()
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

impl Recorder {
    /// Begins a recording; one that was being made is ended.
    pub fn begin(&self, path: &Path, components: Vec<RecordedComponent>) -> io::Result<()> {
        let _ = self.end();
        let mut writing = Writing {
            path: path.display().to_string(),
            file: BufWriter::new(File::create(path)?),
            recorded: Recorded::default(),
            failure: None,
        };
        writing.line(&Header { version: VERSION, components });
        if let Some(failure) = writing.failure {
            return Err(failure);
        }
        *lock(&self.writing) = Some(writing);
        self.on.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Ends the recording, if one is being made: its file, what it holds, and why it could not be written, if it could not.
    pub fn end(&self) -> Option<(String, Recorded, Option<io::Error>)> {
        self.on.store(false, Ordering::Relaxed);
        let mut writing = lock(&self.writing).take()?;
        let end = Line::End { end: writing.recorded.calls };
        writing.line(&end);
        Some((writing.path, writing.recorded, writing.failure))
    }

    /// The file that is being written, and what it holds so far.
    pub fn state(&self) -> Option<(String, Recorded)> {
        lock(&self.writing).as_ref().map(|writing| (writing.path.clone(), writing.recorded.clone()))
    }

    /// A component that came later.
    pub fn component(&self, component: impl FnOnce() -> RecordedComponent) {
        self.write(|writing| writing.line(&Line::Component { component: component() }));
    }

    /// A call is over.
    pub fn call(&self, crossing: &Crossing, ending: &Ending) {
        if crossing.way == Way::Import && *crossing.caller != *SHELL {
            self.write(|writing| writing.call(crossing, ending));
        }
    }

    fn output(&self, channel: Channel, bytes: &[u8]) {
        self.write(|writing| {
            let output = match channel {
                Channel::Stdout => Stream::Stdout,
                Channel::Stderr => Stream::Stderr,
            };
            let (text, bytes) = match std::str::from_utf8(bytes) {
                Ok(text) => (Some(text.to_owned()), None),
                Err(_) => (None, Some(bytes.to_vec())),
            };
            writing.line(&Line::Output(RecordedOutput { output, text, bytes }));
        });
    }

    fn write(&self, act: impl FnOnce(&mut Writing)) {
        if self.on.load(Ordering::Relaxed)
            && let Some(writing) = &mut *lock(&self.writing)
        {
            act(writing);
        }
    }
}

impl Writing {
    fn call(&mut self, crossing: &Crossing, ending: &Ending) {
        let function = &crossing.function;
        let types = function.params.iter().map(|param| &param.ty).chain(&function.result);
        let name = function.full_name();
        if types.into_iter().any(can_stream) && !self.recorded.streamed.contains(&name) {
            self.recorded.streamed.push(name.clone());
        }
        let (result, error) = match &ending.result {
            Ok(Some(given)) => (function.result.as_ref().map(|ty| value(given, ty)).unwrap_or_default(), None),
            Ok(None) => Default::default(),
            Err(error) => {
                let (kind, message) = (error.kind.name().to_owned(), error.message.clone());
                (Default::default(), Some(RecordedError { kind, message, status: error.guest_status }))
            }
        };
        self.recorded.calls += 1;
        self.line(&Line::Call(RecordedCall {
            call: crossing.number,
            by: crossing.caller.to_string(),
            function: name,
            arguments: arguments(&crossing.args, &function.params),
            result,
            error,
        }));
    }

    /// Writes a line at once: what comes after it may be the end of the process.
    fn line(&mut self, line: &impl Serialize) {
        if self.failure.is_some() {
            return;
        }
        let written = serde_json::to_writer(&mut self.file, line).map_err(io::Error::from);
        let written = written.and_then(|()| self.file.write_all(b"\n")).and_then(|()| self.file.flush());
        self.failure = written.err();
    }
}

/// A driver, seen by everything that runs guests: what those write is recorded on its way.
pub struct RecordingFrontend {
    /// The driver.
    pub driver: Arc<dyn Frontend>,
    /// What records.
    pub recorder: Arc<Recorder>,
}

impl Frontend for RecordingFrontend {
    fn guest_output(&self, channel: Channel, bytes: &[u8]) {
        self.recorder.output(channel, bytes);
        self.driver.guest_output(channel, bytes);
    }

    fn note(&self, text: &str) {
        self.driver.note(text);
    }

    fn progress(&self, progress: Option<Progress<'_>>) {
        self.driver.progress(progress);
    }

    fn crossing(&self, step: &Step<'_>) {
        self.driver.crossing(step);
    }

    fn is_interactive(&self) -> bool {
        self.driver.is_interactive()
    }

    fn ask(&self, question: &Question) -> Answer {
        self.driver.ask(question)
    }
}
