//! What may stand at the cursor of a statement.

use std::collections::HashSet;
use std::sync::Arc;

use crate::eval;
use crate::model::{Function, Type};
use crate::session::{HOST, Session, Variables};

use super::expected::{Expected, expected, parameter, through, type_of};
use super::names::{self, Scope};
use super::scan::{Frame, Place, scan};
use super::{Found, Rank, continuing, files, literals, types};

/// The place where the word at the cursor begins, and what it may become; `text` ends at the cursor, `after` follows it.
pub(super) fn complete(session: &Session, text: &str, after: &str) -> (usize, Vec<Found>) {
    let context = scan(text);
    let word = &text[context.start..];
    let mut wanted = None;
    let found = match context.place {
        Place::Nothing => Vec::new(),
        Place::File => return (context.start, files::quoted(word, after)),
        Place::Type => types::all(session, word),
        Place::Member(target) => members(session, target),
        Place::Variable => {
            wanted = expected(Some(session), None, &context.frames).value();
            variables(&session.variables, wanted.as_ref())
        }
        Place::Value => match expected(Some(session), None, &context.frames) {
            Expected::Label(Some(ty), used) => literals::labels(&ty, used),
            Expected::Label(None, _) => Vec::new(),
            Expected::Value(ty) => {
                wanted = ty;
                values(session, word, wanted.as_ref())
            }
        },
    };
    let found = continuing(found, word);
    (context.start, if wanted.is_some() { fitting(found, word) } else { found })
}

/// What is said behind the cursor where a value begins: its type, and the parameter that it is for.
pub(super) fn hint(session: &Session, text: &str) -> Option<String> {
    if !text.trim_end().ends_with(['(', '[', ',', ':']) {
        return None;
    }
    let context = scan(text);
    let (Place::Value, Some(frame)) = (context.place, context.frames.last()) else { return None };
    let ty = expected(Some(session), None, &context.frames).value()?;
    let param = match frame {
        Frame::Arguments { callee, index } => parameter(session, callee, *index).filter(|param| param.ty == ty),
        _ => None,
    };
    Some(param.map_or(String::new(), |param| format!("{}: ", param.name)) + &ty.to_string())
}

fn values(session: &Session, word: &str, ty: Option<&Type>) -> Vec<Found> {
    let mut found = ty.map(literals::words).unwrap_or_default();
    found.extend(variables(&session.variables, ty));
    found.extend(functions(session, word, ty));
    found
}

/// Of what continues the word, what fits a place with a type: before a letter is typed what certainly does, without the
/// functions, of which there may be many; else what does not fit only where nothing else is left.
pub(super) fn fitting(mut found: Vec<Found>, word: &str) -> Vec<Found> {
    if word.is_empty() {
        found.retain(|found| match found.rank {
            Rank::Fits => found.text.starts_with('$'),
            rank => rank == Rank::Literal,
        });
    } else if found.iter().any(|found| found.rank <= Rank::Holds) {
        found.retain(|found| found.rank <= Rank::Holds);
    }
    found
}

pub(super) fn variables(variables: &Variables, ty: Option<&Type>) -> Vec<Found> {
    let named = variables.named().map(|(name, typed)| (name.to_owned(), typed));
    let numbered = variables.results().map(|(number, typed)| (number.to_string(), typed));
    let last = variables.get("_").map(|typed| ("_".to_owned(), typed));
    named
        .chain(numbered)
        .chain(last)
        .map(|(name, typed)| {
            let rank = rank(ty, Some(&typed.ty));
            Found::new(rank, format!("${name}"), format!("${name}: {}", typed.ty))
        })
        .collect()
}

/// First what fits.
fn rank(expected: Option<&Type>, offered: Option<&Type>) -> Rank {
    match (expected, offered) {
        (Some(expected), Some(offered)) if fits(expected, offered) => Rank::Fits,
        (Some(expected), Some(offered)) if parts(offered).iter().any(|part| fits(expected, part)) => Rank::Holds,
        _ => Rank::Other,
    }
}

fn fits(expected: &Type, offered: &Type) -> bool {
    match (expected, offered) {
        (Type::Borrow(expected), Type::Own(offered)) => expected == offered,
        _ => expected == offered || through(expected).is_some_and(|inner| fits(&inner, offered)),
    }
}

/// The types of what is in a value, one member or `?` away.
fn parts(ty: &Type) -> Vec<Type> {
    match ty {
        Type::Record(record) => record.fields.iter().map(|field| field.ty.clone()).collect(),
        Type::Tuple(items) => items.to_vec(),
        Type::List(item) | Type::FixedList(item, _) | Type::Map(_, item) | Type::Option(item) => vec![(**item).clone()],
        Type::Result(result) => result.ok.iter().cloned().collect(),
        Type::Task(result) => result.iter().map(|result| (**result).clone()).collect(),
        _ => Vec::new(),
    }
}

/// Functions in the shortest spelling that continues the word, and the qualifications that may precede one.
fn functions(session: &Session, word: &str, ty: Option<&Type>) -> Vec<Found> {
    let scopes = names::scopes(session);
    let (component, rest) = names::split_component(word);
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for scope in &scopes {
        let prefix = match component {
            Some(component) if component == scope.name => format!("{component}::"),
            Some(_) => continue,
            None if scope.name == HOST => continue,
            None => String::new(),
        };
        for (text, function) in spelled(scope, rest) {
            // A name of the current component hides the same name of another.
            if seen.insert(text.clone()) {
                found.push(call(rank(ty, function.result.as_ref()), prefix.clone() + &text, function));
            }
        }
        found.extend(names::qualifications(&scope.functions, rest).into_iter().map(|interface| {
            let text = format!("{prefix}{interface}#");
            Found::new(Rank::Qualification, text.clone(), text)
        }));
    }
    if component.is_none() {
        found.extend(components(&scopes));
    }
    found
}

fn components(scopes: &[Scope<'_>]) -> Vec<Found> {
    let named = scopes.iter().filter(|scope| scope.name != HOST || !scope.functions.is_empty());
    named.map(|scope| Found::new(Rank::Component, format!("{}::", scope.name), format!("{}::", scope.name))).collect()
}

/// The functions of a component with the spelling that continues what was typed of it.
fn spelled<'a>(scope: &Scope<'a>, typed: &str) -> Vec<(String, &'a Arc<Function>)> {
    let Some((interface, name)) = typed.rsplit_once('#') else {
        return names::shortest(&scope.functions).into_iter().map(|spelled| (spelled.text, spelled.function)).collect();
    };
    let in_brackets = name.starts_with('[');
    let functions = scope.functions.iter().filter(|function| names::is_in(function, interface));
    functions
        .filter(|function| in_brackets || !names::is_method(function))
        .map(|function| {
            let name = if in_brackets { &*function.name } else { function.plain_name() };
            (format!("{interface}#{name}"), *function)
        })
        .collect()
}

fn members(session: &Session, target: &str) -> Vec<Found> {
    match type_of(session, target) {
        Some(Type::Own(resource) | Type::Borrow(resource)) => names::methods(session, &resource)
            .into_iter()
            .map(|(name, function)| call(Rank::Other, name.to_owned(), function))
            .collect(),
        Some(Type::Record(record)) => record
            .fields
            .iter()
            .map(|field| {
                let label = eval::label(&field.name);
                let shown = format!("{label}: {}", field.ty);
                Found::new(Rank::Other, label, shown)
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A function up to its arguments; shown with its signature.
fn call(rank: Rank, name: String, function: &Function) -> Found {
    let shown = format!("{name}: {}", function.signature());
    let brackets = if function.written_params().is_empty() { "()" } else { "(" };
    Found::new(rank, name + brackets, shown)
}
