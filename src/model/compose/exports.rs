//! What the result exports: all that the parts export which were asked for, and first the instances that define types which
//! those exports mention, since an export may mention no type that is neither imported nor exported.

use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};
use wasm_encoder::{ComponentExportKind as Sort, ComponentTypeRef};

use super::outside::Outside;
use super::sources::{Source, Sources};
use super::writer::{Writer, sort};
use super::{Export, Part};
use crate::error::{Error, Kind, Result};
use crate::model::mentions::{self, mentions};
use crate::model::type_writer;
use crate::model::{Extern, Item, Type, TypeName};

/// What is exported, and what for the sake of its types.
pub struct Exporting<'a> {
    parts: &'a [Part],
    sources: &'a Sources<'a>,
    outside: &'a Outside<'a>,
    exporting: Vec<usize>,
    /// Imports of parts, answered inside, without whose types the exports say nothing.
    needed: IndexSet<Import>,
    /// Further ones, whose types the validator may ask for.
    possible: IndexSet<Import>,
}

/// An import of a part.
type Import = (usize, Arc<str>);

/// What is exported before everything else.
pub struct Attempt<'a> {
    exporting: &'a Exporting<'a>,
    first: Vec<Import>,
}

impl<'a> Exporting<'a> {
    /// What the exports of these parts need.
    pub fn new(
        parts: &'a [Part],
        sources: &'a Sources<'a>,
        outside: &'a Outside<'a>,
        exporting: &[usize],
    ) -> Result<Exporting<'a>> {
        // Types come before what mentions them, and a part that answers before one that asks.
        let order = sources.order()?;
        let exporting = order.into_iter().filter(|part| exporting.contains(part)).collect();
        let (needed, possible) = (IndexSet::new(), IndexSet::new());
        let mut new = Exporting { parts, sources, outside, exporting, needed, possible };
        new.check_names()?;
        for number in new.exporting.clone() {
            for export in &parts[number].component.exports {
                new.look(number, export);
            }
        }
        Ok(new)
    }

    fn check_names(&self) -> Result<()> {
        let mut owners: IndexMap<&str, usize> = IndexMap::new();
        for number in &self.exporting {
            for export in &self.parts[*number].component.exports {
                if let Some(other) = owners.insert(&export.name, *number) {
                    let (one, two) = (&self.parts[other].name, &self.parts[*number].name);
                    return Err(Error::new(Kind::Name, format!("{one} and {two} both export {}", export.name)).help(
                        format!("name the component whose exports the result shall have: `.compose -o FILE {two}`"),
                    ));
                }
            }
        }
        Ok(())
    }

    /// Takes note of what one export needs.
    fn look(&mut self, part: usize, export: &Extern) {
        let is_instance = matches!(export.item, Item::Instance(_));
        for (name, sort) in mentions(&export.item) {
            // An instance brings its own names for the value types that it uses; what nobody could do anything with is a
            // resource without its methods.
            self.add(part, &name, !is_instance || sort == mentions::Sort::Resource);
        }
    }

    fn add(&mut self, part: usize, name: &TypeName, is_needed: bool) {
        let import = name.interface.as_ref().unwrap_or(&name.name);
        let key = (part, import.clone());
        let list = if is_needed { &self.needed } else { &self.possible };
        if list.contains(&key) {
            return;
        }
        match self.sources.of(part, import) {
            // What defines it may itself mention types that a third part defines: those come first.
            Some(Source::Whole(Export { part: definer, name })) => {
                let exports = &self.parts[*definer].component.exports;
                if let Some(export) = exports.iter().find(|export| export.name == *name) {
                    self.look(*definer, export);
                }
            }
            Some(Source::Mixed(_)) => {}
            Some(Source::Outside) if self.outside.number(part, import).is_none() => {}
            _ => return,
        }
        let list = if is_needed { &mut self.needed } else { &mut self.possible };
        list.insert(key);
    }

    /// What to try, the smallest set of exports first.
    pub fn attempts(&'a self) -> Vec<Attempt<'a>> {
        let small: Vec<Import> = self.needed.iter().cloned().collect();
        let large: Vec<Import> = self.possible.union(&self.needed).cloned().collect();
        let is_larger = large.len() > small.len();
        let mut attempts = vec![Attempt { exporting: self, first: small }];
        if is_larger {
            attempts.push(Attempt { exporting: self, first: large });
        }
        attempts
    }
}

impl Attempt<'_> {
    /// Writes all exports; those that nobody asked for.
    pub fn write(&self, writer: &mut Writer<'_>) -> Result<Vec<(usize, Arc<str>)>> {
        let Exporting { parts, sources, exporting, .. } = self.exporting;
        let mut taken: IndexSet<Arc<str>> = IndexSet::new();
        for part in exporting {
            taken.extend(parts[*part].component.exports.iter().map(|export| export.name.clone()));
        }
        let mut added: Vec<(usize, Arc<str>)> = Vec::new();
        for (part, import) in &self.first {
            match sources.of(*part, import) {
                Some(Source::Whole(export)) if exporting.contains(&export.part) => {}
                Some(Source::Whole(export)) if added.contains(&(export.part, export.name.clone())) => {}
                Some(Source::Whole(export)) if taken.insert(export.name.clone()) => {
                    let index = writer.export_of(export, Sort::Instance)?;
                    writer.sections.export(&export.name, Sort::Instance, index, None);
                    added.push((export.part, export.name.clone()));
                }
                _ => types_alone(writer, &parts[*part], import, &mut taken),
            }
        }
        for part in exporting {
            for export in &parts[*part].component.exports {
                write_one(writer, &parts[*part], export)?;
            }
        }
        Ok(added)
    }
}

/// Exports the types of what a part was given for an import, each under a name of its own at the root: for an instance that
/// cannot be exported because its name is taken, or because it is put together from several; or the type that it was given.
fn types_alone(writer: &mut Writer<'_>, part: &Part, import: &Arc<str>, taken: &mut IndexSet<Arc<str>>) {
    let found = part.component.imports.iter().find(|found| found.name == *import);
    let (Some(found), Some(given)) = (found, writer.given(part.number, import)) else { return };
    let Item::Instance(items) = &found.item else {
        let name = free_name(import, taken);
        let index = writer.sections.export(&name, Sort::Type, given, None);
        return writer.type_is_exported(part.number, TypeName { interface: None, name: import.clone() }, index);
    };
    for item in items.iter().filter(|item| matches!(item.item, Item::Type(_) | Item::Resource(_))) {
        let name = free_name(&item.name, taken);
        let index = writer.alias(given, &item.name, Sort::Type);
        let index = writer.sections.export(&name, Sort::Type, index, None);
        let own = TypeName { interface: Some(import.clone()), name: item.name.clone() };
        writer.type_is_exported(part.number, own, index);
    }
}

/// The name, or with `-2`, `-3`, … behind it where it is taken.
fn free_name(name: &Arc<str>, taken: &mut IndexSet<Arc<str>>) -> Arc<str> {
    let mut free = name.clone();
    let mut number = 1;
    while !taken.insert(free.clone()) {
        number += 1;
        free = Arc::from(format!("{name}-{number}"));
    }
    free
}

fn write_one(writer: &mut Writer<'_>, part: &Part, export: &Extern) -> Result<()> {
    let Some(sort) = sort(&export.item) else { return Ok(()) };
    let instance = writer.instance(part.number)?;
    let index = writer.alias(instance, &export.name, sort);
    let ty = match &export.item {
        // Its type is written out, in the words of the result: the part's own exports are no types of the result's.
        Item::Function(function) if !mentions(&export.item).is_empty() => {
            Some(ComponentTypeRef::Func(type_writer::function(writer, part, function)?))
        }
        _ => None,
    };
    let index = writer.sections.export(&export.name, sort, index, ty);
    let own = match &export.item {
        Item::Type(ty) if !matches!(ty, Type::Own(_) | Type::Borrow(_)) => ty.name(),
        Item::Resource(resource) => Some(&resource.name),
        _ => None,
    };
    if let Some(own) = own.filter(|own| own.interface.is_none()) {
        writer.type_is_exported(part.number, own.clone(), index);
    }
    Ok(())
}
