//! A component written item by item: each gets the next number of its index space.
//!
//! Knows the binary format and nothing else.

use wasm_encoder::{
    Alias, Component, ComponentAliasSection, ComponentExportKind as Sort, ComponentExportSection,
    ComponentImportSection, ComponentInstanceSection, ComponentNameSection, ComponentSectionId, ComponentTypeEncoder,
    ComponentTypeRef, ComponentTypeSection, NameMap, RawSection,
};

/// A component that is being written.
#[derive(Default)]
pub struct Sections {
    component: Component,
    counts: Counts,
    components: NameMap,
    instances: NameMap,
}

#[derive(Default)]
struct Counts {
    modules: u32,
    functions: u32,
    values: u32,
    types: u32,
    instances: u32,
    components: u32,
}

impl Counts {
    /// The number that the next item of this sort has.
    fn next(&mut self, sort: Sort) -> u32 {
        let count = match sort {
            Sort::Module => &mut self.modules,
            Sort::Func => &mut self.functions,
            Sort::Value => &mut self.values,
            Sort::Type => &mut self.types,
            Sort::Instance => &mut self.instances,
            Sort::Component => &mut self.components,
        };
        *count += 1;
        *count - 1
    }
}

impl Sections {
    /// A whole component inside this one, byte for byte.
    pub fn nest(&mut self, name: &str, binary: &[u8]) -> u32 {
        self.component.section(&RawSection { id: ComponentSectionId::Component.into(), data: binary });
        let index = self.counts.next(Sort::Component);
        self.components.append(index, name);
        index
    }

    /// A new instance of a component.
    pub fn instantiate(&mut self, name: &str, component: u32, args: &[(&str, Sort, u32)]) -> u32 {
        let mut section = ComponentInstanceSection::new();
        section.instantiate(component, args.iter().copied());
        self.component.section(&section);
        let index = self.counts.next(Sort::Instance);
        self.instances.append(index, name);
        index
    }

    /// An instance that has these items.
    pub fn bundle(&mut self, items: &[(&str, Sort, u32)]) -> u32 {
        let mut section = ComponentInstanceSection::new();
        section.export_items(items.iter().copied());
        self.component.section(&section);
        self.counts.next(Sort::Instance)
    }

    /// An export of an instance, as an item of its own.
    pub fn alias(&mut self, instance: u32, name: &str, sort: Sort) -> u32 {
        let mut section = ComponentAliasSection::new();
        section.alias(Alias::InstanceExport { instance, kind: sort, name });
        self.component.section(&section);
        self.counts.next(sort)
    }

    /// A type.
    pub fn define(&mut self, write: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32 {
        let mut section = ComponentTypeSection::new();
        write(section.ty());
        self.component.section(&section);
        self.counts.next(Sort::Type)
    }

    /// An import.
    pub fn import(&mut self, name: &str, ty: ComponentTypeRef) -> u32 {
        let mut section = ComponentImportSection::new();
        section.import(name, ty);
        self.component.section(&section);
        self.counts.next(ty.kind())
    }

    /// An export, which is also a new item.
    pub fn export(&mut self, name: &str, sort: Sort, index: u32, ty: Option<ComponentTypeRef>) -> u32 {
        let mut section = ComponentExportSection::new();
        section.export(name, sort, index, ty);
        self.component.section(&section);
        self.counts.next(sort)
    }

    /// The binary, with the names of what was nested and instantiated.
    pub fn finish(mut self) -> Vec<u8> {
        let mut names = ComponentNameSection::new();
        names.components(&self.components);
        names.instances(&self.instances);
        self.component.section(&names);
        self.component.finish()
    }
}
