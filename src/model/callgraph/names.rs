//! What functions of core modules are called: by the name section, else by what they are exported as.
//!
//! Only the places of the names in the file are kept.

use std::ops::Range;

use wasmparser::{ExternalKind, KnownCustom, Name, Parser, Payload};

use super::demangle::demangled;
use crate::model::FeatureSet;

/// The names of the functions of one module.
#[derive(Debug, Default)]
pub struct Names {
    /// A function's index and where its name stands in the file, in the order of the indices.
    places: Vec<(u32, Range<u32>)>,
    /// The module has a name section.
    pub has_section: bool,
}

impl Names {
    /// Reads the names of the module in this part of the file.
    pub fn read(bytes: &[u8], module: Range<usize>) -> Names {
        let mut names = Names::default();
        let mut exported = Vec::new();
        let mut parser = Parser::new(module.start as u64);
        parser.set_features(FeatureSet::all().flags());
        let Some(own) = bytes.get(module) else { return names };
        for payload in parser.parse_all(own).map_while(Result::ok) {
            match payload {
                Payload::ExportSection(section) => {
                    for export in section.into_iter().map_while(Result::ok) {
                        if matches!(export.kind, ExternalKind::Func | ExternalKind::FuncExact) {
                            exported.extend(place(bytes, export.name).map(|place| (export.index, place)));
                        }
                    }
                }
                Payload::CustomSection(section) => {
                    let KnownCustom::Name(parts) = section.as_known() else { continue };
                    for part in parts.into_iter().map_while(Result::ok) {
                        let Name::Function(map) = part else { continue };
                        names.has_section = true;
                        let named = map.into_iter().map_while(Result::ok);
                        names
                            .places
                            .extend(named.filter_map(|naming| Some((naming.index, place(bytes, naming.name)?))));
                    }
                }
                _ => {}
            }
        }
        // The sort keeps the order of equals: the name section's names come first.
        names.places.extend(exported);
        names.places.sort_by_key(|(index, _)| *index);
        names.places.dedup_by_key(|(index, _)| *index);
        names
    }

    /// A function's name, demangled.
    pub fn of(&self, bytes: &[u8], index: u32) -> Option<String> {
        let found = self.places.binary_search_by_key(&index, |(index, _)| *index).ok()?;
        let place = &self.places[found].1;
        let name = std::str::from_utf8(bytes.get(place.start as usize..place.end as usize)?).ok()?;
        (!name.is_empty()).then(|| demangled(name))
    }
}

/// Where a piece of the file stands in it.
fn place(bytes: &[u8], name: &str) -> Option<Range<u32>> {
    let start = (name.as_ptr() as usize).checked_sub(bytes.as_ptr() as usize)?;
    Some(u32::try_from(start).ok()?..u32::try_from(start + name.len()).ok()?)
}
