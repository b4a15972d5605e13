//! Imports as commands name them that change who answers: a whole interface, or one function.

use super::Word;
use super::target::{Owner, Selected, Target};
use crate::engine::Selection;
use crate::error::{Error, Kind, Result};
use crate::model::{Extern, Function, Item};
use crate::report::Outcome;
use crate::session::Session;
use crate::wording::{ended_handles, listed};

/// What a target selects: an interface or a function, and the functions in it.
pub struct Import {
    /// What the engine is told.
    pub selection: Selection,
    /// How a notice calls it.
    pub shown: String,
    /// The functions that are meant.
    pub functions: Vec<Function>,
}

/// The imports that a word selects, of one component or of all that are loaded; `all` may be none.
pub fn select(session: &Session, word: &Word) -> Result<Vec<Import>> {
    let mut target = Target::parse(Some(word));
    let (component, items, what) = match (target.component.is_some(), target.owner(session)?) {
        (true, Owner::Component(loaded)) => {
            let what = format!("`{}` imports", loaded.name);
            (Some(loaded.component.id), loaded.component.imports.clone(), what)
        }
        _ => (None, session.host_items(), "what is loaded imports".to_owned()),
    };
    let selected = target.select_whole(&items);
    let imports: Vec<Import> = selected.iter().filter_map(|selected| import(component, selected)).collect();
    match imports.is_empty() && !target.is_all() {
        true if items.is_empty() => Err(Error::new(Kind::Name, format!("{what} nothing called `{}`", word.text))
            .at(word.span)
            .help(no_imports(session))),
        true => Err(target.nothing(&items, &what)),
        false => Ok(imports),
    }
}

/// What is said where nothing is imported, or only by modules that cannot be called.
pub fn no_imports(session: &Session) -> String {
    let modules = session.components.all().iter().filter(|loaded| {
        loaded.component.core.as_ref().is_some_and(|core| core.made.is_err() && !core.imports.is_empty())
    });
    let modules: Vec<String> = modules.map(|loaded| format!("`{}`", loaded.name)).collect();
    match modules.is_empty() {
        true => "there is no import to answer".to_owned(),
        false => format!("nobody answers the imports of {}, of which no component can be made", listed(&modules)),
    }
}

fn import(component: Option<u32>, selected: &Selected<'_>) -> Option<Import> {
    let (interface, function) = match &selected.item.item {
        Item::Instance(_) => (Some(selected.full_name()), None),
        Item::Function(_) => (selected.interface(), Some(selected.item.name.to_string())),
        _ => return None,
    };
    let mut functions = Vec::new();
    collect(selected.item, &mut functions);
    Some(Import { selection: Selection { component, interface, function }, shown: selected.full_name(), functions })
}

fn collect(item: &Extern, functions: &mut Vec<Function>) {
    match &item.item {
        Item::Function(function) => functions.push((**function).clone()),
        Item::Instance(inner) => inner.iter().for_each(|item| collect(item, functions)),
        _ => {}
    }
}

/// What a component lost when its WASI changed hands.
pub fn fresh_instance((name, ended): &(String, usize)) -> String {
    format!("the next call gets a fresh instance of {name}{}", ended_handles(*ended))
}

/// The same of several that lived together, whose handles were counted elsewhere.
pub fn fresh_instances(names: &[String], outcome: Outcome) -> Outcome {
    match names {
        [] => outcome,
        _ => outcome.notice(format!("the next call gets a fresh instance of {}", listed(names))),
    }
}

/// Says what the choice does not reach: an earlier one for less wins over it.
pub fn narrower_choices(session: &Session, import: &Import, mut outcome: Outcome) -> Outcome {
    for (selection, provider) in session.engine.narrower_choices(&import.selection) {
        let of = selection.component.and_then(|id| session.components.numbered(id));
        let of = of.map(|component| format!("{}::", component.name)).unwrap_or_default();
        let parts: Vec<&str> =
            [&selection.interface, &selection.function].into_iter().flatten().map(String::as_str).collect();
        let (target, by) =
            (format!("{of}{}", parts.join("#")), provider.map_or("as usual".into(), |name| format!("by {name}")));
        outcome = outcome.notice(format!("{target} is still answered {by}, until `.unprovide {target}`"));
    }
    outcome
}
