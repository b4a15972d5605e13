//! A recording: what imports answered, in a file of JSON lines that a replay answers from.
//!
//! `docs/replay.md` says what stands in it. [`Recorder`] writes one while calls happen, [`Recording`] is one that was read, and
//! `provider/replay.rs` answers from it.

mod read;
#[cfg(test)]
mod tests;
mod write;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

pub use read::{Entry, Recording};
pub use write::{Recorded, Recorder, RecordingFrontend};

use crate::model::{Component, Param, Type};
use crate::value::json::to_json;
use crate::value::{Typed, Value};

/// The version of the format.
const VERSION: u32 = 1;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    #[serde(rename = "witsh-recording")]
    version: u32,
    components: Vec<RecordedComponent>,
}

/// A component of which calls may be in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedComponent {
    /// What it was called.
    pub name: String,
    /// The SHA-256 of its file, in lower-case hex.
    pub sha256: String,
}

impl RecordedComponent {
    /// A loaded component.
    pub fn of(component: &Component, name: &str) -> RecordedComponent {
        RecordedComponent { name: name.to_owned(), sha256: component.sha256() }
    }
}

/// Any other line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Line {
    Call(RecordedCall),
    Output(RecordedOutput),
    Component { component: RecordedComponent },
    End { end: u64 },
}

/// A call of an import and its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedCall {
    /// Its number in the session that was recorded.
    pub call: u64,
    /// The component that called.
    pub by: String,
    /// The function's full name.
    pub function: String,
    /// What it was given.
    pub arguments: Vec<Json>,
    /// What it gave; null where it gives nothing.
    #[serde(default)]
    pub result: Json,
    /// Why it gave nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<RecordedError>,
}

/// How a call failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedError {
    /// The sort of failure, as `--json` spells it.
    pub kind: String,
    /// What was wrong.
    pub message: String,
    /// The guest's own exit status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u8>,
}

/// Something that a guest wrote while a call ran, before the line of that call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedOutput {
    /// `stdout` or `stderr`.
    pub output: Stream,
    /// The text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The bytes, where they are no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Vec<u8>>,
}

/// Where a guest wrote to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Arguments as a recording has them.
pub fn arguments(args: &[Value], params: &[Param]) -> Vec<Json> {
    args.iter().zip(params).map(|(arg, param)| value(arg, &param.ty)).collect()
}

/// A value as a recording has it. The number of a stream or future says nothing, since it changes at each crossing.
pub fn value(value: &Value, ty: &Type) -> Json {
    let mut json = to_json(&Typed { ty: ty.clone(), value: value.clone() });
    forget_streams(&mut json);
    json
}

fn forget_streams(json: &mut Json) {
    match json {
        Json::Array(items) => items.iter_mut().for_each(forget_streams),
        Json::Object(fields) => {
            let is_stream = fields.len() == 2 && (fields.contains_key("stream") || fields.contains_key("future"));
            match fields.get_mut("handle").filter(|_| is_stream) {
                Some(handle) => *handle = 0.into(),
                None => fields.values_mut().for_each(forget_streams),
            }
        }
        _ => {}
    }
}

/// Whether a value of this type can hold a stream or a future, whose content no recording has.
pub fn can_stream(ty: &Type) -> bool {
    match ty {
        Type::Stream(_) | Type::Future(_) | Type::ErrorContext => true,
        Type::List(item) | Type::FixedList(item, _) | Type::Option(item) => can_stream(item),
        Type::Map(key, value) => can_stream(key) || can_stream(value),
        Type::Tuple(items) => items.iter().any(can_stream),
        Type::Record(record) => record.fields.iter().any(|field| can_stream(&field.ty)),
        Type::Variant(variant) => variant.cases.iter().any(|case| case.ty.as_ref().is_some_and(can_stream)),
        Type::Result(result) => [&result.ok, &result.err].into_iter().flatten().any(can_stream),
        _ => false,
    }
}
