//! `.compose`: write linked components as one.

use serde_json::json;

use super::{Arg, ArgKind, Args, Count, Group, Spec, Word, write_file};
use crate::engine::implemented_by_wasi;
use crate::error::{Error, Kind, Result};
use crate::model::compose::{Composed, Part, compose};
use crate::model::{Extern, Function, Item, some_of};
use crate::report::{Outcome, Report};
use crate::session::{Loaded, Session};
use crate::wording::{counted, listed};

/// `.compose -o FILE [NAME…]`
pub static SPEC: Spec = Spec {
    name: "compose",
    args: &[
        Arg { name: "-o", kind: ArgKind::OneOf(&["-o"]), count: Count::One },
        Arg { name: "FILE", kind: ArgKind::File, count: Count::One },
        Arg { name: "NAME", kind: ArgKind::Component, count: Count::Any },
    ],
    summary: "Write linked components as one component",
    details: "The result has in it what `.link` and `.provide … component` have connected, each component once and unchanged, and \
              exports what NAME exports; without NAME, what those of the current component's links export whom no other needs. \
              What no component answers stays an import of the result: the same import of several becomes one. \
              An interface whose resources an export mentions is exported as well. The result is validated before \
              it is written, and runs wherever its parts do.",
    examples: &[
        (".compose -o app.wasm", "all that is linked with the current component"),
        (".compose -o app.wasm kv-store", "with the exports of this one"),
    ],
    group: Group::Host,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let (Some(flag), Some(file)) = (args.get(0), args.get(1)) else { return Ok(Outcome::default()) };
    if flag.text != "-o" {
        return Err(Error::new(Kind::Parse, "expected `-o FILE`")
            .at(flag.span)
            .help("for example `.compose -o app.wasm`"));
    }
    let exporting = match &args.words[2..] {
        [] => ends(session)?,
        names => named(session, names)?,
    };
    let parts = parts(session, &exporting);
    if let [alone] = &parts[..] {
        return Err(linked_to_nothing(session, &alone.name));
    }
    let numbers: Vec<usize> =
        parts.iter().filter(|part| exporting.contains(&part.component.id)).map(|part| part.number).collect();
    let answers =
        |part: &Part, import: &Extern, function: Option<&Function>| session.answer(&parts, part, import, function);
    let composed = compose(&parts, &numbers, &answers)?;
    write_file(file, &composed.bytes)?;
    Ok(said(session, &parts, &composed, file))
}

fn named(session: &Session, names: &[Word]) -> Result<Vec<u32>> {
    names.iter().map(|word| Ok(session.components.require(&word.text, word.span)?.component.id)).collect()
}

/// The components at the ends of the current one's links: those that no other needs.
fn ends(session: &Session) -> Result<Vec<u32>> {
    let current = session.components.require_current()?;
    let links = links(session);
    let mut group = vec![current.component.id];
    loop {
        let next = links.iter().find_map(|(a, b)| match (group.contains(a), group.contains(b)) {
            (true, false) => Some(*b),
            (false, true) => Some(*a),
            _ => None,
        });
        match next {
            Some(next) => group.push(next),
            None => break,
        }
    }
    if group.len() == 1 {
        return Err(linked_to_nothing(session, &current.name));
    }
    Ok(group.into_iter().filter(|id| !links.iter().any(|(_, needed)| needed == id)).collect())
}

/// All links: who asks, and who answers.
fn links(session: &Session) -> Vec<(u32, u32)> {
    let of = |loaded: &Loaded| {
        let id = loaded.component.id;
        session.linked_to(id).into_iter().map(move |next| (id, next))
    };
    session.components.all().iter().flat_map(of).collect()
}

fn linked_to_nothing(session: &Session, name: &str) -> Error {
    let error = Error::new(Kind::Name, format!("{name} is linked to nothing"));
    let other = links(session).first().and_then(|(asking, _)| session.components.numbered(*asking));
    match other {
        Some(other) => {
            error.help(format!("`.compose -o FILE {}` writes that one with what it is linked to", other.name))
        }
        None => error.help("`.link A B` lets A answer what B imports"),
    }
}

/// These components and all that they are linked to, in the order of loading.
fn parts(session: &Session, exporting: &[u32]) -> Vec<Part> {
    let mut needed = exporting.to_vec();
    let mut at = 0;
    while let Some(id) = needed.get(at) {
        for next in session.linked_to(*id) {
            if !needed.contains(&next) {
                needed.push(next);
            }
        }
        at += 1;
    }
    let loaded: Vec<&Loaded> =
        session.components.all().iter().filter(|loaded| needed.contains(&loaded.component.id)).collect();
    loaded
        .into_iter()
        .enumerate()
        .map(|(number, loaded)| Part { number, name: loaded.name.clone(), component: loaded.component.clone() })
        .collect()
}

/// What was written, and what of this session it does not have.
fn said(session: &Session, parts: &[Part], composed: &Composed, file: &Word) -> Outcome {
    let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
    let json = json!({
        "file": file.text,
        "size": composed.bytes.len(),
        "parts": names,
        "imports": composed.component.imports.iter().map(|import| &*import.name).collect::<Vec<_>>(),
        "exports": composed.component.exports.iter().map(|export| &*export.name).collect::<Vec<_>>(),
    });
    let outcome = Outcome::from(Report::Text { lines: Vec::new(), json });
    let size = counted(composed.bytes.len(), "byte");
    let outcome = outcome.notice(format!("wrote {}: {} as one component, {size}", file.text, listed(&names)));
    let outcome = composed.added.iter().fold(outcome, |outcome, (part, export)| {
        outcome.notice(format!("{export} of {} is exported as well: exports mention its types", parts[*part].name))
    });
    let staying = composed.component.imports.iter().filter_map(|import| staying(session, parts, import));
    let staying: Vec<String> = staying.collect();
    match staying.is_empty() {
        true => outcome,
        false => outcome.notice(format!("what stays an import: {}", some_of(staying.into_iter()))),
    }
}

/// An import of the result that somebody has to answer, and who does in this session; nothing for WASI, which every runner has.
fn staying(session: &Session, parts: &[Part], import: &Extern) -> Option<String> {
    let functions: Vec<&Function> = match &import.item {
        Item::Function(function) => vec![function],
        Item::Instance(items) => items
            .iter()
            .filter_map(|item| match &item.item {
                Item::Function(function) => Some(&**function),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    let mut providers: Vec<String> = Vec::new();
    for function in functions {
        if implemented_by_wasi(function) {
            return None;
        }
        let importing = parts.iter().find(|part| {
            part.component
                .imported_functions
                .iter()
                .any(|known| known.name == function.name && known.path == function.path)
        });
        let (provider, _) = session.engine.provider_of(importing.map_or(0, |part| part.component.id), function);
        if !providers.contains(&provider) {
            providers.push(provider);
        }
    }
    // Nobody has to answer what is nothing but types.
    (!providers.is_empty()).then(|| format!("{} (here {})", import.name, providers.join(", ")))
}
