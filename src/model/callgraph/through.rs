//! What known code a way to an import runs through, as far as that explains the import.

use super::graph::{How, Node};
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

    /// For each node on the way what is known of it. What only runs as part of other known code says nothing, and a translator
    /// explains only what it calls itself.
    pub(super) fn known_on(&self, component: &Component, path: &[(Option<How>, Node)]) -> Vec<Option<&'static Known>> {
        let mut within: Vec<&str> = Vec::new();
        let last = path.iter().rev().find_map(|(_, node)| self.module_of(*node)).unwrap_or_default();
        let mut told = Vec::with_capacity(path.len());
        for ((_, node), (_, next)) in path.iter().zip(path.iter().skip(1)) {
            let known = self
                .known(component, *node, *next)
                .filter(|known| !within.contains(&&*known.name) && (!known.translates || known.has_module(last)));
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

    /// What is known of a function on the way to the next; nothing where it only hands over to that.
    fn known(&self, component: &Component, node: Node, next: Node) -> Option<&'static Known> {
        let known = self.own.known(&self.graph, node)?;
        (!self.own.is_handed(component, &self.graph, known, next)).then_some(known)
    }
}
