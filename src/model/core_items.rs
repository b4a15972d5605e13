//! What core modules import and export, in words.

use std::collections::HashMap;
use std::fmt::Write as _;

use wasmparser::component_types::ComponentCoreModuleTypeId;
use wasmparser::types::{CoreTypeId, EntityType, Types, TypesRef};
use wasmparser::{CompositeInnerType, FuncType, MemoryType, ValType};

use super::{Extern, Item};

/// How many imports or exports a description in short names.
const SHOWN: usize = 8;

/// A core module's imports: an instance for each module that it imports from, in the order of first mention.
pub fn imports(types: TypesRef<'_>) -> Vec<Extern> {
    let mut modules: Vec<(&str, Vec<Extern>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (module, name, entity) in types.core_imports().into_iter().flatten() {
        let place = *places.entry(module).or_insert_with(|| {
            modules.push((module, Vec::new()));
            modules.len() - 1
        });
        modules[place].1.push(core_extern(types, name, &entity));
    }
    modules.into_iter().map(|(name, items)| Extern { name: name.into(), item: Item::Instance(items) }).collect()
}

/// A core module's exports.
pub fn exports(types: TypesRef<'_>) -> Vec<Extern> {
    let exports = types.core_exports().into_iter().flatten();
    exports.map(|(name, entity)| core_extern(types, name, &entity)).collect()
}

fn core_extern(types: TypesRef<'_>, name: &str, entity: &EntityType) -> Extern {
    Extern { name: name.into(), item: Item::Core(describe(types, entity)) }
}

/// A core module's imports and exports in short: `(import env.log, export run)`.
pub fn describe_module(types: &Types, id: ComponentCoreModuleTypeId) -> String {
    let module = &types[id];
    let imports = module.imports.keys().map(|(module, name)| format!("{module}.{name}"));
    describe_items(imports, module.exports.keys().cloned())
}

/// `(import a, import b, export c)`, cut after a few; nothing where there is nothing.
pub fn describe_items(
    imports: impl ExactSizeIterator<Item = String>,
    exports: impl ExactSizeIterator<Item = String>,
) -> String {
    let all = imports.len() + exports.len();
    let items = imports.map(|name| format!("import {name}")).chain(exports.map(|name| format!("export {name}")));
    let mut shown: Vec<String> = items.take(SHOWN).collect();
    if all > SHOWN {
        shown.push(format!("and {} more", all - SHOWN));
    }
    if shown.is_empty() { String::new() } else { format!("({})", shown.join(", ")) }
}

fn describe(types: TypesRef<'_>, entity: &EntityType) -> String {
    match entity {
        EntityType::Func(id) | EntityType::FuncExact(id) => function(types, *id, "func"),
        EntityType::Tag(id) => function(types, *id, "tag"),
        EntityType::Table(table) => {
            format!("table {} {}", limits(table.initial, table.maximum), table.element_type)
        }
        EntityType::Memory(memory) => describe_memory(memory),
        EntityType::Global(global) => {
            let mutable = if global.mutable { "mut " } else { "" };
            format!("global {mutable}{}", global.content_type)
        }
    }
}

fn describe_memory(memory: &MemoryType) -> String {
    let mut text = format!("memory {}", limits(memory.initial, memory.maximum));
    if memory.memory64 {
        text.push_str(" i64");
    }
    if memory.shared {
        text.push_str(" shared");
    }
    if let Some(log2) = memory.page_size_log2 {
        let _ = write!(text, " pagesize 2^{log2}");
    }
    text
}

/// `1`, or `1 16` with a maximum: pages of a memory, elements of a table.
fn limits(initial: u64, maximum: Option<u64>) -> String {
    maximum.map_or_else(|| initial.to_string(), |maximum| format!("{initial} {maximum}"))
}

fn function(types: TypesRef<'_>, id: CoreTypeId, head: &str) -> String {
    match types.get(id).map(|ty| &ty.composite_type.inner) {
        Some(CompositeInnerType::Func(function)) => signature(head, function),
        _ => head.to_owned(),
    }
}

/// `func(i32, i32) -> i32`; several results stand in brackets.
fn signature(head: &str, function: &FuncType) -> String {
    let list = |types: &[ValType]| types.iter().map(ValType::to_string).collect::<Vec<_>>().join(", ");
    let params = list(function.params());
    match function.results() {
        [] => format!("{head}({params})"),
        [result] => format!("{head}({params}) -> {result}"),
        results => format!("{head}({params}) -> ({})", list(results)),
    }
}
