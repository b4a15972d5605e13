//! The lines between the shell and a provider's process; `docs/provider-protocol.md` describes them.

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::model::types::TypeName;
use crate::model::{Function, Type};
use crate::value::json::to_json;
use crate::value::{Typed, Value};

/// What a process says.
#[derive(Debug, Deserialize)]
pub struct Message {
    /// The request that it answers; none for what is only shown.
    pub id: Option<u64>,
    /// The result.
    #[serde(default, deserialize_with = "present")]
    pub ok: Option<Json>,
    /// The guest is to trap, with this text.
    pub trap: Option<String>,
    /// The process cannot answer, and why.
    pub error: Option<String>,
    /// A text to show, beside any answer.
    pub print: Option<String>,
}

/// `null` is a result too.
fn present<'de, D: serde::Deserializer<'de>>(json: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(json).map(Some)
}

/// A call; the handles in the arguments have the process's numbers. `types` is for a runner that is told them.
pub fn call(id: u64, function: &Function, args: &[Value], types: Option<Json>) -> Vec<u8> {
    let args = args.iter().zip(&function.params);
    let args: Vec<Json> =
        args.map(|(value, param)| to_json(&Typed { ty: param.ty.clone(), value: value.clone() })).collect();
    let mut call = json!({ "interface": function.interface(), "function": &*function.name, "args": args });
    if let Some(types) = types {
        call["types"] = types;
    }
    line(&json!({ "id": id, "call": call }))
}

/// A resource that the process made is gone.
pub fn drop_resource(resource: &TypeName, number: u32) -> Vec<u8> {
    line(&json!({ "drop": { "resource": resource_name(resource), "handle": number } }))
}

fn line(json: &Json) -> Vec<u8> {
    format!("{json}\n").into_bytes()
}

fn resource_name(name: &TypeName) -> String {
    match &name.interface {
        Some(interface) => format!("{interface}#{}", name.name),
        None => name.name.to_string(),
    }
}

/// How many parts the types of one function may have together.
const MOST_TYPES: usize = 5_000;

/// The types of a function's parameters and result; `None` if they are too large to be described.
pub fn types(function: &Function) -> Option<Json> {
    let mut budget = MOST_TYPES;
    let params: Vec<Json> =
        function.params.iter().map(|param| describe(&param.ty, &mut budget)).collect::<Option<_>>()?;
    let result = optional(function.result.as_ref(), &mut budget)?;
    Some(json!({ "params": params, "result": result }))
}

fn optional(ty: Option<&Type>, budget: &mut usize) -> Option<Json> {
    ty.map_or(Some(Json::Null), |ty| describe(ty, budget))
}

/// A plain type is its name, any other an object with one key.
fn describe(ty: &Type, budget: &mut usize) -> Option<Json> {
    *budget = budget.checked_sub(1)?;
    let labels = |labels: &[std::sync::Arc<str>]| labels.iter().map(|label| Json::from(&**label)).collect::<Vec<_>>();
    Some(match ty {
        Type::List(item) | Type::FixedList(item, _) => json!({ "list": describe(item, budget)? }),
        Type::Map(key, item) => json!({ "map": [describe(key, budget)?, describe(item, budget)?] }),
        Type::Tuple(items) => {
            let items: Vec<Json> = items.iter().map(|ty| describe(ty, budget)).collect::<Option<_>>()?;
            json!({ "tuple": items })
        }
        Type::Option(item) => json!({ "option": describe(item, budget)? }),
        Type::Result(result) => {
            json!({ "result": [optional(result.ok.as_ref(), budget)?, optional(result.err.as_ref(), budget)?] })
        }
        Type::Record(record) => {
            let fields = record.fields.iter();
            let fields: Map<String, Json> = fields
                .map(|field| Some((field.name.to_string(), describe(&field.ty, budget)?)))
                .collect::<Option<_>>()?;
            json!({ "record": fields })
        }
        Type::Variant(variant) => {
            let cases = variant.cases.iter();
            let cases: Map<String, Json> = cases
                .map(|case| Some((case.name.to_string(), optional(case.ty.as_ref(), budget)?)))
                .collect::<Option<_>>()?;
            json!({ "variant": cases })
        }
        Type::Enum(cases) => {
            *budget = budget.checked_sub(cases.labels.len())?;
            json!({ "enum": labels(&cases.labels) })
        }
        Type::Flags(flags) => json!({ "flags": labels(&flags.labels) }),
        Type::Own(resource) => json!({ "own": resource_name(&resource.name) }),
        Type::Borrow(resource) => json!({ "borrow": resource_name(&resource.name) }),
        plain => Json::from(plain.to_string()),
    })
}
