//! `replay LOG`: a recording answers, as long as the guest calls what it called then.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::{ImportCall, Provider};
use crate::crossing::in_short;
use crate::engine::lock;
use crate::engine::recording::{self, Entry, RecordedCall, RecordedError, Recording, Stream};
use crate::error::{Error, Kind, Result};
use crate::frontend::{Channel, Frontend};
use crate::model::interface::without_version;
use crate::model::{Function, Param, TypeName};
use crate::value::from_json::from_json;
use crate::value::renumber::renumber;
use crate::value::{Value, wave};

/// A recording that answers.
pub struct Replay {
    label: String,
    recording: Recording,
    /// What loaded components are called in the recording, by their numbers.
    names: HashMap<u32, String>,
    frontend: Arc<dyn Frontend>,
    state: Mutex<State>,
}

/// How far it is.
#[derive(Default)]
struct State {
    /// Which entries have been used.
    used: Vec<bool>,
    /// The resources that it has made: the number in the recording and the representation, by type.
    resources: Vec<(String, u32, u32)>,
    /// What the guest did otherwise than it did then: from there on nothing can be answered.
    diverged: Option<Error>,
}

impl Replay {
    /// A recording that answers these components, by their numbers, under the names that they have in it.
    pub fn new(recording: Recording, names: HashMap<u32, String>, frontend: Arc<dyn Frontend>) -> Replay {
        Replay { label: format!("replay {}", recording.path), recording, names, frontend, state: Mutex::default() }
    }

    /// Whether the recording is of a component.
    pub fn is_of(&self, component: u32) -> bool {
        self.names.contains_key(&component)
    }

    /// The program arguments that it gave this component last, the program's name left out; none if it gave none yet.
    pub fn arguments(&self, component: u32) -> Option<Vec<String>> {
        let name = self.names.get(&component)?;
        let given = |(entry, used): (&Entry, &bool)| match entry {
            Entry::Call(call) if *used && call.by == *name && gives_arguments(&call.function) => {
                call.result.as_array().cloned()
            }
            _ => None,
        };
        let state = lock(&self.state);
        let last = self.recording.entries.iter().zip(&state.used).rev().find_map(given)?;
        Some(last.iter().skip(1).filter_map(|argument| argument.as_str().map(str::to_owned)).collect())
    }

    fn answer(&self, call: &ImportCall<'_>) -> Result<Option<Value>> {
        let mut state = lock(&self.state);
        if let Some(diverged) = &state.diverged {
            return Err(diverged.clone());
        }
        state.used.resize(self.recording.entries.len(), false);
        let found = self.find(&state, call).inspect_err(|error| state.diverged = Some(error.clone()))?;
        self.write_until(&mut state, found);
        state.used[found] = true;
        match &self.recording.entries[found] {
            Entry::Call(recorded) => self.give(&mut state, call, recorded),
            Entry::Output(_) => Ok(None),
        }
    }

    /// The entry that this call is: the next one of its component, or for an async function, which may have ended later than
    /// it began, the next one that is the same.
    fn find(&self, state: &State, call: &ImportCall<'_>) -> Result<usize> {
        let name = self.names.get(&call.caller()).ok_or_else(|| self.failed("it has no calls of this component"))?;
        let given = state.arguments(call);
        let mut next = None;
        for (index, entry) in self.recording.entries.iter().enumerate() {
            let Entry::Call(recorded) = entry else { continue };
            if state.used[index] || recorded.by != *name {
                continue;
            }
            if recorded.function == call.function.full_name() && recorded.arguments == given {
                return Ok(index);
            }
            next = next.or(Some(recorded));
            if !call.function.is_async {
                break;
            }
        }
        Err(match next {
            Some(recorded) => self.differs(call, recorded),
            None => {
                let calls = self.recording.calls().filter(|recorded| recorded.by == *name).count();
                self.failed(&format!("it ends after {calls} calls of {name}, and this is another"))
                    .note(format!("now: {}", in_short(call.function, &call.args)))
            }
        })
    }

    /// Writes what was written before and while an entry ran.
    fn write_until(&self, state: &mut State, found: usize) {
        for (entry, used) in self.recording.entries[..found].iter().zip(&mut state.used) {
            if let Entry::Output(output) = entry
                && !std::mem::replace(used, true)
            {
                let channel = match output.output {
                    Stream::Stdout => Channel::Stdout,
                    Stream::Stderr => Channel::Stderr,
                };
                let bytes = output.text.as_deref().map(str::as_bytes).or(output.bytes.as_deref());
                self.frontend.guest_output(channel, bytes.unwrap_or_default());
            }
        }
    }

    fn give(&self, state: &mut State, call: &ImportCall<'_>, recorded: &RecordedCall) -> Result<Option<Value>> {
        if let Some(error) = &recorded.error {
            return Err(as_it_was(error));
        }
        let Some(ty) = &call.function.result else { return Ok(None) };
        if recording::can_stream(ty) {
            return Err(self
                .failed(&format!("it has not what flowed through the stream or future of {}", recorded.function))
                .note(format!("call {} of the recording: {}", recorded.call, recorded.function)));
        }
        let value = from_json(&recorded.result, ty).map_err(|error| {
            self.failed(&format!("its answer to call {} is no {ty}", recorded.call)).cause(error.message.clone())
        })?;
        let value = renumber(&value, ty, &mut |number, resource, _| {
            let Value::Handle(rep) = call.resource(resource)? else { return Ok(number) };
            state.resources.push((resource.name.full_name(), number, rep));
            Ok(rep)
        });
        value.map(Some)
    }

    fn differs(&self, call: &ImportCall<'_>, recorded: &RecordedCall) -> Error {
        let same_function = recorded.function == call.function.full_name();
        let params: &[Param] = if same_function { &call.function.params } else { &[] };
        let arguments: Vec<String> = match same_function {
            true => recorded.arguments.iter().zip(params).map(|(json, param)| as_text(json, param)).collect(),
            false => recorded.arguments.iter().map(|json| json.to_string()).collect(),
        };
        self.failed(&format!("call {} differs", recorded.call))
            .note(format!("recorded: {}({})", recorded.function, arguments.join(", ")))
            .note(format!("now: {}", in_short(call.function, &call.args)))
    }

    fn failed(&self, how: &str) -> Error {
        Error::new(Kind::Provider, format!("{} cannot go on: {how}", self.label))
    }
}

impl State {
    /// A call's arguments as the recording would have them.
    fn arguments(&self, call: &ImportCall<'_>) -> Vec<serde_json::Value> {
        let args = call.args.iter().zip(&call.function.params).map(|(arg, param)| {
            let number = |rep: u32, resource: &TypeName| {
                let name = resource.full_name();
                let made = self.resources.iter().find(|(ty, _, known)| *known == rep && *ty == name);
                made.map_or(0, |(_, number, _)| *number)
            };
            let arg = renumber(arg, &param.ty, &mut |rep, resource, _| Ok(number(rep, &resource.name)));
            recording::value(arg.as_ref().unwrap_or(&Value::Bool(false)), &param.ty)
        });
        args.collect()
    }
}

fn gives_arguments(function: &str) -> bool {
    function.split_once('#').is_some_and(|(interface, name)| {
        without_version(interface) == "wasi:cli/environment" && name == "get-arguments"
    })
}

fn as_text(json: &serde_json::Value, param: &Param) -> String {
    from_json(json, &param.ty).map_or_else(|_| json.to_string(), |value| wave::wave_brief(&param.ty, &value))
}

/// The error that the guest met then.
fn as_it_was(recorded: &RecordedError) -> Error {
    let kind = Kind::named(&recorded.kind).unwrap_or(Kind::Trap);
    let error = Error::new(kind, recorded.message.clone());
    match recorded.status {
        Some(status) => error.guest_status(status),
        None => error,
    }
}

#[async_trait]
impl Provider for Replay {
    fn name(&self) -> &str {
        &self.label
    }

    fn answers(&self, _function: &Function) -> bool {
        true
    }

    async fn call(&self, call: ImportCall<'_>) -> Result<Option<Value>> {
        self.answer(&call)
    }

    fn drop_resource(&self, _resource: &TypeName, rep: u32) {
        lock(&self.state).resources.retain(|(_, _, known)| *known != rep);
    }

    fn reset(&self) {
        *lock(&self.state) = State::default();
    }
}
