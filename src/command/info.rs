//! `.info`: what a file is.

use serde_json::{Value as Json, json};

use super::components::kind_name;
use super::{Arg, ArgKind, Args, Count, Group, Spec, counted};
use crate::error::Result;
use crate::model::{Component, CoreModule, Extern, Facts, FileKind, Made, PREVIEW1, Producer, some_of};
use crate::report::{Outcome, Report, Role, Text};
use crate::session::{Loaded, Session};

/// `.info [NAME]`
pub static SPEC: Spec = Spec {
    name: "info",
    args: &[Arg { name: "NAME", kind: ArgKind::Component, count: Count::Optional }],
    summary: "Show what a loaded file is and what it needs",
    details: "Kind, path, size and SHA-256 (of a file of text those of its binary), the tools and languages that it says it was made with, its WASI version, the features \
              that it uses, those of them that it needs beyond wasmtime's defaults (other runtimes, and wasmtime without flags, \
              refuse those), and how many modules and components it holds. The language is a guess from the tools. Nothing is compiled.",
    examples: &[(".info", "the current component"), (".info adder", "another one")],
    group: Group::Look,
    run,
};

/// What is said of a file of text: its facts are those of another form of it.
const AS_BINARY: &str = " as a binary; the file is text";

/// The widest label of a line.
const LABEL: usize = 10;

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let loaded = session.component_or_current(args.get(0))?;
    let facts = loaded.component.facts();
    let lines = rows(&loaded, &facts)
        .into_iter()
        .map(|(label, text)| Text::of(Role::Heading, format!("{label:LABEL$}  ")).and(Role::Plain, text));
    Ok(Report::Text { lines: lines.collect(), json: data(&loaded, &facts) }.into())
}

/// A label and what stands behind it, for people.
fn rows(loaded: &Loaded, facts: &Facts) -> Vec<(&'static str, String)> {
    let component = &loaded.component;
    let mut rows = vec![
        ("name", loaded.name.clone()),
        ("kind", kind(component)),
        ("path", component.path.display().to_string()),
        ("size", format!("{} bytes{}", facts.size, if component.is_text { AS_BINARY } else { "" })),
        ("sha256", facts.sha256.clone()),
    ];
    let mut add = |label, text: String| {
        if !text.is_empty() {
            rows.push((label, text));
        }
    };
    add("language", facts.languages.join(", "));
    add("made with", facts.producers.iter().map(producer).collect::<Vec<_>>().join(", "));
    add("WASI", facts.wasi.join(", "));
    add("adapter", adapter(component, facts).unwrap_or_default());
    add("uses", facts.uses.join(", "));
    add("needs", features(facts));
    add("exports", items(component, true));
    add("imports", items(component, false));
    core_rows(component).into_iter().for_each(|(label, text)| add(label, text));
    add("holds", holds(facts));
    add("debug", debug(facts).to_owned());
    rows
}

/// What a file is, and what can be done with it.
fn kind(component: &Component) -> String {
    match (component.kind, &component.core.as_ref().map(|core| &core.made)) {
        (_, Some(Ok(made))) => format!("core module, made into a component {}", made.how()),
        (_, Some(Err(reason))) => format!("core module, of which no component can be made: {reason}"),
        (FileKind::WitPackage, None) => "WIT package: `.wit` prints it, there is nothing to call".to_owned(),
        (_, None) => "component".to_owned(),
    }
}

/// What the core module itself exports and imports, and what its component does not have.
fn core_rows(component: &Component) -> Vec<(&'static str, String)> {
    let Some(core) = &component.core else { return Vec::new() };
    let mut rows = vec![
        ("module", format!("exports {}", names(core.exports.iter().map(|item| item.name.to_string())))),
        ("", format!("imports from {}", names(core.imports.iter().map(|item| item.name.to_string())))),
    ];
    rows.extend(component.changes().into_iter().filter(|_| core.made.is_ok()).map(|change| ("", change)));
    rows
}

fn names(names: impl ExactSizeIterator<Item = String>) -> String {
    if names.len() == 0 { "nothing".to_owned() } else { some_of(names) }
}

fn producer(producer: &Producer) -> String {
    match producer.versions.is_empty() {
        true => producer.name.clone(),
        false => format!("{} {}", producer.name, producer.versions.join(", ")),
    }
}

fn features(facts: &Facts) -> String {
    match facts.features[..] {
        [] => "nothing beyond wasmtime's defaults".to_owned(),
        ref some => format!("{} (beyond wasmtime's defaults)", some.join(", ")),
    }
}

fn items(component: &Component, exports: bool) -> String {
    let (items, functions) = match exports {
        true => (&component.exports, component.exported_functions.len()),
        false => (&component.imports, component.imported_functions.len()),
    };
    match component.kind {
        FileKind::CoreModule => items.len().to_string(),
        _ => format!("{}, with {}", items.len(), counted(functions, "function")),
    }
}

fn holds(facts: &Facts) -> String {
    let shape = &facts.shape;
    format!(
        "{} core modules, {} components, {} custom sections",
        shape.modules, shape.components, shape.custom_sections
    )
}

fn debug(facts: &Facts) -> &'static str {
    match (facts.has_dwarf, facts.has_names) {
        (true, _) => "DWARF: backtraces can show source lines",
        (false, true) => "function names, no source lines",
        (false, false) => "neither function names nor source lines",
    }
}

/// What the adapter adapts: the one in the file, or the one that was used on loading.
fn adapter(component: &Component, facts: &Facts) -> Option<String> {
    let used = made(component).and_then(|made| made.adapter).map(|_| PREVIEW1.to_owned());
    facts.adapter.clone().or(used)
}

fn made(component: &Component) -> Option<&Made> {
    component.core.as_ref().and_then(|core| core.made.as_ref().ok())
}

/// The same as data.
fn data(loaded: &Loaded, facts: &Facts) -> Json {
    let component = &loaded.component;
    let producers: Vec<Json> = facts
        .producers
        .iter()
        .map(|one| json!({ "field": one.field, "name": one.name, "versions": one.versions }))
        .collect();
    json!({
        "name": loaded.name,
        "kind": kind_name(component),
        "path": component.path.to_string_lossy(),
        "text": component.is_text,
        "size": facts.size,
        "sha256": facts.sha256,
        "languages": facts.languages,
        "producers": producers,
        "wasi": facts.wasi,
        "adapter": adapter(component, facts),
        "core": component.core.as_deref().map(core_data),
        "uses": facts.uses,
        "features": facts.features,
        "exports": component.exports.len(),
        "imports": component.imports.len(),
        "exported_functions": component.exported_functions.len(),
        "imported_functions": component.imported_functions.len(),
        "modules": facts.shape.modules,
        "components": facts.shape.components,
        "custom_sections": facts.shape.custom_sections,
        "dwarf": facts.has_dwarf,
        "names": facts.has_names,
    })
}

/// What a file that holds a core module has beyond the others.
fn core_data(core: &CoreModule) -> Json {
    let names = |items: &[Extern]| items.iter().map(|item| item.name.to_string()).collect::<Vec<_>>();
    let mut data = json!({ "exports": names(&core.exports), "imports_from": names(&core.imports) });
    data["component"] = match &core.made {
        Ok(made) => json!({
            "adapter": made.adapter,
            "by": if made.has_wit { "wit" } else { "signatures" },
            "renamed": made.renamed,
            "left_out": made.left_out,
        }),
        Err(_) => Json::Null,
    };
    data["reason"] = json!(core.made.as_ref().err());
    data
}
