//! Where each import of each part comes from.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Answers, Export, Part};
use crate::error::{Error, Kind, Result};
use crate::model::mentions::{mentions, mentions_in};
use crate::model::{Extern, Function, Item};

/// Where an import comes from.
#[derive(Debug, PartialEq)]
pub enum Source {
    /// It stays an import of the result.
    Outside,
    /// It is this export.
    Whole(Export),
    /// It is an instance whose items come from these; what has no export stays an import.
    Mixed(HashMap<Arc<str>, Option<Export>>),
}

/// The sources of all imports.
pub struct Sources<'a> {
    parts: &'a [Part],
    by_import: HashMap<(usize, Arc<str>), Source>,
}

impl<'a> Sources<'a> {
    /// Asks for all of them.
    pub fn new(parts: &'a [Part], answers: &Answers<'_>) -> Result<Sources<'a>> {
        let mut by_import = HashMap::new();
        for part in parts {
            for import in &part.component.imports {
                by_import.insert((part.number, import.name.clone()), source(part, import, answers)?);
            }
        }
        Ok(Sources { parts, by_import })
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
                Some(Source::Mixed(items)) => {
                    let mut exports: Vec<&Export> = items.values().flatten().collect();
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

fn source(part: &Part, import: &Extern, answers: &Answers<'_>) -> Result<Source> {
    let whole = |export: Option<Export>| export.map_or(Source::Outside, Source::Whole);
    let items = match &import.item {
        Item::Function(function) => return Ok(whole(answers(part, import, Some(function)))),
        Item::Instance(items) => &items[..],
        _ => &[],
    };
    let functions = items.iter().filter_map(|item| match &item.item {
        Item::Function(function) => Some((function, answers(part, import, Some(function)))),
        _ => None,
    });
    let functions: Vec<(&Arc<Function>, Option<Export>)> = functions.collect();
    match &functions[..] {
        [] => Ok(whole(answers(part, import, None))),
        [(_, first), others @ ..] if others.iter().all(|(_, export)| export == first) => Ok(whole(first.clone())),
        _ => mixed(part, import, items, &functions).map(Source::Mixed),
    }
}

/// Where each item comes from, if the functions come from several places. A resource comes from where all functions come from that
/// mention it, and a type that mentions one from there as well; any other type from outside, if anything does.
fn mixed(
    part: &Part,
    import: &Extern,
    items: &[Extern],
    functions: &[(&Arc<Function>, Option<Export>)],
) -> Result<HashMap<Arc<str>, Option<Export>>> {
    let usual = functions.iter().map(|(_, export)| export).min_by_key(|export| export.is_some()).cloned().flatten();
    let mut by_name: HashMap<Arc<str>, Option<Export>> =
        functions.iter().map(|(function, export)| (function.name.clone(), export.clone())).collect();
    for item in items {
        let Item::Resource(resource) = &item.item else { continue };
        let mentioning = |function: &Function| mentions_in(function).contains_key(&resource.name);
        let mut places = functions.iter().filter(|(function, _)| mentioning(function));
        let place = match places.next() {
            None => usual.clone(),
            Some((first, place)) => match places.find(|(_, other)| other != place) {
                None => place.clone(),
                Some((second, _)) => return Err(split(part, import, &item.name, [first, second])),
            },
        };
        by_name.insert(item.name.clone(), place);
    }
    for item in items.iter().filter(|item| matches!(item.item, Item::Type(_))) {
        let mentioned = mentions(&item.item);
        let resource = mentioned.keys().filter(|name| name.interface.as_deref() == Some(&import.name));
        let place = resource.filter_map(|name| by_name.get(&name.name)).next().cloned();
        by_name.insert(item.name.clone(), place.unwrap_or_else(|| usual.clone()));
    }
    Ok(by_name)
}

fn split(part: &Part, import: &Extern, resource: &str, functions: [&Function; 2]) -> Error {
    let [one, two] = functions.map(|function| function.plain_name());
    Error::new(Kind::Type, format!("{}: the resource {resource} of {} can only be of one", part.name, import.name))
        .note(format!("{one} and {two} are answered by different ones, and both mention it"))
        .help("one component has to answer all functions that mention a resource, or none")
}
