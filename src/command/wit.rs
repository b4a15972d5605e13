//! `.wit`: the WIT that a component embeds.

use serde_json::Value as Json;

use super::target::{Owner, Selected, Target};
use super::wit_highlight::highlight;
use super::{Arg, ArgKind, Args, Count, Group, Spec};
use crate::error::Result;
use crate::model::{Component, Function, Item, definition, wit_item, wit_text};
use crate::report::{Outcome, Report};
use crate::session::{Loaded, Session};

/// `.wit [TARGET]`
pub static SPEC: Spec = Spec {
    name: "wit",
    args: &[Arg { name: "TARGET", kind: ArgKind::Target, count: Count::Optional }],
    summary: "Show the embedded WIT, or one interface, type or function of it",
    details: "Without TARGET it is the text that `wasm-tools component wit` prints, the main package first. What WIT cannot \
              express is still listed, and marked. Nothing is compiled.",
    examples: &[(".wit", "all of it"), (".wit kvdb#connection", "one resource with its functions")],
    group: Group::Look,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let mut target = Target::parse(args.get(0));
    let text = match target.owner(session)? {
        Owner::Component(loaded) if target.is_all() => wit_text(&loaded.component)?,
        Owner::Component(loaded) => items(&loaded, &target)?,
        Owner::Host => host_items(session, &target)?,
    };
    Ok(Report::Text { lines: highlight(&text), json: Json::String(text) }.into())
}

/// What a target selects of a component, from its exports and its imports.
fn items(loaded: &Loaded, target: &Target) -> Result<String> {
    let both = || loaded.component.exports.iter().chain(&loaded.component.imports);
    match target.select_whole(both()) {
        selected if selected.is_empty() => Err(target.nothing(both(), &format!("`{}` has", loaded.name))),
        selected => Ok(texts(&loaded.component, &selected).join("\n")),
    }
}

/// What a target selects of all that the loaded components import, each text once.
fn host_items(session: &Session, target: &Target) -> Result<String> {
    let mut found: Vec<String> = Vec::new();
    for loaded in session.components.all() {
        for text in texts(&loaded.component, &target.select_whole(&loaded.component.imports)) {
            if !found.contains(&text) {
                found.push(text);
            }
        }
    }
    if found.is_empty() && !target.is_all() {
        return Err(target.nothing(&session.host_items(), "the host provides"));
    }
    Ok(found.join("\n"))
}

/// Each item as WIT, the same text once; a resource's functions stand in its own text. A type that an interface only uses is
/// given by its definition: who names a type wants to see what it is.
pub fn texts(component: &Component, selected: &[Selected<'_>]) -> Vec<String> {
    let has_resource = |path: &[&str], function: &Function| {
        let Some(name) = function.kind().resource() else { return false };
        selected.iter().any(|other| {
            other.path == path && *other.item.name == *name && matches!(other.item.item, Item::Resource(_))
        })
    };
    let shown = selected.iter().filter(|one| match &one.item.item {
        Item::Function(function) => !has_resource(&one.path, function),
        _ => true,
    });
    let mut texts: Vec<String> = Vec::new();
    for one in shown {
        let text = match &one.item.item {
            Item::Type(ty) if ty.name().is_some() => definition(component, ty),
            _ => wit_item(component, &one.path, one.item),
        };
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}
