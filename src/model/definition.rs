//! One type, resource or function as the WIT that defines it.

use std::fmt::Display;

use super::types::Labels;
use super::wit_name::escaped;
use super::{Component, Function, FunctionKind, Resource, Type, TypeName};

/// How much text one listing may have, in bytes.
const LONGEST: usize = 4 << 20;

/// The WIT definition of a type: `record point { … }` over several lines for a named one, the type itself otherwise. A
/// resource is given with its constructor, methods and static functions, as `component` has them.
pub fn definition(component: &Component, ty: &Type) -> String {
    let mut text = Text::default();
    match (ty, ty.name()) {
        (Type::Own(resource) | Type::Borrow(resource), _) => {
            let interface = resource.name.interface.as_deref().unwrap_or("");
            define_resource(&mut text, interface, &resource.name.name, resource, functions_of(component, resource));
        }
        (_, Some(name)) => define_type(&mut text, name.interface.as_deref().unwrap_or(""), &name.name, ty),
        (_, None) => define_type(&mut text, "", "_", ty),
    }
    text.finish()
}

/// A resource's functions, from whichever side has them.
fn functions_of<'a>(component: &'a Component, resource: &'a Resource) -> impl Iterator<Item = &'a Function> {
    let sides = [&component.exported_functions, &component.imported_functions];
    let wanted = move |function: &&'a Function| {
        function.kind().resource() == Some(&*resource.name.name)
            && function.interface().as_deref() == resource.name.interface.as_deref()
    };
    let side = sides.into_iter().find(|side| side.iter().any(|function| wanted(&&**function)));
    side.into_iter().flatten().map(|function| &**function).filter(wanted)
}

/// Writes `name: func(…);`.
pub(super) fn define_function(text: &mut Text, function: &Function) {
    match function.kind() {
        FunctionKind::Constructor { .. } => text.line(&format!("{};", function.signature())),
        FunctionKind::Method { name, .. } | FunctionKind::Static { name, .. } => {
            text.line(&format!("{}: {};", escaped(name), function.signature()));
        }
        FunctionKind::Plain => text.line(&format!("{}: {};", escaped(&function.name), function.signature())),
    }
}

/// Writes a resource and its functions, or that another interface defines it.
pub(super) fn define_resource<'a>(
    text: &mut Text,
    interface: &str,
    name: &str,
    resource: &Resource,
    functions: impl Iterator<Item = &'a Function>,
) {
    if is_elsewhere(&resource.name, interface, name) {
        return use_line(text, &resource.name, name);
    }
    let mut functions = functions.peekable();
    if functions.peek().is_none() {
        return text.line(&format!("resource {};", escaped(name)));
    }
    text.open(&format!("resource {}", escaped(name)));
    functions.for_each(|function| define_function(text, function));
    text.close();
}

/// Writes a type that stands under this name in this interface (empty for the root), or that another one defines it.
pub(super) fn define_type(text: &mut Text, interface: &str, name: &str, ty: &Type) {
    if let Some(defined) = ty.name().filter(|_| !matches!(ty, Type::Own(_) | Type::Borrow(_)))
        && is_elsewhere(defined, interface, name)
    {
        return use_line(text, defined, name);
    }
    let name = escaped(name);
    match ty {
        Type::Record(record) => {
            text.open(&format!("record {name}"));
            record.fields.iter().for_each(|field| text.line(&format!("{}: {},", escaped(&field.name), field.ty)));
            text.close();
        }
        Type::Variant(variant) => {
            text.open(&format!("variant {name}"));
            for case in &variant.cases {
                match &case.ty {
                    Some(ty) => text.line(&format!("{}({ty}),", escaped(&case.name))),
                    None => text.line(&format!("{},", escaped(&case.name))),
                }
            }
            text.close();
        }
        Type::Enum(labels) => write_labels(text, "enum", &name, labels),
        Type::Flags(labels) => write_labels(text, "flags", &name, labels),
        _ => text.line(&format!("type {name} = {ty};")),
    }
}

fn write_labels(text: &mut Text, keyword: &str, name: &str, labels: &Labels) {
    text.open(&format!("{keyword} {name}"));
    labels.labels.iter().for_each(|label| text.line(&format!("{},", escaped(label))));
    text.close();
}

/// The name is another than that of the place, so the type is only used here.
fn is_elsewhere(defined: &TypeName, interface: &str, name: &str) -> bool {
    defined.interface.as_deref().unwrap_or("") != interface || *defined.name != *name
}

fn use_line(text: &mut Text, defined: &TypeName, name: &str) {
    let renamed = if *defined.name == *name { String::new() } else { format!(" as {}", escaped(name)) };
    match &defined.interface {
        Some(interface) => text.line(&format!("use {interface}.{{{}{renamed}}};", escaped(&defined.name))),
        None => text.line(&format!("type {} = {};", escaped(name), escaped(&defined.name))),
    }
}

/// Indented lines, up to a length.
#[derive(Default)]
pub(super) struct Text {
    text: String,
    depth: usize,
    prefix: Option<String>,
    is_cut: bool,
}

impl Text {
    /// A word to stand before the next line.
    pub fn prefix(&mut self, word: impl Display) {
        self.prefix = Some(format!("{word} "));
    }

    /// One line.
    pub fn line(&mut self, line: &str) {
        let prefix = self.prefix.take().unwrap_or_default();
        if self.text.len() > LONGEST {
            self.is_cut = true;
            return;
        }
        self.text.push_str(&"  ".repeat(self.depth));
        self.text.push_str(&prefix);
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A line that begins a block.
    pub fn open(&mut self, head: &str) {
        self.line(&format!("{head} {{"));
        self.depth += 1;
    }

    /// The end of a block.
    pub fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.line("}");
    }

    /// All of it.
    pub fn finish(mut self) -> String {
        if self.is_cut {
            self.text.push_str("// cut here: the rest is too long to show\n");
        }
        self.text
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::model::{Extern, FeatureSet, Item, wit_item};

    const TYPES: &str = r#"(component
        (import "a:b/types@1.0.0" (instance $i
            (type $p' (record (field "x" s32) (field "type" (option string)))) (export "point" (type $p (eq $p')))
            (type $s' (variant (case "dot" $p) (case "none"))) (export "shape" (type $s (eq $s')))
            (type $e' (enum "red" "green")) (export "colour" (type (eq $e')))
            (type $f' (flags "read" "write")) (export "perms" (type (eq $f')))
            (type $l (list $s)) (export "shapes" (type (eq $l)))
            (export "blob" (type $r (sub resource)))
            (type $own (own $r)) (type $borrow (borrow $r))
            (export "[constructor]blob" (func (param "size" u32) (result $own)))
            (export "[method]blob.read" (func (param "self" $borrow) (param "n" u32) (result (list u8))))
            (export "[static]blob.merge" (func (param "a" $own) (param "b" $own) (result $own)))
            (export "draw" (func (param "s" $s)))
            (type $list' (enum "a" "b")) (export "list" (type $list (eq $list')))
            (export "use" (func (param "from" $list) (result (option $list))))))
        (alias export $i "point" (type $point))
        (import "a:b/user" (instance
            (alias outer 1 $point (type $point)) (export "pt" (type $pt (eq $point)))
            (export "at" (func (result $pt))))))"#;

    fn load() -> Component {
        Component::from_bytes(TYPES.as_bytes(), Path::new("x.wat"), 1, FeatureSet::all()).expect("valid text")
    }

    fn instance<'a>(component: &'a Component, name: &str) -> &'a [Extern] {
        let found = component.imports.iter().find(|item| &*item.name == name).map(|item| &item.item);
        let Some(Item::Instance(inner)) = found else { panic!("no instance {name}") };
        inner
    }

    #[track_caller]
    fn check(interface: &str, name: &str, expected: &str) {
        let component = load();
        let item = instance(&component, interface).iter().find(|item| &*item.name == name).expect("it is there");
        assert_eq!(wit_item(&component, &[interface], item), expected, "{name} as an item");
        match &item.item {
            // A list has no name of its own, and a type that is used is defined elsewhere.
            Item::Type(Type::List(_)) => {}
            Item::Type(ty) if name != "pt" => assert_eq!(definition(&component, ty), expected, "{name} as a type"),
            Item::Resource(resource) => {
                assert_eq!(definition(&component, &Type::Borrow(resource.clone())), expected, "{name} as a type");
            }
            _ => {}
        }
    }

    #[test]
    fn each_sort_of_definition_is_wit() {
        let types = "a:b/types@1.0.0";
        check(types, "point", "record point {\n  x: s32,\n  %type: option<string>,\n}\n");
        check(types, "shape", "variant shape {\n  dot(point),\n  none,\n}\n");
        check(types, "colour", "enum colour {\n  red,\n  green,\n}\n");
        check(types, "perms", "flags perms {\n  read,\n  write,\n}\n");
        check(types, "shapes", "type shapes = list<shape>;\n");
        check(types, "draw", "draw: func(s: shape);\n");
        check(types, "list", "enum %list {\n  a,\n  b,\n}\n");
        check(types, "use", "%use: func(%from: %list) -> option<%list>;\n");
        check(
            types,
            "blob",
            "resource blob {\n  constructor(size: u32);\n  read: func(n: u32) -> list<u8>;\n  \
             merge: static func(a: blob, b: blob) -> blob;\n}\n",
        );
        check("a:b/user", "pt", "use a:b/types@1.0.0.{point as pt};\n");
        check("a:b/user", "at", "at: func() -> point;\n");
    }

    #[test]
    fn a_whole_interface_is_one_item() {
        let component = load();
        let user = component.imports.last().expect("two imports");
        let expected = "interface a:b/user {\n  use a:b/types@1.0.0.{point as pt};\n  at: func() -> point;\n}\n";
        assert_eq!(wit_item(&component, &[], user), expected);
    }
}
