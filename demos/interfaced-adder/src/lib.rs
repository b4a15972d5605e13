//! The adder behind an interface: the same function, exported as `wasi-mindmap:interfaced-adder/add#add`.

wit_bindgen::generate!({ world: "adder", path: "wit" });

use exports::wasi_mindmap::interfaced_adder::add::Guest;

struct Adder;

impl Guest for Adder {
    fn add(a: i32, b: i32) -> i32 {
        a.wrapping_add(b)
    }
}

export!(Adder);
