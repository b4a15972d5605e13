//! Where each import of each part comes from.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Answers, Export, Part};
use crate::error::{Error, Kind, Result};
use crate::model::{Extern, Function, Item};

/// Where an import comes from.
#[derive(Debug, PartialEq)]
pub enum Source {
    /// It stays an import of the result.
    Outside,
    /// It is this export.
    Whole(Export),
    /// It is an instance whose functions come from these; what has no export stays an import.
    Mixed(HashMap<Arc<str>, Option<Export>>),
}

/// The sources of all imports.
pub struct Sources<'a> {
    parts: &'a [Part],
    by_import: HashMap<(usize, Arc<str>), Source>,
}

impl<'a> Sources<'a> {
    /// Asks for all of them.
    pub fn new(parts: &'a [Part], answers: &Answers<'_>) -> Sources<'a> {
        let mut by_import = HashMap::new();
        for part in parts {
            for import in &part.component.imports {
                by_import.insert((part.number, import.name.clone()), source(part, import, answers));
            }
        }
        Sources { parts, by_import }
    }

    /// Where an import comes from; `None` for what the part does not import.
    pub fn of(&self, part: usize, import: &str) -> Option<&Source> {
        self.by_import.get(&(part, Arc::from(import)))
    }

    /// The parts whose exports a part uses, without repetition, in the order of its imports.
    fn used(&self, part: &Part) -> Vec<usize> {
        let mut used = Vec::new();
        for import in &part.component.imports {
            let exports: Vec<&Export> = match self.of(part.number, &import.name) {
                Some(Source::Whole(export)) => vec![export],
                Some(Source::Mixed(functions)) => {
                    let mut exports: Vec<&Export> = functions.values().flatten().collect();
                    exports.sort_by_key(|export| export.part);
                    exports
                }
                Some(Source::Outside) | None => Vec::new(),
            };
            for export in exports {
                if !used.contains(&export.part) {
                    used.push(export.part);
                }
            }
        }
        used
    }

    /// All parts, each after those whose exports it uses.
    pub fn order(&self) -> Result<Vec<usize>> {
        let mut order = Vec::new();
        let mut under_way = Vec::new();
        for part in self.parts {
            self.visit(part, &mut under_way, &mut order)?;
        }
        Ok(order)
    }

    fn visit(&self, part: &Part, under_way: &mut Vec<usize>, order: &mut Vec<usize>) -> Result<()> {
        if order.contains(&part.number) {
            return Ok(());
        }
        if under_way.contains(&part.number) {
            return Err(Error::new(Kind::Internal, format!("{} would be linked to itself", part.name)));
        }
        under_way.push(part.number);
        for used in self.used(part) {
            self.visit(&self.parts[used], under_way, order)?;
        }
        under_way.pop();
        order.push(part.number);
        Ok(())
    }
}

fn source(part: &Part, import: &Extern, answers: &Answers<'_>) -> Source {
    let whole = |export: Option<Export>| export.map_or(Source::Outside, Source::Whole);
    let functions: Vec<&Arc<Function>> = match &import.item {
        Item::Function(function) => return whole(answers(part, import, Some(function))),
        Item::Instance(items) => functions(items).collect(),
        _ => Vec::new(),
    };
    let mut by_name: HashMap<Arc<str>, Option<Export>> = HashMap::new();
    for function in functions {
        by_name.insert(function.name.clone(), answers(part, import, Some(function)));
    }
    let mut exports = by_name.values();
    match exports.next() {
        None => whole(answers(part, import, None)),
        Some(first) if exports.all(|export| export == first) => whole(first.clone()),
        Some(_) => Source::Mixed(by_name),
    }
}

/// The functions that stand in an instance itself.
pub fn functions(items: &[Extern]) -> impl Iterator<Item = &Arc<Function>> {
    items.iter().filter_map(|item| match &item.item {
        Item::Function(function) => Some(function),
        _ => None,
    })
}
