//! A core module made into a component, so that it is called, run and provided for like one.
//!
//! By the WIT that a bindings generator left in it, or else by a world made from its signatures; imports of WASI preview 1
//! are answered by the adapter that wasmtime ships. Nothing is compiled. Start reading at [`componentize`].

use bytes::Bytes;

use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER as COMMAND,
    WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER as REACTOR,
};
use wasm_encoder::{EntityType, ExportKind, ExportSection, ImportSection, Module, RawSection};
use wasmparser::types::{EntityType as CoreEntity, TypesRef};
use wasmparser::{Parser, Payload, TypeRef};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use super::core_world::{CoreWorld, world_of};
use super::{Component, Extern};
use crate::panics::contained;

/// The module that functions of WASI preview 1 are imported from.
pub const PREVIEW1: &str = WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME;

/// How many names a notice lists.
const SHOWN: usize = 8;
/// How many functions a module may import and export: the encoder's time grows with the square of their number.
const MOST_FUNCTIONS: usize = 5_000;

/// The core module that a file holds, and what became of it.
#[derive(Debug)]
pub struct CoreModule {
    /// The binary (a text file's bytes after assembly).
    pub bytes: Bytes,
    /// What the module imports: an instance for each module that it imports from.
    pub imports: Vec<Extern>,
    /// What the module exports.
    pub exports: Vec<Extern>,
    /// How a component was made of it, or why it could not be.
    pub made: Result<Made, String>,
}

/// How a component was made of a core module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Made {
    /// The adapter between WASI preview 1 and WASI 0.2: `command` or `reactor`.
    pub adapter: Option<&'static str>,
    /// The WIT was in the module; otherwise a world was made from its signatures.
    pub has_wit: bool,
    /// Names that WIT does not allow, each with the name in the component.
    pub renamed: Vec<(String, String)>,
    /// Exports of the module that the component does not have.
    pub left_out: Vec<String>,
}

impl Made {
    /// How it was done, in words that follow `made into a component`.
    pub fn how(&self) -> String {
        let wit = if self.has_wit { "by the WIT in it" } else { "by its signatures" };
        match self.adapter {
            Some(adapter) => format!("{wit}, with the {adapter} adapter for {PREVIEW1}"),
            None => wit.to_owned(),
        }
    }
}

impl Component {
    /// Of a core module, what its component does not have or calls differently, or why there is none: a line each.
    pub fn changes(&self) -> Vec<String> {
        let made = match self.core.as_ref().map(|core| &core.made) {
            Some(Ok(made)) => made,
            Some(Err(reason)) => return vec![format!("no component can be made of it: {reason}")],
            None => return Vec::new(),
        };
        let mut changes = Vec::new();
        if !made.renamed.is_empty() {
            let names = made.renamed.iter().map(|(from, to)| format!("{from} is {to}"));
            changes.push(format!("names that WIT does not allow are changed: {}", some_of(names)));
        }
        if !made.left_out.is_empty() {
            changes.push(format!("left out of the component: {}", some_of(made.left_out.iter().cloned())));
        }
        changes
    }
}

/// The first few, and how many more there are.
pub fn some_of(items: impl ExactSizeIterator<Item = String>) -> String {
    let more = items.len().saturating_sub(SHOWN);
    let mut shown: Vec<String> = items.take(SHOWN).collect();
    if more > 0 {
        shown.push(format!("and {more} more"));
    }
    shown.join(", ")
}

/// The component made of a module with these types. The error says what the module has that a component cannot.
pub fn componentize(module: &[u8], types: TypesRef<'_>) -> Result<(Vec<u8>, Made), String> {
    contained(|| encode(module, types)).unwrap_or_else(|panic| Err(format!("the encoder gave up ({})", panic.message)))
}

fn encode(module: &[u8], types: TypesRef<'_>) -> Result<(Vec<u8>, Made), String> {
    let imports = types.core_imports().into_iter().flatten().map(|(.., entity)| entity);
    let exports = types.core_exports().into_iter().flatten().map(|(_, entity)| entity);
    if imports.chain(exports).filter(|entity| matches!(entity, CoreEntity::Func(_))).count() > MOST_FUNCTIONS {
        return Err(format!("it imports and exports more than {MOST_FUNCTIONS} functions"));
    }
    let adapter = adapter(types)?;
    let has_wit = has_wit(module);
    let (world, described);
    let (module, world) = if has_wit {
        world = CoreWorld::default();
        (module, &world)
    } else {
        let adapted = if adapter.is_some() { PREVIEW1 } else { "" };
        world = world_of(types, adapted, adapter.is_some_and(|(name, _)| name == "command"))?;
        described = describe(module, &world)?;
        (&described[..], &world)
    };
    let mut encoder = ComponentEncoder::default().validate(true).module(module).map_err(shown)?;
    if let Some((_, adapter)) = adapter {
        encoder = encoder.adapter(PREVIEW1, adapter).map_err(shown)?;
    }
    let component = encoder.encode().map_err(shown)?;
    let imports = world.renamed_imports.iter();
    let imports = imports.map(|((module, name), new)| (format!("{module}.{name}"), format!("{}#{}", new.0, new.1)));
    let exports = world.renamed_exports.iter().map(|(name, new)| (name.clone(), new.clone()));
    let made = Made {
        adapter: adapter.map(|(name, _)| name),
        has_wit,
        renamed: imports.chain(exports).collect(),
        left_out: world.left_out.clone(),
    };
    Ok((component, made))
}

/// All causes in a line: the outermost rarely says what is wrong.
fn shown(error: impl std::fmt::Debug + std::fmt::Display) -> String {
    format!("{error:#}").replace('\n', " ")
}

/// The adapter that a module needs: one that has `_start` is a command, which is run once, and any other a reactor.
fn adapter(types: TypesRef<'_>) -> Result<Option<(&'static str, &'static [u8])>, String> {
    let exports = || types.core_exports().into_iter().flatten();
    let is_command = exports().any(|(name, entity)| name == "_start" && matches!(entity, CoreEntity::Func(_)));
    let memory = exports().find_map(|(name, entity)| match entity {
        CoreEntity::Memory(memory) if name == "memory" => Some(memory),
        _ => None,
    });
    let uses_preview1 = types.core_imports().into_iter().flatten().any(|(module, ..)| module == PREVIEW1);
    // Everything that an adapter passes on lies in the module's memory, so without one there is nothing to adapt.
    let lacks = match memory {
        Some(memory) if !memory.memory64 => {
            let command = is_command.then_some(("command", COMMAND));
            return Ok(command.or(uses_preview1.then_some(("reactor", REACTOR))));
        }
        Some(_) => "its memory has 64-bit addresses",
        None => "it exports no memory called `memory`",
    };
    if uses_preview1 { Err(format!("{lacks}, and the adapter for {PREVIEW1} needs one of 32 bits")) } else { Ok(None) }
}

/// Whether a bindings generator left WIT in the module.
fn has_wit(module: &[u8]) -> bool {
    Parser::new(0).parse_all(module).map_while(Result::ok).any(
        |payload| matches!(payload, Payload::CustomSection(section) if section.name().starts_with("component-type")),
    )
}

/// The module under the world's names, with the world in a custom section.
fn describe(module: &[u8], world: &CoreWorld) -> Result<Vec<u8>, String> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("module.wit", &world.wit).map_err(shown)?;
    let id = resolve.select_world(&[package], None).map_err(shown)?;
    let mut module = match world.renamed_imports.is_empty() && world.renamed_exports.is_empty() {
        true => module.to_vec(),
        false => rename(module, world).map_err(|error| error.to_string())?,
    };
    embed_component_metadata(&mut module, &resolve, id, StringEncoding::UTF8).map_err(shown)?;
    Ok(module)
}

/// The module with other names for what it imports and exports; everything else as it is.
fn rename(module: &[u8], world: &CoreWorld) -> wasmparser::Result<Vec<u8>> {
    let mut renamed = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        match &payload {
            Payload::ImportSection(section) => {
                let mut imports = ImportSection::new();
                for import in section.clone().into_imports() {
                    let import = import?;
                    let key = (import.module.to_owned(), import.name.to_owned());
                    let (module, name) = world.renamed_imports.get(&key).unwrap_or(&key);
                    // The world refuses modules that import anything but functions.
                    if let TypeRef::Func(ty) | TypeRef::FuncExact(ty) = import.ty {
                        imports.import(module, name, EntityType::Function(ty));
                    }
                }
                renamed.section(&imports);
            }
            Payload::ExportSection(section) => {
                let mut exports = ExportSection::new();
                for export in section.clone() {
                    let export = export?;
                    let name = world.renamed_exports.get(export.name).map_or(export.name, String::as_str);
                    exports.export(name, ExportKind::from(export.kind), export.index);
                }
                renamed.section(&exports);
            }
            _ => {
                if let Some((id, range)) = payload.as_section() {
                    renamed.section(&RawSection { id, data: &module[range] });
                }
            }
        }
    }
    Ok(renamed.finish())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::model::{FeatureSet, FileKind};

    fn load(bytes: &[u8]) -> Component {
        Component::from_bytes(bytes, Path::new("test.wasm"), 1, FeatureSet::all()).expect("it loads")
    }

    fn made(component: &Component) -> Result<&Made, &str> {
        component.core.as_ref().expect("a core module").made.as_ref().map_err(String::as_str)
    }

    fn signatures(component: &Component) -> Vec<String> {
        let functions = component.imported_functions.iter().chain(&component.exported_functions);
        functions.map(|function| format!("{}: {}", function.full_name(), function.signature())).collect()
    }

    /// A module with the WIT of a world in it, as a bindings generator leaves it.
    fn with_wit(module: &str, world: &str) -> Vec<u8> {
        let mut bytes = wat::parse_str(module).expect("valid text");
        let mut resolve = Resolve::default();
        let package = resolve.push_str("a.wit", &format!("package a:b;\nworld w {{ {world} }}")).expect("valid WIT");
        let world = resolve.select_world(&[package], None).expect("one world");
        embed_component_metadata(&mut bytes, &resolve, world, StringEncoding::UTF8).expect("it embeds");
        bytes
    }

    #[test]
    fn the_wit_in_a_module_decides() {
        let module = r#"(module (memory (export "memory") 1)
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 0)
            (func (export "is-even") (param i32) (result i32) i32.const 1)
            (func (export "other")))"#;
        let component = load(&with_wit(module, "export is-even: func(n: u8) -> bool;"));
        assert_eq!(made(&component), Ok(&Made { has_wit: true, ..Made::default() }));
        assert_eq!(signatures(&component), ["is-even: func(n: u8) -> bool"]);
        let component = load(&with_wit("(module)", "export is-even: func(n: u8) -> bool;"));
        assert_eq!(component.kind, FileKind::CoreModule);
        let reason = made(&component).expect_err("a component");
        assert!(reason.contains("is-even"), "{reason}");
    }

    #[test]
    fn names_change_in_the_module_and_nothing_else_does() {
        let module = r#"(module
            (import "my_env" "logIt" (func (param i32)))
            (memory (export "memory") 1)
            (global (export "a_global") i32 (i32.const 1))
            (func $start) (start $start)
            (func (export "add_two") (param i32 i32) (result i32) local.get 0)
            (data (i32.const 0) "x"))"#;
        let component = load(module.as_bytes());
        assert_eq!(signatures(&component), ["my-env#log-it: func(p0: s32)", "add-two: func(p0: s32, p1: s32) -> s32"]);
        let made = made(&component).expect("a component");
        let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(made.renamed, [pair("my_env.logIt", "my-env#log-it"), pair("add_two", "add-two")]);
        assert_eq!(made.left_out, ["memory", "a_global"]);
        let core = component.core.as_ref().expect("a core module");
        assert_eq!(core.bytes[..], wat::parse_str(module).expect("valid text"));
        assert_eq!(component.facts().size, core.bytes.len() as u64);
    }

    #[test]
    fn the_adapter_is_that_of_a_command_or_a_reactor() {
        let exit = r#"(import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))"#;
        let memory = r#"(memory (export "memory") 1)"#;
        let start = r#"(func (export "_start"))"#;
        let cases = [
            ([exit, memory, start], Ok(Some("command"))),
            (["", memory, start], Ok(Some("command"))),
            ([exit, memory, ""], Ok(Some("reactor"))),
            (["", "", start], Ok(None)),
            (["", memory, ""], Ok(None)),
        ];
        for (parts, expected) in cases {
            let component = load(format!("(module {})", parts.concat()).as_bytes());
            assert_eq!(made(&component).map(|made| made.adapter), expected, "{parts:?}");
        }
        let wide = r#"(memory (export "memory") i64 1)"#;
        for (memory, expected) in
            [("", "it exports no memory called `memory`"), (wide, "its memory has 64-bit addresses")]
        {
            let component = load(format!("(module {exit} {memory} {start})").as_bytes());
            let reason = made(&component).expect_err("a component");
            assert!(reason.starts_with(expected), "{reason}");
        }
        let unknown = r#"(module (import "wasi_snapshot_preview1" "no_such" (func)) (memory (export "memory") 1))"#;
        let component = load(unknown.as_bytes());
        assert_eq!((component.kind, component.imports.len()), (FileKind::CoreModule, 1));
        let reason = made(&component).expect_err("a component");
        assert!(reason.contains("no_such"), "{reason}");
    }

    #[test]
    fn functions_without_number_are_refused() {
        let module = format!(
            "(module (func $f) {})",
            (0..5_001).map(|n| format!("(export \"e{n}\" (func $f))")).collect::<String>()
        );
        let component = load(module.as_bytes());
        assert_eq!(made(&component), Err("it imports and exports more than 5000 functions"));
        assert_eq!(component.exports.len(), 5_001);
    }

    #[test]
    fn no_flipped_bit_makes_it_panic() {
        let seed = with_wit(
            r#"(module (import "$root" "g" (func)) (func (export "f")))"#,
            "import g: func(); export f: func();",
        );
        assert_eq!(signatures(&load(&seed)), ["g: func()", "f: func()"]);
        for bit in 0..seed.len() * 8 {
            let mut broken = seed.clone();
            broken[bit / 8] ^= 1 << (bit % 8);
            if let Ok(component) = Component::from_bytes(&broken, Path::new("x.wasm"), 1, FeatureSet::all()) {
                component.facts();
            }
        }
    }
}
