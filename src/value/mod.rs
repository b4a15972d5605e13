//! Component-model values as the shell holds them, and their text forms.
//!
//! A [`Value`] means something only together with its [`Type`]: records hold their fields in the type's order, variants the
//! number of their case. [`Typed`] pairs the two, and that is what variables and reports hold. Nothing here knows the runtime.
//! `wave.rs` prints values as WAVE, `json.rs` as JSON, and `from_json.rs` reads that back.

pub mod from_json;
pub mod json;
pub mod renumber;
#[cfg(test)]
pub mod strategies;
#[cfg(test)]
mod tests;
pub mod wave;

use crate::model::Type;

/// A value without its type.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `bool`
    Bool(bool),
    /// `s8`
    S8(i8),
    /// `u8`
    U8(u8),
    /// `s16`
    S16(i16),
    /// `u16`
    U16(u16),
    /// `s32`
    S32(i32),
    /// `u32`
    U32(u32),
    /// `s64`
    S64(i64),
    /// `u64`
    U64(u64),
    /// `f32`
    F32(f32),
    /// `f64`
    F64(f64),
    /// `char`
    Char(char),
    /// `string`
    String(String),
    /// `list<u8>`, always in this form and never as [`Value::List`]
    Bytes(Vec<u8>),
    /// `list<T>` for any other T, and `list<T, N>`
    List(Vec<Value>),
    /// `map<K, V>`, in the order in which the entries were written or returned
    Map(Vec<(Value, Value)>),
    /// `tuple<…>`
    Tuple(Vec<Value>),
    /// A record's fields in the type's order
    Record(Vec<Value>),
    /// A variant's case number and payload
    Variant(u32, Option<Box<Value>>),
    /// An enum's case number
    Enum(u32),
    /// The numbers of the flags that are set, ascending
    Flags(Vec<u32>),
    /// `option<T>`
    Option(Option<Box<Value>>),
    /// `result<T, E>`
    Result(Result<Option<Box<Value>>, Option<Box<Value>>>),
    /// A number in the handle table: a resource handle, a stream, a future, an error-context
    Handle(u32),
}

/// A value and its type.
#[derive(Clone, Debug)]
pub struct Typed {
    /// The type.
    pub ty: Type,
    /// A value of that type.
    pub value: Value,
}

impl Value {
    /// About how many bytes it takes in memory.
    pub fn size(&self) -> usize {
        let inside = match self {
            Value::String(text) => text.len(),
            Value::Bytes(bytes) => bytes.len(),
            Value::Flags(set) => size_of_val(set.as_slice()),
            Value::List(items) | Value::Tuple(items) | Value::Record(items) => items.iter().map(Value::size).sum(),
            Value::Map(entries) => entries.iter().map(|(key, value)| key.size() + value.size()).sum(),
            Value::Variant(_, Some(payload))
            | Value::Option(Some(payload))
            | Value::Result(Ok(Some(payload)) | Err(Some(payload))) => payload.size(),
            _ => 0,
        };
        size_of::<Value>() + inside
    }

    /// The numbers of all handles in it, in order.
    pub fn handles(&self) -> Vec<u32> {
        let mut found = Vec::new();
        self.collect_handles(&mut found);
        found
    }

    /// Gives every handle in it another number.
    pub fn renumber_handles(&mut self, number: &mut dyn FnMut(u32) -> u32) {
        match self {
            Value::Handle(handle) => *handle = number(*handle),
            Value::List(items) | Value::Tuple(items) | Value::Record(items) => {
                items.iter_mut().for_each(|item| item.renumber_handles(number));
            }
            Value::Map(entries) => entries.iter_mut().for_each(|(key, value)| {
                key.renumber_handles(number);
                value.renumber_handles(number);
            }),
            Value::Variant(_, Some(payload))
            | Value::Option(Some(payload))
            | Value::Result(Ok(Some(payload)) | Err(Some(payload))) => payload.renumber_handles(number),
            _ => {}
        }
    }

    fn collect_handles(&self, found: &mut Vec<u32>) {
        match self {
            Value::Handle(number) => found.push(*number),
            Value::List(items) | Value::Tuple(items) | Value::Record(items) => {
                items.iter().for_each(|item| item.collect_handles(found));
            }
            Value::Map(entries) => entries.iter().for_each(|(key, value)| {
                key.collect_handles(found);
                value.collect_handles(found);
            }),
            Value::Variant(_, Some(payload))
            | Value::Option(Some(payload))
            | Value::Result(Ok(Some(payload)) | Err(Some(payload))) => payload.collect_handles(found),
            _ => {}
        }
    }
}
