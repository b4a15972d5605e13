//! The WIT world of a core module, made from nothing but its core signatures.
//!
//! A module that it imports functions from becomes an interface of that name, an exported function a function of the world;
//! `i32` is `s32`, `i64` is `s64`. Names that WIT does not allow are made kebab-case. Start reading at [`world_of`].

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use heck::ToKebabCase;
use indexmap::IndexMap;
use wasmparser::types::{EntityType, TypesRef};
use wasmparser::{CompositeInnerType, FuncType, ValType};

/// How many parameters a function may have: the canonical ABI passes more than these through memory.
const MOST_PARAMS: usize = 16;

/// How names begin that are for linkers and C libraries, not for who calls the module.
const INTERNAL: &str = "__";
/// How names begin that the component calls by itself.
const CALLED_BY_COMPONENT: [&str; 3] = ["_initialize", "cabi_", "canonical_abi_"];

/// A world and how it differs from the module.
#[derive(Debug, Default, PartialEq)]
pub struct CoreWorld {
    /// The world as WIT, in a package of its own.
    pub wit: String,
    /// Module and name of imports whose names had to change, with the names in the world.
    pub renamed_imports: BTreeMap<(String, String), (String, String)>,
    /// Exports whose names had to change, with the names in the world.
    pub renamed_exports: BTreeMap<String, String>,
    /// Exports that the world does not have.
    pub left_out: Vec<String>,
}

/// The world of this module; `adapted` is the module name whose imports are somebody else's. The error says what keeps the
/// module from being a component: a component can leave out an export, but must answer every import.
pub fn world_of(types: TypesRef<'_>, adapted: &str, is_command: bool) -> Result<CoreWorld, String> {
    let mut world = CoreWorld::default();
    let mut text = "package root:module;\n\nworld module {\n".to_owned();
    for (interface, functions) in imports(types, adapted, &mut world)? {
        let _ = writeln!(text, "  import %{interface}: interface {{");
        for (name, function) in functions {
            let _ = writeln!(text, "    %{name}: {function};");
        }
        text.push_str("  }\n");
    }
    // Who is called so already keeps the name.
    let core_names: HashSet<&str> = types.core_exports().into_iter().flatten().map(|(name, _)| name).collect();
    let mut taken = HashSet::new();
    for (name, entity) in types.core_exports().into_iter().flatten() {
        if CALLED_BY_COMPONENT.iter().any(|prefix| name.starts_with(prefix)) || is_command && name == "_start" {
            continue;
        }
        let expressed = function(types, &entity).and_then(wit_function).filter(|_| !name.starts_with(INTERNAL));
        let free = |wit_name: &str| wit_name == name || !core_names.contains(wit_name);
        match expressed.zip(wit_name(name)) {
            Some((function, wit_name)) if free(&wit_name) && taken.insert(wit_name.clone()) => {
                let _ = writeln!(text, "  export %{wit_name}: {function};");
                if wit_name != name {
                    world.renamed_exports.insert(name.to_owned(), wit_name);
                }
            }
            _ => world.left_out.push(name.to_owned()),
        }
    }
    text.push_str("}\n");
    world.wit = text;
    Ok(world)
}

type Interfaces = IndexMap<String, IndexMap<String, String>>;

/// The functions of each interface as WIT.
fn imports(types: TypesRef<'_>, adapted: &str, world: &mut CoreWorld) -> Result<Interfaces, String> {
    let mut interfaces = Interfaces::new();
    let mut core_names: IndexMap<(String, String), (&str, &str)> = IndexMap::new();
    for (module, name, entity) in types.core_imports().into_iter().flatten().filter(|(module, ..)| *module != adapted) {
        if module.contains([':', '[', '$']) {
            return Err(format!("it imports {module} as a component does, but says nowhere what that is in WIT"));
        }
        let function = function(types, &entity)
            .ok_or_else(|| format!("it imports {module}.{name}, which is {}", sort(&entity)))
            .and_then(|ty| {
                wit_function(ty).ok_or_else(|| {
                    format!("it imports the function {module}.{name}, whose parameters or results WIT cannot express")
                })
            })?;
        let (Some(interface), Some(wit_name)) = (wit_name(module), wit_name(name)) else {
            return Err(format!("it imports {module}.{name}, of which no name in WIT can be made"));
        };
        let names = (interface.clone(), wit_name.clone());
        if *core_names.entry(names.clone()).or_insert((module, name)) != (module, name) {
            return Err(format!("two of its imports would be called {interface}.{wit_name}"));
        }
        let functions = interfaces.entry(interface).or_default();
        if *functions.entry(wit_name).or_insert_with(|| function.clone()) != function {
            return Err(format!("it imports {module}.{name} with two types"));
        }
        if (module, name) != (&names.0, &names.1) {
            world.renamed_imports.insert((module.to_owned(), name.to_owned()), names);
        }
    }
    Ok(interfaces)
}

fn function<'a>(types: TypesRef<'a>, entity: &EntityType) -> Option<&'a FuncType> {
    let (EntityType::Func(id) | EntityType::FuncExact(id)) = entity else { return None };
    match &types.get(*id)?.composite_type.inner {
        CompositeInnerType::Func(function) => Some(function),
        _ => None,
    }
}

/// What an import is that is no function.
fn sort(entity: &EntityType) -> &'static str {
    match entity {
        EntityType::Func(_) | EntityType::FuncExact(_) => "a function",
        EntityType::Table(_) => "a table",
        EntityType::Memory(_) => "a memory",
        EntityType::Global(_) => "a global",
        EntityType::Tag(_) => "a tag",
    }
}

/// `func(p0: s32) -> s32`, where WIT can express it.
fn wit_function(function: &FuncType) -> Option<String> {
    if function.params().len() > MOST_PARAMS {
        return None;
    }
    let params = function.params().iter().enumerate();
    let params =
        params.map(|(n, ty)| Some(format!("p{n}: {}", wit_type(*ty)?))).collect::<Option<Vec<_>>>()?.join(", ");
    match function.results() {
        [] => Some(format!("func({params})")),
        [result] => Some(format!("func({params}) -> {}", wit_type(*result)?)),
        _ => None,
    }
}

fn wit_type(ty: ValType) -> Option<&'static str> {
    match ty {
        ValType::I32 => Some("s32"),
        ValType::I64 => Some("s64"),
        ValType::F32 => Some("f32"),
        ValType::F64 => Some("f64"),
        ValType::V128 | ValType::Ref(_) => None,
    }
}

/// The name as WIT allows it: lower-case words that begin with a letter, parted by hyphens.
fn wit_name(name: &str) -> Option<String> {
    if !name.is_ascii() || name.bytes().any(|byte| byte.is_ascii_control()) {
        return None;
    }
    let mut wit_name = String::new();
    for word in name.to_kebab_case().split('-') {
        // `v2_0` is `v20`: a word does not begin with a digit.
        if !wit_name.is_empty() && word.starts_with(|c: char| c.is_ascii_alphabetic()) {
            wit_name.push('-');
        }
        wit_name.push_str(word);
    }
    wit_name.starts_with(|c: char| c.is_ascii_alphabetic()).then_some(wit_name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FeatureSet;
    use crate::model::validate::types_of;

    fn world(module: &str) -> Result<CoreWorld, String> {
        let bytes = wat::parse_str(module).expect("valid text");
        let types = types_of(&bytes, FeatureSet::all()).expect("valid module").types;
        world_of(types.as_ref(), "wasi_snapshot_preview1", false)
    }

    #[test]
    fn names_become_names_of_wit() {
        let cases = [
            ("add", Some("add")),
            ("add_two", Some("add-two")),
            ("addTwo", Some("add-two")),
            ("_start", Some("start")),
            ("v2_0", Some("v20")),
            ("a.b:c/d", Some("a-b-c-d")),
            ("2x", None),
            ("", None),
            ("é", None),
            ("\u{1b}[2J", None),
        ];
        for (name, expected) in cases {
            assert_eq!(wit_name(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn signatures_become_wit() {
        let made = world(
            r#"(module
                (import "demo" "demo" (func (param i32 i64) (result f64)))
                (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
                (import "my_env" "logIt" (func (param f32)))
                (import "demo" "demo" (func (param i32 i64) (result f64)))
                (memory (export "memory") 1)
                (func (export "add") (param i32 i32) (result i32) local.get 0)
                (func (export "wide") (param v128))
                (func (export "two") (result i32 i32) unreachable)
                (func (export "do_it"))
                (func (export "do-it"))
                (func (export "callMe"))
                (func (export "__internal"))
                (func (export "_initialize"))
                (func (export "list")))"#,
        );
        let made = made.expect("a world");
        assert_eq!(
            made.wit,
            "package root:module;\n\nworld module {\n\
             \x20 import %demo: interface {\n    %demo: func(p0: s32, p1: s64) -> f64;\n  }\n\
             \x20 import %my-env: interface {\n    %log-it: func(p0: f32);\n  }\n\
             \x20 export %add: func(p0: s32, p1: s32) -> s32;\n\
             \x20 export %do-it: func();\n\
             \x20 export %call-me: func();\n\
             \x20 export %list: func();\n}\n"
        );
        assert_eq!(made.left_out, ["memory", "wide", "two", "do_it", "__internal"]);
        assert_eq!(made.renamed_exports, BTreeMap::from([("callMe".to_owned(), "call-me".to_owned())]));
        let from = ("my_env".to_owned(), "logIt".to_owned());
        assert_eq!(made.renamed_imports, BTreeMap::from([(from, ("my-env".to_owned(), "log-it".to_owned()))]));
    }

    #[test]
    fn imports_that_no_component_answers_are_named() {
        let cases = [
            (r#"(import "env" "memory" (memory 1))"#, "it imports env.memory, which is a memory"),
            (r#"(import "GOT.mem" "x" (global (mut i32)))"#, "it imports GOT.mem.x, which is a global"),
            (r#"(import "env" "f" (func (param v128)))"#, "it imports the function env.f, whose parameters or results"),
            (r#"(import "env" "f" (func (result i32 i32)))"#, "whose parameters or results WIT cannot express"),
            (r#"(import "wasi:io/poll@0.2.0" "poll" (func))"#, "it imports wasi:io/poll@0.2.0 as a component does"),
            (r#"(import "" "f" (func))"#, "of which no name in WIT can be made"),
            (r#"(import "e" "a_b" (func)) (import "e" "aB" (func))"#, "two of its imports would be called e.a-b"),
            (r#"(import "e" "f" (func)) (import "e" "f" (func (param i32)))"#, "it imports e.f with two types"),
        ];
        for (imports, expected) in cases {
            let reason = world(&format!("(module {imports})")).expect_err("a world");
            assert!(reason.contains(expected), "`{reason}` does not say `{expected}`");
        }
        let params = "i32 ".repeat(17);
        assert_eq!(world(&format!("(module (func (export \"f\") (param {params})))")).map(|w| w.left_out.len()), Ok(1));
    }
}
