//! Imports, exports and types as WIT text, printed from our own types: one item for `.wit TARGET` and `.type NAME`, and the
//! whole component where WIT cannot express it.
//!
//! A type is printed with its parts where it is defined and by its name where it is used, so the text stays in proportion to
//! the file; long lists are cut.

use super::definition::{Text, define_function, define_resource, define_type};
use super::{Component, Extern, Function, Item};

/// One import or export of a component as WIT: a function, a type, a resource with its functions, a whole interface.
/// `path` holds the instances around it, outermost first.
pub fn wit_item(component: &Component, path: &[&str], item: &Extern) -> String {
    let mut text = Text::default();
    let siblings = siblings(component, path, item);
    write_extern(&mut text, &path.join("#"), item, siblings);
    text.finish()
}

/// The imports or exports among which an item stands: a resource's functions are there.
fn siblings<'a>(component: &'a Component, path: &[&str], item: &Extern) -> &'a [Extern] {
    let holds = |externs: &'a [Extern]| {
        let inner = path.iter().try_fold(externs, |externs, name| {
            externs.iter().find_map(|outer| match &outer.item {
                Item::Instance(inner) if *outer.name == **name => Some(&inner[..]),
                _ => None,
            })
        })?;
        inner.iter().any(|other| std::ptr::eq(other, item)).then_some(inner)
    };
    holds(&component.exports).or_else(|| holds(&component.imports)).unwrap_or(&[])
}

/// The whole component, for which WIT has no words for this reason.
pub fn whole(component: &Component, reason: &str) -> String {
    let mut text = Text::default();
    text.line("// not expressible in WIT; its imports and exports, as near to WIT as can be:");
    for line in reason.lines() {
        text.line(&format!("// {line}"));
    }
    text.open("world root");
    for (word, externs) in [("import", &component.imports), ("export", &component.exports)] {
        for item in externs.iter().filter(|item| !belongs_to_resource(item, externs)) {
            text.prefix(word);
            write_extern(&mut text, "", item, externs);
        }
    }
    text.close();
    text.finish()
}

/// An import or export of a component, with its WIT.
#[derive(Clone, Debug)]
pub struct WorldItem {
    /// It is an export.
    pub is_export: bool,
    /// Itself.
    pub item: Extern,
    /// As a world has it: `export run: func();`, or an interface with all that is in it, types first and then by name: the
    /// order in a binary depends on the tool that made it.
    pub text: String,
}

/// What a component imports, and then what it exports, each with its WIT; a resource's functions stand in its own.
pub fn world_items(component: &Component) -> Vec<WorldItem> {
    let mut found = Vec::new();
    for (word, externs) in [("import", &component.imports), ("export", &component.exports)] {
        let externs = ordered(externs);
        for item in externs.iter().filter(|item| !belongs_to_resource(item, &externs)) {
            let mut text = Text::default();
            text.prefix(word);
            write_extern(&mut text, "", item, &externs);
            found.push(WorldItem { is_export: word == "export", item: item.clone(), text: text.finish() });
        }
    }
    found
}

/// The same items as they are, but in each instance types first, and then by name.
fn ordered(externs: &[Extern]) -> Vec<Extern> {
    fn inside(item: &Extern) -> Extern {
        let Item::Instance(inner) = &item.item else { return item.clone() };
        let mut inner: Vec<Extern> = inner.iter().map(inside).collect();
        inner.sort_by(|a, b| {
            let is_function = |item: &Extern| matches!(item.item, Item::Function(_));
            (is_function(a), &a.name).cmp(&(is_function(b), &b.name))
        });
        Extern { name: item.name.clone(), item: Item::Instance(inner) }
    }
    externs.iter().map(inside).collect()
}

/// Comments for what the WIT decoder drops in silence: components and modules as imports or exports.
pub fn left_out(component: &Component) -> String {
    let mut text = Text::default();
    for (word, externs) in [("import", &component.imports), ("export", &component.exports)] {
        for item in externs {
            if let Item::Component(_) | Item::CoreModule(_) = &item.item {
                text.prefix(format!("// not expressible in WIT: {word}"));
                write_extern(&mut text, "", item, &[]);
            }
        }
    }
    text.finish()
}

/// Writes one item; `interface` is where it stands, empty at the root.
fn write_extern(text: &mut Text, interface: &str, item: &Extern, siblings: &[Extern]) {
    let name = &item.name;
    match &item.item {
        Item::Function(function) => define_function(text, function),
        Item::Type(ty) => define_type(text, interface, name, ty),
        Item::Resource(resource) => {
            define_resource(text, interface, name, resource, functions_of(name, siblings));
        }
        Item::Instance(inner) => {
            text.open(&format!("interface {name}"));
            let inside = if interface.is_empty() { name.to_string() } else { format!("{interface}#{name}") };
            for item in inner.iter().filter(|item| !belongs_to_resource(item, inner)) {
                write_extern(text, &inside, item, inner);
            }
            text.close();
        }
        Item::Component(inside) => text.line(&described(name, "component", inside)),
        Item::CoreModule(inside) => text.line(&described(name, "core module", inside)),
        Item::Core(what) | Item::Other(what) => text.line(&format!("{name}: {what};")),
    }
}

fn described(name: &str, word: &str, inside: &str) -> String {
    let blank = if inside.is_empty() { "" } else { " " };
    format!("{name}: {word}{blank}{inside};")
}

/// A resource's constructor, methods and static functions, in the binary's order.
fn functions_of<'a>(resource: &'a str, siblings: &'a [Extern]) -> impl Iterator<Item = &'a Function> {
    siblings.iter().filter_map(move |item| match &item.item {
        Item::Function(function) if function.kind().resource() == Some(resource) => Some(&**function),
        _ => None,
    })
}

/// It is a constructor, method or static function that stands in its resource's body.
fn belongs_to_resource(item: &Extern, siblings: &[Extern]) -> bool {
    let Item::Function(function) = &item.item else { return false };
    let Some(resource) = function.kind().resource() else { return false };
    siblings.iter().any(|other| matches!(&other.item, Item::Resource(_)) && *other.name == *resource)
}
