//! What the engine offers to those who want to see calls: the log, the trace, a recording, and what answers from one.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::Engine;
use super::call_log::{CallTotal, LoggedCall};
use super::grants::Grants;
use super::provider::{ASK, Replay};
use super::recording::{Recorded, RecordedComponent, Recording};
use crate::crossing::Crossing;
use crate::error::{Error, Kind, Result};
use crate::model::pattern::Pattern;

impl Engine {
    /// Keeps a log of calls from now on. Instances that are connected to WASI directly are replaced: those components, by
    /// name, and how many handles that ended.
    pub fn watch_calls(&mut self) -> Vec<(String, usize)> {
        match self.around.host.log.is_on() {
            true => Vec::new(),
            false => self.with_relinking(|host| host.log.turn_on()),
        }
    }

    /// Whether calls are logged.
    pub fn watches_calls(&self) -> bool {
        self.around.host.log.is_on()
    }

    /// Whether components were called before that, so that the log does not have all calls.
    pub fn has_missed_calls(&self) -> bool {
        self.around.host.log.has_missed()
    }

    /// Traces the calls that are meant from now on, or none. As [`Engine::watch_calls`].
    pub fn trace(&mut self, pattern: Option<Pattern>) -> Vec<(String, usize)> {
        let replaced = if pattern.is_some() { self.watch_calls() } else { Vec::new() };
        self.around.host.log.trace(pattern);
        replaced
    }

    /// What is traced.
    pub fn traced(&self) -> Option<Pattern> {
        self.around.host.log.traced()
    }

    /// The last calls, in the order in which they began.
    pub fn calls(&self) -> Vec<LoggedCall> {
        self.around.host.log.calls()
    }

    /// The number of the last call that has begun.
    pub fn last_call(&self) -> u64 {
        self.around.host.log.last()
    }

    /// The functions whose calls a person answered after the call with this number.
    pub fn answered_by_person(&self, after: u64) -> Vec<String> {
        let is_meant = |call: &Crossing| call.number > after && *call.answerer == *ASK;
        let calls = self.around.host.log.since(after + 1, is_meant).unwrap_or_default();
        calls.iter().map(|call| call.crossing.function.full_name()).collect()
    }

    /// All calls since they are logged, counted by function.
    pub fn call_totals(&self) -> Vec<CallTotal> {
        self.around.host.log.totals()
    }

    /// Of what is granted, what the calls of this session needed; nothing where none was seen, or not all.
    pub fn least_grants(&self) -> Option<Grants> {
        self.around.host.log.used().map(|used| used.least(&self.around.grants))
    }

    /// Records every call of an import with its answer into a file, from fresh instances on, so that a replay begins as they do.
    /// Components that had an instance, by name, and how many handles that ended.
    pub fn record(&mut self, path: &Path) -> Result<Vec<(String, usize)>> {
        let components = self.programs.values().map(|program| RecordedComponent::of(&program.component, &program.name));
        let log = &self.around.host.log;
        log.recorder
            .begin(path, components.collect())
            .map_err(|error| Error::new(Kind::Io, format!("cannot write {}: {error}", path.display())))?;
        let mut replaced = self.watch_calls();
        let ids: Vec<u32> = self.programs.keys().copied().collect();
        for id in ids {
            self.replace(id, "its instance was replaced: a recording begins with fresh ones", &mut replaced);
        }
        Ok(replaced)
    }

    /// Ends the recording: its file and what it holds; none if none is being made.
    pub fn end_recording(&mut self) -> Option<Result<(String, Recorded)>> {
        let (path, recorded, failure) = self.around.host.log.recorder.end()?;
        Some(match failure {
            None => Ok((path, recorded)),
            Some(error) => Err(Error::new(Kind::Io, format!("{path} is not whole: {error}"))),
        })
    }

    /// The recording that is being made: its file and what it holds so far.
    pub fn recording(&self) -> Option<(String, Recorded)> {
        self.around.host.log.recorder.state()
    }

    /// Lets a recording answer all imports of its components, from fresh instances on. An error if it cannot be read, or has no
    /// calls of anything that is loaded. Who is told of as in [`Engine::provide`].
    pub fn replay(&mut self, path: &str) -> Result<Vec<(String, usize)>> {
        let recording = Recording::read(path)?;
        let mut names = HashMap::new();
        for program in self.programs.values() {
            let loaded = RecordedComponent::of(&program.component, &program.name);
            let same = recording.components.iter().find(|recorded| recorded.sha256 == loaded.sha256);
            if let Some(recorded) = same {
                names.insert(program.component.id, recorded.name.clone());
            }
        }
        if names.is_empty() {
            let recorded: Vec<&str> = recording.components.iter().map(|component| &*component.name).collect();
            let message = format!("{path} is a recording of other components: nothing that is loaded is in it");
            return Err(Error::new(Kind::Load, message)
                .note(format!("it is of {}; files are compared by their SHA-256", recorded.join(", "))));
        }
        let replayed: Vec<u32> = names.keys().copied().collect();
        let replay = Arc::new(Replay::new(recording, names, self.around.frontend.clone()));
        let mut replaced = self.with_relinking(|host| host.providers.replay(Some(replay)));
        for id in replayed {
            self.replace(id, "its instance was replaced: a recording answers it", &mut replaced);
        }
        Ok(replaced)
    }

    /// Whether a recording answers what this component imports.
    pub fn is_replaying(&self, id: u32) -> bool {
        self.around.host.providers.replayed(id).is_some()
    }

    /// The program arguments that a recording gave this component last, the program's name left out; none if none did.
    pub fn replayed_arguments(&self, id: u32) -> Option<Vec<String>> {
        self.around.host.providers.replayed(id)?.arguments(id)
    }

    /// Lets no recording answer any more; nothing if none did.
    pub fn end_replay(&mut self) -> Option<Vec<(String, usize)>> {
        let was_replaying = self.around.host.providers.is_replaying();
        was_replaying.then(|| self.with_relinking(|host| host.providers.replay(None)))
    }
}
