//! One identity function for each type.

use crate::KitchenSink;
use crate::exports::wasi_mindmap::kitchen_sink::echo::{Colour, Guest, Id, Permissions, Person, Point, Shape};
use wit_bindgen::rt::Map;

/// Implements functions that return their argument.
macro_rules! identities {
    ($($name:ident: $type:ty,)*) => {
        $(fn $name(v: $type) -> $type { v })*
    };
}

impl Guest for KitchenSink {
    identities! {
        echo_bool: bool,
        echo_u8: u8,
        echo_u16: u16,
        echo_u32: u32,
        echo_u64: u64,
        echo_s8: i8,
        echo_s16: i16,
        echo_s32: i32,
        echo_s64: i64,
        echo_f32: f32,
        echo_f64: f64,
        echo_char: char,
        echo_string: String,
        echo_bytes: Vec<u8>,
        echo_strings: Vec<String>,
        echo_nested_list: Vec<Vec<i32>>,
        echo_triple: [i32; 3],
        echo_map: Map<String, u32>,
        echo_map_by_number: Map<u32, Vec<String>>,
        echo_tuple: (u8, String, bool),
        echo_point: Point,
        echo_person: Person,
        echo_people: Vec<Person>,
        echo_shape: Shape,
        echo_colour: Colour,
        echo_permissions: Permissions,
        echo_id: Id,
        echo_option: Option<u32>,
        echo_option_option: Option<Option<u32>>,
        echo_option_string: Option<String>,
        echo_result: Result<(), ()>,
        echo_result_ok: Result<u32, ()>,
        echo_result_err: Result<(), String>,
        echo_result_both: Result<u32, String>,
        echo_deep: Result<Option<Vec<(String, Shape)>>, Colour>,
    }
}
