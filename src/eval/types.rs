//! Types as written, looked up in the loaded components.

use std::sync::Arc;

use super::names::span;
use super::unknown::with_help;
use crate::error::{Error, Kind, Result};
use crate::model::interface::{Fit, Versions, fit_path};
use crate::model::types::ResultType;
use crate::model::{Component, Extern, Item, Type};
use crate::session::{Components, HOST};
use crate::syntax::Span;
use crate::syntax::ast::{FunctionRef, Name, TypeArg, TypeExpr, TypeExprKind};
use crate::wording::{did_you_mean, suggest};

/// The types that WIT itself names and that take no arguments.
const PLAIN: [(&str, Type); 16] = [
    ("bool", Type::Bool),
    ("s8", Type::S8),
    ("u8", Type::U8),
    ("s16", Type::S16),
    ("u16", Type::U16),
    ("s32", Type::S32),
    ("u32", Type::U32),
    ("s64", Type::S64),
    ("u64", Type::U64),
    ("f32", Type::F32),
    ("f64", Type::F64),
    ("char", Type::Char),
    ("string", Type::String),
    ("error-context", Type::ErrorContext),
    ("stream", Type::Stream(None)),
    ("future", Type::Future(None)),
];

/// The names of the types that WIT itself names and that may stand alone.
pub fn plain_type_names() -> impl Iterator<Item = &'static str> {
    PLAIN.iter().map(|(name, _)| *name).chain(["result"])
}

/// The type that is written.
pub fn resolve_type(components: &Components, written: &TypeExpr) -> Result<Type> {
    match &written.kind {
        TypeExprKind::Named(reference) => named_type(components, reference),
        TypeExprKind::Generic { head, args } => generic(components, head, args, written.span),
    }
}

/// The type of this name: one of WIT's own, or one that a loaded component names.
pub fn named_type(components: &Components, reference: &FunctionRef) -> Result<Type> {
    let name = &*reference.name.text;
    if reference.as_label().is_some() && !reference.escaped {
        if let Some((_, ty)) = PLAIN.iter().find(|(plain, _)| *plain == name) {
            return Ok(ty.clone());
        }
        if name == "result" {
            return Ok(Type::Result(Arc::new(ResultType { ok: None, err: None })));
        }
    }
    let mut found = candidates(components, reference)?;
    if let Some(first) = found.pop() {
        if found.iter().all(|(_, other)| *other == first.1) {
            return Ok(first.1);
        }
        found.push(first);
        let error = Error::new(Kind::Name, format!("`{name}` means {} types", found.len())).at(span(reference));
        return Err(found.iter().take(8).fold(error, |error, (spelling, _)| error.help(format!("`{spelling}`"))));
    }
    Err(unknown(components, reference))
}

/// The types that a name can mean, each with a spelling that means it alone.
fn candidates(components: &Components, reference: &FunctionRef) -> Result<Vec<(String, Type)>> {
    let (all, current) = (components.all(), components.current());
    if let Some(name) = &reference.component {
        if name.text == HOST {
            let imports = all.iter().flat_map(|loaded| fitting(&loaded.component.imports, reference, "host::"));
            return Ok(imports.collect());
        }
        let loaded = components.require(&name.text, name.span)?;
        return Ok(of_component(&loaded.component, reference, &format!("{}::", loaded.name)));
    }
    let found = current.map(|loaded| of_component(&loaded.component, reference, "")).unwrap_or_default();
    if !found.is_empty() {
        return Ok(found);
    }
    Ok(all
        .iter()
        .flat_map(|loaded| of_component(&loaded.component, reference, &format!("{}::", loaded.name)))
        .collect())
}

/// What it exports; what it imports only where it exports none of the name.
fn of_component(component: &Component, reference: &FunctionRef, prefix: &str) -> Vec<(String, Type)> {
    let exported = fitting(&component.exports, reference, prefix);
    if exported.is_empty() { fitting(&component.imports, reference, prefix) } else { exported }
}

fn fitting(externs: &[Extern], reference: &FunctionRef, prefix: &str) -> Vec<(String, Type)> {
    let mut best = Vec::new();
    let mut best_fit = Fit::Partial;
    each_type(externs, &mut Vec::new(), &mut |path, name, ty| {
        if name != reference.name.text {
            return;
        }
        let fit = match &reference.interface {
            Some(interface) => fit_path(&interface.text, path, Versions::Same),
            None if path.is_empty() => Some(Fit::Exact),
            None => Some(Fit::Partial),
        };
        let Some(fit) = fit else { return };
        if fit > best_fit {
            best.clear();
            best_fit = fit;
        }
        if fit == best_fit {
            let interface = if path.is_empty() { String::new() } else { path.join("#") + "#" };
            best.push((format!("{prefix}{interface}{name}"), ty));
        }
    });
    best
}

/// What is done with a named type: the instances around it, its name, the type.
type Visit<'a> = &'a mut dyn FnMut(&[Arc<str>], &str, Type);

/// The variant or enum that has a case of this name, and whether the case has a payload: the first of the current component.
pub fn type_with_case(components: &Components, case: &str) -> Option<(String, bool)> {
    let component = &components.current()?.component;
    let mut found = None;
    for externs in [&component.exports, &component.imports] {
        each_type(externs, &mut Vec::new(), &mut |_, name, ty| {
            let has_payload = match &ty {
                Type::Variant(variant) => variant.cases.iter().find(|it| &*it.name == case).map(|it| it.ty.is_some()),
                Type::Enum(labels) => labels.labels.iter().any(|it| &**it == case).then_some(false),
                _ => None,
            };
            if let (None, Some(has_payload)) = (&found, has_payload) {
                found = Some((name.to_owned(), has_payload));
            }
        });
    }
    found
}

/// Visits every named type with the instances around it.
fn each_type(externs: &[Extern], path: &mut Vec<Arc<str>>, visit: Visit<'_>) {
    for item in externs {
        match &item.item {
            Item::Type(ty) => visit(path, &item.name, ty.clone()),
            Item::Resource(resource) => visit(path, &item.name, Type::Own(resource.clone())),
            Item::Instance(inner) => {
                path.push(item.name.clone());
                each_type(inner, path, visit);
                path.pop();
            }
            _ => {}
        }
    }
}

fn unknown(components: &Components, reference: &FunctionRef) -> Error {
    let name = &*reference.name.text;
    let mut names: Vec<String> = PLAIN.iter().map(|(plain, _)| (*plain).to_owned()).collect();
    for loaded in components.all() {
        for externs in [&loaded.component.exports, &loaded.component.imports] {
            each_type(externs, &mut Vec::new(), &mut |_, name, _| names.push(name.to_owned()));
        }
    }
    let error = Error::new(Kind::Name, format!("no type `{name}`")).at(span(reference));
    match name {
        "list" | "option" | "map" | "tuple" | "own" | "borrow" => error.help(format!("write `{name}<…>`")),
        "float" | "float64" | "double" => error.help("did you mean `f64`?"),
        "float32" => error.help("did you mean `f32`?"),
        "int" | "integer" | "i32" => error.help("did you mean `s32`?"),
        "i64" => error.help("did you mean `s64`?"),
        _ => with_help(error, did_you_mean(&suggest(name, names.iter().map(String::as_str)))),
    }
}

fn generic(components: &Components, head: &Name, args: &[TypeArg], whole: Span) -> Result<Type> {
    let ty = |number: usize| match &args[number] {
        TypeArg::Type(written) => resolve_type(components, written),
        TypeArg::Hole(span) => {
            Err(Error::new(Kind::Type, "`_` stands only in `result<_, …>` or `result<…, _>`").at(*span))
        }
        TypeArg::Length(_, span) => {
            Err(Error::new(Kind::Type, "expected a type, found a number").at(*span).help("`list<u8, 4>` has a length"))
        }
    };
    let boxed = |number: usize| ty(number).map(Arc::new);
    let side = |number: usize| match args.get(number) {
        None | Some(TypeArg::Hole(_)) => Ok(None),
        Some(_) => ty(number).map(Some),
    };
    Ok(match (&*head.text, args) {
        ("list", [_, TypeArg::Length(0, span)]) => {
            return Err(Error::new(Kind::Type, "a list of fixed length has at least one element").at(*span));
        }
        ("list", [_, TypeArg::Length(length, _)]) => Type::FixedList(boxed(0)?, *length),
        ("list", [_]) => Type::List(boxed(0)?),
        ("option", [_]) => Type::Option(boxed(0)?),
        ("stream", [_]) => Type::Stream(Some(boxed(0)?)),
        ("future", [_]) => Type::Future(Some(boxed(0)?)),
        ("map", [_, _]) => map(ty(0)?, boxed(1)?, whole)?,
        ("tuple", [_, ..]) => Type::Tuple((0..args.len()).map(ty).collect::<Result<_>>()?),
        ("result", [_] | [_, _]) => Type::Result(Arc::new(ResultType { ok: side(0)?, err: side(1)? })),
        ("own", [_]) => handle(ty(0)?, false, whole)?,
        ("borrow", [_]) => handle(ty(0)?, true, whole)?,
        (name, _) => return Err(arity(name, args.len()).at(whole)),
    })
}

fn map(key: Type, value: Arc<Type>, whole: Span) -> Result<Type> {
    let fits = matches!(key, Type::Bool | Type::Char | Type::String) || super::number::is_integer(&key);
    match fits {
        true => Ok(Type::Map(Arc::new(key), value)),
        false => Err(Error::new(Kind::Type, format!("a map's keys cannot be {key}"))
            .at(whole)
            .help("keys are integers, bool, char or string")),
    }
}

fn handle(resource: Type, borrow: bool, whole: Span) -> Result<Type> {
    match (resource, borrow) {
        (Type::Own(resource), false) => Ok(Type::Own(resource)),
        (Type::Own(resource), true) => Ok(Type::Borrow(resource)),
        (other, _) => Err(Error::new(Kind::Type, format!("expected a resource, found {other}")).at(whole)),
    }
}

fn arity(name: &str, found: usize) -> Error {
    let takes = match name {
        "list" | "option" | "own" | "borrow" | "stream" | "future" => "one type",
        "map" => "two types",
        "result" => "one or two types",
        "tuple" => "at least one type",
        _ => return Error::new(Kind::Name, format!("no type `{name}<…>`")),
    };
    Error::new(Kind::Type, format!("`{name}` takes {takes}, found {found}"))
}
