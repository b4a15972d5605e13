//! A whole file in one pass: every component in it as a list of steps, every core module as what the analysis needs of it.
//!
//! Nothing is resolved here; `instantiate.rs` follows the steps.

use std::collections::HashMap;
use std::ops::Range;

use wasmparser::{
    CanonicalFunction, ComponentAlias, ComponentExport, ComponentImport, ComponentInstance, ComponentName,
    ComponentType, Instance, KnownCustom, Name, NameMap, Parser, Payload,
};

use super::body::Bodies;
use super::module::CoreModule;
use super::signature::Signatures;
use crate::model::FeatureSet;

/// Everything that a file defines; the outermost component is the first.
#[derive(Default)]
pub struct Definitions<'a> {
    /// Components, in the order in which they begin.
    pub components: Vec<Component<'a>>,
    /// Core modules, in the order in which they begin.
    pub modules: Vec<CoreModule<'a>>,
    /// What the modules call themselves.
    pub module_names: Vec<Option<&'a str>>,
}

/// One component: what its sections say, in order.
#[derive(Default)]
pub struct Component<'a> {
    /// The items of its sections.
    pub steps: Vec<Step<'a>>,
    /// What it calls itself.
    pub name: Option<&'a str>,
    /// What it calls core modules, by their index in it.
    pub module_names: HashMap<u32, &'a str>,
    /// What it calls components, by their index in it.
    pub component_names: HashMap<u32, &'a str>,
}

/// One item of a component's section.
pub enum Step<'a> {
    /// Defines a core module: its place among all modules.
    CoreModule(usize),
    /// Defines a component: its place among all components.
    Component(usize),
    /// Makes a core instance.
    CoreInstance(Instance<'a>),
    /// Makes an instance.
    Instance(ComponentInstance<'a>),
    /// Takes an item out of an instance or of a component around this one.
    Alias(ComponentAlias<'a>),
    /// Lifts, lowers, or uses a builtin.
    Canonical(CanonicalFunction),
    /// Imports an item.
    Import(ComponentImport<'a>),
    /// Exports an item.
    Export(ComponentExport<'a>),
    /// Defines a resource, with its destructor.
    Resource(Option<u32>),
    /// Defines a type that is no resource.
    Type,
    /// Calls this function when it is instantiated.
    Start(u32),
}

/// What is being read.
enum Open {
    Component(usize),
    Module { place: usize, range: Range<usize>, bodies: Option<Box<Bodies>> },
}

/// Reads a component's binary.
pub fn read(bytes: &[u8]) -> wasmparser::Result<Definitions<'_>> {
    let mut parser = Parser::new(0);
    parser.set_features(FeatureSet::all().flags());
    let mut definitions = Definitions { components: vec![Component::default()], ..Definitions::default() };
    let mut signatures = Signatures::default();
    let mut open = vec![Open::Component(0)];
    for payload in parser.parse_all(bytes) {
        let payload = payload?;
        let Some(here) = open.last_mut() else { break };
        match (payload, here) {
            (Payload::End(_), _) => {
                if let Some(Open::Module { place, range, bodies }) = open.pop() {
                    definitions.modules[place].finish(range, bodies.map(|bodies| *bodies));
                }
            }
            (Payload::ModuleSection { unchecked_range, .. }, Open::Component(component)) => {
                let place = definitions.modules.len();
                definitions.components[*component].steps.push(Step::CoreModule(place));
                definitions.modules.push(CoreModule::default());
                definitions.module_names.push(None);
                open.push(Open::Module { place, range: unchecked_range, bodies: None });
            }
            (Payload::ComponentSection { .. }, Open::Component(component)) => {
                let place = definitions.components.len();
                definitions.components[*component].steps.push(Step::Component(place));
                definitions.components.push(Component::default());
                open.push(Open::Component(place));
            }
            (Payload::CodeSectionEntry(body), Open::Module { place, bodies, .. }) => {
                bodies.get_or_insert_with(|| Box::new(definitions.modules[*place].bodies())).add(&body);
            }
            (Payload::CustomSection(section), Open::Module { place, .. }) => {
                if let KnownCustom::Name(names) = section.as_known() {
                    definitions.module_names[*place] = names.into_iter().map_while(Result::ok).find_map(module_name);
                }
            }
            (payload, Open::Module { place, .. }) => definitions.modules[*place].read(payload, &mut signatures)?,
            (payload, Open::Component(component)) => definitions.components[*component].read(payload)?,
        }
    }
    Ok(definitions)
}

fn module_name<'a>(name: Name<'a>) -> Option<&'a str> {
    match name {
        Name::Module { name, .. } => Some(name),
        _ => None,
    }
}

impl<'a> Component<'a> {
    fn read(&mut self, payload: Payload<'a>) -> wasmparser::Result<()> {
        match payload {
            Payload::InstanceSection(section) => self.steps(section, Step::CoreInstance),
            Payload::ComponentInstanceSection(section) => self.steps(section, Step::Instance),
            Payload::ComponentAliasSection(section) => self.steps(section, Step::Alias),
            Payload::ComponentCanonicalSection(section) => self.steps(section, Step::Canonical),
            Payload::ComponentImportSection(section) => self.steps(section, Step::Import),
            Payload::ComponentExportSection(section) => self.steps(section, Step::Export),
            Payload::ComponentTypeSection(section) => self.steps(section, |ty| match ty {
                ComponentType::Resource { dtor, .. } => Step::Resource(dtor),
                _ => Step::Type,
            }),
            Payload::ComponentStartSection { start, .. } => {
                self.steps.push(Step::Start(start.func_index));
                Ok(())
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::ComponentName(names) = section.as_known() {
                    names.into_iter().map_while(Result::ok).for_each(|name| self.names(name));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn steps<T>(
        &mut self,
        items: impl IntoIterator<Item = wasmparser::Result<T>>,
        step: impl Fn(T) -> Step<'a>,
    ) -> wasmparser::Result<()> {
        for item in items {
            self.steps.push(step(item?));
        }
        Ok(())
    }

    fn names(&mut self, name: ComponentName<'a>) {
        let add = |names: &mut HashMap<u32, &'a str>, map: NameMap<'a>| {
            names.extend(map.into_iter().map_while(Result::ok).map(|naming| (naming.index, naming.name)));
        };
        match name {
            ComponentName::Component { name, .. } => self.name = Some(name),
            ComponentName::CoreModules(map) => add(&mut self.module_names, map),
            ComponentName::Components(map) => add(&mut self.component_names, map),
            _ => {}
        }
    }
}
