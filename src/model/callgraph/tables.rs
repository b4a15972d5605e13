//! Tables of functions: what is in them, and so what a call through one may mean.
//!
//! A table whose contents are only ever set by element segments is known place by place. Once code writes to a table, or
//! something outside the file sees it, it may hold any function to which there is a reference.

use std::collections::HashMap;

use super::body::{Access, Use};
use super::graph::{Edge, Graph, How, Node, What};
use super::signature::Signature;

/// Functions by their type.
type ByType = HashMap<Signature, Vec<Node>>;

/// One table of one core instance.
#[derive(Debug, Default)]
struct Table {
    /// What stands at known places.
    slots: HashMap<u64, Vec<(Node, Signature)>>,
    /// What stands somewhere, by type.
    anywhere: ByType,
    /// All of it, by type.
    all: ByType,
    access: Access,
}

/// All tables, and the references outside of them.
#[derive(Debug, Default)]
pub struct Tables {
    tables: Vec<Table>,
    references: ByType,
    /// Code outside the file, which may stand for a function of any type.
    unknown: Vec<Node>,
    /// The nodes that were made, so that each is made once.
    choices: HashMap<Choice, Node>,
}

/// What a node of the sort [`What::Choice`] chooses from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Choice {
    Table(usize, Signature),
    Slot(usize, Signature, u64),
    Anywhere(usize, Signature),
    Reference(Signature),
    AnyReference,
    Anything(usize),
}

impl Tables {
    /// A new table; its number.
    pub fn add(&mut self) -> usize {
        self.tables.push(Table::default());
        self.tables.len() - 1
    }

    /// Puts a function into a table, at a place or somewhere.
    pub fn put(&mut self, table: usize, slot: Option<u64>, function: Node, ty: Signature) {
        let table = &mut self.tables[table];
        match slot {
            Some(slot) => table.slots.entry(slot).or_default().push((function, ty)),
            None => table.anywhere.entry(ty).or_default().push(function),
        }
        table.all.entry(ty).or_default().push(function);
    }

    /// Takes note of what code does with a table.
    pub fn access(&mut self, table: usize, access: Access) {
        let known = &mut self.tables[table].access;
        *known = Access { read: known.read | access.read, written: known.written | access.written };
    }

    /// Takes note that code reads all tables.
    pub fn read_all(&mut self) {
        self.tables.iter_mut().for_each(|table| table.access.read = true);
    }

    /// Takes note of a reference to a function.
    pub fn refer(&mut self, function: Node, ty: Signature) {
        self.references.entry(ty).or_default().push(function);
    }

    /// Takes note of code outside the file.
    pub fn add_unknown(&mut self, node: Node) {
        self.unknown.push(node);
    }

    /// Once everything is known: what can be read out of a table is a reference like any other.
    pub fn close(&mut self) {
        for table in self.tables.iter().filter(|table| table.access.read) {
            for (ty, functions) in &table.all {
                self.references.entry(*ty).or_default().extend(functions);
            }
        }
        let tables = self.tables.iter_mut().flat_map(|table| [&mut table.all, &mut table.anywhere]);
        for functions in tables.chain([&mut self.references]).flat_map(HashMap::values_mut) {
            functions.sort_unstable();
            functions.dedup();
        }
    }

    /// Whether code puts functions into tables, so that what stands there is not known from the file.
    pub fn are_written(&self) -> bool {
        self.tables.iter().any(|table| table.access.written && !table.all.is_empty())
    }

    /// The node for a way of calling of an instance whose tables are these; once everything is known.
    pub fn resolve(&mut self, graph: &mut Graph, by: Use, instance: usize, tables: &[usize]) -> Node {
        let table = |index: u32| tables.get(index as usize).copied();
        let choice = match by {
            Use::Table(index, ty) => table(index).map(|table| Choice::Table(table, ty)),
            Use::Slot(index, ty, slot) => table(index).map(|table| Choice::Slot(table, ty, slot)),
            Use::Reference(ty) => Some(Choice::Reference(ty)),
            Use::AnyReference => Some(Choice::AnyReference),
            Use::Anything => Some(Choice::Anything(instance)),
        };
        match choice {
            Some(choice) => self.choice(graph, choice),
            // Bodies are not validated: what names a table that is not there cannot run.
            None => graph.add(What::Choice, Vec::new()),
        }
    }

    /// The node from which everything leads on to which there is a reference; once everything is known.
    pub fn any_reference(&mut self, graph: &mut Graph) -> Node {
        self.choice(graph, Choice::AnyReference)
    }

    fn choice(&mut self, graph: &mut Graph, choice: Choice) -> Node {
        if let Some(node) = self.choices.get(&choice) {
            return *node;
        }
        let node = graph.add(What::Choice, Vec::new());
        self.choices.insert(choice, node);
        let edges = match choice {
            Choice::Table(table, ty) => self.through_table(graph, table, ty),
            Choice::Slot(table, ty, slot) => self.through_slot(graph, table, ty, slot),
            Choice::Anywhere(table, ty) => may_call(of_type(&self.tables[table].anywhere, ty)),
            Choice::Reference(ty) => may_call(of_type(&self.references, ty).chain(self.unknown.iter().copied())),
            Choice::AnyReference => {
                let mut all: Vec<Node> = self.references.values().flatten().chain(&self.unknown).copied().collect();
                all.sort_unstable();
                may_call(all.into_iter())
            }
            Choice::Anything(instance) => self.anything(graph, instance),
        };
        graph.lead(node, edges);
        node
    }

    fn through_table(&mut self, graph: &mut Graph, table: usize, ty: Signature) -> Vec<Edge> {
        let held = &self.tables[table];
        let mut edges = may_call(of_type(&held.all, ty));
        edges.extend(self.written(graph, table, ty));
        edges
    }

    /// The function at a known place: for certain, where nothing else can have come there.
    fn through_slot(&mut self, graph: &mut Graph, table: usize, ty: Signature, slot: u64) -> Vec<Edge> {
        let held = &self.tables[table];
        let there = held.slots.get(&slot).map_or(&[][..], Vec::as_slice);
        let is_known = !held.access.written && of_type(&held.anywhere, ty).next().is_none();
        if let ([(function, own)], true) = (there, is_known)
            && *own == ty
        {
            return vec![Edge::new(How::Calls, *function)];
        }
        let mut edges = may_call(there.iter().filter(|(_, own)| *own == ty).map(|(function, _)| *function));
        edges.push(Edge::new(How::MayCall, self.choice(graph, Choice::Anywhere(table, ty))));
        edges.extend(self.written(graph, table, ty));
        edges
    }

    /// What code may have put there.
    fn written(&mut self, graph: &mut Graph, table: usize, ty: Signature) -> Option<Edge> {
        let is_written = self.tables[table].access.written;
        is_written.then(|| Edge::new(How::MayCall, self.choice(graph, Choice::Reference(ty))))
    }

    /// All functions of the instance, and every reference that there is.
    fn anything(&mut self, graph: &mut Graph, instance: usize) -> Vec<Edge> {
        let code = &graph.modules[graph.instances[instance].module];
        let functions = code.imported_functions + code.defined_functions;
        let mut edges = may_call((0..functions).map(|index| graph.function(instance, index)));
        edges.push(Edge::new(How::MayCall, self.any_reference(graph)));
        edges
    }
}

fn of_type(functions: &ByType, ty: Signature) -> impl Iterator<Item = Node> {
    functions.get(&ty).into_iter().flatten().copied()
}

fn may_call(nodes: impl Iterator<Item = Node>) -> Vec<Edge> {
    nodes.map(|node| Edge::new(How::MayCall, node)).collect()
}
