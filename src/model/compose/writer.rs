//! The result, written from its imports inward: imports, then the parts and what they are given.
//!
//! Types are found by who speaks of them: what a part calls `ns:pkg/iface#name` lies in what that part was given for that import.

use std::collections::HashMap;
use std::sync::Arc;

use wasm_encoder::{
    Alias, ComponentExportKind as Sort, ComponentOuterAliasKind, ComponentTypeEncoder, ComponentTypeRef,
    ComponentValType, InstanceType, TypeBounds,
};

use super::outside::{Content, Outside, Place};
use super::sections::Sections;
use super::sources::{Source, Sources};
use super::{Export, Part};
use crate::error::{Error, Kind, Result};
use crate::model::type_writer::{self, Shared, Space};
use crate::model::{Extern, Item, Type, TypeName};

/// Writes one result.
pub struct Writer<'a> {
    /// What it is made of.
    pub parts: &'a [Part],
    /// Who answers what.
    pub sources: &'a Sources<'a>,
    /// The sections so far.
    pub sections: Sections,
    outside: &'a Outside<'a>,
    /// The numbers of the imports that are written.
    imports: Vec<Option<u32>>,
    /// Imports whose types are being written, each for the one before it.
    under_way: Vec<usize>,
    /// What each part was given, by the import's name.
    given: HashMap<(usize, Arc<str>), u32>,
    /// The parts' instances.
    instances: HashMap<usize, u32>,
    /// Exports of parts' instances that stand here as items.
    aliases: HashMap<(u32, Arc<str>), u32>,
    /// Types that the result exports at its root, by who called them what.
    exported: HashMap<(usize, TypeName), u32>,
    shared: Shared,
}

/// What an item is to the binary format; nothing for what no component imports or exports.
pub fn sort(item: &Item) -> Option<Sort> {
    match item {
        Item::Function(_) => Some(Sort::Func),
        Item::Instance(_) => Some(Sort::Instance),
        Item::Type(_) | Item::Resource(_) => Some(Sort::Type),
        Item::Component(_) => Some(Sort::Component),
        Item::CoreModule(_) => Some(Sort::Module),
        Item::Core(_) => None,
        Item::Other(what) => Some(if what.starts_with("value ") { Sort::Value } else { Sort::Type }),
    }
}

impl<'a> Writer<'a> {
    /// Nothing written yet.
    pub fn new(parts: &'a [Part], sources: &'a Sources<'a>, outside: &'a Outside<'a>) -> Writer<'a> {
        Writer {
            parts,
            sources,
            sections: Sections::default(),
            outside,
            imports: vec![None; outside.imports.len()],
            under_way: Vec::new(),
            given: HashMap::new(),
            instances: HashMap::new(),
            aliases: HashMap::new(),
            exported: HashMap::new(),
            shared: Shared::new(),
        }
    }

    /// Writes all imports, each after those whose types it mentions.
    pub fn imports(&mut self) -> Result<()> {
        (0..self.imports.len()).try_for_each(|number| self.import(number).map(drop))?;
        // From here on a part's types are those that it was given.
        self.shared.clear();
        Ok(())
    }

    /// Writes one import, if it is not there yet; its number in its index space.
    fn import(&mut self, number: usize) -> Result<u32> {
        if let Some(index) = self.imports[number] {
            return Ok(index);
        }
        let outside = self.outside;
        let import = &outside.imports[number];
        if self.under_way.contains(&number) {
            return Err(Error::new(Kind::Type, format!("the types of {} depend on themselves", import.name)));
        }
        self.under_way.push(number);
        let ty = match &import.content {
            Content::Instance(items) => {
                let mut instance = Inside::new(self, number);
                for (name, (part, item)) in items {
                    instance.item(*part, name, item)?;
                }
                let ty = instance.ty;
                ComponentTypeRef::Instance(self.sections.define(|to| to.instance(&ty)))
            }
            Content::Item(part, item) => self.item_type(*part, &import.name, item)?,
        };
        self.under_way.pop();
        let index = self.sections.import(&import.name, ty);
        self.imports[number] = Some(index);
        Ok(index)
    }

    /// The type of an import at the root.
    fn item_type(&mut self, part: usize, name: &Arc<str>, item: &Item) -> Result<ComponentTypeRef> {
        let part = &self.parts[part];
        Ok(match item {
            Item::Function(function) => ComponentTypeRef::Func(type_writer::function(self, part, function)?),
            Item::Resource(resource) if resource.name.interface.is_none() && resource.name.name == *name => {
                ComponentTypeRef::Type(TypeBounds::SubResource)
            }
            _ => ComponentTypeRef::Type(TypeBounds::Eq(self.root_type(part, name, item)?)),
        })
    }

    /// A type that a part calls so at its root: its definition, or the type that it is another name for.
    fn root_type(&mut self, part: &Part, name: &Arc<str>, item: &Item) -> Result<u32> {
        match item {
            Item::Resource(resource) => self.named(part, &resource.name)?.ok_or_else(|| cannot_stay(part, name)),
            Item::Type(ty) if ty.name().is_none_or(|own| own.interface.is_none() && own.name == *name) => {
                type_writer::define(self, part, ty)
            }
            Item::Type(ty) => match type_writer::refer(self, part, ty)? {
                ComponentValType::Type(index) => Ok(index),
                ComponentValType::Primitive(_) => type_writer::define(self, part, ty),
            },
            _ => Err(cannot_stay(part, name)),
        }
    }

    /// The number of a type that the result imports.
    fn imported_type(&mut self, (number, name): &Place) -> Result<u32> {
        let index = self.import(*number)?;
        Ok(match name {
            Some(name) => self.alias(index, name, Sort::Type),
            None => index,
        })
    }

    /// An export of an instance as an item of its own, once.
    pub fn alias(&mut self, instance: u32, name: &Arc<str>, sort: Sort) -> u32 {
        let key = (instance, name.clone());
        if let Some(index) = self.aliases.get(&key) {
            return *index;
        }
        let index = self.sections.alias(instance, name, sort);
        self.aliases.insert(key, index);
        index
    }

    /// Nests a part and instantiates it with what answers its imports, which must be there already.
    pub fn instantiate(&mut self, number: usize) -> Result<()> {
        let part = &self.parts[number];
        let component = self.sections.nest(&part.name, &part.component.bytes);
        let mut args = Vec::new();
        for import in &part.component.imports {
            let sort = sort(&import.item).ok_or_else(|| cannot_stay(part, &import.name))?;
            let index = match self.sources.of(number, &import.name) {
                Some(Source::Whole(export)) => self.export_of(export, sort)?,
                Some(Source::Mixed(items)) => self.bundle(part, import, items)?,
                Some(Source::Outside) | None => match self.outside.number(number, &import.name) {
                    Some(number) => self.import(number)?,
                    None => self.root_type(part, &import.name, &import.item)?,
                },
            };
            self.given.insert((number, import.name.clone()), index);
            args.push((&*import.name, sort, index));
        }
        let instance = self.sections.instantiate(&part.name, component, &args);
        self.instances.insert(number, instance);
        Ok(())
    }

    fn outside_index(&mut self, part: &Part, import: &Extern) -> Result<u32> {
        let number = self.outside.number(part.number, &import.name).ok_or_else(|| cannot_stay(part, &import.name))?;
        self.import(number)
    }

    /// An export of a part's instance.
    pub fn export_of(&mut self, export: &Export, sort: Sort) -> Result<u32> {
        let instance = self.instance(export.part)?;
        Ok(self.alias(instance, &export.name, sort))
    }

    /// A part's instance.
    pub fn instance(&self, part: usize) -> Result<u32> {
        let missing = || Error::new(Kind::Internal, format!("{} is needed before it is there", self.parts[part].name));
        self.instances.get(&part).copied().ok_or_else(missing)
    }

    /// An instance whose items come from several places.
    fn bundle(&mut self, part: &Part, import: &Extern, by_name: &HashMap<Arc<str>, Option<Export>>) -> Result<u32> {
        let Item::Instance(items) = &import.item else { return Err(cannot_stay(part, &import.name)) };
        let mut bundled = Vec::new();
        for item in items {
            let sort = sort(&item.item).ok_or_else(|| cannot_stay(part, &import.name))?;
            let instance = match by_name.get(&item.name) {
                Some(Some(export)) => self.export_of(export, Sort::Instance)?,
                _ => self.outside_index(part, import)?,
            };
            bundled.push((&*item.name, sort, self.alias(instance, &item.name, sort)));
        }
        Ok(self.sections.bundle(&bundled))
    }

    /// What a part was given for an import.
    pub fn given(&self, part: usize, import: &str) -> Option<u32> {
        self.given.get(&(part, Arc::from(import))).copied()
    }

    /// From now on a type that a part calls so is this one.
    pub fn type_is_exported(&mut self, part: usize, name: TypeName, index: u32) {
        self.shared.clear();
        self.exported.insert((part, name), index);
    }

    /// The binary.
    pub fn finish(self) -> Vec<u8> {
        self.sections.finish()
    }
}

impl Space for Writer<'_> {
    type Speaker = Part;

    fn define(&mut self, write: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32 {
        self.sections.define(write)
    }

    fn named(&mut self, part: &Part, name: &TypeName) -> Result<Option<u32>> {
        if let Some(index) = self.exported.get(&(part.number, name.clone())) {
            return Ok(Some(*index));
        }
        let import = name.interface.as_deref().unwrap_or(&name.name);
        if let Some(index) = self.given(part.number, import) {
            return Ok(Some(match name.interface {
                Some(_) => self.alias(index, &name.name, Sort::Type),
                None => index,
            }));
        }
        if let Some(place) = self.outside.place(part.number, name) {
            return self.imported_type(&place).map(Some);
        }
        let exported = part.component.exports.iter().find(|export| &*export.name == import);
        match (exported, self.instances.get(&part.number).copied()) {
            (Some(Extern { name: outer, item: Item::Instance(_) }), Some(instance)) => {
                let outer = self.alias(instance, outer, Sort::Instance);
                Ok(Some(self.alias(outer, &name.name, Sort::Type)))
            }
            _ => Ok(None),
        }
    }

    fn shared(&mut self) -> &mut Shared {
        &mut self.shared
    }
}

/// The type of an instance that the result imports.
struct Inside<'w, 'a> {
    writer: &'w mut Writer<'a>,
    ty: InstanceType,
    /// The import's number.
    here: usize,
    /// Types that stand in it, its own and those of other imports.
    named: HashMap<Place, u32>,
    shared: Shared,
}

impl<'w, 'a> Inside<'w, 'a> {
    fn new(writer: &'w mut Writer<'a>, here: usize) -> Inside<'w, 'a> {
        Inside { writer, ty: InstanceType::new(), here, named: HashMap::new(), shared: Shared::new() }
    }

    fn item(&mut self, part: usize, name: &Arc<str>, item: &Item) -> Result<()> {
        let parts = self.writer.parts;
        let part = &parts[part];
        let own = (self.here, Some(name.clone()));
        let place = |inside: &Self, name: &TypeName| inside.writer.outside.place(part.number, name);
        let bounds = match item {
            Item::Function(function) => {
                let index = type_writer::function(self, part, function)?;
                self.ty.export(&**name, ComponentTypeRef::Func(index));
                return Ok(());
            }
            Item::Resource(resource) if place(self, &resource.name).is_none_or(|place| place == own) => {
                TypeBounds::SubResource
            }
            Item::Resource(resource) => {
                TypeBounds::Eq(self.named(part, &resource.name)?.ok_or_else(|| cannot_stay(part, name))?)
            }
            Item::Type(ty) => {
                let defined = ty.name().filter(|_| !matches!(ty, Type::Own(_) | Type::Borrow(_)));
                let elsewhere = defined.filter(|defined| place(self, defined).is_some_and(|place| place != own));
                let index = match elsewhere {
                    Some(defined) => self.named(part, defined)?,
                    None => None,
                };
                TypeBounds::Eq(match index {
                    Some(index) => index,
                    None => type_writer::define(self, part, ty)?,
                })
            }
            _ => return Err(cannot_stay(part, name)),
        };
        let index = self.ty.type_count();
        self.ty.export(&**name, ComponentTypeRef::Type(bounds));
        self.named.insert(own, index);
        Ok(())
    }
}

impl Space for Inside<'_, '_> {
    type Speaker = Part;

    fn define(&mut self, write: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32 {
        let index = self.ty.type_count();
        write(self.ty.ty());
        index
    }

    fn named(&mut self, part: &Part, name: &TypeName) -> Result<Option<u32>> {
        let Some(place) = self.writer.outside.place(part.number, name) else { return Ok(None) };
        if let Some(index) = self.named.get(&place) {
            return Ok(Some(*index));
        }
        if place.0 == self.here {
            return Ok(None);
        }
        let outer = self.writer.imported_type(&place)?;
        let index = self.ty.type_count();
        self.ty.alias(Alias::Outer { kind: ComponentOuterAliasKind::Type, count: 1, index: outer });
        self.named.insert(place, index);
        Ok(Some(index))
    }

    fn shared(&mut self) -> &mut Shared {
        &mut self.shared
    }
}

fn cannot_stay(part: &Part, name: &str) -> Error {
    Error::new(Kind::Type, format!("{} imports {name}, which can neither be answered nor stay an import", part.name))
        .note("only functions, interfaces and their types can")
}
