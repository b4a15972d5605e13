//! Exports and imports as rows of a table: what `.exports` and `.imports` share.
//!
//! Nothing is hidden: what is no function is a row too, and says what it is.

use serde_json::{Value as Json, json};

use super::target::Selected;
use crate::model::{Function, FunctionKind, Item, Type};
use crate::report::{Cell, Role, Text};

/// The headings of [`row`].
pub const COLUMNS: [&str; 5] = ["interface", "function", "parameters", "result", "kind"];

/// One export or import: its interface, its name, its parameters and result if it is a function, and what it is.
pub fn row(selected: &Selected<'_>) -> Vec<Cell> {
    let interface = selected.interface().map_or_else(Cell::empty, |name| Cell::new(Role::Name, name));
    let name = Cell::new(Role::Name, &*selected.item.name);
    let (params, result) = match &selected.item.item {
        Item::Function(function) => (params(function), result(function)),
        _ => (Cell::empty(), Cell::empty()),
    };
    vec![interface, name, params, result, Cell::new(Role::Keyword, kind(&selected.item.item))]
}

/// `a: s32, b: s32`; as data a list of names and types. A method's `self` is left out, as WIT does.
fn params(function: &Function) -> Cell {
    let mut text = Text::default();
    let mut data = Vec::new();
    for param in function.written_params() {
        let comma = if text.0.is_empty() { "" } else { ", " };
        text = text.and(Role::Plain, format!("{comma}{}: ", param.name)).and(Role::Type, param.ty.to_string());
        data.push(json!({ "name": &*param.name, "type": param.ty.to_string() }));
    }
    Cell { text, json: Json::Array(data) }
}

/// The result's type.
fn result(function: &Function) -> Cell {
    function.result.as_ref().map_or_else(Cell::empty, |ty| Cell::new(Role::Type, ty.to_string()))
}

/// What an item is: `func`, `async method`, `resource`, `record`, `memory 1`.
fn kind(item: &Item) -> String {
    match item {
        Item::Function(function) => {
            let word = match function.kind() {
                FunctionKind::Plain => "func",
                FunctionKind::Constructor { .. } => "constructor",
                FunctionKind::Method { .. } => "method",
                FunctionKind::Static { .. } => "static",
            };
            if function.is_async { format!("async {word}") } else { word.to_owned() }
        }
        Item::Instance(_) => "instance".to_owned(),
        Item::Type(ty) => match ty {
            Type::Record(_) => "record".to_owned(),
            Type::Variant(_) => "variant".to_owned(),
            Type::Enum(_) => "enum".to_owned(),
            Type::Flags(_) => "flags".to_owned(),
            other => format!("type = {other}"),
        },
        Item::Resource(_) => "resource".to_owned(),
        Item::Component(inside) => described("component", inside),
        Item::CoreModule(inside) => described("core module", inside),
        Item::Core(inside) | Item::Other(inside) => inside.clone(),
    }
}

fn described(word: &str, inside: &str) -> String {
    if inside.is_empty() { word.to_owned() } else { format!("{word} {inside}") }
}
