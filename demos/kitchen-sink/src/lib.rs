//! Every WIT type as a parameter and as a result, for trying out what a caller can pass and read back.
//!
//! `echo.rs` gives back what it gets, one function a type; `store.rs` has the resources; the rest is here.

mod echo;
mod store;

wit_bindgen::generate!({ world: "kitchen-sink", path: "wit" });

use exports::wasi_mindmap::kitchen_sink::shapes::{self, Colour, Permissions, Shape};

struct KitchenSink;

impl Guest for KitchenSink {
    fn version() -> String {
        env!("CARGO_PKG_VERSION").to_string()
    }
}

impl shapes::Guest for KitchenSink {
    fn nothing() {}

    fn describe(
        a: u8,
        b: String,
        c: Option<f64>,
        d: Vec<Colour>,
        e: Permissions,
        f: Shape,
        g: (i8, i64),
        h: char,
        i: bool,
    ) -> String {
        let d: Vec<&str> = d.iter().map(Colour::name).collect();
        format!("{a} {b:?} {c:?} {d:?} {e:?} {f:?} {g:?} {h:?} {i}")
    }

    fn lengths(
        a: String,
        b: String,
        c: String,
        d: String,
        e: String,
        f: String,
        g: String,
        h: String,
        i: String,
    ) -> u32 {
        [a, b, c, d, e, f, g, h, i].iter().map(|text| text.len() as u32).sum()
    }

    fn divide(a: i32, b: i32) -> Result<i32, String> {
        a.checked_div(b).ok_or_else(|| format!("cannot divide {a} by {b}"))
    }

    fn keyword(record: String, type_: u32) -> String {
        format!("{record}/{type_}")
    }
}

export!(KitchenSink);
