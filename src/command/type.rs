//! `.type`: what type something has, or what a name is.

use serde_json::{Value as Json, json};

use super::target::{Selected, Target};
use super::wit::texts;
use super::wit_highlight::highlight;
use super::{Arg, ArgKind, Args, Count, Group, Spec, Word};
use crate::error::Result;
use crate::eval;
use crate::model::{Component, Item, Type, definition};
use crate::report::{Outcome, Report, Role, Text};
use crate::session::{HOST, Session};
use crate::syntax;

/// `.type EXPR-OR-NAME`
pub static SPEC: Spec = Spec {
    name: "type",
    args: &[Arg { name: "EXPR-OR-NAME", kind: ArgKind::Expression, count: Count::Line }],
    summary: "Show the type of an expression, or what a name means",
    details: "An expression is not run. A function is shown with its signature, a type with its definition, a resource and an \
              interface with all that they have; a type may be written out, as in `list<u8>`. Exports are looked at first, then imports, then other components.",
    examples: &[
        (".type add(1, 2)", "the type that the call would give"),
        (".type connection", "a resource with its constructor and methods"),
    ],
    group: Group::Look,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(word) = args.get(0) else { return Ok(Outcome::default()) };
    if may_be_name(&word.text)
        && let Some(report) = name(session, word)?
    {
        return Ok(report.into());
    }
    if let Some(ty) = written_type(session, word) {
        return Ok(type_report(session, &ty).into());
    }
    let statement = syntax::parse_statement(&word.text, word.span.start)?;
    match eval::type_of(session, &statement.expr, statement.annotation.as_ref())? {
        Some(ty) => Ok(type_report(session, &ty).into()),
        None => {
            Ok(Report::Text { lines: vec![Text::plain("nothing: the call gives no value")], json: Json::Null }.into())
        }
    }
}

/// Whether this command says what the name means.
pub(super) fn explains(session: &Session, word: &Word) -> bool {
    (may_be_name(&word.text) && name(session, word).is_ok_and(|report| report.is_some()))
        || written_type(session, word).is_some()
}

/// The type that a text writes, as in `list<u8>`.
fn written_type(session: &Session, word: &Word) -> Option<Type> {
    let written = syntax::parse_type(&word.text, word.span.start).ok()?;
    eval::resolve_type(&session.components, &written).ok()
}

/// Whether a text can be the name of an interface, function or type; what cannot is an expression.
fn may_be_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '%' || c == '[')
        && !text.contains(|c: char| c.is_whitespace() || "(){}<>\"'$,?".contains(c))
}

/// What a name means, where it means something: in the component that it names, or in the current one, or in another.
fn name(session: &Session, word: &Word) -> Result<Option<Report>> {
    let bare = Word { text: word.text.trim_start_matches('%').to_owned(), span: word.span };
    let target = Target::parse(Some(&bare));
    if target.is_all() {
        return Ok(None);
    }
    let all = session.components.all();
    let places: Vec<(&Component, bool)> = match target.component.as_deref() {
        Some(HOST) => all.iter().map(|loaded| (&*loaded.component, false)).collect(),
        Some(name) => {
            let loaded = session.components.require(name, word.span)?;
            vec![(&loaded.component, true), (&loaded.component, false)]
        }
        None => {
            let current = session.components.current().into_iter();
            let others = all.iter().filter(|loaded| session.components.current().is_none_or(|c| c.name != loaded.name));
            current.chain(others).flat_map(|one| [(&*one.component, true), (&*one.component, false)]).collect()
        }
    };
    Ok(places.into_iter().find_map(|(component, exports)| {
        let items = if exports { &component.exports } else { &component.imports };
        let selected = target.select_whole(items);
        (!selected.is_empty()).then(|| names_report(component, &selected))
    }))
}

/// A function by its full name and signature, everything else as WIT.
fn names_report(component: &Component, selected: &[Selected<'_>]) -> Report {
    if let [Selected { item, .. }] = selected
        && let Item::Function(function) = &item.item
    {
        let (name, signature) = (function.full_name(), function.signature().to_string());
        let line = Text::of(Role::Name, &name).and(Role::Plain, ": ").and(Role::Type, &signature);
        return Report::Text { lines: vec![line], json: json!({ "name": name, "type": signature }) };
    }
    let text = texts(component, selected).join("\n");
    Report::Text { lines: highlight(&text), json: json!({ "definition": text }) }
}

/// A type as it is written where it is used, and its definition if it has a name.
fn type_report(session: &Session, ty: &Type) -> Report {
    let written = ty.to_string();
    let mut lines = vec![Text::of(Role::Type, &written)];
    let mut json = json!({ "type": written });
    if ty.name().is_some()
        && let Some(loaded) = session.components.current()
    {
        let text = definition(&loaded.component, ty);
        lines.extend(highlight(&text));
        json["definition"] = text.into();
    }
    Report::Text { lines, json }
}
