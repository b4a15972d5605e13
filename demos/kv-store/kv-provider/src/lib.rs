//! The store of this demo as a component: what kv-store imports, it exports.

wit_bindgen::generate!({
    world: "wasi-mindmap:kv-demo/kv-provider",
    path: "../wit",
    generate_all,
});

use std::cell::RefCell;
use std::collections::BTreeMap;

use exports::wasi_mindmap::kv_store::kvdb;

thread_local! {
    static STORE: RefCell<BTreeMap<String, String>> = const { RefCell::new(BTreeMap::new()) };
}

struct Provider;

/// A connection holds nothing of its own: all of them see the one store.
struct Connection;

impl kvdb::Guest for Provider {
    type Connection = Connection;
}

impl kvdb::GuestConnection for Connection {
    fn new() -> Self {
        Connection
    }

    fn get(&self, key: String) -> Option<String> {
        STORE.with_borrow(|store| store.get(&key).cloned())
    }

    fn set(&self, key: String, value: String) {
        STORE.with_borrow_mut(|store| store.insert(key, value));
    }

    fn remove(&self, key: String) -> Option<String> {
        STORE.with_borrow_mut(|store| store.remove(&key))
    }

    fn clear(&self) {
        STORE.with_borrow_mut(BTreeMap::clear);
    }
}

impl Guest for Provider {
    fn dump() -> Vec<(String, String)> {
        STORE.with_borrow(|store| store.iter().map(|(key, value)| (key.clone(), value.clone())).collect())
    }
}

export!(Provider);
