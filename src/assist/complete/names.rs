//! Functions and interfaces by name: which there are, how they are spelled shortest, which one a typed name means.
//!
//! Tolerant where `eval` is strict: the first match counts, because a wrong guess costs a candidate and no call.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::eval;
use crate::model::interface::{InterfaceName, Versions, fit_path, without_version};
use crate::model::{Function, FunctionKind, Resource, Type};
use crate::session::{HOST, Session};
use crate::syntax::ast::Name;
use crate::syntax::{self, Span};

/// One component's functions, under its name.
pub(super) struct Scope<'a> {
    /// The component's name, or `host`.
    pub name: &'a str,
    /// What can be called in it.
    pub functions: Vec<&'a Arc<Function>>,
}

/// All components, the current one first and the host last.
pub(super) fn scopes(session: &Session) -> Vec<Scope<'_>> {
    let current = session.components.current().map(|loaded| loaded.component.id);
    let mut loaded: Vec<_> = session.components.all().iter().collect();
    loaded.sort_by_key(|loaded| Some(loaded.component.id) != current);
    let mut scopes: Vec<Scope<'_>> = loaded
        .iter()
        .map(|loaded| Scope { name: &loaded.name, functions: loaded.functions().all().iter().collect() })
        .collect();
    let functions = session.components.host_functions().all().iter().collect();
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

/// The function that a typed name means; of several the first.
pub(super) fn find(session: &Session, text: &str) -> Option<Arc<Function>> {
    let reference = syntax::parse_function_ref(text, 0).ok()?;
    let found = eval::names::candidates(&session.components, &reference).ok()?;
    found.into_iter().next().map(|found| found.function)
}

/// The method of this name of a resource.
pub(super) fn method(session: &Session, resource: &Resource, name: &str) -> Option<Arc<Function>> {
    let name = Name { text: name.to_owned(), span: Span::default() };
    Some(eval::names::method(&session.components, resource, &name).ok()?.function)
}

/// Whether a typed interface can mean that of the function.
pub(super) fn is_in(function: &Function, typed: &str) -> bool {
    fit_path(typed, &function.path, Versions::Same).is_some()
}

/// A function that needs a handle before a dot.
pub(super) fn is_method(function: &Function) -> bool {
    matches!(function.kind(), FunctionKind::Method { .. })
}

/// How an interface may be written: in full, without its version, without its package.
pub(super) fn interface_spellings(full: &str) -> impl Iterator<Item = &str> {
    // The names of nested instances are not taken apart.
    match full.contains('#') {
        true => [full; 3],
        false => [full, without_version(full), InterfaceName::parse(full).name],
    }
    .into_iter()
}

/// The methods of a resource, wherever they are exported or imported, each with its plain name.
pub(super) fn methods<'a>(session: &'a Session, resource: &Resource) -> Vec<(&'a str, &'a Arc<Function>)> {
    let mut seen = HashSet::new();
    let functions = scopes(session).into_iter().flat_map(|scope| scope.functions);
    let methods = functions.filter_map(|function| match (function.kind(), function.params.first()) {
        (FunctionKind::Method { name, .. }, Some(first)) => match &first.ty {
            Type::Own(owner) | Type::Borrow(owner) if eval::names::same_resource(owner, resource) => {
                Some((name, function))
            }
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
    let interfaces = Interfaces::of(functions);
    let mut names: HashMap<&str, usize> = HashMap::new();
    for function in &callable {
        *names.entry(function.plain_name()).or_default() += 1;
    }
    let spell = |function: &'a Arc<Function>| {
        let name = function.plain_name();
        let text = match function.interface() {
            Some(interface) if names[name] > 1 => format!("{}#{name}", interfaces.shortest(&interface)),
            _ => name.to_owned(),
        };
        Spelled { text, function }
    };
    callable.into_iter().map(spell).collect()
}

/// The interfaces of some functions, and how many of them each spelling can mean.
struct Interfaces {
    names: Vec<String>,
    meanings: HashMap<String, usize>,
}

impl Interfaces {
    fn of(functions: &[&Arc<Function>]) -> Interfaces {
        let mut seen = HashSet::new();
        let names = functions.iter().filter_map(|function| function.interface());
        let names: Vec<String> = names.filter(|name| seen.insert(name.clone())).collect();
        let mut meanings: HashMap<String, usize> = HashMap::new();
        for name in &names {
            for spelling in interface_spellings(name).collect::<HashSet<_>>() {
                *meanings.entry(spelling.to_owned()).or_default() += 1;
            }
        }
        Interfaces { names, meanings }
    }

    fn means_one(&self, spelling: &str) -> bool {
        self.meanings.get(spelling) == Some(&1)
    }

    /// The shortest spelling that means this interface and no other.
    fn shortest<'a>(&self, full: &'a str) -> &'a str {
        let mut spellings: Vec<&str> = interface_spellings(full).collect();
        spellings.reverse();
        spellings.into_iter().find(|spelling| self.means_one(spelling)).unwrap_or(full)
    }
}

/// The spellings of interfaces that continue what was typed of one: the shortest, and the package where something was typed.
pub(super) fn qualifications(functions: &[&Arc<Function>], typed: &str) -> Vec<String> {
    if typed.contains('#') {
        return Vec::new();
    }
    let interfaces = Interfaces::of(functions);
    let mut found = Vec::new();
    for full in &interfaces.names {
        let short = interfaces.shortest(full);
        found.push(short.to_owned());
        if !typed.is_empty() && short != full {
            let with_package = interface_spellings(full).nth(1).filter(|unversioned| interfaces.means_one(unversioned));
            found.push(with_package.unwrap_or(full).to_owned());
        }
    }
    found
}
