//! Which functions are the program's own code, and which are known: what a language or a tool added.

use std::collections::HashMap;

use super::graph::{Edge, Graph, How, Node, What};
use super::known_code::{Finder, HandOver, Known, Runs, fits};
use super::names::Names;
use super::reach::Tree;
use crate::model::Component;

/// A module of so few functions needs no names to be understood.
const FEW: u32 = 20;

/// The names of all functions, and what is known of them.
#[derive(Debug, Default)]
pub struct OwnCode {
    names: Vec<Names>,
    known: Vec<HashMap<u32, &'static Known>>,
    /// Functions that are known to call others through a table.
    callers: Vec<(Node, &'static HandOver)>,
    /// The runtimes that are linked as a whole, by the places of the components that they are part of.
    runtimes: HashMap<usize, &'static Known>,
}

/// Whether a core module is one that tools add to connect others, and holds nobody's code.
pub fn is_plumbing(module: &str) -> bool {
    ["wit-component-shim", "wit-component-fixup", "wit-component:shim", "wit-component:fixup"]
        .iter()
        .any(|start| module.starts_with(start))
}

impl OwnCode {
    /// Reads the names of all functions, and finds what is known of those that are reached.
    pub fn read(component: &Component, graph: &Graph, reached: &Tree) -> OwnCode {
        let names = graph.modules.iter().map(|code| Names::read(&component.bytes, code.range.clone()));
        let known = graph.modules.iter().map(|_| HashMap::new());
        let runtimes = graph
            .instances
            .iter()
            .filter_map(|of| Some((of.component, Known::runtime(&graph.module_names[of.module])?)));
        let mut own = OwnCode {
            names: names.collect(),
            known: known.collect(),
            callers: Vec::new(),
            runtimes: runtimes.collect(),
        };
        let finders: Vec<Finder> = graph.module_names.iter().map(|name| Finder::new(name)).collect();
        for (node, module, index) in reached_functions(graph, reached) {
            let name = own.names[module].of(&component.bytes, index);
            let entry = finders[module].find(name.as_deref());
            if let Some(entry) = entry.filter(|entry| own.hands_over(component, graph, entry, node)) {
                own.known[module].insert(index, entry);
            }
            if let Some(name) = name {
                own.callers.extend(HandOver::from(&name).map(|hand_over| (node, hand_over)));
            }
        }
        own
    }

    /// Calls through tables of which it is known where they lead: the start of a language's program runs its `main`.
    pub fn known_calls(&self, component: &Component, graph: &Graph) -> Vec<(Node, Node)> {
        let mut found = Vec::new();
        for (node, hand_over) in &self.callers {
            let mut through: Vec<Node> = Vec::new();
            graph.each_edge(*node, |edge| {
                if graph.what(edge.to) == Some(&What::Choice) {
                    graph.each_edge(edge.to, |choice| through.push(choice.to));
                }
            });
            for pattern in &hand_over.to {
                let is_meant = |name: String| fits(pattern, &name);
                let mut callees = through.clone();
                callees.retain(|callee| self.name(component, graph, *callee).is_some_and(is_meant));
                callees.dedup();
                if let [callee] = callees[..] {
                    found.push((*node, callee));
                }
            }
        }
        found
    }

    /// A function's name, demangled.
    pub fn name(&self, component: &Component, graph: &Graph, node: Node) -> Option<String> {
        let (module, index) = graph.place(node)?;
        self.names[module].of(&component.bytes, index)
    }

    /// What is known of a function.
    pub fn known(&self, graph: &Graph, node: Node) -> Option<&'static Known> {
        let (module, index) = graph.place(node)?;
        self.known[module].get(&index).copied()
    }

    /// The runtime that is linked as a whole into a component.
    pub fn runtime(&self, component: usize) -> Option<&'static Known> {
        self.runtimes.get(&component).copied()
    }

    /// Whether code that hands over to others does so here; else the program's own code has become part of it.
    fn hands_over(&self, component: &Component, graph: &Graph, known: &Known, node: Node) -> bool {
        let mut hands_over = known.then.is_empty();
        graph.each_edge(node, |edge| hands_over = hands_over || self.is_handed(component, graph, known, edge.to));
        hands_over
    }

    /// Whether known code hands over to a function.
    pub fn is_handed(&self, component: &Component, graph: &Graph, known: &Known, to: Node) -> bool {
        !known.then.is_empty() && self.name(component, graph, to).is_some_and(|name| known.then.contains(&name))
    }

    /// Whether a step stays in the program's own code: it does not enter what runs only aside, and of code that hands over it is
    /// the step that does.
    pub fn is_own(&self, component: &Component, graph: &Graph, from: Node, edge: Edge) -> bool {
        if let Some(known) = self.known(graph, from).filter(|known| !known.then.is_empty()) {
            return self.is_handed(component, graph, known, edge.to);
        }
        // What is exported is the program's own, whatever it is called.
        let is_export = graph.what(from) == Some(&What::Lift) && edge.how == How::Calls;
        let is_aside = |known: &Known| known.runs != Runs::Always && known.then.is_empty();
        is_export || !self.known(graph, edge.to).is_some_and(is_aside)
    }

    /// The modules in which names would be needed, and are not there.
    pub fn unnamed<'a>(&self, graph: &'a Graph) -> Vec<&'a str> {
        let is_unnamed = |place: &usize| {
            let is_small = graph.modules[*place].defined_functions <= FEW;
            !self.names[*place].has_section && !is_small && !is_plumbing(&graph.module_names[*place])
        };
        (0..graph.modules.len()).filter(is_unnamed).map(|place| graph.module_names[place].as_str()).collect()
    }
}

/// All core functions that are reached, with their modules and indices; each function of a module once.
fn reached_functions(graph: &Graph, reached: &Tree) -> Vec<(Node, usize, u32)> {
    let mut seen: Vec<Vec<bool>> =
        graph.modules.iter().map(|code| vec![false; code.defined_functions as usize]).collect();
    let mut found = Vec::new();
    for (instance, of) in (0_u32..).zip(&graph.instances) {
        let code = &graph.modules[of.module];
        for body in 0..code.defined_functions {
            let node = Node::Function { instance, body };
            if reached.reaches(graph, node) && !std::mem::replace(&mut seen[of.module][body as usize], true) {
                found.push((node, of.module, body + code.imported_functions));
            }
        }
    }
    found
}
