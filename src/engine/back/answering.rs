//! Who answers the imports of a store that goes back: what they answered then.
//!
//! Nothing outside happens twice. Of the resources of WASI those that have no past are made anew, as standard output and the
//! granted directories; others get a placeholder, which a guest can hold and drop, and not use.

use std::sync::Arc;

use super::again::is_same_result;
use crate::crossing::LINKED;
use crate::engine::call_log::LoggedCall;
use crate::engine::calling_store::{Caller, GuestCall};
use crate::engine::handle_table::Holder;
use crate::engine::host::Host;
use crate::engine::lock;
use crate::engine::provider::{ImportCall, Provider, WASI};
use crate::engine::store_state::StoreState;
use crate::engine::wasi_resources::WasiKind;
use crate::error::{Error, Kind, Result};
use crate::model::interface::without_version;
use crate::model::{Function, Resource, Type};
use crate::value::Value;
use crate::value::renumber::renumber;

/// The functions of WASI that are called again: what they give has no past, or none that cannot be told from its arguments.
const MADE_AGAIN: &[(&str, &[&str])] = &[
    ("wasi:cli/stdin", &["get-stdin"]),
    ("wasi:cli/stdout", &["get-stdout"]),
    ("wasi:cli/stderr", &["get-stderr"]),
    ("wasi:cli/terminal-stdin", &["get-terminal-stdin"]),
    ("wasi:cli/terminal-stdout", &["get-terminal-stdout"]),
    ("wasi:cli/terminal-stderr", &["get-terminal-stderr"]),
    ("wasi:clocks/monotonic-clock", &["subscribe-duration", "subscribe-instant"]),
    ("wasi:filesystem/preopens", &["get-directories"]),
    (
        "wasi:filesystem/types",
        &["[method]descriptor.open-at", "[method]descriptor.read-via-stream", "[method]descriptor.append-via-stream"],
    ),
    ("wasi:io/streams", &["[method]input-stream.subscribe", "[method]output-stream.subscribe"]),
    ("wasi:sockets/instance-network", &["instance-network"]),
];

/// The flags of `open-at` that are given again: a file is not created or emptied twice.
const OPEN_FLAGS: (&str, &[&str]) = ("open-flags", &["directory"]);

/// Answers a call of an import as it was answered then.
pub async fn answer<C: GuestCall>(
    call: &mut C,
    host: &Arc<Host>,
    function: &Arc<Function>,
    args: Vec<Value>,
    holder: Holder,
) -> Result<Option<Value>> {
    let Holder::Instance(component, _) = holder else { return Err(no_store()) };
    let caller = host.component_name(component);
    let then = call.with(|store, _| match &mut store.data_mut().again {
        Some(again) => again.next(&caller, function, &args),
        None => Err(no_store()),
    })?;
    let provider = host.providers.find(component, function);
    // A component that lives in the same store goes back too: it has to be called.
    if provider.linked().is_some() && provider.name() == &*then.crossing.answerer {
        return ask(call, host, &*provider, function, args, holder).await;
    }
    if then.crossing.answerer.starts_with(LINKED) {
        return Err(call.with(|store, _| no_link_now(&then, store.data_mut())));
    }
    if let Some(args) = made_again(function, &args).filter(|_| *then.crossing.answerer == *provider.name()) {
        let value = ask(call, host, &*provider, function, args, holder).await;
        if is_same_result(&value, &then.ending.result, function) {
            return value;
        }
    }
    call.with(|store, caller| {
        lose_streams(&args, caller, store.data_mut());
        give(&then, function, holder, host, caller, store.data_mut())
    })
}

/// What answered lived in the same store, and is not asked any more: it could not be as it was.
fn no_link_now(then: &LoggedCall, state: &mut StoreState) -> Error {
    let (import, by) = (then.crossing.function.full_name(), &then.crossing.answerer);
    let error = Error::new(Kind::Provider, format!("{import} was answered by {by} then, and is not now"));
    let error = error.help("`.link` links it again; `.reset` gives a fresh instance");
    if let Some(again) = &mut state.again {
        again.fail(error.clone());
    }
    error
}

async fn ask<C: GuestCall>(
    call: &mut C,
    host: &Host,
    provider: &dyn Provider,
    function: &Function,
    args: Vec<Value>,
    holder: Holder,
) -> Result<Option<Value>> {
    let makes_wasi = host.makes_wasi(holder);
    provider.call(ImportCall { function, args, holder, handles: &host.handles, makes_wasi, store: Some(call) }).await
}

/// The arguments with which a function of WASI is called again, if it is.
fn made_again(function: &Function, args: &[Value]) -> Option<Vec<Value>> {
    let interface = without_version(function.path.first()?);
    let (_, names) = MADE_AGAIN.iter().find(|(known, _)| *known == interface)?;
    if !names.contains(&&*function.name) {
        return None;
    }
    let again = args.iter().zip(&function.params).map(|(arg, param)| match (arg, &param.ty) {
        (Value::Flags(set), Type::Flags(flags)) if *param.name == *OPEN_FLAGS.0 => {
            let label = |index: &u32| flags.labels.get(*index as usize);
            let stays = |index: &u32| label(index).is_some_and(|label| OPEN_FLAGS.1.contains(&&**label));
            Value::Flags(set.iter().copied().filter(stays).collect())
        }
        _ => arg.clone(),
    });
    Some(again.collect())
}

/// What is read from a stream now was not read from the one that was made again.
fn lose_streams(args: &[Value], caller: &Caller, state: &mut StoreState) {
    for resource in args.iter().flat_map(Value::handles).filter_map(|number| caller.carried.wasi(number)) {
        if resource.kind.name == "input-stream" {
            state.wasi_numbers.lose(resource);
        }
    }
}

/// What came back then, with resources that this store knows.
fn give(
    then: &LoggedCall,
    function: &Function,
    holder: Holder,
    host: &Host,
    caller: &mut Caller,
    state: &mut StoreState,
) -> Result<Option<Value>> {
    let (Some(value), Some(ty)) = (then.ending.result.clone()?, &function.result) else { return Ok(None) };
    let value = renumber(&value, ty, &mut |number, resource, _| {
        if *then.crossing.answerer == *WASI {
            let kind = WasiKind::named(&resource.name).ok_or_else(|| unknown(resource))?;
            let placeholder = state.wasi_numbers.placeholder(kind);
            return Ok(caller.carried.push_wasi(placeholder, true, state));
        }
        let mut handles = lock(&host.handles);
        match handles.resource(number) {
            // It stands for what lives in the store that is left.
            Some(held) if held.guest.is_some() => Err(unknown(resource)),
            Some(_) => Ok(number),
            None => {
                handles.replace_ended(number, &resource.name, holder);
                Ok(number)
            }
        }
    });
    value.map(Some)
}

fn unknown(resource: &Resource) -> Error {
    Error::new(Kind::Provider, format!("a resource {} cannot be made again", resource.name.full_name()))
}

fn no_store() -> Error {
    Error::new(Kind::Internal, "what goes back is no store of a component")
}
