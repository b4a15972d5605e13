//! The links among the choices: which components answer imports of others.

use std::sync::Arc;

use super::component::Linked;
use super::{Chosen, Providers, Selection};
use crate::engine::lock;
use crate::model::Function;

/// A choice of another component's export.
#[derive(Clone, Debug)]
pub struct Link {
    /// What for.
    pub selection: Selection,
    /// The number of the component that answers.
    pub component: u32,
    /// Its export: an interface, or an item at its root.
    pub export: Arc<str>,
}

impl Chosen {
    fn linked(&self) -> Option<&Linked> {
        self.provider.as_ref()?.linked()
    }

    /// Whether it decides about this import. A link decides nothing about imports of the component that answers, or about those
    /// that it has no export for.
    pub fn is_for(&self, component: u32, function: &Function) -> bool {
        let answers = |linked: &Linked| linked.component != component && linked.export(function).is_some();
        self.selection.means(component, function) && self.linked().is_none_or(answers)
    }
}

impl Providers {
    /// The component that answers a component's import, if one was chosen for it.
    pub fn linked(&self, component: u32, function: &Function) -> Option<(u32, Arc<Function>)> {
        let chosen = self.chosen(component, function)?;
        let linked = chosen.linked()?;
        Some((linked.component, linked.export(function)?.clone()))
    }

    /// The link that decides about a component's import: a function, or what has no functions, as an interface of types alone.
    pub fn link_of(&self, component: u32, interface: Option<&str>, name: &str) -> Option<Link> {
        let path = interface.into_iter().map(Arc::from).collect();
        let item = Function { path, name: name.into(), params: Vec::new(), result: None, is_async: false };
        let chosen = lock(&self.chosen);
        let is_for = |chosen: &&Chosen| match chosen.linked() {
            Some(linked) => {
                let has = linked.pairs.is_empty() || linked.export(&item).is_some();
                linked.component != component && chosen.selection.means(component, &item) && has
            }
            None => chosen.is_for(component, &item),
        };
        let link = chosen.iter().filter(is_for).max_by_key(|chosen| chosen.selection.narrowness())?;
        let export =
            link.linked()?.export(&item).map(|function| function.path.first().unwrap_or(&function.name).clone());
        let link = link.link()?;
        Some(Link { export: export.unwrap_or(link.export), ..link })
    }

    /// All links, in the order in which they were made.
    pub fn links(&self) -> Vec<Link> {
        lock(&self.chosen).iter().filter_map(Chosen::link).collect()
    }

    /// Forgets all links to a component, and what was chosen for its own imports.
    pub fn forget_component(&self, component: u32) {
        let concerns = |chosen: &Chosen| {
            chosen.selection.component == Some(component)
                || chosen.linked().is_some_and(|linked| linked.component == component)
        };
        self.to_be_changed().retain(|chosen| !concerns(chosen));
    }

    /// What was chosen for the imports of one component is chosen for those of another, but for links.
    pub fn hand_over(&self, from: u32, to: u32) {
        let mut chosen = self.to_be_changed();
        chosen.retain(|chosen| chosen.linked().is_none() || chosen.selection.component != Some(from));
        for chosen in chosen.iter_mut().filter(|chosen| chosen.selection.component == Some(from)) {
            chosen.selection.component = Some(to);
        }
    }
}

impl Chosen {
    fn link(&self) -> Option<Link> {
        let linked = self.linked()?;
        Some(Link { selection: self.selection.clone(), component: linked.component, export: linked.export.clone() })
    }
}
