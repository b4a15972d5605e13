//! A word as a PATTERN of calls, held against what is loaded: a name may be a component's, and one that means nothing is told of.

use super::Word;
use super::target::Target;
use crate::engine::SHELL;
use crate::error::{Error, Kind, Result};
use crate::model::pattern::Pattern;
use crate::model::{Extern, Function, Item};
use crate::session::{Loaded, Session};

/// Reads a pattern. As with a TARGET, a plain name that only a component has means all of that component.
pub fn read(session: &Session, word: &Word) -> Result<Pattern> {
    let pattern = Pattern::parse(&word.text).map_err(|wrong| Error::new(Kind::Parse, wrong).at(word.span))?;
    let whole = pattern.as_component().filter(|(name, _)| session.components.named(name).is_some());
    match whole {
        Some((_, whole)) if !means_any(session, &pattern) => Ok(whole),
        _ => Ok(pattern),
    }
}

/// What to tell about a pattern that means nothing of what is loaded, with the nearest names.
pub fn means_nothing(session: &Session, pattern: &Pattern, word: &Word) -> Option<String> {
    let all = session.components.all();
    if all.is_empty() || means_any(session, pattern) {
        return None;
    }
    let named = pattern.component().map(|name| session.components.require(name, word.span));
    let (what, items): (String, Vec<Extern>) = match named {
        Some(Err(error)) if !word.text.contains('*') => return Some(said(&error)),
        Some(Ok(loaded)) => (format!("{} exports and imports", loaded.name), items(loaded).cloned().collect()),
        _ => ("what is loaded exports and imports".to_owned(), all.iter().flat_map(items).cloned().collect()),
    };
    Some(said(&Target::parse(Some(word)).nothing(&items, &what)))
}

fn said(error: &Error) -> String {
    [&error.message].into_iter().chain(&error.help).map(String::as_str).collect::<Vec<_>>().join("; ")
}

fn items(loaded: &Loaded) -> impl Iterator<Item = &Extern> {
    loaded.component.exports.iter().chain(&loaded.component.imports)
}

/// Whether a call of anything that is loaded could be meant.
fn means_any(session: &Session, pattern: &Pattern) -> bool {
    session.components.all().iter().any(|loaded| {
        let (name, component) = (loaded.name.as_str(), &loaded.component);
        let exported = |function: &Function| pattern.means([SHELL, name], function, false);
        let imported = |function: &Function| {
            let (provider, _) = session.engine.provider_of(component.id, function);
            pattern.means([name, &provider], function, true)
        };
        component.exported_functions.iter().any(|function| exported(function))
            || component.imported_functions.iter().any(|function| imported(function))
            || drops(items(loaded)).iter().any(|drop| pattern.means([name, SHELL], drop, true))
    })
}

/// The drops of all resources among these items.
fn drops<'a>(items: impl IntoIterator<Item = &'a Extern>) -> Vec<Function> {
    let drops = items.into_iter().flat_map(|item| match &item.item {
        Item::Resource(resource) => vec![Function::drop_of(resource)],
        Item::Instance(inner) => drops(inner),
        _ => Vec::new(),
    });
    drops.collect()
}
