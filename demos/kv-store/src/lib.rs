//! A guest that leans on its host: it opens a connection to the host's store, swaps a value, and logs what it did.

wit_bindgen::generate!({
    world: "wasi-mindmap:kv-demo/kv-database",
    path: "wit",
    generate_all,
});

use wasi_mindmap::kv_store::kvdb::Connection;

struct KvStore;

impl Guest for KvStore {
    fn replace_value(key: String, value: String) -> Option<String> {
        let connection = Connection::new();
        let old = connection.get(&key);
        connection.set(&key, &value);
        log(&format!("replaced {key:?}: {old:?} -> {value:?}"));
        old
        // `connection` is dropped here: the guest gives its handle back to the host.
    }

    fn remove_value(key: String) -> Option<String> {
        let old = Connection::new().remove(&key);
        log(&format!("removed {key:?}: {old:?}"));
        old
    }

    fn remove_all() {
        Connection::new().clear();
        log("removed everything");
    }
}

export!(KvStore);
