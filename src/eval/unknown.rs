//! Names that mean no function, or several: what they may have been meant for.

use super::names::{Found, candidates, span, spelling};
use super::types::{named_type, type_with_case};
use crate::engine::Target;
use crate::error::{Error, Kind};
use crate::model::Item;
use crate::model::interface::{InterfaceName, Versions, fit_path};
use crate::session::{Components, Loaded};
use crate::syntax::Span;
use crate::syntax::ast::{FunctionRef, Name};
use crate::wording::{did_you_mean, suggest};

/// How many names a message lists.
const LISTED: usize = 8;

/// Adds a help line, if there is one.
pub fn with_help(error: Error, help: Option<String>) -> Error {
    match help {
        Some(help) => error.help(help),
        None => error,
    }
}

/// The first few names, each in quotes.
pub fn listed(names: &[&str]) -> String {
    let mut text: Vec<String> = names.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
    if names.len() > LISTED {
        text.push(format!("{} more", names.len() - LISTED));
    }
    text.join(", ")
}

/// The error for a name that means several functions, with how to write each.
pub fn ambiguous_function(components: &Components, reference: &FunctionRef, found: &[Found]) -> Error {
    let written = written(reference);
    let error = Error::new(Kind::Name, format!("`{written}` means {} functions", found.len())).at(span(reference));
    let error = found.iter().take(LISTED).fold(error, |error, found| {
        error.help(format!("`{}`: {}", spelling(components, found), found.function.signature()))
    });
    match &found[LISTED.min(found.len())..] {
        [] => error,
        [.., last] => {
            let more = found.len() - LISTED;
            error.help(format!("and {more} more; `.exports {}all` lists them", owner(components, last)))
        }
    }
}

/// `comp::` of the component that has a function.
fn owner(components: &Components, found: &Found) -> String {
    match found.target {
        Target::Host => "host::".to_owned(),
        Target::Component(id) => components.numbered(id).map_or(String::new(), |loaded| format!("{}::", loaded.name)),
    }
}

fn written(reference: &FunctionRef) -> String {
    let component = reference.component.as_ref().map(|name| format!("{}::", name.text)).unwrap_or_default();
    let interface = reference.interface.as_ref().map(|name| format!("{}#", name.text)).unwrap_or_default();
    format!("{component}{interface}{}", reference.name.text)
}

/// The error for a name that means no function, with what it may have been meant for.
pub fn unknown_function(components: &Components, reference: &FunctionRef) -> Error {
    let error = Error::new(Kind::Name, format!("no function `{}`", written(reference))).at(span(reference));
    if components.all().is_empty() {
        return error.help("no component is loaded: .load FILE");
    }
    if let Some(loaded) = core_module_with(components, reference) {
        return not_called(reference, loaded).at(span(reference));
    }
    let name = &*reference.name.text;
    let method = name.split_once('.').map_or(name, |(_, method)| method);
    let everywhere = everything(components);
    let is_method = |found: &Found| found.function.name.starts_with("[method]");
    let is_function = everywhere.iter().any(|found| found.function.plain_name() == name && !is_method(found));
    if !is_function && components.all().iter().any(|loaded| loaded.functions().methods_named(method).next().is_some()) {
        return error.help(format!("`{method}` is a method: call it on a handle, `$handle.{method}(…)`"));
    }
    // `interface.function`
    let is_dotted = |found: &Found| {
        let interface = found.function.interface();
        let short = interface.as_deref().map(|full| InterfaceName::parse(full).name);
        short.zip(name.split_once('.')).is_some_and(|(short, parts)| parts == (short, found.function.plain_name()))
    };
    let same: Vec<String> = everywhere
        .iter()
        .filter(|found| (found.function.plain_name() == name || is_dotted(found)) && !is_method(found))
        .take(LISTED)
        .map(|found| spelling(components, found))
        .collect();
    if same.is_empty()
        && let Some(what) = other_than_function(components, reference)
    {
        return error.help(format!("`{0}` is {what}: `.type {0}` shows it", written(reference)));
    }
    if same.is_empty()
        && reference.as_label().is_some()
        && let Some((ty, has_payload)) = type_with_case(components, name)
    {
        let payload = if has_payload { "(…)" } else { "" };
        return error.help(format!("`{name}` is a case of {ty}: its type stands after it, `{name}{payload} : {ty}`"));
    }
    let near = if same.is_empty() { near_spellings(components, name, &everywhere) } else { same };
    with_help(error, did_you_mean(&near).or_else(|| Some(".exports lists the functions".into())))
}

/// Every function of every component, and of the host.
fn everything(components: &Components) -> Vec<Found> {
    let exports = components.all().iter().flat_map(|loaded| {
        let target = Target::Component(loaded.component.id);
        loaded.functions().all().iter().map(move |function| Found { target, function: function.clone() })
    });
    let host = components.host_functions().all().iter();
    exports.chain(host.map(|function| Found { target: Target::Host, function: function.clone() })).collect()
}

/// The shortest spellings that work of the functions with a name like this.
fn near_spellings(components: &Components, name: &str, everywhere: &[Found]) -> Vec<String> {
    let callable = || everywhere.iter().filter(|found| !found.function.name.starts_with("[method]"));
    let names = suggest(name, callable().map(|found| found.function.plain_name()));
    let spelled = names.into_iter().filter_map(|near| {
        let bare = FunctionRef { component: None, interface: None, name: plain(&near), escaped: false };
        match candidates(components, &bare).ok()?.len() {
            1 => Some(near),
            _ => callable().find(|found| found.function.plain_name() == near).map(|found| spelling(components, found)),
        }
    });
    spelled.collect()
}

fn plain(text: &str) -> Name {
    Name { text: text.to_owned(), span: Span::default() }
}

/// What a name is that is no function's.
fn other_than_function(components: &Components, reference: &FunctionRef) -> Option<&'static str> {
    let name = &reference.name.text;
    let is_interface = components.all().iter().any(|loaded| {
        let component = &loaded.component;
        let mut names =
            component.exports.iter().chain(&component.imports).filter(|it| matches!(it.item, Item::Instance(_)));
        names.any(|instance| fit_path(name, std::slice::from_ref(&instance.name), Versions::Same).is_some())
    });
    if is_interface && reference.interface.is_none() {
        return Some("an interface");
    }
    named_type(components, reference).is_ok().then_some("a type")
}

/// The error for a function that a core module has, and no component made of it.
fn not_called(reference: &FunctionRef, loaded: &Loaded) -> Error {
    let message = format!("`{}` is a function of the core module `{}`", written(reference), loaded.name);
    let error = Error::new(Kind::Name, message);
    match loaded.component.core.as_ref().map(|core| &core.made) {
        Some(Err(reason)) => error.note(format!("no component can be made of it: {reason}")),
        Some(Ok(made)) => {
            let renamed = made.renamed.iter().find(|(name, _)| *name == reference.name.text);
            let help = renamed.map(|(_, name)| format!("it is called {name} here, as WIT wants it"));
            error.help(help.unwrap_or_else(|| {
                "the component made of it does not have it: WIT cannot express it, or it is for linkers and runtimes".into()
            }))
        }
        None => error,
    }
}

fn core_module_with<'a>(components: &'a Components, reference: &FunctionRef) -> Option<&'a Loaded> {
    components.all().iter().find(|loaded| {
        let fits = reference.component.as_ref().is_none_or(|name| name.text == loaded.name);
        fits && loaded.component.core.as_ref().is_some_and(|core| {
            core.exports.iter().any(|export| {
                *export.name == *reference.name.text
                    && matches!(&export.item, Item::Core(text) if text.starts_with("func"))
            })
        })
    })
}
