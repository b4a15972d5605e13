//! The instances that a component makes, what each is made with, and where that comes from.

use std::collections::{HashMap, HashSet};

use indexmap::IndexSet;

use super::definitions::{Index, Origin, Sort};
use super::{Part, PartKind};

/// An instance that a component makes of a component or core module.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// It is an instance of a core module.
    pub is_core: bool,
    /// Its number among the instances, or core instances, of the component.
    pub number: u32,
    /// What the name section calls it.
    pub name: Option<String>,
    /// What it is an instance of.
    pub of: Vec<Source>,
    /// What it is made with.
    pub takes: Vec<Taken>,
}

/// Something that an instance takes, or that a component exports.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The name under which it is imported or exported.
    pub name: String,
    /// Where it comes from; several where it was gathered from several. Nothing where it is but types.
    pub from: Vec<Source>,
}

/// Where something comes from, seen from the component that makes the instances.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The component's own import of this name.
    Import(String),
    /// The instance of this number.
    Instance(u32),
    /// The core instance of this number.
    CoreInstance(u32),
    /// The part of this kind and number that stands in the component.
    Part(PartKind, usize),
    /// The component's own core code.
    Code,
    /// The canonical ABI.
    BuiltIn,
    /// A component around it.
    Outside,
}

impl Part {
    /// The instances that a component makes itself, in order; none for a core module.
    pub fn instances(&self) -> Vec<Made> {
        let spaces = Spaces::new(self);
        let mut numbers: HashMap<Sort, u32> = HashMap::new();
        let mut made = Vec::new();
        for (sort, origin) in &self.definitions.entries {
            let number = numbers.entry(*sort).or_default();
            if let Origin::Instance { of, args } = origin {
                let is_core = *sort == Sort::CoreInstance;
                let whole = Index { sort: if is_core { Sort::Module } else { Sort::Component }, number: *of };
                made.push(Made {
                    is_core,
                    number: *number,
                    name: self.definitions.name(*sort, *number).map(str::to_owned),
                    of: spaces.sources(whole),
                    takes: spaces.taken(args),
                });
            }
            *number += 1;
        }
        made
    }

    /// What a component exports, types aside, and where that comes from.
    pub fn exports(&self) -> Vec<Taken> {
        Spaces::new(self).taken(&self.definitions.exports)
    }
}

/// The entries of a component by their numbers.
struct Spaces<'a> {
    part: &'a Part,
    entries: HashMap<Sort, Vec<&'a Origin>>,
}

impl<'a> Spaces<'a> {
    fn new(part: &'a Part) -> Spaces<'a> {
        let mut entries: HashMap<Sort, Vec<&Origin>> = HashMap::new();
        for (sort, origin) in &part.definitions.entries {
            entries.entry(*sort).or_default().push(origin);
        }
        Spaces { part, entries }
    }

    fn taken(&self, args: &[(String, Index)]) -> Vec<Taken> {
        args.iter().map(|(name, index)| Taken { name: name.clone(), from: self.sources(*index) }).collect()
    }

    /// Where an entry comes from in the end, each place once.
    fn sources(&self, index: Index) -> Vec<Source> {
        let mut found: IndexSet<Source> = IndexSet::new();
        let mut seen = HashSet::from([index]);
        let mut open = vec![index];
        while let Some(Index { sort, number }) = open.pop() {
            let Some(origin) = self.entries.get(&sort).and_then(|entries| entries.get(number as usize)) else {
                continue;
            };
            let mut follow = |sort, number| {
                let next = Index { sort, number };
                if seen.insert(next) {
                    open.push(next);
                }
            };
            let source = match origin {
                Origin::Import(name) => Source::Import(name.clone()),
                Origin::Nested(place) => match self.part.parts.get(*place) {
                    Some(part) => Source::Part(part.kind, part.index),
                    None => continue,
                },
                Origin::Outer { .. } => Source::Outside,
                Origin::Instance { .. } if sort == Sort::CoreInstance => Source::CoreInstance(number),
                Origin::Instance { .. } => Source::Instance(number),
                Origin::Lifted => Source::Code,
                Origin::BuiltIn => Source::BuiltIn,
                Origin::Same(number) => {
                    follow(sort, *number);
                    continue;
                }
                Origin::Lowered(number) => {
                    follow(Sort::Function, *number);
                    continue;
                }
                Origin::Export { instance, name } => {
                    self.follow_export(sort, *instance, name, &mut follow);
                    continue;
                }
                Origin::Gathered(items) => {
                    // The last to be opened is the first to be looked at.
                    items.iter().rev().for_each(|(_, item)| follow(item.sort, item.number));
                    continue;
                }
            };
            found.insert(source);
        }
        found.into_iter().collect()
    }

    /// From an instance's export to the item itself where the instance only gathers others', to the instance otherwise.
    fn follow_export(&self, sort: Sort, instance: u32, name: &str, follow: &mut impl FnMut(Sort, u32)) {
        let instances = if sort.is_core() { Sort::CoreInstance } else { Sort::Instance };
        let entry = |number: u32| self.entries.get(&instances)?.get(number as usize).copied();
        let mut instance = instance;
        // In a valid file an export stands behind what it exports.
        while let Some(Origin::Same(number)) = entry(instance)
            && *number < instance
        {
            instance = *number;
        }
        match entry(instance) {
            Some(Origin::Gathered(items)) => {
                if let Some((_, item)) = items.iter().find(|(own, _)| own == name) {
                    follow(item.sort, item.number);
                }
            }
            _ => follow(instances, instance),
        }
    }
}
