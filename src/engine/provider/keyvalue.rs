//! `wasi:keyvalue`: buckets in memory, one for each identifier, as long as the session.
//!
//! The runtime's own package copies a bucket when it is opened, so that nothing written outlives the handle; here whoever opens
//! the same identifier sees the same entries.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;

use super::{ImportCall, Provider, internal, is_one_of, ok, option};
use crate::engine::lock;
use crate::error::{Error, Kind, Result};
use crate::model::{Function, Type, TypeName};
use crate::value::Value;

/// The interfaces and functions that it answers and their types, as WIT writes them.
const FUNCTIONS: &[(&str, &[(&str, &str)])] = &[
    (
        "wasi:keyvalue/store",
        &[
            ("open", "func(identifier: string) -> result<bucket, error>"),
            ("[method]bucket.get", "func(key: string) -> result<option<list<u8>>, error>"),
            ("[method]bucket.set", "func(key: string, value: list<u8>) -> result<_, error>"),
            ("[method]bucket.delete", "func(key: string) -> result<_, error>"),
            ("[method]bucket.exists", "func(key: string) -> result<bool, error>"),
            ("[method]bucket.list-keys", "func(cursor: option<u64>) -> result<key-response, error>"),
        ],
    ),
    (
        "wasi:keyvalue/atomics",
        &[("increment", "func(bucket: borrow<bucket>, key: string, delta: u64) -> result<u64, error>")],
    ),
    (
        "wasi:keyvalue/batch",
        &[
            (
                "get-many",
                "func(bucket: borrow<bucket>, keys: list<string>) -> result<list<option<tuple<string, list<u8>>>>, error>",
            ),
            ("set-many", "func(bucket: borrow<bucket>, key-values: list<tuple<string, list<u8>>>) -> result<_, error>"),
            ("delete-many", "func(bucket: borrow<bucket>, keys: list<string>) -> result<_, error>"),
        ],
    ),
];

/// What all buckets together may hold, in bytes of keys and values.
const MOST_BYTES: usize = 256 << 20;

/// How many keys one answer of `list-keys` holds.
const PAGE: usize = 1_000;

/// The buckets.
#[derive(Default)]
pub struct KeyValue {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The identifier of the bucket behind each handle.
    handles: BTreeMap<u32, String>,
    buckets: BTreeMap<String, BTreeMap<String, Vec<u8>>>,
    /// How many bytes all keys and values have.
    bytes: usize,
}

#[async_trait]
impl Provider for KeyValue {
    fn name(&self) -> &str {
        "builtin"
    }

    fn answers(&self, function: &Function) -> bool {
        FUNCTIONS.iter().any(|(interface, functions)| is_one_of(function, interface, functions))
    }

    async fn call(&self, call: ImportCall<'_>) -> Result<Option<Value>> {
        let mut state = lock(&self.state);
        if &*call.function.name == "open" {
            return state.open(&call);
        }
        let Some(Value::Handle(rep)) = call.args.first() else { return Err(internal("a bucket is no handle")) };
        let Some(identifier) = state.handles.get(rep).cloned() else {
            return Err(Error::new(Kind::Handle, "this bucket was made before the last reset"));
        };
        let bytes = |value: Option<&Vec<u8>>| option(value.cloned().map(Value::Bytes));
        match &*call.function.name {
            "[method]bucket.get" => ok(Some(bytes(state.bucket(&identifier).get(call.string(1)?)))),
            "[method]bucket.set" => match call.args.get(2) {
                Some(Value::Bytes(value)) => state.set(&identifier, call.string(1)?, value).and_then(|()| ok(None)),
                _ => Err(internal("a value is no list<u8>")),
            },
            "[method]bucket.delete" => {
                state.delete(&identifier, call.string(1)?);
                ok(None)
            }
            "[method]bucket.exists" => ok(Some(Value::Bool(state.bucket(&identifier).contains_key(call.string(1)?)))),
            "[method]bucket.list-keys" => ok(Some(list_keys(state.bucket(&identifier), call.args.get(1)))),
            "increment" => state.increment(&identifier, &call),
            "get-many" => {
                let pair = |key: &str, value: &Vec<u8>| {
                    Value::Tuple(vec![Value::String(key.to_owned()), Value::Bytes(value.clone())])
                };
                let bucket = state.bucket(&identifier);
                ok(Some(Value::List(
                    keys(&call)?.map(|key| option(bucket.get(key).map(|value| pair(key, value)))).collect(),
                )))
            }
            "set-many" => {
                for (key, value) in entries(&call)? {
                    state.set(&identifier, key, value)?;
                }
                ok(None)
            }
            "delete-many" => {
                keys(&call)?.for_each(|key| state.delete(&identifier, key));
                ok(None)
            }
            _ => Err(internal("a bucket has no such function")),
        }
    }

    fn drop_resource(&self, _resource: &TypeName, rep: u32) {
        lock(&self.state).handles.remove(&rep);
    }

    fn reset(&self) {
        *lock(&self.state) = State::default();
    }
}

impl State {
    /// A handle to the bucket of an identifier, which is made if there is none.
    fn open(&mut self, call: &ImportCall<'_>) -> Result<Option<Value>> {
        let Some(Type::Result(result)) = &call.function.result else { return Err(internal("open gives no result")) };
        let Some(Type::Own(resource)) = &result.ok else { return Err(internal("open gives no bucket")) };
        let handle = call.resource(resource)?;
        if let Value::Handle(rep) = handle {
            self.handles.insert(rep, call.string(0)?.to_owned());
        }
        ok(Some(handle))
    }

    fn bucket(&mut self, identifier: &str) -> &mut BTreeMap<String, Vec<u8>> {
        self.buckets.entry(identifier.to_owned()).or_default()
    }

    fn set(&mut self, identifier: &str, key: &str, value: &[u8]) -> Result<()> {
        self.delete(identifier, key);
        let bytes = self.bytes.saturating_add(key.len() + value.len());
        if bytes > MOST_BYTES {
            let message = format!("the buckets are full: they hold up to {} MiB", MOST_BYTES >> 20);
            return Err(Error::new(Kind::Limit, message).help("`.reset` empties them"));
        }
        self.bytes = bytes;
        self.bucket(identifier).insert(key.to_owned(), value.to_vec());
        Ok(())
    }

    fn delete(&mut self, identifier: &str, key: &str) {
        let removed = self.bucket(identifier).remove(key);
        self.bytes -= removed.map_or(0, |value| key.len() + value.len());
    }

    /// Adds to a number that is kept as decimal digits; a key that is not there counts as 0.
    fn increment(&mut self, identifier: &str, call: &ImportCall<'_>) -> Result<Option<Value>> {
        let Some(Value::U64(delta)) = call.args.get(2) else { return Err(internal("an increment is no u64")) };
        let key = call.string(1)?;
        let old = match self.bucket(identifier).get(key) {
            None => Some(0),
            Some(value) => std::str::from_utf8(value).ok().and_then(|text| text.parse::<u64>().ok()),
        };
        let Some(old) = old else { return other_error(call, &format!("the value of {key} is no number")) };
        let Some(new) = old.checked_add(*delta) else {
            return other_error(call, &format!("{old} + {delta} is more than a u64 holds"));
        };
        self.set(identifier, key, new.to_string().as_bytes())?;
        ok(Some(Value::U64(new)))
    }
}

/// `err(other(why))`.
fn other_error(call: &ImportCall<'_>, why: &str) -> Result<Option<Value>> {
    let error = match &call.function.result {
        Some(Type::Result(result)) => result.err.as_ref(),
        _ => None,
    };
    let Some(Type::Variant(cases)) = error else { return Err(internal("the error is no variant")) };
    let other = cases.cases.iter().position(|case| &*case.name == "other" && case.ty == Some(Type::String));
    let other = other.ok_or_else(|| Error::new(Kind::Provider, why))?;
    let payload = Some(Box::new(Value::String(why.to_owned())));
    Ok(Some(Value::Result(Err(Some(Box::new(Value::Variant(other as u32, payload)))))))
}

/// A page of keys from a cursor on, which counts them, and the cursor of the next.
fn list_keys(bucket: &BTreeMap<String, Vec<u8>>, cursor: Option<&Value>) -> Value {
    let from = match cursor {
        Some(Value::Option(Some(cursor))) => match **cursor {
            Value::U64(from) => usize::try_from(from).unwrap_or(usize::MAX),
            _ => 0,
        },
        _ => 0,
    };
    let keys: Vec<Value> = bucket.keys().skip(from).take(PAGE).cloned().map(Value::String).collect();
    let next = from.saturating_add(keys.len());
    let next = (next < bucket.len()).then_some(Value::U64(next as u64));
    Value::Record(vec![Value::List(keys), option(next)])
}

/// The strings of the second argument.
fn keys<'a>(call: &'a ImportCall<'_>) -> Result<impl Iterator<Item = &'a str>> {
    let Some(Value::List(keys)) = call.args.get(1) else { return Err(internal("keys are no list")) };
    Ok(keys.iter().filter_map(|key| match key {
        Value::String(key) => Some(key.as_str()),
        _ => None,
    }))
}

/// The keys and values of the second argument.
fn entries<'a>(call: &'a ImportCall<'_>) -> Result<impl Iterator<Item = (&'a str, &'a [u8])>> {
    let Some(Value::List(entries)) = call.args.get(1) else { return Err(internal("entries are no list")) };
    Ok(entries.iter().filter_map(|entry| match entry {
        Value::Tuple(pair) => match &pair[..] {
            [Value::String(key), Value::Bytes(value)] => Some((key.as_str(), value.as_slice())),
            _ => None,
        },
        _ => None,
    }))
}
