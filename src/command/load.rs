//! `.load`: read a component from a file.

use std::path::Path;

use serde_json::json;

use super::components::kind_name;
use super::{Arg, ArgKind, Args, Count, Group, Spec, Word, counted, usage};
use crate::error::{Error, Kind, Result};
use crate::model::FileKind;
use crate::report::{Outcome, Report};
use crate::session::{HOST, Loaded, Session, is_of_name};

/// `.load FILE [as NAME]`
pub static SPEC: Spec = Spec {
    name: "load",
    args: &[
        Arg { name: "FILE", kind: ArgKind::File, count: Count::One },
        Arg { name: "as", kind: ArgKind::OneOf(&["as"]), count: Count::Optional },
        Arg { name: "NAME", kind: ArgKind::Text, count: Count::Optional },
    ],
    summary: "Load a component, and make it the current one",
    details: "FILE is a component, a core module or a WIT package, as `.wasm` or `.wat`. A core module is made into a component: \
              by the WIT that a bindings generator left in it or else by its signatures, WASI preview 1 included; a notice \
              says what that changed. A module of which none can be made, and a WIT package, can be looked at, not called. \
              The name is the file's without its extension, every character outside `A-Za-z0-9_-` made `-`; a \
              taken name gets `-2`, `-3`, …. Nothing runs before the first call.",
    examples: &[
        (".load demos/adder/adder.wasm", "its functions can now be called: `add(1, 2)`"),
        (".load build/out.wasm as kv", "under a name of your own: `kv::get(\"k\")`"),
    ],
    group: Group::Components,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(file) = args.get(0) else { return Ok(Outcome::default()) };
    let wanted = wanted_name(args)?;
    let name =
        session.load(Path::new(&file.text), wanted.map(|word| word.text.as_str())).map_err(|e| e.at(file.span))?;
    let loaded = session.components.require(&name, file.span)?;
    let json = json!({ "name": name, "kind": kind_name(&loaded.component) });
    let outcome = Outcome::from(Report::Text { lines: Vec::new(), json }).notice(summary(loaded));
    let outcome = loaded.component.changes().into_iter().fold(outcome, Outcome::notice);
    let id = loaded.component.id;
    let outcome = session.link_newcomer(id).into_iter().fold(outcome, Outcome::notice);
    Ok(match wanted {
        Some(word) if word.text != name => outcome.notice(refused_name(&word.text)),
        _ => outcome,
    })
}

/// Why a component got another name than the one that was wanted.
fn refused_name(wanted: &str) -> String {
    match wanted {
        HOST => format!("`{HOST}` is the name of what the loaded components import"),
        _ if wanted.is_empty() || wanted.contains(|c: char| !is_of_name(c)) => {
            format!("`{wanted}` is not a name, which has letters, digits, `-` and `_`")
        }
        _ => format!("`{wanted}` is the name of another"),
    }
}

/// The word behind `as`.
fn wanted_name(args: &Args) -> Result<Option<&Word>> {
    match (args.get(1), args.get(2)) {
        (None, _) => Ok(None),
        (Some(keyword), Some(name)) if keyword.text == "as" => Ok(Some(name)),
        (Some(word), _) => {
            let message = if word.text == "as" { "a NAME is missing behind `as`" } else { "expected `as NAME`" };
            Err(Error::new(Kind::Parse, message).at(word.span).help(format!("usage: {}", usage(&SPEC))))
        }
    }
}

/// What was loaded, in one line.
pub fn summary(loaded: &Loaded) -> String {
    let component = &loaded.component;
    let functions = || {
        let exported = counted(component.exported_functions.len(), "function");
        format!("{exported} exported, {} imported", component.imported_functions.len())
    };
    let contents = match component.kind {
        FileKind::Component => match component.core.as_ref().and_then(|core| core.made.as_ref().ok()) {
            Some(made) => format!("made into a component {}; {}", made.how(), functions()),
            None => functions(),
        },
        FileKind::CoreModule => "it can be looked at, not called".to_owned(),
        FileKind::WitPackage => "it has nothing to call; `.wit` prints it".to_owned(),
    };
    format!("loaded {} ({}): {contents}", loaded.name, kind_name(component))
}
