//! Looking things up in a session: what commands ask again and again.

use std::collections::HashSet;

use super::{Components, HOST, Loaded, Session};
use crate::error::{Error, Kind, Result};
use crate::model::{Extern, FileKind, Item};
use crate::syntax::{Span, Word};
use crate::wording::{did_you_mean, suggest};

impl Components {
    /// The current one, or an error that says how to load one.
    pub fn require_current(&self) -> Result<&Loaded> {
        self.current().ok_or_else(|| {
            Error::new(Kind::Name, "no component is loaded").help("`.load FILE` loads a component (.wasm or .wat)")
        })
    }

    /// The one of this name, which stands at `span`, or an error with the nearest names.
    pub fn require(&self, name: &str, span: Span) -> Result<&Loaded> {
        self.named(name).ok_or_else(|| {
            let error = Error::new(Kind::Name, format!("no component is loaded as `{name}`")).at(span);
            let nearest = suggest(name, self.all().iter().map(|loaded| loaded.name.as_str()).chain([HOST]));
            error.help(did_you_mean(&nearest).unwrap_or_else(|| "`.components` lists what is loaded".into()))
        })
    }
}

impl Session {
    /// The component that a word names, or the current one where there is no word.
    pub fn component_or_current(&self, word: Option<&Word>) -> Result<Loaded> {
        match word {
            Some(word) => self.components.require(&word.text, word.span).cloned(),
            None => self.components.require_current().cloned(),
        }
    }

    /// What `host` exports: all that the loaded components import, each item once. An interface that several import, each
    /// some of it, appears several times, with what the earlier ones lack.
    pub fn host_items(&self) -> Vec<Extern> {
        let mut seen = HashSet::new();
        // Nobody runs core modules, so nobody provides what they import.
        let guests = self.components.all().iter().filter(|loaded| loaded.component.kind == FileKind::Component);
        let imports = guests.flat_map(|loaded| &loaded.component.imports);
        imports.filter_map(|item| unseen(item, "", &mut seen)).collect()
    }
}

/// The item without what was seen before; `None` if nothing is left of it.
fn unseen(item: &Extern, path: &str, seen: &mut HashSet<String>) -> Option<Extern> {
    let full = format!("{path}#{}", item.name);
    match &item.item {
        Item::Instance(inner) if !inner.is_empty() => {
            let left: Vec<Extern> = inner.iter().filter_map(|item| unseen(item, &full, seen)).collect();
            (!left.is_empty()).then(|| Extern { name: item.name.clone(), item: Item::Instance(left) })
        }
        _ => seen.insert(full).then(|| item.clone()),
    }
}
