//! Which function a written name means.
//!
//! The current component is asked first, then all the others; `host::` is what the loaded components import. Where several
//! functions fit, a name written in full wins over one with something left out; what is still several is an error that says how
//! to write each.

use std::sync::Arc;

use super::unknown::{ambiguous_function, listed, unknown_function, with_help};
use crate::engine::Target;
use crate::error::{Error, Kind, Result};
use crate::model::interface::{Fit, Versions, compatible_interface, fit_path};
use crate::model::{Extern, Function, FunctionIndex, FunctionKind, Item, Resource, ResourceId, Type};
use crate::session::{Components, HOST, Loaded};
use crate::syntax::Span;
use crate::syntax::ast::{FunctionRef, Name};
use crate::wording::{did_you_mean, suggest};

/// A function, and whose it is.
#[derive(Clone, Debug)]
pub struct Found {
    /// Whose.
    pub target: Target,
    /// The function.
    pub function: Arc<Function>,
}

/// The one function that a name means.
pub fn resolve(components: &Components, reference: &FunctionRef) -> Result<Found> {
    let mut found = candidates(components, reference)?;
    match found.len() {
        0 => Err(unknown_function(components, reference)),
        1 => Ok(found.remove(0)),
        _ => Err(ambiguous_function(components, reference, &found)),
    }
}

/// All functions that a name can mean; an error only where its component is not loaded.
pub fn candidates(components: &Components, reference: &FunctionRef) -> Result<Vec<Found>> {
    if let Some(name) = &reference.component {
        return match &*name.text {
            HOST => Ok(fitting(Target::Host, components.host_functions(), reference)),
            _ => Ok(in_component(components.require(&name.text, name.span)?, reference)),
        };
    }
    let current = components.current();
    let found = current.map(|loaded| in_component(loaded, reference)).unwrap_or_default();
    if !found.is_empty() {
        return Ok(found);
    }
    let is_current = |loaded: &Loaded| current.is_some_and(|current| current.component.id == loaded.component.id);
    let others = components.all().iter().filter(|loaded| !is_current(loaded));
    Ok(others.flat_map(|loaded| in_component(loaded, reference)).collect())
}

/// The method of this name of a resource, and whose it is.
pub fn method(components: &Components, resource: &Resource, name: &Name) -> Result<Found> {
    let owner = match &resource.id {
        ResourceId::Imported(_) => Some((Target::Host, components.host_functions())),
        ResourceId::Defined(id, _) => {
            components.numbered(*id).map(|loaded| (Target::Component(*id), loaded.functions()))
        }
    };
    let resource_name = &resource.name.name;
    let Some((target, index)) = owner else {
        return Err(Error::new(Kind::Handle, format!("the component that defines `{resource_name}` is not loaded"))
            .at(name.span));
    };
    if let Some(function) = index.methods_named(&name.text).find(|function| is_method_of(function, resource)) {
        return Ok(Found { target, function: function.clone() });
    }
    let methods: Vec<&str> = index.all().iter().filter_map(|function| method_name(function, resource)).collect();
    if target == Target::Host && !components.all().iter().any(|loaded| imports(&loaded.component.imports, resource)) {
        let message =
            format!("no loaded component imports `{}`, so nothing can be called on it", resource.name.full_name());
        return Err(Error::new(Kind::Handle, message).at(name.span).help("`.load` a component that imports it"));
    }
    let error = Error::new(Kind::Name, format!("`{resource_name}` has no method `{}`", name.text)).at(name.span);
    Err(with_help(
        error,
        did_you_mean(&suggest(&name.text, methods.iter().copied()))
            .or_else(|| (!methods.is_empty()).then(|| format!("it has {}", listed(&methods)))),
    ))
}

/// Two resource types of which handles can be used alike: the same, or imports whose versions can stand in for each other.
pub fn same_resource(a: &Resource, b: &Resource) -> bool {
    match (&a.id, &b.id) {
        (ResourceId::Imported(a), ResourceId::Imported(b)) => {
            a.name == b.name
                && a.interface.as_deref().map(compatible_interface) == b.interface.as_deref().map(compatible_interface)
        }
        (a, b) => a == b,
    }
}

/// How to write a function so that it is found from here, whatever else is loaded.
pub fn spelling(components: &Components, found: &Found) -> String {
    let function = &found.function;
    let name = match function.kind() {
        FunctionKind::Method { .. } => &function.name,
        _ => function.plain_name(),
    };
    let name = match function.interface() {
        Some(interface) => format!("{interface}#{name}"),
        None => name.to_owned(),
    };
    let current = components.current().map(|loaded| loaded.component.id);
    match found.target {
        Target::Host => format!("host::{name}"),
        Target::Component(id) if Some(id) == current => name,
        Target::Component(id) => match components.numbered(id) {
            Some(loaded) => format!("{}::{name}", loaded.name),
            None => name,
        },
    }
}

/// Where a whole name stands.
pub fn span(reference: &FunctionRef) -> Span {
    let first = reference.component.as_ref().or(reference.interface.as_ref()).unwrap_or(&reference.name);
    first.span.to(reference.name.span)
}

fn in_component(loaded: &Loaded, reference: &FunctionRef) -> Vec<Found> {
    fitting(Target::Component(loaded.component.id), loaded.functions(), reference)
}

/// Those of one component that fit; only those that fit exactly where there are such.
fn fitting(target: Target, index: &FunctionIndex, reference: &FunctionRef) -> Vec<Found> {
    let versions = if target == Target::Host { Versions::Compatible } else { Versions::Same };
    let fit = |function: &Function| match &reference.interface {
        Some(interface) => fit_path(&interface.text, &function.path, versions),
        None if function.path.is_empty() => Some(Fit::Exact),
        None => Some(Fit::Partial),
    };
    let mut best = Vec::new();
    let mut best_fit = Fit::Partial;
    for function in index.named(&reference.name.text) {
        let Some(fit) = fit(function) else { continue };
        if fit > best_fit {
            best.clear();
            best_fit = fit;
        }
        if fit == best_fit {
            best.push(Found { target, function: function.clone() });
        }
    }
    best
}

fn is_method_of(function: &Function, resource: &Resource) -> bool {
    matches!(function.params.first().map(|param| &param.ty),
        Some(Type::Borrow(of) | Type::Own(of)) if same_resource(of, resource))
}

/// Whether one of these is the resource, at any depth.
fn imports(items: &[Extern], resource: &Resource) -> bool {
    items.iter().any(|item| match &item.item {
        Item::Resource(imported) => same_resource(imported, resource),
        Item::Instance(inner) => imports(inner, resource),
        _ => false,
    })
}

fn method_name<'a>(function: &'a Function, resource: &Resource) -> Option<&'a str> {
    match function.kind() {
        FunctionKind::Method { name, .. } if is_method_of(function, resource) => Some(name),
        _ => None,
    }
}
