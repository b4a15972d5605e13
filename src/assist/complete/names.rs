//! Functions and interfaces by name: which there are, how they are spelled shortest, which one a typed name means.
//!
//! Tolerant where `eval` is strict: the first match counts, because a wrong guess costs a candidate and no call.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::model::{Function, FunctionKind, Resource, Type};
use crate::session::Session;

/// One component's functions, under its name.
pub(super) struct Scope<'a> {
    /// The component's name, or `host`.
    pub name: &'a str,
    /// What can be called in it.
    pub functions: Vec<&'a Arc<Function>>,
}

/// The name of the shell's own side.
pub(super) const HOST: &str = "host";

/// All components, the current one first and the host last.
pub(super) fn scopes(session: &Session) -> Vec<Scope<'_>> {
    let current = session.components.current().map(|loaded| loaded.component.id);
    let mut loaded: Vec<_> = session.components.all().iter().collect();
    loaded.sort_by_key(|loaded| Some(loaded.component.id) != current);
    let mut scopes: Vec<Scope<'_>> = loaded
        .iter()
        .map(|loaded| Scope { name: &loaded.name, functions: loaded.component.exported_functions.iter().collect() })
        .collect();
    let mut seen = HashSet::new();
    let imported = loaded.iter().flat_map(|loaded| &loaded.component.imported_functions);
    let functions = imported.filter(|function| seen.insert(function.full_name())).collect();
    scopes.push(Scope { name: HOST, functions });
    scopes
}

/// `comp` and the rest of `comp::rest`.
pub(super) fn split_component(text: &str) -> (Option<&str>, &str) {
    match text.split_once("::") {
        Some((component, rest)) => (Some(component), rest),
        None => (None, text),
    }
}

/// The function that a typed name means, if one does.
pub(super) fn find<'a>(session: &'a Session, text: &str) -> Option<&'a Arc<Function>> {
    let (component, rest) = split_component(text);
    let (interface, name) = match rest.rsplit_once('#') {
        Some((interface, name)) => (Some(interface), name),
        None => (None, rest),
    };
    let name = name.trim_start_matches('%');
    scopes(session)
        .into_iter()
        .filter(|scope| component.map_or(scope.name != HOST, |component| component == scope.name))
        .flat_map(|scope| scope.functions)
        .find(|function| has_name(function, name) && interface.is_none_or(|wanted| is_in(function, wanted)))
}

/// Whether a name without its interface means this function; methods have only their name in brackets.
fn has_name(function: &Function, name: &str) -> bool {
    *function.name == *name || (!is_method(function) && function.plain_name() == name)
}

pub(super) fn is_in(function: &Function, wanted: &str) -> bool {
    function.interface().is_some_and(|full| interface_spellings(&full).any(|spelling| spelling == wanted))
}

/// A function that needs a handle before a dot.
pub(super) fn is_method(function: &Function) -> bool {
    matches!(function.kind(), FunctionKind::Method { .. })
}

/// How an interface may be written: in full, without its version, without its package.
pub(super) fn interface_spellings(full: &str) -> impl Iterator<Item = &str> {
    let unversioned = full.split('@').next().unwrap_or(full);
    let plain = unversioned.rsplit('/').next().unwrap_or(unversioned);
    // The names of nested instances are not taken apart.
    let whole = full.contains('#');
    [full, if whole { full } else { unversioned }, if whole { full } else { plain }].into_iter()
}

/// The methods of a resource, wherever they are exported or imported, each with its plain name.
pub(super) fn methods<'a>(session: &'a Session, resource: &Resource) -> Vec<(&'a str, &'a Arc<Function>)> {
    let mut seen = HashSet::new();
    let functions = scopes(session).into_iter().flat_map(|scope| scope.functions);
    let methods = functions.filter_map(|function| match (function.kind(), function.params.first()) {
        (FunctionKind::Method { name, .. }, Some(first)) => match &first.ty {
            Type::Own(owner) | Type::Borrow(owner) if owner == resource => Some((name, function)),
            _ => None,
        },
        _ => None,
    });
    methods.filter(|(name, _)| seen.insert(*name)).collect()
}

/// A function and the shortest spelling that means it and no other.
pub(super) struct Spelled<'a> {
    /// What to write.
    pub text: String,
    /// The function.
    pub function: &'a Arc<Function>,
}

/// The functions of one component that are called by name, each with its shortest spelling.
pub(super) fn shortest<'a>(functions: &[&'a Arc<Function>]) -> Vec<Spelled<'a>> {
    let callable: Vec<&'a Arc<Function>> = functions.iter().copied().filter(|function| !is_method(function)).collect();
    let mut names: HashMap<&str, usize> = HashMap::new();
    for function in &callable {
        *names.entry(function.plain_name()).or_default() += 1;
    }
    let spell = |function: &'a Arc<Function>| {
        let name = function.plain_name();
        let text = match function.interface() {
            Some(interface) if names[name] > 1 => {
                format!("{}#{name}", shortest_interface(&interface, functions))
            }
            _ => name.to_owned(),
        };
        Spelled { text, function }
    };
    callable.iter().map(|function| spell(function)).collect()
}

/// The shortest spelling of an interface that means no other of these functions' interfaces.
fn shortest_interface(full: &str, functions: &[&Arc<Function>]) -> String {
    let others: HashSet<String> =
        functions.iter().filter_map(|function| function.interface()).filter(|other| other != full).collect();
    let means_another =
        |spelling: &str| others.iter().any(|other| interface_spellings(other).any(|known| known == spelling));
    let mut spellings: Vec<&str> = interface_spellings(full).collect();
    spellings.reverse();
    spellings.into_iter().find(|spelling| !means_another(spelling)).unwrap_or(full).to_owned()
}

/// The interfaces of these functions, each once, in order.
pub(super) fn interfaces(functions: &[&Arc<Function>]) -> Vec<String> {
    let mut seen = HashSet::new();
    functions.iter().filter_map(|function| function.interface()).filter(|name| seen.insert(name.clone())).collect()
}

/// The spellings of interfaces that continue what was typed of one: short ones first, the package as soon as it is typed.
pub(super) fn qualifications(functions: &[&Arc<Function>], typed: &str) -> Vec<String> {
    if typed.contains('#') {
        return Vec::new();
    }
    let with_package = typed.contains([':', '/']) || !typed.is_empty();
    let mut found = Vec::new();
    for full in interfaces(functions) {
        let short = shortest_interface(&full, functions);
        if with_package && short != full {
            // The version is left out where that still means one interface.
            let unversioned = full.split('@').next().unwrap_or(&full);
            let others = functions.iter().filter_map(|function| function.interface()).filter(|other| *other != full);
            let one = others.clone().all(|other| other.split('@').next() != Some(unversioned));
            found.push(if one { unversioned.to_owned() } else { full.clone() });
        }
        found.push(short);
    }
    found
}
