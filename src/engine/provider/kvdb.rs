//! `wasi-mindmap:kv-store/kvdb`: a store of strings in memory.
//!
//! All connections share it, as connections to one database do; its WIT is `wit/kv-store.wit`.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;

use super::{ImportCall, Provider, internal};
use crate::engine::lock;
use crate::error::Result;
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

/// The store.
#[derive(Default)]
pub struct Kvdb {
    entries: Mutex<BTreeMap<String, String>>,
}

#[async_trait]
impl Provider for Kvdb {
    fn name(&self) -> &str {
        "builtin"
    }

    fn answers(&self, function: &Function) -> bool {
        let [interface] = function.path.as_slice() else { return false };
        interface.split('@').next() == Some(INTERFACE)
            && FUNCTIONS
                .iter()
                .any(|(name, signature)| *function.name == **name && function.signature().to_string() == *signature)
    }

    async fn call(&self, call: ImportCall<'_>) -> Result<Option<Value>> {
        let mut entries = lock(&self.entries);
        match &*call.function.name {
            "[constructor]connection" => call.new_resource().map(Some),
            "[method]connection.get" => Ok(Some(optional(entries.get(call.string(1)?).cloned()))),
            "[method]connection.set" => {
                entries.insert(call.string(1)?.to_owned(), call.string(2)?.to_owned());
                Ok(None)
            }
            "[method]connection.remove" => Ok(Some(optional(entries.remove(call.string(1)?)))),
            "[method]connection.clear" => {
                entries.clear();
                Ok(None)
            }
            _ => Err(internal("kvdb has no such function")),
        }
    }

    fn reset(&self) {
        lock(&self.entries).clear();
    }
}

fn optional(text: Option<String>) -> Value {
    Value::Option(text.map(|text| Box::new(Value::String(text))))
}
