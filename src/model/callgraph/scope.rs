//! What stands in the index spaces of a component while it is followed step by step.

use std::collections::HashMap;
use std::rc::Rc;

use wasmparser::ComponentExternalKind;

use super::graph::Node;

/// What came from outside the file at this path of names: `ns:pkg/iface`, `outer#inner`.
pub type ImportedPath = Rc<str>;

/// An item of a component.
#[derive(Clone)]
pub enum Item<'a> {
    /// A function.
    Function(Node),
    /// An instance.
    Instance(Instance<'a>),
    /// A component.
    Component(Component),
    /// A core module.
    Module(Module),
    /// A type.
    Type(Type),
    /// A value.
    Value,
}

/// An instance.
#[derive(Clone)]
pub enum Instance<'a> {
    /// One of the file: what it exports.
    Exports(Rc<HashMap<&'a str, Item<'a>>>),
    /// One that the outermost component imports.
    Imported(ImportedPath),
    /// One that an imported component made.
    Unknown(Node),
}

/// A component that can be instantiated.
#[derive(Clone)]
pub enum Component {
    /// One of the file: its definition, and the scope in which it was defined.
    Defined { definition: usize, scope: usize },
    /// An imported one.
    Unknown(Node),
}

/// A core module that can be instantiated.
#[derive(Clone, Copy)]
pub enum Module {
    /// One of the file.
    Defined(usize),
    /// An imported one.
    Unknown(Node),
}

/// A type.
#[derive(Clone)]
pub enum Type {
    /// No resource.
    Plain,
    /// A resource of a component in the file: its place among all of those.
    Resource(usize),
    /// A type that the outermost component imports; it may be a resource.
    Imported(ImportedPath),
    /// A type that an imported component made.
    Unknown(Node),
}

/// A core instance.
#[derive(Clone)]
pub enum CoreInstance<'a> {
    /// Of a module of the file: its place among all core instances.
    Module(usize),
    /// Put together of other items.
    Exports(Rc<HashMap<&'a str, CoreItem>>),
    /// Of an imported module.
    Unknown(Node),
}

/// A core item.
#[derive(Clone, Copy)]
pub enum CoreItem {
    /// A function.
    Function(Node),
    /// A table.
    Table(usize),
    /// A memory, global or tag.
    Other,
}

/// The index spaces of one instantiation of a component.
#[derive(Default)]
pub struct Scope<'a> {
    /// The scope around the component's definition.
    pub around: Option<usize>,
    /// The place of its name.
    pub component: usize,
    /// Functions.
    pub functions: Vec<Node>,
    /// Instances.
    pub instances: Vec<Instance<'a>>,
    /// Components.
    pub components: Vec<Component>,
    /// Types.
    pub types: Vec<Type>,
    /// Core modules.
    pub modules: Vec<Module>,
    /// Core instances.
    pub core_instances: Vec<CoreInstance<'a>>,
    /// Core functions.
    pub core_functions: Vec<Node>,
    /// Core tables.
    pub core_tables: Vec<usize>,
    /// What it exports.
    pub exports: HashMap<&'a str, Item<'a>>,
}

impl<'a> Scope<'a> {
    /// What has this index; `None` where there is nothing, which validation rules out.
    pub fn get(&self, kind: ComponentExternalKind, index: u32) -> Option<Item<'a>> {
        let index = index as usize;
        Some(match kind {
            ComponentExternalKind::Func => Item::Function(*self.functions.get(index)?),
            ComponentExternalKind::Instance => Item::Instance(self.instances.get(index)?.clone()),
            ComponentExternalKind::Component => Item::Component(self.components.get(index)?.clone()),
            ComponentExternalKind::Module => Item::Module(*self.modules.get(index)?),
            ComponentExternalKind::Type => Item::Type(self.types.get(index)?.clone()),
            ComponentExternalKind::Value => Item::Value,
        })
    }

    /// Gives an item the next index of its kind.
    pub fn push(&mut self, item: Item<'a>) {
        match item {
            Item::Function(node) => self.functions.push(node),
            Item::Instance(instance) => self.instances.push(instance),
            Item::Component(component) => self.components.push(component),
            Item::Module(module) => self.modules.push(module),
            Item::Type(ty) => self.types.push(ty),
            Item::Value => {}
        }
    }
}
