//! Building the graph: the outermost component is instantiated as a runtime would, but with names in the place of values.
//!
//! Here is what is shared by all steps, and the end of the work: roots, tables, names. `component.rs` follows the steps of
//! components, `core_instance.rs` connects core modules, `canonical.rs` lifts and lowers, `outside.rs` knows what is imported.

use std::collections::HashMap;

use super::body::Access;
use super::graph::{Cause, Edge, Graph, How, Node, Root};
use super::outside::Outside;
use super::scope::{self, Item, Scope};
use super::sections::{self, Definitions};
use super::tables::Tables;
use crate::model;

/// How many functions all core instances may have together; a component of 100 MB has some hundred thousand.
const MOST_FUNCTIONS: usize = 1_000_000;
/// How many items may be connected: a few nested components can instantiate each other a million times.
const MOST_WORK: usize = 10_000_000;
/// How deep components may instantiate each other.
const DEEPEST: usize = 200;

/// Why there is no graph.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// It would be too big.
    TooBig(&'static str),
    /// Something in the file does not add up.
    Unresolved(String),
}

/// What building gives.
pub type Outcome<T> = Result<T, Refusal>;

/// The graph, while it is built. `'d` is how long the definitions live, `'a` the bytes.
pub struct Builder<'d, 'a> {
    pub(super) definitions: &'d Definitions<'a>,
    pub(super) graph: Graph,
    pub(super) tables: Tables,
    pub(super) outside: Outside<'d>,
    pub(super) scopes: Vec<Scope<'a>>,
    pub(super) resources: Vec<Resource>,
    /// The tables of each core instance, by their index in its module.
    pub(super) instance_tables: Vec<Vec<usize>>,
    /// Nodes that may call whatever there is a reference to.
    pub(super) wide: Vec<Node>,
    pub(super) component_names: Vec<Option<&'a str>>,
    depth: usize,
    work: usize,
}

/// A resource that a component of the file defines.
pub(super) struct Resource {
    /// The name under which it is first exported.
    pub name: Option<String>,
    /// Its destructor.
    pub destructor: Option<Node>,
}

/// Builds the graph of a component.
pub fn build(component: &model::Component) -> Outcome<Graph> {
    let mut definitions = sections::read(&component.bytes).map_err(|error| unresolved(error.message()))?;
    let modules: Vec<_> = definitions.modules.iter_mut().map(|module| std::mem::take(&mut module.code)).collect();
    let unreadable = modules.iter().map(|code| code.calls.unreadable).sum();
    let module_names = definitions.module_names.iter().enumerate().map(|(place, name)| match name {
        Some(name) => (*name).to_owned(),
        None => format!("module {place}"),
    });
    let graph = Graph::new(modules, module_names.collect());
    let mut builder = Builder {
        definitions: &definitions,
        graph,
        tables: Tables::default(),
        outside: Outside::new(component),
        scopes: Vec::new(),
        resources: Vec::new(),
        instance_tables: Vec::new(),
        wide: Vec::new(),
        component_names: vec![None; definitions.components.len()],
        depth: 0,
        work: 0,
    };
    let outermost = builder.instantiate(0, None, None)?;
    builder.exports(component, outermost)?;
    builder.destructors();
    if unreadable > 0 {
        builder.tables.read_all();
    }
    builder.connect_uses()?;
    builder.doubt(unreadable);
    Ok(builder.graph)
}

/// Something that validation rules out did happen.
pub(super) fn unresolved(what: impl Into<String>) -> Refusal {
    Refusal::Unresolved(what.into())
}

impl<'a> Builder<'_, 'a> {
    /// Takes note of work to come; an error once there has been too much of it.
    pub(super) fn spend(&mut self, items: usize) -> Outcome<()> {
        self.work = self.work.saturating_add(items);
        match self.work > MOST_WORK || self.graph.len() > MOST_FUNCTIONS {
            true => Err(Refusal::TooBig("its components instantiate too much of each other")),
            false => Ok(()),
        }
    }

    /// Does something one component further in.
    pub(super) fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        if self.depth >= DEEPEST {
            return Err(Refusal::TooBig("its components instantiate each other too deeply"));
        }
        self.depth += 1;
        let done = work(self);
        self.depth -= 1;
        done
    }

    /// Takes note of where calls begin.
    pub(super) fn root(&mut self, cause: Cause, node: Node) {
        self.graph.roots.push(Root { cause, node });
    }

    /// The exported functions as roots, and what an exported component or module may hold.
    fn exports(&mut self, component: &model::Component, outermost: usize) -> Outcome<()> {
        for (place, function) in component.exported_functions.iter().enumerate() {
            let path: Vec<&str> = function.path.iter().map(|name| &**name).collect();
            let node = self.exported(outermost, &path, &function.name)?;
            self.root(Cause::Export(place), node);
        }
        if holds_wholes(&component.exports) {
            for node in self.outside.wholes.clone() {
                self.root(Cause::Whole, node);
            }
        }
        Ok(())
    }

    /// The function of this name among the exports, in the instances of this path.
    fn exported(&mut self, outermost: usize, path: &[&str], name: &str) -> Outcome<Node> {
        let missing = || unresolved(format!("the export `{name}` leads nowhere"));
        let mut exports = &self.scopes[outermost].exports;
        let held;
        for (depth, step) in path.iter().enumerate() {
            match exports.get(step) {
                Some(Item::Instance(scope::Instance::Exports(inner))) if depth + 1 == path.len() => {
                    held = inner.clone();
                    exports = &held;
                    break;
                }
                Some(Item::Instance(scope::Instance::Exports(inner))) => {
                    exports = inner;
                }
                Some(Item::Instance(scope::Instance::Unknown(node))) => return Ok(*node),
                Some(Item::Instance(scope::Instance::Imported(imported))) => {
                    let inner = path[depth + 1..].iter().copied().chain([name]);
                    let full = inner.fold(imported.to_string(), |path, name| format!("{path}#{name}"));
                    return Ok(self.import(full));
                }
                _ => return Err(missing()),
            }
        }
        match exports.get(name) {
            Some(Item::Function(node)) => Ok(*node),
            _ => Err(missing()),
        }
    }

    /// Whoever holds a resource may end it, so destructors run without being called by code in the file.
    fn destructors(&mut self) {
        let found: Vec<(String, Node)> = self
            .resources
            .iter()
            .filter_map(|resource| Some((resource.name.clone().unwrap_or_default(), resource.destructor?)))
            .collect();
        for (name, node) in found {
            self.root(Cause::Destructor(name), node);
        }
    }

    /// Resolves every way of calling that does not name the function.
    fn connect_uses(&mut self) -> Outcome<()> {
        self.tables.close();
        for node in std::mem::take(&mut self.wide) {
            let any = self.tables.any_reference(&mut self.graph);
            self.graph.lead(node, [Edge::new(How::MayCall, any)]);
        }
        for instance in 0..self.graph.instances.len() {
            let module = self.graph.instances[instance].module;
            let uses = self.graph.modules[module].calls.uses.clone();
            self.spend(uses.len())?;
            let tables = std::mem::take(&mut self.instance_tables[instance]);
            let nodes =
                uses.into_iter().map(|by| self.tables.resolve(&mut self.graph, by, instance, &tables)).collect();
            self.graph.instances[instance].uses = nodes;
        }
        Ok(())
    }

    /// Says what was taken for possible because it cannot be known.
    fn doubt(&mut self, unreadable: usize) {
        let mut doubts = Vec::new();
        if unreadable > 0 {
            let bodies = counted(unreadable, "function body", "function bodies");
            doubts.push(format!("{bodies} cannot be read, and may call anything"));
        }
        if !self.outside.wholes.is_empty() {
            doubts.push("it imports components or core modules, which may call whatever they are given".to_owned());
        }
        if self.tables.are_written() {
            doubts.push(
                "code puts functions into tables, so calls through those may mean any function of their type"
                    .to_owned(),
            );
        }
        self.graph.doubts = doubts;
    }

    /// Takes note that code outside the file sees a table.
    pub(super) fn expose(&mut self, table: usize) {
        self.tables.access(table, Access { read: true, written: true });
    }

    /// The items that a component is instantiated with, by name.
    pub(super) fn arguments(
        &self,
        at: usize,
        args: &[wasmparser::ComponentInstantiationArg<'a>],
    ) -> Outcome<HashMap<&'a str, Item<'a>>> {
        args.iter()
            .map(|arg| Some((arg.name, self.scopes[at].get(arg.kind, arg.index)?)))
            .collect::<Option<_>>()
            .ok_or_else(|| unresolved("an argument of an instance is missing"))
    }
}

fn counted(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// Whether components or core modules are among the exports.
fn holds_wholes(exports: &[model::Extern]) -> bool {
    exports.iter().any(|export| match &export.item {
        model::Item::Component(_) | model::Item::CoreModule(_) => true,
        model::Item::Instance(inner) => holds_wholes(inner),
        _ => false,
    })
}
