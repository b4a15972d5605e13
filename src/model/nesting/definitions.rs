//! What a component's own sections define, in order: the entries of its index spaces, and where each comes from.
//!
//! Types and values are left out: they take part in no call. Of a core module, only the names of what it imports and exports are
//! kept, by which generated modules are recognised.

use std::collections::HashMap;

use wasmparser::{
    CanonicalFunction, ComponentAlias, ComponentExternalKind, ComponentInstance, ComponentOuterAliasKind, ExternalKind,
    Instance, Payload, SectionLimited,
};

use super::{Part, PartKind};

/// An index space of a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Component functions.
    Function,
    /// Component instances.
    Instance,
    /// Components.
    Component,
    /// Core modules.
    Module,
    /// Instances of core modules.
    CoreInstance,
    /// Core functions.
    CoreFunction,
    /// Core tables.
    CoreTable,
    /// Core memories.
    CoreMemory,
    /// Core globals.
    CoreGlobal,
    /// Core tags.
    CoreTag,
}

impl Sort {
    /// It is a space of what core instances export.
    pub fn is_core(self) -> bool {
        use Sort::*;
        matches!(self, CoreFunction | CoreTable | CoreMemory | CoreGlobal | CoreTag)
    }
}

/// An entry of an index space, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Index {
    /// The space.
    pub sort: Sort,
    /// The number in it.
    pub number: u32,
}

/// Where an entry comes from. Numbers without a sort are of the sort of the entry.
#[derive(Clone, Debug)]
pub enum Origin {
    /// It is imported under this name.
    Import(String),
    /// An instance exports it, a core instance where the entry is a core item.
    Export {
        /// The instance's number.
        instance: u32,
        /// The export's name.
        name: String,
    },
    /// It stands in the file here: the part's place among those of the component.
    Nested(usize),
    /// It is an entry of a component so many levels further out.
    Outer {
        /// How many; none means the component itself.
        levels: u32,
        /// The entry's number there.
        number: u32,
    },
    /// An instance, or core instance, made of this component or module.
    Instance {
        /// The component's or module's number.
        of: u32,
        /// What it is made with, by the names under which it imports that.
        args: Vec<(String, Index)>,
    },
    /// An instance that only gathers what it exports.
    Gathered(Vec<(String, Index)>),
    /// A core function made callable by other components.
    Lifted,
    /// A component function made callable by core code.
    Lowered(u32),
    /// A built-in function of the canonical ABI.
    BuiltIn,
    /// It is another entry under a further number: what an export does.
    Same(u32),
}

/// What a component defines.
#[derive(Debug, Default)]
pub struct Definitions {
    /// Every entry, in order.
    pub entries: Vec<(Sort, Origin)>,
    /// Its exports.
    pub exports: Vec<(String, Index)>,
    /// What its name section calls some of the entries.
    names: HashMap<(Sort, u32), String>,
    counts: HashMap<Sort, u32>,
    /// Of a core module, the name of each import, without the module that it is imported from.
    pub core_imports: Vec<String>,
    /// Of a core module, the name of each export.
    pub core_exports: Vec<String>,
}

impl Definitions {
    fn add(&mut self, sort: Sort, origin: Origin) {
        *self.counts.entry(sort).or_default() += 1;
        self.entries.push((sort, origin));
    }

    /// A part that is nested here.
    pub fn nested(&mut self, sort: Sort, place: usize) {
        self.add(sort, Origin::Nested(place));
    }

    /// What a name section calls entries of one space.
    pub fn names(&mut self, sort: Sort, names: impl Iterator<Item = (u32, String)>) {
        self.names.extend(names.map(|(number, name)| ((sort, number), name)));
    }

    /// What the name section calls an entry.
    pub fn name(&self, sort: Sort, number: u32) -> Option<&str> {
        self.names.get(&(sort, number)).map(String::as_str)
    }

    /// Gives the parts the names that the name section has for them, where they have none of their own.
    pub fn name_parts(&self, parts: &mut [Part]) {
        for sort in [Sort::Component, Sort::Module] {
            for (number, origin) in (0..).zip(self.space(sort)) {
                if let (Origin::Nested(place), Some(name)) = (origin, self.name(sort, number))
                    && let Some(part) = parts.get_mut(*place)
                {
                    let own = part.name.get_or_insert_with(|| name.to_owned());
                    // A tool's own name for a module says more than the one that its linker left in it.
                    if part.kind == PartKind::Module && own != name && name.starts_with("wit-component:") {
                        name.clone_into(own);
                    }
                }
            }
        }
    }

    /// The entries of one space, by number.
    pub fn space(&self, sort: Sort) -> impl Iterator<Item = &Origin> {
        self.entries.iter().filter(move |(of, _)| *of == sort).map(|(_, origin)| origin)
    }

    /// Whether code of the component itself is called or calls: not only that of components in it.
    pub fn has_code(&self) -> bool {
        self.entries.iter().any(|(_, origin)| matches!(origin, Origin::Lifted | Origin::Lowered(_)))
    }

    /// Takes in what a section defines.
    pub fn read(&mut self, payload: &Payload<'_>) {
        match payload {
            Payload::ComponentImportSection(section) => each(section, |import| {
                if let Some(sort) = sort_of(import.ty.kind()) {
                    self.add(sort, Origin::Import(import.name.name.to_owned()));
                }
            }),
            Payload::ComponentExportSection(section) => each(section, |export| {
                let Some(sort) = sort_of(export.kind) else { return };
                self.exports.push((export.name.name.to_owned(), Index { sort, number: export.index }));
                self.add(sort, Origin::Same(export.index));
            }),
            Payload::ComponentAliasSection(section) => each(section, |alias| self.alias(&alias)),
            Payload::ComponentCanonicalSection(section) => each(section, |function| match function {
                CanonicalFunction::Lift { .. } => self.add(Sort::Function, Origin::Lifted),
                CanonicalFunction::Lower { func_index, .. } => {
                    self.add(Sort::CoreFunction, Origin::Lowered(func_index));
                }
                _ => self.add(Sort::CoreFunction, Origin::BuiltIn),
            }),
            Payload::ComponentInstanceSection(section) => each(section, |instance| self.instance(instance)),
            Payload::InstanceSection(section) => each(section, |instance| self.core_instance(instance)),
            Payload::ImportSection(section) => {
                let imports = section.clone().into_imports().map_while(Result::ok);
                self.core_imports.extend(imports.map(|import| import.name.to_owned()));
            }
            Payload::ExportSection(section) => each(section, |export| self.core_exports.push(export.name.to_owned())),
            _ => {}
        }
    }

    fn alias(&mut self, alias: &ComponentAlias<'_>) {
        match *alias {
            ComponentAlias::InstanceExport { kind, instance_index, name } => {
                if let Some(sort) = sort_of(kind) {
                    self.add(sort, Origin::Export { instance: instance_index, name: name.to_owned() });
                }
            }
            ComponentAlias::CoreInstanceExport { kind, instance_index, name } => {
                self.add(core_sort_of(kind), Origin::Export { instance: instance_index, name: name.to_owned() });
            }
            ComponentAlias::Outer { kind, count, index } => {
                let sort = match kind {
                    ComponentOuterAliasKind::Component => Sort::Component,
                    ComponentOuterAliasKind::CoreModule => Sort::Module,
                    ComponentOuterAliasKind::CoreType | ComponentOuterAliasKind::Type => return,
                };
                self.add(sort, Origin::Outer { levels: count, number: index });
            }
        }
    }

    fn instance(&mut self, instance: ComponentInstance<'_>) {
        let index = |kind, number| Some(Index { sort: sort_of(kind)?, number });
        let origin = match instance {
            ComponentInstance::Instantiate { component_index, args } => {
                let args = args.iter().filter_map(|arg| Some((arg.name.to_owned(), index(arg.kind, arg.index)?)));
                Origin::Instance { of: component_index, args: args.collect() }
            }
            ComponentInstance::FromExports(exports) => {
                let exports =
                    exports.iter().filter_map(|one| Some((one.name.name.to_owned(), index(one.kind, one.index)?)));
                Origin::Gathered(exports.collect())
            }
        };
        self.add(Sort::Instance, origin);
    }

    fn core_instance(&mut self, instance: Instance<'_>) {
        let origin = match instance {
            Instance::Instantiate { module_index, args } => {
                let instance = |number| Index { sort: Sort::CoreInstance, number };
                let args = args.iter().map(|arg| (arg.name.to_owned(), instance(arg.index)));
                Origin::Instance { of: module_index, args: args.collect() }
            }
            Instance::FromExports(exports) => Origin::Gathered(
                exports
                    .iter()
                    .map(|one| (one.name.to_owned(), Index { sort: core_sort_of(one.kind), number: one.index }))
                    .collect(),
            ),
        };
        self.add(Sort::CoreInstance, origin);
    }
}

/// Each item of a section, up to the first that cannot be read.
fn each<'a, T: wasmparser::FromReader<'a>>(section: &SectionLimited<'a, T>, take: impl FnMut(T)) {
    section.clone().into_iter().map_while(Result::ok).for_each(take);
}

/// The space that items of a kind stand in; types and values are not followed.
fn sort_of(kind: ComponentExternalKind) -> Option<Sort> {
    match kind {
        ComponentExternalKind::Module => Some(Sort::Module),
        ComponentExternalKind::Func => Some(Sort::Function),
        ComponentExternalKind::Instance => Some(Sort::Instance),
        ComponentExternalKind::Component => Some(Sort::Component),
        ComponentExternalKind::Value | ComponentExternalKind::Type => None,
    }
}

fn core_sort_of(kind: ExternalKind) -> Sort {
    match kind {
        ExternalKind::Func | ExternalKind::FuncExact => Sort::CoreFunction,
        ExternalKind::Table => Sort::CoreTable,
        ExternalKind::Memory => Sort::CoreMemory,
        ExternalKind::Global => Sort::CoreGlobal,
        ExternalKind::Tag => Sort::CoreTag,
    }
}
