//! `host::` calls: the shell calls what it provides to components, just as a guest would.

use std::sync::Arc;

use super::handle::HandleState;
use super::handle_table::{Held, Holder};
use super::lock;
use super::program::Surroundings;
use super::runner::Stop;
use crate::error::{Error, Kind, Result};
use crate::model::{Function, Type};
use crate::value::Value;
use crate::value::renumber::renumber;

/// Calls an imported function's provider.
pub fn call(around: &Surroundings, function: &Function, args: &[Value], what: &str) -> Result<Option<Value>> {
    around.host.permit(function)?;
    let mut moved = Vec::new();
    let args = args.iter().zip(&function.params);
    let args = args.map(|(arg, param)| to_provider(around, arg, &param.ty, &mut moved)).collect::<Result<_>>()?;
    for number in moved {
        lock(&around.host.handles).end(number, HandleState::Moved(what.to_owned()));
    }
    let called = Arc::new(function.clone());
    let answer = async { around.host.answer(&called, args, Holder::Shell, None).await.map_err(wasmtime::Error::new) };
    let value = around.runner.drive(&around.limits, answer).map_err(|stop| failed(around, function, stop))?;
    match (value, &function.result) {
        (Some(value), Some(ty)) => from_provider(around, value, ty).map(Some),
        _ => Ok(None),
    }
}

fn failed(around: &Surroundings, function: &Function, stop: Stop) -> Error {
    let own = match &stop {
        Stop::Error(error) => error.downcast_ref::<Error>().cloned(),
        Stop::Abandoned => None,
    };
    let waiting = around.host.take_waiting(0);
    let given_up = || match around.runner.brake().stopped() {
        Some(super::trap::Stopped::Timeout) => {
            Error::new(Kind::Limit, format!("{} ran out of time", function.full_name()))
        }
        _ => Error::new(Kind::Cancelled, format!("{} was interrupted", function.full_name())),
    };
    own.unwrap_or_else(|| match waiting {
        Some(provider) => given_up().note(format!("it was waiting for {provider}")),
        None => given_up(),
    })
}

/// Handles become representations; those that the call takes are noted.
fn to_provider(around: &Surroundings, value: &Value, ty: &Type, moved: &mut Vec<u32>) -> Result<Value> {
    renumber(value, ty, &mut |number, resource, own| {
        let mut table = lock(&around.host.handles);
        let Held::Host { rep } = table.live(number)?.held else { return Err(not_the_hosts(number)) };
        if table.resource(rep).is_none_or(|held| held.resource != resource.name) {
            return Err(not_the_hosts(number));
        }
        if own {
            if moved.contains(&number) {
                return Err(Error::new(Kind::Handle, format!("#{number} stands twice in this call, and both take it")));
            }
            moved.push(number);
        }
        Ok(rep)
    })
}

/// Representations become handles of the shell.
fn from_provider(around: &Surroundings, value: Value, ty: &Type) -> Result<Value> {
    renumber(&value, ty, &mut |rep, resource, _| Ok(lock(&around.host.handles).hold(rep, &resource.name)))
}

fn not_the_hosts(number: u32) -> Error {
    Error::new(Kind::Handle, format!("#{number} is no handle that the host made for this interface"))
}
