//! What stays an import of the result: the imports of its parts that nothing inside answers, those of one name once.
//!
//! Versions that can stand in for each other are one import, under the newest name, with everything that any part takes of it.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::Part;
use super::sources::{Source, Sources};
use crate::error::{Error, Kind, Result};
use crate::model::comparison::Comparison;
use crate::model::interface::compatible_interface;
use crate::model::mentions::mentions;
use crate::model::wiring::version;
use crate::model::{Extern, Item, Resource, Type, TypeName};

/// One import of the result.
pub struct Import {
    /// Its name.
    pub name: Arc<str>,
    /// What it is.
    pub content: Content,
}

/// What an import of the result is: each item with the part that wants it.
pub enum Content {
    /// An instance with these items.
    Instance(IndexMap<Arc<str>, (usize, Item)>),
    /// An item at the root.
    Item(usize, Item),
}

/// A type that the result imports: the import's number, and the name of the type in it, or nothing for a type at the root.
pub type Place = (usize, Option<Arc<str>>);

/// All imports of the result.
pub struct Outside<'a> {
    parts: &'a [Part],
    sources: &'a Sources<'a>,
    /// The imports, in the order in which parts ask for them.
    pub imports: Vec<Import>,
    numbers: HashMap<(usize, Arc<str>), usize>,
}

impl<'a> Outside<'a> {
    /// What nothing inside answers.
    pub fn collect(parts: &'a [Part], sources: &'a Sources<'a>) -> Result<Outside<'a>> {
        let mut outside = Outside { parts, sources, imports: Vec::new(), numbers: HashMap::new() };
        for part in parts {
            for import in &part.component.imports {
                match (sources.of(part.number, &import.name), &import.item) {
                    (Some(Source::Outside), Item::Instance(items)) => {
                        outside.add_instance(part, import, items.iter().collect())?;
                    }
                    (Some(Source::Mixed(by_name)), Item::Instance(items)) => {
                        let is_left = |item: &&Extern| by_name.get(&item.name).is_none_or(Option::is_none);
                        let left: Vec<&Extern> = items.iter().filter(is_left).collect();
                        if !left.is_empty() {
                            outside.add_instance(part, import, left)?;
                        }
                    }
                    // A type by itself needs nobody: where its parts lie inside, it is written there.
                    (Some(Source::Outside), Item::Type(_) | Item::Resource(_)) if outside.is_inside(part, import) => {}
                    (Some(Source::Outside), _) => outside.add_item(part, import)?,
                    _ => {}
                }
            }
        }
        Ok(outside)
    }

    /// Whether a type at the root mentions types of what is answered inside.
    fn is_inside(&self, part: &Part, item: &Extern) -> bool {
        let own = TypeName { interface: None, name: item.name.clone() };
        mentions(&item.item).keys().filter(|name| **name != own).any(|name| {
            let import = name.interface.as_deref().unwrap_or(&name.name);
            match self.sources.of(part.number, import) {
                Some(Source::Whole(_) | Source::Mixed(_)) => true,
                Some(Source::Outside) => name.interface.is_none() && self.number(part.number, import).is_none(),
                None => false,
            }
        })
    }

    /// The number of the import that a part's import became.
    pub fn number(&self, part: usize, import: &str) -> Option<usize> {
        self.numbers.get(&(part, Arc::from(import))).copied()
    }

    /// Where the type lies that a part calls so, if the result imports it.
    pub fn place(&self, part: usize, name: &TypeName) -> Option<Place> {
        match &name.interface {
            Some(interface) => Some((self.number(part, interface)?, Some(name.name.clone()))),
            None => Some((self.number(part, &name.name)?, None)),
        }
    }

    fn add_instance(&mut self, part: &Part, import: &Extern, items: Vec<&Extern>) -> Result<()> {
        for item in &items {
            for name in mentions(&item.item).keys() {
                self.pull(part, &import.name, name)?;
            }
        }
        let number = self.instance_for(part, import, &items)?;
        self.numbers.insert((part.number, import.name.clone()), number);
        let found = &mut self.imports[number];
        if version(&import.name) > version(&found.name) {
            found.name = import.name.clone();
        }
        if let Content::Instance(into) = &mut found.content {
            for item in items {
                into.entry(item.name.clone()).or_insert_with(|| (part.number, item.item.clone()));
            }
        }
        Ok(())
    }

    /// The instance that can be the one that a part imports, or a new one.
    fn instance_for(&mut self, part: &Part, import: &Extern, items: &[&Extern]) -> Result<usize> {
        let wanted = compatible_interface(&import.name);
        let key = (part.number, import.name.clone());
        let before = self.numbers.get(&key).copied();
        let mut conflict = None;
        for number in 0..self.imports.len() {
            let Import { name, content: Content::Instance(present) } = &self.imports[number] else { continue };
            if compatible_interface(name) != wanted {
                continue;
            }
            // The types in it are its own already when they are compared.
            self.numbers.insert(key.clone(), number);
            let differing = items.iter().find_map(|item| {
                let (owner, there) = present.get(&item.name)?;
                (!self.same(*owner, there, part.number, &item.item)).then(|| (*owner, there.clone(), (*item).clone()))
            });
            match differing {
                None => return Ok(number),
                Some((owner, there, item)) if *name == import.name => {
                    conflict = Some(self.conflict(&import.name, owner, &there, part, &item));
                }
                Some(_) => {}
            }
        }
        match before {
            Some(number) => self.numbers.insert(key, number),
            None => self.numbers.remove(&key),
        };
        match conflict {
            Some(conflict) => Err(conflict),
            None => {
                let content = Content::Instance(IndexMap::new());
                self.imports.push(Import { name: import.name.clone(), content });
                Ok(self.imports.len() - 1)
            }
        }
    }

    fn add_item(&mut self, part: &Part, import: &Extern) -> Result<()> {
        for name in mentions(&import.item).keys() {
            self.pull(part, &import.name, name)?;
        }
        let key = (part.number, import.name.clone());
        let present = self.imports.iter().position(|present| present.name == import.name);
        let number = match present {
            None => {
                let content = Content::Item(part.number, import.item.clone());
                self.imports.push(Import { name: import.name.clone(), content });
                self.imports.len() - 1
            }
            Some(number) => {
                self.numbers.insert(key.clone(), number);
                match &self.imports[number].content {
                    Content::Item(owner, there) if !self.same(*owner, there, part.number, &import.item) => {
                        return Err(self.conflict(&import.name, *owner, there, part, import));
                    }
                    _ => number,
                }
            }
        };
        self.numbers.insert(key, number);
        Ok(())
    }

    /// A type that stands in an interface which is answered inside, and which an import that stays mentions: that interface
    /// stays too, with the types that are needed of it. A resource cannot be in both places.
    fn pull(&mut self, part: &Part, from: &str, name: &TypeName) -> Result<()> {
        let import = name.interface.as_deref().unwrap_or(&name.name);
        if import == from || matches!(self.sources.of(part.number, import), None | Some(Source::Outside)) {
            return Ok(());
        }
        let imports = &part.component.imports;
        let Some(found) = imports.iter().find(|found| &*found.name == import) else { return Ok(()) };
        let item = match &found.item {
            Item::Instance(items) => items.iter().find(|item| item.name == name.name),
            _ => Some(found),
        };
        let Some(item) = item.cloned() else { return Ok(()) };
        if self.place(part.number, name).is_some_and(|place| self.holds(&place)) {
            return Ok(());
        }
        if let Item::Resource(_) = &item.item {
            let message =
                format!("{from} of {} stays an import and mentions the resource {}", part.name, name.full_name());
            return Err(Error::new(Kind::Type, message)
                .note(format!("{import} is answered by a component that becomes part of the result"))
                .help("link both interfaces, or neither"));
        }
        let found = found.clone();
        match &found.item {
            Item::Instance(_) => self.add_instance(part, &found, vec![&item]),
            _ => self.add_item(part, &found),
        }
    }

    fn holds(&self, (number, name): &Place) -> bool {
        match (&self.imports[*number].content, name) {
            (Content::Instance(items), Some(name)) => items.contains_key(name),
            _ => true,
        }
    }

    /// Whether two parts' items are the same: value types by structure, resources by the import that they come from.
    fn same(&self, a_part: usize, a: &Item, b_part: usize, b: &Item) -> bool {
        let mut comparison = Comparison::new(|a: &Resource, b: &Resource| {
            let (a, b) = (self.place(a_part, &a.name), self.place(b_part, &b.name));
            a.is_some() && a == b
        });
        match (a, b) {
            (Item::Function(a), Item::Function(b)) => comparison.same_function(a, b),
            (Item::Type(a), Item::Type(b)) => comparison.same(a, b),
            (Item::Resource(a), Item::Resource(b)) => comparison.same(&Type::Own(a.clone()), &Type::Own(b.clone())),
            _ => false,
        }
    }

    fn conflict(&self, import: &str, owner: usize, there: &Item, part: &Part, item: &Extern) -> Error {
        let owner = &self.parts[owner].name;
        let place = if import == &*item.name { import.to_owned() } else { format!("{import}#{}", item.name) };
        let error =
            Error::new(Kind::Type, format!("{owner} and {} both import {place}, with different types", part.name))
                .help("one of them has to be linked to a component, or built against the other's WIT");
        match (there, &item.item) {
            (Item::Function(a), Item::Function(b)) => error
                .note(format!("in {owner} it is {}", a.signature()))
                .note(format!("in {} it is {}", part.name, b.signature())),
            _ => error,
        }
    }
}
