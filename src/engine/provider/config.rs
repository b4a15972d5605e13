//! `wasi:config/store`: the settings that the policy grants (`.allow config KEY=VALUE`).

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;

use super::{ImportCall, Provider, internal, is_one_of, ok, option};
use crate::engine::lock;
use crate::error::Result;
use crate::model::Function;
use crate::value::Value;

/// The functions that it answers and their types, as WIT writes them.
const FUNCTIONS: &[(&str, &str)] = &[
    ("get", "func(key: string) -> result<option<string>, error>"),
    ("get-all", "func() -> result<list<tuple<string, string>>, error>"),
];

/// The settings. They are granted and not stored: a reset leaves them.
#[derive(Default)]
pub struct Config {
    values: Mutex<BTreeMap<String, String>>,
}

impl Config {
    /// What is granted from now on.
    pub fn set(&self, values: &[(String, String)]) {
        *lock(&self.values) = values.iter().cloned().collect();
    }
}

#[async_trait]
impl Provider for Config {
    fn name(&self) -> &str {
        "builtin"
    }

    fn answers(&self, function: &Function) -> bool {
        is_one_of(function, "wasi:config/store", FUNCTIONS)
    }

    async fn call(&self, call: ImportCall<'_>) -> Result<Option<Value>> {
        let values = lock(&self.values);
        match &*call.function.name {
            "get" => ok(Some(option(values.get(call.string(0)?).cloned().map(Value::String)))),
            "get-all" => {
                let pair = |(key, value): (&String, &String)| {
                    Value::Tuple(vec![Value::String(key.clone()), Value::String(value.clone())])
                };
                ok(Some(Value::List(values.iter().map(pair).collect())))
            }
            _ => Err(internal("the settings have no such function")),
        }
    }
}
