//! Whether one component can take another's place, or fits a world, and all that stands in the way.
//!
//! The rule is the component model's: who takes the place must export at least as much and import at most as much, with the
//! same types. Names match where they are the same, or where their versions can stand in for each other, as hosts match them.
//! Two resource types are the same where they stand under the same name. Start reading at [`replacement`].

use std::collections::HashMap;
use std::sync::Arc;

use super::comparison::Comparison;
use super::interface::compatible_interface;
use super::world::World;
use super::{Extern, Function, Item, Resource, ResourceId, Type};

/// What is in the way of a replacement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replacement {
    /// Each thing that is in the way.
    pub obstacles: Vec<Obstacle>,
    /// What matches in a compatible version only: the name that is wanted, and the one that is there.
    pub versions: Vec<(Arc<str>, Arc<str>)>,
    /// What WIT has no word for, and of which no more than the names of what it holds could be compared.
    pub unsure: Vec<Arc<str>>,
}

/// One thing that is in the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Obstacle {
    /// Where.
    pub side: Side,
    /// The interface or nested instances, and the item itself.
    pub path: Vec<Arc<str>>,
    /// What is wanted: `function`, `interface`, `type`, `resource`.
    pub sort: &'static str,
    /// What is the matter with it.
    pub why: Why,
}

/// Which side of a component an obstacle is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The replacement must export it.
    Export,
    /// The replacement imports it, so it must be there for it.
    Import,
}

/// What is the matter.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// It is not there. How it is written, where that is a function.
    Missing(Option<String>),
    /// It is something else: what is there.
    Sort(&'static str),
    /// It has another type: what is wanted and what is there, as WIT writes it, which may be the same where types of the same name
    /// differ.
    Differs(String, String),
}

/// What is in the way of `new` taking the place of `old`.
pub fn replacement(old: &World, new: &World) -> Replacement {
    let mut check = Check { side: Side::Export, found: Replacement::default(), path: Vec::new() };
    let mut pairs = Pairs::new();
    // First what is imported: it stays what it is where it is exported again.
    pair_resources(&old.imports, &new.imports, &mut pairs);
    pair_resources(&old.exports, &new.exports, &mut pairs);
    check.all(&old.exports, &new.exports, pairs);
    check.side = Side::Import;
    let mut pairs = Pairs::new();
    pair_resources(&new.imports, &old.imports, &mut pairs);
    check.all(&new.imports, &old.imports, pairs);
    check.found
}

/// Items by their names, of which there may be ten thousand.
pub struct Named<'a> {
    exact: HashMap<&'a str, &'a Extern>,
    /// Interfaces by their names without what compatible versions differ in.
    compatible: HashMap<&'a str, &'a Extern>,
}

impl<'a> Named<'a> {
    /// These.
    pub fn new(items: &'a [Extern]) -> Named<'a> {
        let versioned = items.iter().filter(|item| has_version(&item.name));
        Named {
            exact: items.iter().map(|item| (&*item.name, item)).collect(),
            compatible: versioned.map(|item| (compatible_interface(&item.name), item)).collect(),
        }
    }

    /// The item that stands for one of this name: under the name itself, or under a compatible version of it.
    pub fn counterpart(&self, name: &str) -> Option<&'a Extern> {
        let compatible = || has_version(name).then(|| self.compatible.get(compatible_interface(name))).flatten();
        self.exact.get(name).or_else(compatible).copied()
    }
}

/// It is the name of an interface in one version of its package.
fn has_version(name: &str) -> bool {
    name.contains('/') && name.contains('@')
}

/// Resource types that stand under the same name: the one that is there, by the one that is wanted.
type Pairs = HashMap<ResourceId, ResourceId>;

fn pair_resources(wanted: &[Extern], offered: &[Extern], pairs: &mut Pairs) {
    let offered = Named::new(offered);
    for wanted in wanted {
        let Some(offered) = offered.counterpart(&wanted.name) else { continue };
        match (&wanted.item, &offered.item) {
            (Item::Resource(wanted), Item::Resource(offered)) => {
                let is_imported = |resource: &Resource| matches!(resource.id, ResourceId::Imported(_));
                if is_imported(wanted) == is_imported(offered) {
                    pairs.entry(wanted.id.clone()).or_insert_with(|| offered.id.clone());
                }
            }
            (Item::Instance(wanted), Item::Instance(offered)) => pair_resources(wanted, offered, pairs),
            _ => {}
        }
    }
}

/// One side's check.
struct Check {
    side: Side,
    found: Replacement,
    /// The instances around the present place.
    path: Vec<Arc<str>>,
}

impl Check {
    fn all(&mut self, wanted: &[Extern], offered: &[Extern], pairs: Pairs) {
        let same = |wanted: &Resource, offered: &Resource| match pairs.get(&wanted.id) {
            Some(paired) => *paired == offered.id,
            None => same_import(&wanted.id, &offered.id),
        };
        self.items(wanted, offered, &mut Comparison::new(same));
    }

    fn items<F>(&mut self, wanted: &[Extern], offered: &[Extern], comparison: &mut Comparison<F>)
    where
        F: FnMut(&Resource, &Resource) -> bool,
    {
        let offered = Named::new(offered);
        for wanted in wanted {
            let Some(offered) = offered.counterpart(&wanted.name) else {
                self.missing(wanted);
                continue;
            };
            if offered.name != wanted.name {
                self.found.versions.push((wanted.name.clone(), offered.name.clone()));
            }
            self.item(wanted, &offered.item, comparison);
        }
    }

    fn item<F>(&mut self, wanted: &Extern, offered: &Item, comparison: &mut Comparison<F>)
    where
        F: FnMut(&Resource, &Resource) -> bool,
    {
        match (&wanted.item, offered) {
            (Item::Instance(inner), Item::Instance(offered)) => {
                self.path.push(wanted.name.clone());
                self.items(inner, offered, comparison);
                self.path.pop();
            }
            (Item::Function(a), Item::Function(b)) => {
                if !comparison.same_function(a, b) {
                    self.obstacle(wanted, Why::Differs(written(a), written(b)));
                }
            }
            (Item::Type(a), Item::Type(b)) => {
                if !comparison.same(a, b) {
                    self.obstacle(wanted, Why::Differs(spelled_out(a), spelled_out(b)));
                }
            }
            (Item::Resource(a), Item::Resource(b)) => {
                if !comparison.same(&Type::Own(a.clone()), &Type::Own(b.clone())) {
                    self.obstacle(wanted, Why::Differs(a.name.full_name(), b.name.full_name()));
                }
            }
            (Item::Component(a), Item::Component(b)) | (Item::CoreModule(a), Item::CoreModule(b)) => {
                self.described(wanted, a, b);
            }
            (Item::Core(a), Item::Core(b)) | (Item::Other(a), Item::Other(b)) => self.described(wanted, a, b),
            (_, other) => self.obstacle(wanted, Why::Sort(sort(other))),
        }
    }

    /// Two things that are known by their description alone.
    fn described(&mut self, wanted: &Extern, a: &str, b: &str) {
        if a != b {
            self.obstacle(wanted, Why::Differs(a.to_owned(), b.to_owned()));
        } else if !matches!(wanted.item, Item::Core(_)) {
            self.found.unsure.push(wanted.name.clone());
        }
    }

    /// Of an instance that is not there, each function is missing; one without functions, types aside, is itself.
    fn missing(&mut self, wanted: &Extern) {
        match &wanted.item {
            Item::Instance(inner) if inner.iter().any(|item| matches!(item.item, Item::Function(_))) => {
                self.path.push(wanted.name.clone());
                inner.iter().filter(|item| matches!(item.item, Item::Function(_))).for_each(|item| self.missing(item));
                self.path.pop();
            }
            Item::Function(function) => self.obstacle(wanted, Why::Missing(Some(written(function)))),
            _ => self.obstacle(wanted, Why::Missing(None)),
        }
    }

    fn obstacle(&mut self, wanted: &Extern, why: Why) {
        let path = self.path.iter().chain([&wanted.name]).cloned().collect();
        self.found.obstacles.push(Obstacle { side: self.side, path, sort: sort(&wanted.item), why });
    }
}

/// Two resources that both are imported under names that mean the same.
fn same_import(a: &ResourceId, b: &ResourceId) -> bool {
    let (ResourceId::Imported(a), ResourceId::Imported(b)) = (a, b) else { return false };
    let interface = |name: Option<&Arc<str>>| name.map(|name| compatible_interface(name).to_owned());
    a.name == b.name && interface(a.interface.as_ref()) == interface(b.interface.as_ref())
}

fn written(function: &Function) -> String {
    function.signature().to_string()
}

/// A named type with what it is made of, on one line.
fn spelled_out(ty: &Type) -> String {
    let list = |parts: Vec<String>| parts.join(", ");
    match ty {
        Type::Record(record) => {
            let fields = record.fields.iter().map(|field| format!("{}: {}", field.name, field.ty));
            format!("record {{ {} }}", list(fields.collect()))
        }
        Type::Variant(variant) => {
            let case = |case: &super::types::Case| match &case.ty {
                Some(ty) => format!("{}({ty})", case.name),
                None => case.name.to_string(),
            };
            format!("variant {{ {} }}", list(variant.cases.iter().map(case).collect()))
        }
        Type::Enum(labels) => format!("enum {{ {} }}", list(labels.labels.iter().map(ToString::to_string).collect())),
        Type::Flags(labels) => format!("flags {{ {} }}", list(labels.labels.iter().map(ToString::to_string).collect())),
        other => other.to_string(),
    }
}

/// What an item is, in a word or two; what components exchange as instances are interfaces.
fn sort(item: &Item) -> &'static str {
    match item {
        Item::Instance(_) => "interface",
        other => super::fit::sort(other),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
    use wit_parser::{ManglingAndAbi, Resolve};

    use super::*;
    use crate::model::{Component, FeatureSet};

    fn component(bytes: &[u8]) -> World {
        let component = Component::from_bytes(bytes, Path::new("x.wasm"), 1, FeatureSet::all());
        component.expect("it loads").world("x")
    }

    /// WIT whose last world is meant, as a component of that world; and whether wit-component, which asks the validator, finds
    /// that the component fits the other's world.
    struct Made {
        resolve: Resolve,
        world: wit_parser::WorldId,
        bytes: Vec<u8>,
    }

    fn made(wit: &str) -> Made {
        let mut resolve = Resolve::default();
        let package = resolve.push_str("x.wit", wit).expect("valid WIT");
        let world = resolve.select_world(&[package], Some("w")).expect("a world");
        let mut module = dummy_module(&resolve, world, ManglingAndAbi::Standard32);
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).expect("it embeds");
        let bytes = ComponentEncoder::default().module(&module).and_then(|mut encoder| encoder.encode());
        Made { resolve, world, bytes: bytes.expect("it encodes") }
    }

    /// What is in the way of a component of `new` where one of `old` stood: `side sort name`, and why.
    #[track_caller]
    fn check(old: &str, new: &str, expected: &[&str]) {
        let (old, new) = (made(old), made(new));
        let found = replacement(&component(&old.bytes), &component(&new.bytes));
        let shown: Vec<String> = found
            .obstacles
            .iter()
            .map(|obstacle| {
                let side = if obstacle.side == Side::Export { "export" } else { "import" };
                let why = match &obstacle.why {
                    Why::Missing(_) => "missing".to_owned(),
                    Why::Sort(found) => format!("is {found}"),
                    Why::Differs(wanted, found) => format!("is {found}, not {wanted}"),
                };
                format!("{side} {} {}: {why}", obstacle.sort, obstacle.path.join("#"))
            })
            .collect();
        assert_eq!(shown, expected);
        // The validator matches names exactly.
        if found.versions.is_empty() {
            let fits = wit_component::targets(&old.resolve, old.world, &new.bytes);
            assert_eq!(fits.is_ok(), expected.is_empty(), "the validator says {fits:?}");
        }
    }

    fn world(items: &str) -> String {
        format!("package a:b; interface t {{ record p {{ x: s32 }} f: func(p: p) -> p; }} world w {{ {items} }}")
    }

    #[test]
    fn more_exports_and_fewer_imports_are_fine() {
        let (less, more) = (world("export f: func();"), world("export f: func(); export g: func();"));
        check(&less, &more, &[]);
        check(&more, &less, &["export function g: missing"]);
        let (less, more) = (world("import f: func();"), world("import f: func(); import t;"));
        check(&more, &less, &[]);
        check(&less, &more, &["import function a:b/t#f: missing"]);
    }

    #[test]
    fn functions_have_the_same_type_or_not() {
        let f = |ty: &str| world(&format!("export f: {ty};"));
        check(&f("func(a: s32) -> u8"), &f("func(a: s32) -> u8"), &[]);
        for (wanted, found) in [
            ("func(a: s32)", "func(b: s32)"),
            ("func(a: s32)", "func(a: u32)"),
            ("func(a: s32)", "func(a: s32, b: s32)"),
            ("func()", "func() -> u8"),
            ("func() -> option<u8>", "func() -> result<u8>"),
            ("func(a: list<tuple<u8, string>>)", "func(a: list<tuple<u8, char>>)"),
        ] {
            check(&f(wanted), &f(found), &[&format!("export function f: is {found}, not {wanted}")]);
        }
    }

    #[test]
    fn named_types_are_compared_by_what_they_are_made_of() {
        let types = |record: &str| {
            format!(
                "package a:b; interface t {{ record p {{ {record} }} f: func(p: p); }}
                 interface u {{ use t.{{p}}; g: func() -> p; }} world w {{ export t; export u; }}"
            )
        };
        check(&types("x: s32"), &types("x: s32"), &[]);
        check(
            &types("x: s32"),
            &types("x: s32, y: s32"),
            &[
                "export type a:b/t#p: is record { x: s32, y: s32 }, not record { x: s32 }",
                "export function a:b/t#f: is func(p: p), not func(p: p)",
                "export type a:b/u#p: is record { x: s32, y: s32 }, not record { x: s32 }",
                "export function a:b/u#g: is func() -> p, not func() -> p",
            ],
        );
    }

    #[test]
    fn resources_are_the_same_under_the_same_name() {
        let resources = |more: &str, side: &str| {
            format!(
                "package a:b; interface t {{ resource r {{ constructor(); get: func() -> u32; {more} }} }}
                 interface u {{ use t.{{r}}; take: func(r: r) -> list<borrow<r>>; }} world w {{ {side} }}"
            )
            .replace("list<borrow<r>>", "list<r>")
        };
        let both = |more: &str| resources(more, "export t; export u;");
        check(&both(""), &both(""), &[]);
        check(&both(""), &both("set: func(to: u32);"), &[]);
        check(&both("set: func(to: u32);"), &both(""), &["export function a:b/t#[method]r.set: missing"]);
        let imported = |more: &str| resources(more, "import t; import u;");
        check(&imported(""), &imported(""), &[]);
        check(&imported(""), &imported("set: func(to: u32);"), &["import function a:b/t#[method]r.set: missing"]);
        // A resource of its own is no imported one.
        check(
            &resources("", "import t; export u;"),
            &both(""),
            &[
                "export resource a:b/u#r: is a:b/t#r, not a:b/t#r",
                "export function a:b/u#take: is func(r: r) -> list<r>, not func(r: r) -> list<r>",
            ],
        );
    }

    #[test]
    fn compatible_versions_stand_for_each_other() {
        let version =
            |version: &str| format!("package a:b@{version}; interface t {{ f: func(); }} world w {{ export t; }}");
        check(&version("1.2.0"), &version("1.10.3"), &[]);
        check(&version("0.2.0"), &version("0.2.9"), &[]);
        check(&version("0.2.0"), &version("0.3.0"), &["export function a:b/t@0.2.0#f: missing"]);
        let found = replacement(&component(&made(&version("1.2.0")).bytes), &component(&made(&version("1.3.0")).bytes));
        assert_eq!(found.versions, [("a:b/t@1.2.0".into(), "a:b/t@1.3.0".into())]);
    }

    #[test]
    fn what_wit_has_no_word_for_is_compared_as_far_as_it_goes() {
        let component = |text: &str| component(text.as_bytes());
        let takes = |inside: &str| component(&format!("(component (import \"c\" (component {inside})))"));
        let (f, g) = (takes("(export \"f\" (func))"), takes("(export \"g\" (func))"));
        assert_eq!(replacement(&f, &f).unsure, ["c".into()]);
        let why = Why::Differs("(export g)".to_owned(), "(export f)".to_owned());
        assert_eq!(replacement(&f, &g).obstacles[0].why, why);
        let func = component("(component (import \"c\" (func)))");
        assert_eq!(replacement(&f, &func).obstacles[0].why, Why::Sort("component"));
    }
}
