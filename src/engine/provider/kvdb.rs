//! `wasi-mindmap:kv-store/kvdb`: a store of strings in memory.
//!
//! All connections share it, as connections to one database do; its WIT is `wit/kv-store.wit`.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;

use super::{ImportCall, Provider, internal, is_one_of, option};
use crate::engine::lock;
use crate::error::{Error, Kind, Result};
use crate::model::Function;
use crate::value::Value;

/// The interface that it answers, without a version.
const INTERFACE: &str = "wasi-mindmap:kv-store/kvdb";

/// The functions that it answers and their types, as WIT writes them.
const FUNCTIONS: &[(&str, &str)] = &[
    ("[constructor]connection", "constructor()"),
    ("[method]connection.get", "func(key: string) -> option<string>"),
    ("[method]connection.set", "func(key: string, value: string)"),
    ("[method]connection.remove", "func(key: string) -> option<string>"),
    ("[method]connection.clear", "func()"),
];

/// What the store may hold, in bytes of keys and values.
const MOST_BYTES: usize = 256 << 20;

/// The store.
#[derive(Default)]
pub struct Kvdb {
    entries: Mutex<Entries>,
}

/// What is stored.
#[derive(Default)]
struct Entries {
    values: BTreeMap<String, String>,
    /// How many bytes the keys and values have.
    bytes: usize,
}

impl Entries {
    fn set(&mut self, key: &str, value: &str) -> Result<()> {
        self.remove(key);
        let bytes = self.bytes.saturating_add(key.len() + value.len());
        if bytes > MOST_BYTES {
            return Err(Error::new(Kind::Limit, format!("the store is full: it holds up to {} MiB", MOST_BYTES >> 20))
                .help("`.reset` empties it"));
        }
        self.bytes = bytes;
        self.values.insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    fn remove(&mut self, key: &str) -> Option<String> {
        let value = self.values.remove(key)?;
        self.bytes -= key.len() + value.len();
        Some(value)
    }
}

#[async_trait]
impl Provider for Kvdb {
    fn name(&self) -> &str {
        "builtin"
    }

    fn answers(&self, function: &Function) -> bool {
        is_one_of(function, INTERFACE, FUNCTIONS)
    }

    async fn call(&self, call: ImportCall<'_>) -> Result<Option<Value>> {
        let mut entries = lock(&self.entries);
        match &*call.function.name {
            "[constructor]connection" => call.new_resource().map(Some),
            "[method]connection.get" => {
                Ok(Some(option(entries.values.get(call.string(1)?).cloned().map(Value::String))))
            }
            "[method]connection.set" => {
                entries.set(call.string(1)?, call.string(2)?)?;
                Ok(None)
            }
            "[method]connection.remove" => Ok(Some(option(entries.remove(call.string(1)?).map(Value::String)))),
            "[method]connection.clear" => {
                *entries = Entries::default();
                Ok(None)
            }
            _ => Err(internal("kvdb has no such function")),
        }
    }

    fn reset(&self) {
        *lock(&self.entries) = Entries::default();
    }
}
