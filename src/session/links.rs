//! Links: which loaded component answers which imports of another.
//!
//! What is linked is kept with all other choices of who answers, in the engine; here stands what can be linked, and what becomes
//! of it when components come and go.

use std::sync::Arc;

use super::{Loaded, Session};
use crate::crossing::LINKED;
use crate::engine::provider::Linked;
use crate::engine::{Choice, Link, Selection};
use crate::error::{Error, Kind, Result};
use crate::model::compose::{Export, Part};
use crate::model::interface::compatible_interface;
use crate::model::retype::Resources;
use crate::model::wiring::{self, Misfit, Refusal, Why};
use crate::model::{Extern, FileKind, Function, FunctionKind, Item};

/// What came of a link.
#[derive(Debug, Default)]
pub struct Connected {
    /// The components whose imports are answered now, by name, and the exports that answer.
    pub consumers: Vec<(String, Arc<str>)>,
    /// Those whose imports are of the same name but do not fit.
    pub refused: Vec<Error>,
    /// The components whose instances were replaced, by name, and how many handles that ended.
    pub replaced: Vec<(String, usize)>,
}

/// An import that is selected: the component, the import at its root, and one function of that if it is only about one.
struct Import<'a> {
    consumer: &'a Loaded,
    import: &'a Extern,
    function: Option<&'a str>,
}

impl Session {
    /// Lets what a component exports answer the selected imports: the export of this name, or the one whose name matches.
    /// Where the imports of all components are selected, those that do not fit are left out.
    pub fn connect(&mut self, selection: Selection, provider: &Loaded, export: Option<&str>) -> Result<Connected> {
        let (mut connected, choice) = self.connection(&selection, provider, export)?;
        for (consumer, _) in &connected.consumers {
            if let Some(consumer) = self.components.named(consumer) {
                self.check_cycle(provider, consumer)?;
            }
        }
        connected.replaced = self.engine.provide(selection, choice);
        Ok(connected)
    }

    /// What [`Session::connect`] would do, cycles aside, and the choice that does it.
    pub fn connection(
        &self,
        selection: &Selection,
        provider: &Loaded,
        export: Option<&str>,
    ) -> Result<(Connected, Choice)> {
        let exports = &provider.component.exports;
        let mut connected = Connected::default();
        let mut pairs = Vec::new();
        for Import { consumer, import, function } in self.selected(selection, provider) {
            let named = export.and_then(|name| wiring::find(exports, name));
            let answer = match named {
                Some(export) => Some(wiring::fitting(import, function, export)),
                None => wiring::answer(import, function, exports),
            };
            let pair = match answer {
                None => continue,
                Some(Err(refusal)) => {
                    connected.refused.push(refused(provider, consumer, &refusal));
                    continue;
                }
                Some(Ok(pair)) => pair,
            };
            if let Some(export) = wiring::find(exports, &pair.export) {
                pairs.extend(wiring::function_pairs(import, export));
            }
            connected.consumers.push((consumer.name.clone(), pair.export));
        }
        let Some((_, export)) = connected.consumers.first().cloned() else {
            let nothing = || {
                let message = format!("{} exports nothing that answers {}", provider.name, shown(selection));
                Error::new(Kind::Name, message).help(format!("`.exports {}` lists what it exports", provider.name))
            };
            return Err(connected.refused.into_iter().next().unwrap_or_else(nothing));
        };
        let name = format!("{LINKED}{}", provider.name);
        let linked = Linked { component: provider.component.id, name, export, pairs };
        Ok((connected, Choice::Provider(Arc::new(linked))))
    }

    /// The imports that a selection means, those of the component that shall answer left out.
    fn selected<'a>(&'a self, selection: &'a Selection, provider: &Loaded) -> Vec<Import<'a>> {
        let mut found = Vec::new();
        for consumer in self.components.all() {
            let component = &consumer.component;
            let is_meant = selection.component.is_none_or(|id| id == component.id);
            if !is_meant || component.id == provider.component.id || component.kind != FileKind::Component {
                continue;
            }
            for import in &component.imports {
                let (is_it, function) = match &selection.interface {
                    Some(interface) => (
                        compatible_interface(interface) == compatible_interface(&import.name),
                        selection.function.as_deref(),
                    ),
                    None => (selection.function.as_deref() == Some(&*import.name), None),
                };
                if is_it {
                    found.push(Import { consumer, import, function });
                }
            }
        }
        found
    }

    /// An error if the component that shall answer needs, itself or through others, the one that asks.
    pub fn check_cycle(&self, provider: &Loaded, consumer: &Loaded) -> Result<()> {
        let (from, to) = (provider.component.id, consumer.component.id);
        let Some(way) = self.way(from, to, &mut Vec::new()) else { return Ok(()) };
        let names = std::iter::once(to).chain(way).filter_map(|id| self.components.numbered(id));
        let cycle: Vec<&str> = names.map(|loaded| loaded.name.as_str()).collect();
        let error = match from == to {
            true => Error::new(Kind::Name, format!("{} cannot answer its own imports", provider.name)),
            false => Error::new(Kind::Name, format!("that would be a cycle: {}", cycle.join(" → "))).help(format!(
                "`.unprovide {}::all` ends what answers the imports of {}",
                provider.name, provider.name
            )),
        };
        Err(error)
    }

    /// The components from one to another, both included, each answered by the next.
    fn way(&self, from: u32, to: u32, seen: &mut Vec<u32>) -> Option<Vec<u32>> {
        if from == to {
            return Some(vec![to]);
        }
        seen.push(from);
        for next in self.linked_to(from) {
            if !seen.contains(&next)
                && let Some(way) = self.way(next, to, seen)
            {
                return Some([&[from], &way[..]].concat());
            }
        }
        None
    }

    /// The components that answer imports of this one, those of types alone included.
    pub fn linked_to(&self, component: u32) -> Vec<u32> {
        let Some(loaded) = self.components.numbered(component) else { return Vec::new() };
        let mut found = Vec::new();
        for import in &loaded.component.imports {
            for link in self.links_of(component, import) {
                if !found.contains(&link.component) {
                    found.push(link.component);
                }
            }
        }
        found
    }

    /// The links that answer an import, one for each of its functions that has one.
    fn links_of(&self, component: u32, import: &Extern) -> Vec<Link> {
        let name = &*import.name;
        match &import.item {
            Item::Instance(items) => {
                let functions = items.iter().filter(|item| matches!(item.item, Item::Function(_)));
                let mut names: Vec<&str> = functions.map(|item| &*item.name).collect();
                if names.is_empty() {
                    names.push("");
                }
                names.into_iter().filter_map(|function| self.engine.link_of(component, Some(name), function)).collect()
            }
            _ => self.engine.link_of(component, None, name).into_iter().collect(),
        }
    }

    /// Before a line: what the components' resources are as they are linked now, if who answers has changed.
    pub fn refresh_links(&mut self) {
        let changes = self.engine.choices_changed();
        if std::mem::replace(&mut self.seen_choices, changes) == changes {
            return;
        }
        let loaded: Vec<Loaded> = self.components.all().to_vec();
        for loaded in loaded {
            let resources = self.linked_resources(&loaded, &mut Vec::new());
            self.components.set_linked(loaded.component.id, resources);
        }
    }

    /// The resources that answer those which a component imports. Components on the way there are passed by.
    fn linked_resources(&self, consumer: &Loaded, way: &mut Vec<u32>) -> Resources {
        let mut found = Resources::new();
        way.push(consumer.component.id);
        for import in &consumer.component.imports {
            let items = match &import.item {
                Item::Instance(items) => &items[..],
                _ => std::slice::from_ref(import),
            };
            for item in items {
                let Item::Resource(wanted) = &item.item else { continue };
                let link = self.link_of_maker(consumer.component.id, import, items, &wanted.name.name);
                let Some(link) = link.filter(|link| !way.contains(&link.component)) else { continue };
                let Some(provider) = self.components.numbered(link.component) else { continue };
                let Some(export) = wiring::find(&provider.component.exports, &link.export) else { continue };
                let offered = match &export.item {
                    Item::Instance(items) => wiring::find(items, &item.name).map(|item| &item.item),
                    item => Some(item),
                };
                if let Some(Item::Resource(offered)) = offered {
                    let further = self.linked_resources(provider, way);
                    let resource = further.get(&offered.id).unwrap_or(offered).clone();
                    found.insert(wanted.id.clone(), resource);
                }
            }
        }
        way.pop();
        found
    }

    /// The link of what makes a resource: its constructor, or what returns one, or anything of the import.
    fn link_of_maker(&self, consumer: u32, import: &Extern, items: &[Extern], resource: &str) -> Option<Link> {
        let functions = items.iter().filter_map(|item| match &item.item {
            Item::Function(function) => Some(function),
            _ => None,
        });
        let makes = |function: &Function| match function.kind() {
            FunctionKind::Constructor { resource: made } => made == resource,
            _ => function.result.as_ref().is_some_and(|ty| ty.name().is_some_and(|name| *name.name == *resource)),
        };
        let maker = functions.into_iter().find(|function| makes(function));
        match maker {
            Some(maker) => self.engine.link_of(consumer, maker.interface().as_deref(), &maker.name),
            None => self.links_of(consumer, import).into_iter().next(),
        }
    }

    /// The export of one of these parts that answers an import of another, or one function of it.
    pub fn answer(&self, parts: &[Part], part: &Part, import: &Extern, function: Option<&Function>) -> Option<Export> {
        let (interface, name) = match &import.item {
            Item::Instance(_) => (Some(&*import.name), function.map_or("", |function| &*function.name)),
            _ => (None, &*import.name),
        };
        let link = self.engine.link_of(part.component.id, interface, name)?;
        let answering = parts.iter().find(|part| part.component.id == link.component)?;
        Some(Export { part: answering.number, name: link.export })
    }

    /// The links from and to a component.
    pub fn links_with(&self, component: u32) -> Vec<Link> {
        let concerns = |link: &Link| link.component == component || link.selection.component == Some(component);
        self.engine.links().into_iter().filter(concerns).collect()
    }

    /// The components that share a store with this one now, by name.
    pub fn others_with(&self, component: u32) -> Vec<String> {
        let others = self.engine.together_with(component).into_iter().filter(|id| *id != component);
        others.filter_map(|id| Some(self.components.numbered(id)?.name.clone())).collect()
    }

    /// Ends the links of single components for exactly what is selected for all; with each, the instances that were replaced.
    pub fn end_links(&mut self, selection: &Selection) -> Vec<(Link, Vec<(String, usize)>)> {
        let interface =
            |selection: &Selection| selection.interface.as_deref().map(|name| compatible_interface(name).to_owned());
        let is_it = |link: &Link| {
            link.selection.component.is_some()
                && link.selection.function == selection.function
                && interface(&link.selection) == interface(selection)
        };
        let ended: Vec<Link> = self.engine.links().into_iter().filter(is_it).collect();
        let end = |link: Link| {
            let replaced = self.engine.unprovide(&link.selection).unwrap_or_default();
            (link, replaced)
        };
        ended.into_iter().map(end).collect()
    }

    /// After a component was read again: what was linked from and to the old one is linked to the new one, where it still fits.
    /// Says what is not.
    pub fn link_again(&mut self, links: Vec<Link>, old: u32, new: &Loaded) -> Vec<String> {
        let renumbered = |id: u32| if id == old { new.component.id } else { id };
        let mut said = Vec::new();
        for link in links {
            let Some(provider) = self.components.numbered(renumbered(link.component)).cloned() else { continue };
            let selection = Selection { component: link.selection.component.map(renumbered), ..link.selection };
            let what = shown(&selection);
            match self.connect(selection, &provider, Some(&link.export)) {
                Ok(connected) => said.extend(connected.refused.iter().map(|refused| refused.message.clone())),
                Err(error) => {
                    said.push(format!("{what} is not answered by {} any more: {}", provider.name, error.message))
                }
            }
        }
        said
    }

    /// After a component was loaded: it is answered by those that answer such imports of all components. Says what is not.
    pub fn link_newcomer(&mut self, newcomer: u32) -> Vec<String> {
        let for_all = self.engine.links().into_iter().filter(|link| link.selection.component.is_none());
        let mut said = Vec::new();
        for link in for_all.collect::<Vec<_>>() {
            let Some(provider) = self.components.numbered(link.component).cloned() else { continue };
            let concerns = self.selected(&link.selection, &provider);
            if concerns.iter().any(|import| import.consumer.component.id == newcomer) {
                // Those that were linked before fit still, so what is refused is the newcomer's.
                let outcome = self.connect(link.selection, &provider, None);
                let refused = outcome.map_or_else(|error| vec![error], |connected| connected.refused);
                said.extend(refused.into_iter().map(|error| error.message.clone()));
            }
        }
        said
    }
}

/// `ns:pkg/iface`, `ns:pkg/iface#function`, `function`.
pub fn shown(selection: &Selection) -> String {
    let parts: Vec<&str> =
        [selection.interface.as_deref(), selection.function.as_deref()].into_iter().flatten().collect();
    parts.join("#")
}

/// The error for what matches by name and not by type.
pub fn refused(provider: &Loaded, consumer: &Loaded, refusal: &Refusal) -> Error {
    let (import, export) = (&refusal.pair.import, &refusal.pair.export);
    let (from, to) = (&provider.name, &consumer.name);
    match &refusal.why {
        Why::Version => Error::new(Kind::Type, format!("{to} wants {import}, and {from} offers {export}"))
            .note("these versions cannot stand in for each other")
            .help(format!("`.link {from}::{export} {to}::{import}` pairs them all the same, if their types fit")),
        Why::Misfit(misfit) => {
            let offered = if import == export { String::new() } else { format!(" ({export})") };
            let error = Error::new(Kind::Type, format!("{from}{offered} cannot answer {import} of {to}: {misfit}"));
            match misfit {
                Misfit::Function(wanted, offered) => error
                    .note(format!("wanted is {}", wanted.signature()))
                    .note(format!("offered is {}", offered.signature())),
                _ => error,
            }
        }
    }
}
