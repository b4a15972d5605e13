//! A process that answers: one JSON object a line each way, as `docs/provider-protocol.md` says.
//!
//! It is started by the first call and started again by the call after it ended. A call that is given up kills it, since what it
//! would answer later is nobody's answer. `child.rs` has the pipes, `message.rs` the lines.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::Value as Json;

use super::child::{Child, Line, Program, Requests};
use super::{ImportCall, Provider, message};
use crate::engine::lock;
use crate::error::{Error, Kind, Result};
use crate::frontend::{Channel, Frontend};
use crate::model::{Function, Resource, Type, TypeName};
use crate::value::Value;
use crate::value::from_json::from_json;
use crate::value::renumber::renumber;

/// How much of a line that is no answer an error repeats, in bytes.
const SHOWN: usize = 80;

/// The number by which a process sees a resource that it did not make.
const FOREIGN: u32 = 0;

/// A program that answers calls.
pub struct Process {
    label: String,
    program: Program,
    /// It is told the types of what it gets and gives.
    wants_types: bool,
    frontend: Arc<dyn Frontend>,
    /// Held for the length of a call: a process answers one at a time.
    turn: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The child, while no call has it.
    idle: Option<Child>,
    /// The way to the child, also during a call.
    requests: Option<Requests>,
    last_id: u64,
    resources: Resources,
}

/// What the process has made: the shell's numbers (`rep`) and its own.
#[derive(Default)]
struct Resources {
    numbers: HashMap<u32, u32>,
    live: BTreeSet<u32>,
    /// Made by a process that has ended.
    lost: BTreeSet<u32>,
}

impl Process {
    /// Starts nothing yet. The label is its name in `.imports` and in errors.
    pub fn new(label: String, program: Program, wants_types: bool, frontend: Arc<dyn Frontend>) -> Process {
        let (turn, state) = (tokio::sync::Mutex::default(), Mutex::default());
        Process { label, program, wants_types, frontend, turn, state }
    }

    /// Takes the child for a call; one that has ended, or none, is started.
    fn take_child(&self) -> Result<Busy<'_>> {
        let mut state = lock(&self.state);
        let mut idle = state.idle.take();
        if let Some(status) = idle.as_mut().and_then(Child::ended) {
            idle = None;
            state.lose();
            let notice = format!("{} had ended ({status}): it is started again\n", self.label);
            self.frontend.guest_output(Channel::Stderr, notice.as_bytes());
        }
        let child = match idle {
            Some(child) => child,
            None => Child::start(&self.program, &self.frontend)?,
        };
        state.requests = Some(child.requests().clone());
        Ok(Busy { process: self, child: Some(child) })
    }

    /// Waits for the answer to a request, and shows what else the process says.
    async fn answer(&self, busy: &mut Busy<'_>, id: u64, function: &Function) -> Result<message::Message> {
        loop {
            let line = match busy.child.as_mut() {
                Some(child) => child.line().await,
                None => None,
            };
            let bytes = match line {
                Some(Line::Whole(bytes)) => bytes,
                Some(Line::TooLong) => {
                    return Err(self.failed(function, "wrote a line that is too long to be an answer"));
                }
                None => return Err(self.died(busy, function).await),
            };
            let Ok(message) = serde_json::from_slice::<message::Message>(&bytes) else {
                let text = String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN)]).into_owned();
                return Err(self
                    .failed(function, &format!("wrote a line that is no answer: {text}"))
                    .help("an answer is an object such as {\"id\": 1, \"ok\": null}"));
            };
            if let Some(text) = &message.print {
                self.frontend.guest_output(Channel::Stderr, text.as_bytes());
            }
            match message.id {
                Some(answered) if answered == id => return Ok(message),
                Some(other) => {
                    return Err(self.failed(function, &format!("answered request {other}, when {id} was asked")));
                }
                None if message.print.is_some() => {}
                None => return Err(self.failed(function, "wrote an answer without the `id` of the request")),
            }
        }
    }

    async fn died(&self, busy: &mut Busy<'_>, function: &Function) -> Error {
        let status = match busy.child.take() {
            Some(child) => child.end().await,
            None => None,
        };
        let how = match status {
            Some(status) => format!("ended ({status}) before it answered"),
            None => "closed its standard output before it answered".to_owned(),
        };
        self.failed(function, &how).note("the next call starts it again")
    }

    fn failed(&self, function: &Function, how: &str) -> Error {
        Error::new(Kind::Provider, format!("{} {how}", self.label)).note(format!("{} was called", function.full_name()))
    }

    /// The value that the process answered, its resources numbered by the shell.
    fn result(&self, call: &ImportCall<'_>, json: &Json) -> Result<Option<Value>> {
        let Some(ty) = &call.function.result else { return Ok(None) };
        let unfit = |cause: &Error| {
            self.failed(call.function, &format!("answered what is no {ty}")).cause(cause.message.clone())
        };
        let value = from_json(json, ty).map_err(|error| unfit(&error))?;
        let mut state = lock(&self.state);
        renumber(&value, ty, &mut |number, resource, _| {
            if number == FOREIGN || !state.resources.live.insert(number) {
                return Err(
                    self.failed(call.function, &format!("gave out the handle {number}, which is not a new number"))
                );
            }
            let Value::Handle(rep) = call.resource(resource)? else { return Ok(FOREIGN) };
            state.resources.numbers.insert(rep, number);
            Ok(rep)
        })
        .map(Some)
    }
}

impl State {
    /// The child is gone, and with it what it had made.
    fn lose(&mut self) {
        self.idle = None;
        self.requests = None;
        self.resources.lose();
    }
}

impl Resources {
    fn lose(&mut self) {
        self.lost.extend(std::mem::take(&mut self.numbers).into_keys());
        self.live.clear();
    }

    fn forget(&mut self, rep: u32) -> Option<u32> {
        self.lost.remove(&rep);
        let number = self.numbers.remove(&rep)?;
        self.live.remove(&number);
        Some(number)
    }

    /// The process's number of a resource.
    fn number(&self, rep: u32, resource: &Resource) -> Result<u32> {
        if self.lost.contains(&rep) {
            return Err(Error::new(
                Kind::Handle,
                format!("{}#{rep} is lost: the process that made it has ended", resource.name.name),
            ));
        }
        Ok(self.numbers.get(&rep).copied().unwrap_or(FOREIGN))
    }
}

/// The child during a call. If the call is given up, it goes.
struct Busy<'a> {
    process: &'a Process,
    child: Option<Child>,
}

impl Busy<'_> {
    /// It answered, and is ready for the next call.
    fn give_back(mut self) {
        lock(&self.process.state).idle = self.child.take();
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.process.state);
        if state.idle.is_none() {
            state.lose();
        }
    }
}

#[async_trait]
impl Provider for Process {
    fn name(&self) -> &str {
        &self.label
    }

    fn answers(&self, _function: &Function) -> bool {
        true
    }

    async fn call(&self, call: ImportCall<'_>) -> Result<Option<Value>> {
        let _turn = self.turn.lock().await;
        let types = match self.wants_types {
            true => Some(
                message::types(call.function)
                    .ok_or_else(|| self.failed(call.function, "cannot be told such large types"))?,
            ),
            false => None,
        };
        let mut busy = self.take_child()?;
        let id = {
            let mut state = lock(&self.state);
            let (args, taken) = arguments(&state.resources, &call)?;
            state.last_id += 1;
            if let Some(requests) = &state.requests {
                // If it has ended, that shows when it is listened to.
                let _ = requests.send(message::call(state.last_id, call.function, &args, types));
            }
            // What the call gives to the process is its own from now on, to keep or to drop.
            for rep in taken {
                state.resources.forget(rep);
                lock(call.handles).remove_resource(rep);
            }
            state.last_id
        };
        let answer = self.answer(&mut busy, id, call.function).await?;
        busy.give_back();
        match answer {
            message::Message { trap: Some(text), .. } => {
                Err(Error::new(Kind::Trap, format!("{} trapped: {text}", self.label))
                    .note(format!("{} was called", call.function.full_name())))
            }
            message::Message { error: Some(text), .. } => {
                Err(self.failed(call.function, &format!("cannot answer: {text}")))
            }
            message::Message { ok: Some(json), .. } => self.result(&call, &json),
            _ => Err(self.failed(call.function, "wrote an answer with neither `ok` nor `trap`")),
        }
    }

    fn drop_resource(&self, resource: &TypeName, rep: u32) {
        let mut state = lock(&self.state);
        if let Some(number) = state.resources.forget(rep)
            && let Some(requests) = &state.requests
        {
            // A process that has ended has nothing to drop.
            let _ = requests.send(message::drop_resource(resource, number));
        }
    }

    fn reset(&self) {
        *lock(&self.state) = State::default();
    }
}

/// The arguments with the process's numbers for handles, and which of the process's resources it gets back by them.
fn arguments(resources: &Resources, call: &ImportCall<'_>) -> Result<(Vec<Value>, Vec<u32>)> {
    let mut taken = Vec::new();
    let args = call.args.iter().zip(&call.function.params).map(|(arg, param): (&Value, &crate::model::Param)| {
        let ty: &Type = &param.ty;
        renumber(arg, ty, &mut |rep, resource, own| {
            let number = resources.number(rep, resource)?;
            if own && number != FOREIGN {
                taken.push(rep);
            }
            Ok(number)
        })
    });
    Ok((args.collect::<Result<_>>()?, taken))
}
