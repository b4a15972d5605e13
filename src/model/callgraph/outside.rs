//! What the outermost component imports, and what can be said of code that is not in the file.
//!
//! An imported component or module is a black box: what is passed to it may be called, whenever it runs, and so may every
//! function to which there is a reference.

use std::collections::HashMap;
use std::rc::Rc;

use wasmparser::ComponentExternalKind;

use super::build::{Builder, Outcome, unresolved};
use super::graph::{Cause, Edge, How, Node, What};
use super::scope::{self, Component, CoreInstance, CoreItem, Instance, Item, Module, Type};
use crate::model::{self, Extern, ResourceId};

/// What is imported.
pub struct Outside<'d> {
    component: &'d model::Component,
    /// The full name of each resource, as it is defined, by every full name that it is imported under.
    resources: HashMap<String, String>,
    /// Imported components and modules.
    pub wholes: Vec<Node>,
}

impl<'d> Outside<'d> {
    /// The imports of a component.
    pub fn new(component: &'d model::Component) -> Outside<'d> {
        let mut resources = HashMap::new();
        collect_resources(&component.imports, "", &mut resources);
        Outside { component, resources, wholes: Vec::new() }
    }

    /// The functions in an imported instance.
    fn functions_in(&self, path: &str) -> Vec<String> {
        let functions = self.component.imported_functions.iter().map(|function| function.full_name());
        functions.filter(|name| name.strip_prefix(path).is_some_and(|rest| rest.starts_with('#'))).collect()
    }
}

/// What the name of the end of a resource's handles begins with.
pub const DROP: &str = "[resource-drop]";

/// The name of the node for dropping handles of a resource: what the canonical ABI calls it, in its interface.
pub fn drop_name(resource: &str) -> String {
    match resource.rsplit_once('#') {
        Some((interface, name)) => format!("{interface}#{DROP}{name}"),
        None => format!("{DROP}{resource}"),
    }
}

fn collect_resources(items: &[Extern], path: &str, found: &mut HashMap<String, String>) {
    for item in items {
        let full = if path.is_empty() { item.name.to_string() } else { format!("{path}#{}", item.name) };
        match &item.item {
            model::Item::Instance(inner) => collect_resources(inner, &full, found),
            model::Item::Resource(resource) => {
                if let ResourceId::Imported(name) = &resource.id {
                    found.insert(
                        full,
                        name.interface
                            .as_ref()
                            .map_or_else(|| name.name.to_string(), |interface| format!("{interface}#{}", name.name)),
                    );
                }
            }
            _ => {}
        }
    }
}

impl<'a> Builder<'_, 'a> {
    /// The node of an import of the outermost component.
    pub(super) fn import(&mut self, full: String) -> Node {
        if let Some(node) = self.graph.imports.get(&full) {
            return *node;
        }
        let node = self.graph.add(What::Import(full.clone()), Vec::new());
        self.graph.imports.insert(full, node);
        node
    }

    /// An item that the outermost component imports, at the root or in an imported instance.
    pub(super) fn imported(&mut self, path: Option<&str>, name: &str, kind: ComponentExternalKind) -> Item<'a> {
        let full = path.map_or_else(|| name.to_owned(), |path| format!("{path}#{name}"));
        match kind {
            ComponentExternalKind::Func => Item::Function(self.import(full)),
            ComponentExternalKind::Instance => Item::Instance(Instance::Imported(full.into())),
            ComponentExternalKind::Type => Item::Type(Type::Imported(full.into())),
            ComponentExternalKind::Component => Item::Component(Component::Unknown(self.whole(full))),
            ComponentExternalKind::Module => Item::Module(Module::Unknown(self.whole(full))),
            ComponentExternalKind::Value => Item::Value,
        }
    }

    fn whole(&mut self, full: String) -> Node {
        let node = self.import(full);
        if !self.outside.wholes.contains(&node) {
            self.outside.wholes.push(node);
        }
        node
    }

    /// An item out of an instance.
    pub(super) fn member(&mut self, of: &Instance<'a>, name: &str, kind: ComponentExternalKind) -> Outcome<Item<'a>> {
        Ok(match of {
            Instance::Exports(exports) => {
                exports.get(name).cloned().ok_or_else(|| unresolved(format!("no instance exports `{name}`")))?
            }
            Instance::Imported(path) => self.imported(Some(path), name, kind),
            Instance::Unknown(node) => match kind {
                ComponentExternalKind::Func => Item::Function(*node),
                ComponentExternalKind::Instance => Item::Instance(Instance::Unknown(*node)),
                ComponentExternalKind::Type => Item::Type(Type::Unknown(*node)),
                ComponentExternalKind::Component => Item::Component(Component::Unknown(*node)),
                ComponentExternalKind::Module => Item::Module(Module::Unknown(*node)),
                ComponentExternalKind::Value => Item::Value,
            },
        })
    }

    /// Code outside the file: it runs when it is instantiated, and may call what was passed to it whenever it runs.
    fn unknown(&mut self, import: Node, mut edges: Vec<Edge>) -> Node {
        let name = match self.graph.what(import) {
            Some(What::Import(name) | What::Unknown(name)) => name.clone(),
            _ => String::new(),
        };
        edges.push(Edge::new(How::Calls, import));
        let node = self.graph.add(What::Unknown(name.clone()), edges);
        self.root(Cause::Start(name), node);
        self.root(Cause::Whole, import);
        self.tables.add_unknown(node);
        self.wide.push(node);
        node
    }

    /// An instance of an imported component.
    pub(super) fn unknown_instance(
        &mut self,
        import: Node,
        arguments: &HashMap<&'a str, Item<'a>>,
    ) -> Outcome<Instance<'a>> {
        let mut edges = Vec::new();
        let mut names: Vec<&&str> = arguments.keys().collect();
        names.sort_unstable();
        for name in names {
            self.pass(&arguments[*name], &mut edges)?;
        }
        Ok(Instance::Unknown(self.unknown(import, edges)))
    }

    /// An instance of an imported core module.
    pub(super) fn unknown_core_instance(
        &mut self,
        import: Node,
        arguments: &[CoreInstance<'a>],
    ) -> Outcome<CoreInstance<'a>> {
        let mut edges = Vec::new();
        for argument in arguments {
            for item in self.core_members(argument)? {
                match item {
                    CoreItem::Function(node) => edges.push(Edge::new(How::Passed, node)),
                    CoreItem::Table(table) => self.expose(table),
                    CoreItem::Other => {}
                }
            }
        }
        Ok(CoreInstance::Unknown(self.unknown(import, edges)))
    }

    /// Everything in an item that code outside can call once it has it.
    fn pass(&mut self, item: &Item<'a>, edges: &mut Vec<Edge>) -> Outcome<()> {
        self.spend(1)?;
        let mut to = |node: Node| edges.push(Edge::new(How::Passed, node));
        match item {
            Item::Function(node)
            | Item::Instance(Instance::Unknown(node))
            | Item::Component(Component::Unknown(node))
            | Item::Module(Module::Unknown(node))
            | Item::Type(Type::Unknown(node)) => to(*node),
            Item::Instance(Instance::Imported(path)) => {
                for name in self.outside.functions_in(path) {
                    to(self.import(name));
                }
            }
            Item::Instance(Instance::Exports(exports)) => {
                let exports: Rc<HashMap<&str, Item<'a>>> = exports.clone();
                let mut names: Vec<&&str> = exports.keys().collect();
                names.sort_unstable();
                for name in names {
                    self.deeper(|builder| builder.pass(&exports[*name], edges))?;
                }
            }
            // It can have been defined around imported components, and nothing else of outside.
            Item::Component(Component::Defined { .. }) => self.outside.wholes.iter().copied().for_each(to),
            Item::Type(Type::Resource(place)) => {
                let destructor = self.resources[*place].destructor;
                edges.extend(destructor.map(|node| Edge::new(How::Destroys, node)));
            }
            Item::Type(Type::Imported(path)) => {
                if self.outside.resources.contains_key(&**path) {
                    to(self.dropping(path));
                }
            }
            Item::Module(Module::Defined(_)) | Item::Type(Type::Plain) | Item::Value => {}
        }
        Ok(())
    }

    /// The node for dropping handles of an imported resource, whichever of its names is used.
    pub(super) fn dropping(&mut self, path: &scope::ImportedPath) -> Node {
        let resource = self.outside.resources.get(&**path).cloned().unwrap_or_else(|| path.to_string());
        self.import(drop_name(&resource))
    }
}
