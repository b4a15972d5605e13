//! What known code a way to an import runs through, as far as that explains the import.

use super::graph::{How, Node, What};
use super::known_code::{Known, Runs};
use super::own_code::is_plumbing;
use super::verdict::CallGraph;
use crate::model::Component;

impl CallGraph {
    /// The known code that says most of the shortest way to an import: what runs only aside, else what comes first in the table.
    pub fn through(&self, component: &Component, import: &str) -> Option<&'static Known> {
        let node = *self.graph.imports.get(import)?;
        let path = self.searches.best(&self.graph, node)?.path(&self.graph, node);
        let known = self.known_on(component, &path).into_iter().flatten();
        known.min_by_key(|known| (known.runs == Runs::Always, known.place()))
    }

    /// For each node on the way to an import what is known of it, where that explains the import.
    ///
    /// What only runs as part of other known code says nothing, and a translator explains only what it calls itself. A runtime
    /// that is linked as a whole explains all that its component imports of its sort, whichever way is the shortest.
    pub(super) fn known_on(&self, component: &Component, path: &[(Option<How>, Node)]) -> Vec<Option<&'static Known>> {
        let import = match path.last().and_then(|(_, node)| self.graph.what(*node)) {
            Some(What::Import(name)) => name,
            _ => "",
        };
        let last = path.iter().rposition(|(_, node)| self.module_of(*node).is_some());
        let calls_it = last.map(|place| path[place].1);
        if let Some(runtime) = calls_it.and_then(|node| self.runtime_of(node)).filter(|known| known.explains(import)) {
            return (0..path.len()).map(|place| (Some(place) == last).then_some(runtime)).collect();
        }
        let module = calls_it.and_then(|node| self.module_of(node)).unwrap_or_default();
        let mut within: Vec<&str> = Vec::new();
        let mut told = Vec::with_capacity(path.len());
        for ((_, node), (_, next)) in path.iter().zip(path.iter().skip(1)) {
            let known = self.known(component, *node, *next).filter(|known| {
                let is_its_call = !known.translates || known.has_module(module);
                is_its_call && known.explains(import) && !within.contains(&&*known.name)
            });
            within.extend(known.iter().flat_map(|known| &known.instead_of).map(String::as_str));
            told.push(known);
        }
        told
    }

    /// The module of a function; nothing for what only passes on.
    fn module_of(&self, node: Node) -> Option<&str> {
        let (module, _) = self.graph.place(node)?;
        Some(&*self.graph.module_names[module]).filter(|name| !is_plumbing(name))
    }

    /// The runtime that is linked as a whole into the component that a function is part of.
    fn runtime_of(&self, node: Node) -> Option<&'static Known> {
        let Node::Function { instance, .. } = node else { return None };
        self.own.runtime(self.graph.instances[instance as usize].component)
    }

    /// What is known of a function on the way to the next; nothing where it only hands over to that.
    fn known(&self, component: &Component, node: Node, next: Node) -> Option<&'static Known> {
        let known = self.own.known(&self.graph, node)?;
        (!self.own.is_handed(component, &self.graph, known, next)).then_some(known)
    }
}
