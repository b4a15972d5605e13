//! What a component imports and exports, as a tree and as flat lists of functions.
//!
//! Nothing is left out: what WIT cannot say (components, modules, types of functions) is described in words.

use std::sync::Arc;

use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentEntityType, ComponentInstanceTypeId, ComponentItem, ComponentTypeId,
};
use wasmparser::types::Types;

use super::type_builder::{Side, TypeBuilder};
use super::validate::Validated;
use super::world::World;
use super::{Component, Extern, FileKind, Function, Item, TypeName, core_items};
use crate::error::{Error, Kind, Result};

/// How many imports and exports one component may have, those of its instances included: a few hundred bytes of instance
/// types inside each other can stand for a million.
const MOST_EXTERNS: usize = 200_000;

/// Fills in what a component imports and exports, and says whether it is a WIT package.
pub fn fill(component: &mut Component, validated: &Validated) -> Result<()> {
    let types = &validated.types;
    let imports = root_items(&validated.imports, |name| types.component_item_for_import(name).map(|item| item.ty));
    let exports = root_items(&validated.exports, |name| types.component_item_for_export(name).map(|item| item.ty));
    component.kind = if is_wit_package(&imports, &exports) { FileKind::WitPackage } else { FileKind::Component };

    (component.imports, component.exports) = both_sides(types, component.id, &imports, &exports)?;
    component.imported_functions = functions(&component.imports);
    component.exported_functions = functions(&component.exports);
    Ok(())
}

/// The worlds of a WIT package stored as wasm: components whose types are exported inside the types of components.
pub fn worlds(validated: &Validated) -> Result<Vec<World>> {
    let types = &validated.types;
    let mut worlds = Vec::new();
    for name in &validated.exports {
        let Some(ComponentEntityType::Type { created: ComponentAnyTypeId::Component(outer), .. }) =
            types.component_item_for_export(name).map(|item| item.ty)
        else {
            return Err(Error::new(Kind::Load, "it is a component, not a WIT package")
                .help("`.diff` compares two components; `.targets` takes WIT, as text or stored as wasm"));
        };
        for (name, item) in &types[outer].exports {
            if let ComponentEntityType::Component(world) = item.ty {
                let (imports, exports) = (items(&types[world].imports), items(&types[world].exports));
                let (imports, exports) = both_sides(types, 0, &imports, &exports)?;
                worlds.push(World { name: name.clone(), imports, exports });
            }
        }
    }
    Ok(worlds)
}

/// Both sides of a component's type; `id` is the component's number.
fn both_sides(
    types: &Types,
    id: u32,
    imports: &[NamedEntity<'_>],
    exports: &[NamedEntity<'_>],
) -> Result<(Vec<Extern>, Vec<Extern>)> {
    let mut walk = Walk { builder: TypeBuilder::new(types, id), path: Vec::new(), budget: MOST_EXTERNS };
    walk.collect_names(imports, Side::Import)?;
    walk.collect_names(exports, Side::Export)?;
    Ok((walk.externs(imports), walk.externs(exports)))
}

/// A name and what it stands for.
type NamedEntity<'a> = (&'a str, ComponentEntityType);

fn root_items<'a>(names: &'a [String], entity: impl Fn(&str) -> Option<ComponentEntityType>) -> Vec<NamedEntity<'a>> {
    names.iter().filter_map(|name| Some((name.as_str(), entity(name)?))).collect()
}

fn instance_items<'a>(types: &'a Types, id: ComponentInstanceTypeId) -> Vec<NamedEntity<'a>> {
    items(&types[id].exports)
}

fn items<'a>(items: impl IntoIterator<Item = (&'a String, &'a ComponentItem)>) -> Vec<NamedEntity<'a>> {
    items.into_iter().map(|(name, item)| (name.as_str(), item.ty)).collect()
}

/// A WIT package stored as a component exports the types of components and nothing else.
fn is_wit_package(imports: &[NamedEntity<'_>], exports: &[NamedEntity<'_>]) -> bool {
    let is_component_type = |entity: &ComponentEntityType| {
        matches!(entity, ComponentEntityType::Type { created: ComponentAnyTypeId::Component(_), .. })
    };
    imports.is_empty() && !exports.is_empty() && exports.iter().all(|(_, entity)| is_component_type(entity))
}

/// One walk over the imports or exports and the instances in them.
struct Walk<'a> {
    builder: TypeBuilder<'a>,
    /// The instances around the present place, outermost first.
    path: Vec<Arc<str>>,
    budget: usize,
}

impl<'a> Walk<'a> {
    /// Takes note of the name of every type, before the first type is built. Also counts.
    fn collect_names(&mut self, items: &[NamedEntity<'a>], side: Side) -> Result<()> {
        for (name, entity) in items {
            self.budget = self.budget.checked_sub(1).ok_or_else(|| {
                Error::new(Kind::Load, format!("the component has more than {MOST_EXTERNS} imports and exports"))
                    .help("no toolchain writes such a file; it was not read further")
            })?;
            match entity {
                ComponentEntityType::Type { referenced, created } => {
                    let interface = (!self.path.is_empty()).then(|| Arc::from(self.path.join("#")));
                    self.builder.name_type(*referenced, *created, TypeName { interface, name: (*name).into() }, side);
                }
                ComponentEntityType::Instance(id) => {
                    self.path.push((*name).into());
                    self.collect_names(&instance_items(self.builder.types(), *id), side)?;
                    self.path.pop();
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn externs(&mut self, items: &[NamedEntity<'a>]) -> Vec<Extern> {
        items.iter().map(|(name, entity)| self.one(Arc::from(*name), *entity)).collect()
    }

    fn one(&mut self, name: Arc<str>, entity: ComponentEntityType) -> Extern {
        let types = self.builder.types();
        let item = match entity {
            ComponentEntityType::Func(id) => {
                let (params, result, is_async) = self.builder.function(id);
                let (path, name) = (self.path.clone(), name.clone());
                Item::Function(Arc::new(Function { path, name, params, result, is_async }))
            }
            ComponentEntityType::Instance(id) => {
                self.path.push(name.clone());
                let inner = self.externs(&instance_items(types, id));
                self.path.pop();
                Item::Instance(inner)
            }
            ComponentEntityType::Type { created, .. } => self.type_item(created),
            ComponentEntityType::Component(id) => Item::Component(describe_component(types, id)),
            ComponentEntityType::Module(id) => Item::CoreModule(core_items::describe_module(types, id)),
            ComponentEntityType::Value(ty) => Item::Other(format!("value {}", self.builder.build(ty))),
        };
        Extern { name, item }
    }

    fn type_item(&mut self, created: ComponentAnyTypeId) -> Item {
        let types = self.builder.types();
        match created {
            ComponentAnyTypeId::Resource(id) => Item::Resource(self.builder.resource(id)),
            ComponentAnyTypeId::Defined(id) => Item::Type(self.builder.defined(id)),
            ComponentAnyTypeId::Func(id) => {
                let (params, result, is_async) = self.builder.function(id);
                let function = Function { path: Vec::new(), name: "".into(), params, result, is_async };
                Item::Other(format!("type {}", function.signature()))
            }
            ComponentAnyTypeId::Instance(id) => {
                let exports = types[id].exports.keys().cloned();
                Item::Other(format!("type instance {}", core_items::describe_items(std::iter::empty(), exports)))
            }
            ComponentAnyTypeId::Component(id) => {
                Item::Other(format!("type component {}", describe_component(types, id)))
            }
        }
    }
}

fn describe_component(types: &Types, id: ComponentTypeId) -> String {
    let component = &types[id];
    core_items::describe_items(component.imports.keys().cloned(), component.exports.keys().cloned())
}

/// All functions in a tree, in its order.
fn functions(externs: &[Extern]) -> Vec<Arc<Function>> {
    let mut found = Vec::new();
    collect_functions(externs, &mut found);
    found
}

fn collect_functions(externs: &[Extern], found: &mut Vec<Arc<Function>>) {
    for item in externs {
        match &item.item {
            Item::Function(function) => found.push(function.clone()),
            Item::Instance(inner) => collect_functions(inner, found),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::model::{Component, Extern, FeatureSet, FileKind, Item, ResourceId, Type};

    fn load(text: &str) -> Component {
        Component::from_bytes(text.as_bytes(), Path::new("test.wat"), 7, FeatureSet::all()).expect("valid text")
    }

    /// One line an item, instances indented.
    fn listed(externs: &[Extern], indent: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for Extern { name, item } in externs {
            lines.push(match item {
                Item::Function(function) => format!("{indent}{name}: {}", function.signature()),
                Item::Instance(_) => format!("{indent}{name}: instance"),
                Item::Type(ty) => format!("{indent}{name}: type {ty}"),
                Item::Resource(resource) => format!("{indent}{name}: resource {}", resource.name.name),
                Item::Component(what) => format!("{indent}{name}: component {what}"),
                Item::CoreModule(what) => format!("{indent}{name}: core module {what}"),
                Item::Core(what) | Item::Other(what) => format!("{indent}{name}: {what}"),
            });
            if let Item::Instance(inner) = item {
                lines.extend(listed(inner, &format!("{indent}  ")));
            }
        }
        lines
    }

    #[track_caller]
    fn check(text: &str, imports: &[&str], exports: &[&str]) {
        let component = load(text);
        assert_eq!(listed(&component.imports, ""), imports, "imports of {text}");
        assert_eq!(listed(&component.exports, ""), exports, "exports of {text}");
    }

    #[test]
    fn every_sort_of_item_is_shown() {
        check(
            r#"(component
                (import "a:b/c" (func))
                (import "m" (core module (import "env" "log" (func)) (export "run" (func))))
                (import "c" (component (import "x" (func)) (export "y" (func))))
                (import "n" (instance (export "inner" (instance (export "d:e/f" (func (result u8)))))))
                (type $p (record (field "x" s32) (field "y" s32)))
                (export $e "point" (type $p))
                (type $f (func (param "a" string)))
                (export "ft" (type $f))
                (component $empty)
                (export "empty" (component $empty)))"#,
            &[
                "a:b/c: func()",
                "m: core module (import env.log, export run)",
                "c: component (import x, export y)",
                "n: instance",
                "  inner: instance",
                "    d:e/f: func() -> u8",
            ],
            &["point: type point", "ft: type func(a: string)", "empty: component "],
        );
    }

    #[test]
    fn core_modules_are_listed_by_the_module_that_they_import_from() {
        check(
            r#"(module
                (import "env" "a" (func (param i32 i64) (result f32)))
                (import "wasi" "b" (global (mut i32)))
                (import "env" "t" (table 1 2 funcref))
                (memory (export "memory") 1 16)
                (func (export "two") (result i32 i32) unreachable))"#,
            &[
                "env: instance",
                "  a: func(i32, i64) -> f32",
                "  t: table 1 2 funcref",
                "wasi: instance",
                "  b: global mut i32",
            ],
            &["memory: memory 1 16", "two: func() -> (i32, i32)"],
        );
    }

    #[test]
    fn all_value_types_are_read() {
        check(
            r#"(component
                (type $e (enum "a" "b")) (import "e" (type $e2 (eq $e)))
                (import "r" (type $r (sub resource)))
                (import "f" (func
                    (param "a" (list u8)) (param "b" (list u8 4)) (param "c" (map string $e2)) (param "d" (tuple char f64))
                    (param "e" (option string)) (param "f" (result)) (param "g" (result u8 (error string)))
                    (param "h" (result (error bool))) (param "i" (borrow $r)) (param "j" (stream u8)) (param "k" (future))
                    (param "l" error-context) (param "m" (result u16))
                    (result (own $r)))))"#,
            &[
                "e: type e",
                "r: resource r",
                "f: func(a: list<u8>, b: list<u8, 4>, c: map<string, e>, d: tuple<char, f64>, e: option<string>, \
                 f: result, g: result<u8, string>, h: result<_, bool>, i: borrow<r>, j: stream<u8>, k: future, \
                 l: error-context, m: result<u16>) -> r",
            ],
            &[],
        );
    }

    const USED: &str = r#"(component
        (type $a (instance
            (type (record (field "x" s32))) (export "point" (type (eq 0)))
            (export "res" (type (sub resource)))))
        (import "ns:pkg/a@1.0.0" (instance $ia (type $a)))
        (alias export $ia "point" (type $point))
        (alias export $ia "res" (type $res))
        (type $b (instance
            (alias outer 1 $point (type)) (export "point" (type (eq 0)))
            (alias outer 1 $res (type)) (export "again" (type (eq 2)))
            (type (borrow 3))
            (export "f" (func (param "p" 1) (param "r" 4)))))
        (import "ns:pkg/b@1.0.0" (instance $ib (type $b)))
        (export "res" (type $res)))"#;

    #[test]
    fn a_type_that_is_used_keeps_the_name_where_it_is_defined() {
        let component = load(USED);
        let function = &component.imported_functions[0];
        assert_eq!(function.full_name(), "ns:pkg/b@1.0.0#f");
        let interface = |ty: &Type| ty.name().and_then(|name| name.interface.as_deref()).map(str::to_owned);
        assert_eq!(interface(&function.params[0].ty).as_deref(), Some("ns:pkg/a@1.0.0"));
        assert_eq!(function.signature().to_string(), "func(p: point, r: borrow<res>)");
    }

    #[test]
    fn an_exported_resource_that_is_imported_stays_imported() {
        let component = load(USED);
        let Item::Resource(exported) = &component.exports[0].item else { panic!("no resource") };
        let ResourceId::Imported(name) = &exported.id else { panic!("{exported:?} is not imported") };
        assert_eq!((name.interface.as_deref(), &*name.name), (Some("ns:pkg/a@1.0.0"), "res"));
    }

    #[test]
    fn an_own_resource_is_defined_by_the_component() {
        let component = load(
            r#"(component
                (core module $m (func (export "new") (param i32) (result i32) local.get 0))
                (core instance $i (instantiate $m))
                (type $r (resource (rep i32)))
                (export $t "token" (type $r))
                (func (export "[constructor]token") (param "n" u32) (result (own $t)) (canon lift (core func $i "new"))))"#,
        );
        let Item::Resource(token) = &component.exports[0].item else { panic!("no resource") };
        assert_eq!(token.id, ResourceId::Defined(7, 1));
        let constructor = &component.exported_functions[0];
        assert_eq!(constructor.result, Some(Type::Own(token.clone())));
        assert_eq!(constructor.signature().to_string(), "constructor(n: u32)");
    }

    #[test]
    fn a_wit_package_is_told_by_its_exports() {
        let component = load(
            r#"(component (type (component (type (instance)) (export "a:b/i" (instance (type 0)))))
                (export "i" (type 0)))"#,
        );
        assert_eq!(component.kind, FileKind::WitPackage);
        assert_eq!(listed(&component.exports, ""), ["i: type component (export a:b/i)"]);
        assert_eq!(load("(component)").kind, FileKind::Component);
    }
}
