//! What is nested in what: the components and core modules of a file, with their sizes, names and sections, and the
//! instances that are made of them.
//!
//! Read from the binary alone, in one pass that looks at no function body. [`Part`] is the tree; `definitions.rs` holds what a
//! component's own sections define, `purpose.rs` tells the modules that tools generate from those of the author,
//! `wiring.rs` says what each instance is made with, and `graph.rs` makes the composition graph of it all. Start reading at
//! [`Component::nesting`].

mod definitions;
pub mod graph;
mod purpose;
mod wiring;

use std::ops::Range;

use wasmparser::{
    ComponentName, CustomSectionReader, Encoding, KnownCustom, Name, NameMap, Parser, Payload, SectionLimited,
};

use self::definitions::{Definitions, Sort};
pub use self::purpose::Purpose;
pub use self::wiring::{Made, Source, Taken};
use super::Component;

/// A component or core module: the file itself, or one that is nested in it.
#[derive(Debug)]
pub struct Part {
    /// Which of the two it is.
    pub kind: PartKind,
    /// Its number among the parts of its kind that are defined directly in the same component.
    pub index: usize,
    /// What it is called: by itself, or else by the component around it.
    pub name: Option<String>,
    /// What a tool put it in for, as far as that can be told.
    pub purpose: Option<Purpose>,
    /// Bytes, its header included.
    pub size: u64,
    /// Its sections in the binary's order, nested parts left out.
    pub sections: Vec<Section>,
    /// What is nested in it, in the binary's order.
    pub parts: Vec<Part>,
    definitions: Definitions,
    /// A component in it has core code, whatever the depth.
    has_code_inside: bool,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartKind {
    /// A component.
    Component,
    /// A core module.
    Module,
}

/// One section of a part.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// What it holds: `code`, `data`, `types`; for a custom section, its name.
    pub name: String,
    /// It is a custom section.
    pub is_custom: bool,
    /// Bytes, without the section's header.
    pub size: u64,
}

impl Component {
    /// What the file holds: of a core module, the module itself and not what was made of it.
    pub fn nesting(&self) -> Part {
        read(self.file_bytes())
    }
}

/// Reads a binary that is known to be well-formed; of another one, what comes before the fault.
fn read(bytes: &[u8]) -> Part {
    // The parts around the present place, outermost first.
    let mut open: Vec<Part> = Vec::new();
    for payload in Parser::new(0).parse_all(bytes).map_while(Result::ok) {
        match &payload {
            Payload::Version { encoding, range, .. } => open.push(Part::begin(*encoding, range.start)),
            Payload::End(end) if open.len() > 1 => {
                let Some(mut part) = open.pop() else { break };
                part.finish(*end);
                if let Some(around) = open.last_mut() {
                    around.nest(part);
                }
            }
            payload => {
                if let Some(part) = open.last_mut() {
                    part.section(payload);
                    part.definitions.read(payload);
                }
            }
        }
    }
    // More than one is open only where the file is broken.
    let mut file = open.into_iter().next().unwrap_or_else(|| Part::begin(Encoding::Component, 0));
    file.finish(bytes.len());
    file
}

impl Part {
    fn begin(encoding: Encoding, start: usize) -> Part {
        Part {
            kind: if encoding == Encoding::Component { PartKind::Component } else { PartKind::Module },
            index: 0,
            name: None,
            purpose: None,
            // The place where it begins, until it ends.
            size: start as u64,
            sections: Vec::new(),
            parts: Vec::new(),
            definitions: Definitions::default(),
            has_code_inside: false,
        }
    }

    fn finish(&mut self, end: usize) {
        self.size = (end as u64).saturating_sub(self.size);
        self.definitions.name_parts(&mut self.parts);
        for part in &mut self.parts {
            part.purpose = match part.kind {
                PartKind::Module => purpose::of(part.name.as_deref(), &part.definitions),
                PartKind::Component if part.parts.is_empty() && !part.definitions.has_code() => {
                    Some(Purpose::Interface)
                }
                PartKind::Component => None,
            };
        }
    }

    fn nest(&mut self, mut part: Part) {
        part.index = self.of_kind(part.kind).count();
        let sort = if part.kind == PartKind::Component { Sort::Component } else { Sort::Module };
        self.definitions.nested(sort, self.parts.len());
        self.has_code_inside |= part.has_code_inside || part.definitions.has_code();
        self.parts.push(part);
    }

    /// What is nested directly in it, of one kind.
    pub fn of_kind(&self, kind: PartKind) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(move |part| part.kind == kind)
    }

    /// What the author's own core module in it is called, where there is one such.
    pub fn program(&self) -> Option<&str> {
        let mut own = self.of_kind(PartKind::Module).filter(|module| module.purpose.is_none());
        match (own.next().and_then(|module| module.name.as_deref()), own.next()) {
            (Some(name), None) => Some(name.strip_suffix(".wasm").unwrap_or(name)),
            _ => None,
        }
    }

    /// Its name, that of the program in it where it has none, or its kind and number: `component 2`.
    pub fn shown_name(&self) -> String {
        match (self.name.as_deref().or(self.program()), self.kind) {
            (Some(name), _) => name.to_owned(),
            (None, PartKind::Component) => format!("component {}", self.index),
            (None, PartKind::Module) => format!("core module {}", self.index),
        }
    }

    fn section(&mut self, payload: &Payload<'_>) {
        if let Payload::CustomSection(section) = payload {
            self.read_names(section);
            let size = section.range().len() as u64;
            return self.sections.push(Section { name: section.name().to_owned(), is_custom: true, size });
        }
        let Some((name, range)) = described(payload) else { return };
        self.sections.push(Section { name: name.to_owned(), is_custom: false, size: range.len() as u64 });
    }

    fn read_names(&mut self, section: &CustomSectionReader<'_>) {
        match section.as_known() {
            KnownCustom::Name(names) => {
                for name in names.into_iter().map_while(Result::ok) {
                    if let Name::Module { name, .. } = name {
                        self.name.get_or_insert_with(|| name.to_owned());
                    }
                }
            }
            KnownCustom::ComponentName(names) => {
                for name in names.into_iter().map_while(Result::ok) {
                    match name {
                        ComponentName::Component { name, .. } => {
                            self.name.get_or_insert_with(|| name.to_owned());
                        }
                        ComponentName::CoreModules(map) => self.definitions.names(Sort::Module, pairs(map)),
                        ComponentName::Components(map) => self.definitions.names(Sort::Component, pairs(map)),
                        ComponentName::Instances(map) => self.definitions.names(Sort::Instance, pairs(map)),
                        ComponentName::CoreInstances(map) => {
                            self.definitions.names(Sort::CoreInstance, pairs(map));
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

fn pairs(map: NameMap<'_>) -> impl Iterator<Item = (u32, String)> {
    map.into_iter().map_while(Result::ok).map(|naming| (naming.index, naming.name.to_owned()))
}

/// What a section holds, and where it lies.
fn described(payload: &Payload<'_>) -> Option<(&'static str, Range<usize>)> {
    fn section<T>(name: &'static str, section: &SectionLimited<'_, T>) -> Option<(&'static str, Range<usize>)> {
        Some((name, section.range()))
    }
    match payload {
        Payload::TypeSection(s) => section("types", s),
        Payload::ImportSection(s) => section("imports", s),
        Payload::FunctionSection(s) => section("functions", s),
        Payload::TableSection(s) => section("tables", s),
        Payload::MemorySection(s) => section("memories", s),
        Payload::TagSection(s) => section("tags", s),
        Payload::GlobalSection(s) => section("globals", s),
        Payload::ExportSection(s) => section("exports", s),
        Payload::ElementSection(s) => section("elements", s),
        Payload::DataSection(s) => section("data", s),
        Payload::CodeSectionStart { range, .. } => Some(("code", range.clone())),
        Payload::InstanceSection(s) => section("core instances", s),
        Payload::CoreTypeSection(s) => section("core types", s),
        Payload::ComponentInstanceSection(s) => section("instances", s),
        Payload::ComponentAliasSection(s) => section("aliases", s),
        Payload::ComponentTypeSection(s) => section("types", s),
        Payload::ComponentCanonicalSection(s) => section("canonical functions", s),
        Payload::ComponentImportSection(s) => section("imports", s),
        Payload::ComponentExportSection(s) => section("exports", s),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str) -> Part {
        read(&wat::parse_str(text).expect("valid text"))
    }

    /// A module of a hundred bytes and more in a component in a component.
    const NESTED: &str = r#"(component $outer (import "log" (func $log))
        (component $inner (import "log" (func $log))
            (core module $m (import "" "log" (func)) (func (export "f")) (data "0123456789")
                (@custom "mine" "abc"))
            (core func $log (canon lower (func $log)))
            (core instance $args (export "log" (func $log)))
            (core instance $i (instantiate $m (with "" (instance $args))))
            (func (export "f") (canon lift (core func $i "f"))))
        (core module (data "x"))
        (instance $made (instantiate $inner (with "log" (func $log))))
        (export "f" (func $made "f")))"#;

    #[test]
    fn parts_have_names_sizes_and_sections() {
        let outer = part(NESTED);
        assert_eq!(outer.size, wat::parse_str(NESTED).expect("valid text").len() as u64);
        let [inner, module] = &outer.parts[..] else { panic!("{outer:?}") };
        assert_eq!((inner.kind, inner.shown_name().as_str()), (PartKind::Component, "inner"));
        assert_eq!((module.kind, module.index, module.shown_name().as_str()), (PartKind::Module, 0, "core module 0"));
        assert!(outer.size > inner.size + module.size && inner.size > inner.parts[0].size);
        let of_module = &inner.parts[0];
        assert_eq!((of_module.name.as_deref(), inner.program()), (Some("m"), Some("m")));
        let sizes: Vec<(&str, bool, u64)> = of_module
            .sections
            .iter()
            .filter(|section| section.is_custom || section.name == "data")
            .map(|section| (section.name.as_str(), section.is_custom, section.size))
            .collect();
        // A custom section's own name counts.
        assert_eq!(sizes, [("data", false, 13), ("mine", true, 8), ("name", true, 9)]);
    }

    #[test]
    fn instances_say_what_they_take_from_where() {
        let outer = part(NESTED);
        let takes = |name: &str, from: Source| vec![Taken { name: name.to_owned(), from: vec![from] }];
        let made = |is_core, number, name: &str, of, takes| Made {
            is_core,
            number,
            name: Some(name.to_owned()),
            of: vec![of],
            takes,
        };
        let log = || Source::Import("log".to_owned());
        let component = Source::Part(PartKind::Component, 0);
        assert_eq!(outer.instances(), [made(false, 0, "made", component, takes("log", log()))]);
        assert_eq!(outer.exports(), takes("f", Source::Instance(0)));
        let module = Source::Part(PartKind::Module, 0);
        assert_eq!(outer.parts[0].instances(), [made(true, 1, "i", module, takes("", log()))]);
        assert_eq!(outer.parts[0].exports(), takes("f", Source::Code));
    }

    #[test]
    fn of_a_broken_file_what_stands_before_the_fault_is_read() {
        let bytes = wat::parse_str(NESTED).expect("valid text");
        for length in 0..bytes.len() {
            let part = read(&bytes[..length]);
            part.instances();
            part.graph("x");
        }
        for bit in 0..bytes.len() * 8 {
            let mut broken = bytes.clone();
            broken[bit / 8] ^= 1 << (bit % 8);
            let part = read(&broken);
            part.instances();
            part.graph("x");
        }
    }
}
