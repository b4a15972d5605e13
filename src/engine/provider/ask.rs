//! `ask`: the person at the terminal answers each call.
//!
//! Resources need no answer: constructors make them, and dropping one ends it. Where there is nobody, calls trap.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::{ImportCall, Provider, Selection, missing};
use crate::engine::carried::Carried;
use crate::engine::handle::HandleState;
use crate::engine::handle_table::{Held, Holder};
use crate::engine::lock;
use crate::engine::questions::Asker;
use crate::error::{Error, Kind, Result};
use crate::frontend::{Answer, FRESH, Frontend, Question};
use crate::model::{Function, Resource};
use crate::value::Value;
use crate::value::renumber::renumber;

/// What the provider is called that asks a person.
pub const ASK: &str = "ask";

/// Asks the person, and remembers what they want to be asked no more.
pub struct Ask {
    asker: Asker,
    frontend: Arc<dyn Frontend>,
    /// Functions that are always answered so.
    always: Mutex<Vec<(Arc<Function>, Option<Value>)>>,
}

impl Ask {
    /// Nothing asked yet.
    pub fn new(asker: Asker, frontend: Arc<dyn Frontend>) -> Ask {
        Ask { asker, frontend, always: Mutex::default() }
    }

    /// Asks again about the functions that are selected; whether any was answered without asking.
    pub fn forget(&self, selection: &Selection) -> bool {
        let mut always = lock(&self.always);
        let before = always.len();
        always.retain(|(function, _)| !selection.means(selection.component.unwrap_or(0), function));
        always.len() < before
    }

    fn remembered(&self, function: &Function) -> Option<Option<Value>> {
        let always = lock(&self.always);
        let same = |known: &Function| known.name == function.name && known.path == function.path;
        always.iter().find(|(known, _)| same(known)).map(|(_, answer)| answer.clone())
    }
}

#[async_trait]
impl Provider for Ask {
    fn name(&self) -> &str {
        ASK
    }

    fn answers(&self, _function: &Function) -> bool {
        true
    }

    async fn call(&self, call: ImportCall<'_>) -> Result<Option<Value>> {
        if missing::makes_handle(call.function) {
            return call.new_resource().map(Some);
        }
        take_over(&call)?;
        if let Some(answer) = self.remembered(call.function) {
            return result(&call, answer);
        }
        if !self.frontend.is_interactive() {
            return Err(nobody(call.function));
        }
        let function = Arc::new(call.function.clone());
        let caller = match call.holder {
            Holder::Instance(component, _) => Some(component),
            Holder::Shell => None,
        };
        let mut args = call.args.clone();
        args.iter_mut().for_each(|arg| arg.renumber_handles(&mut Carried::shown));
        let mut question = Question { caller, function: function.clone(), args, problem: None };
        loop {
            let (answer, always) = match self.asker.ask(question.clone()).await {
                Answer::Value(answer) => (answer, false),
                Answer::Always(answer) => (answer, true),
                Answer::Trap(why) => {
                    let message = format!("{} was answered by a trap: {why}", call.function.full_name());
                    return Err(Error::new(Kind::Trap, message));
                }
                Answer::Cancelled => {
                    return Err(Error::new(Kind::Cancelled, "the call was interrupted").note(called(call.function)));
                }
                Answer::Nobody => return Err(nobody(call.function)),
            };
            match result(&call, answer.clone()) {
                Ok(value) => {
                    if always {
                        lock(&self.always).push((function, answer));
                    }
                    return Ok(value);
                }
                Err(problem) => question.problem = Some(problem),
            }
        }
    }

    fn reset(&self) {
        lock(&self.always).clear();
    }
}

/// What the guest gives away is the person's: the shell holds it, and `.drop` ends it.
fn take_over(call: &ImportCall<'_>) -> Result<()> {
    for (arg, param) in call.args.iter().zip(&call.function.params) {
        renumber(arg, &param.ty, &mut |rep, resource, own| {
            let mut table = lock(call.handles);
            // What a linked component made stays in its store.
            if own && table.resource(rep).is_some_and(|held| held.guest.is_none()) {
                table.hold(rep, &resource.name);
            }
            Ok(rep)
        })?;
    }
    Ok(())
}

/// An answer as the provider's own value: its handles become resources.
fn result(call: &ImportCall<'_>, answer: Option<Value>) -> Result<Option<Value>> {
    let (Some(value), Some(ty)) = (answer, &call.function.result) else { return Ok(None) };
    // All handles are looked at before any is taken: a wrong answer costs none.
    let mut taken: Vec<u32> = Vec::new();
    renumber(&value, ty, &mut |number, resource, _| {
        if number == FRESH {
            call.check_can_make(resource)?;
        } else {
            representation(call, number, resource)?;
            if taken.contains(&number) {
                return Err(Error::new(Kind::Handle, format!("#{number} stands twice in this answer")));
            }
            taken.push(number);
        }
        Ok(number)
    })?;
    renumber(&value, ty, &mut |number, resource, _| {
        if number == FRESH {
            return match call.resource(resource)? {
                Value::Handle(rep) => Ok(rep),
                _ => Err(super::internal("a resource is no handle")),
            };
        }
        let rep = representation(call, number, resource)?;
        let by = format!("the answer to {}", call.function.plain_name());
        lock(call.handles).end(number, HandleState::Moved(by));
        Ok(rep)
    })
    .map(Some)
}

/// The resource of the host that a handle of the shell stands for; an error if it is none of this type.
fn representation(call: &ImportCall<'_>, number: u32, resource: &Resource) -> Result<u32> {
    let mut table = lock(call.handles);
    let rep = match table.live(number)?.held {
        Held::Host { rep } => Some(rep),
        _ => None,
    };
    rep.filter(|rep| table.resource(*rep).is_some_and(|held| held.resource == resource.name)).ok_or_else(|| {
        Error::new(Kind::Handle, format!("#{number} is no {} that the host made", resource.name.name))
            .help("`new` stands for a new one")
    })
}

fn called(function: &Function) -> String {
    format!("{} was called", function.full_name())
}

fn nobody(function: &Function) -> Error {
    let message = format!("nobody is at a terminal to answer the import {}", function.full_name());
    Error::new(Kind::Trap, message)
        .note(format!("its type is {}", function.signature()))
        .help(format!("`.provide {} PROVIDER` lets another provider answer it", function.full_name()))
}
