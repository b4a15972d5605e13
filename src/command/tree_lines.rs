//! The nesting of a file as lines of a tree and as data: what `.tree` shows.

use indexmap::IndexMap;
use serde_json::{Value as Json, json};

use crate::model::nesting::{Made, Part, PartKind, Purpose, Section, Source, Taken};
use crate::model::some_of;
use crate::report::{Branch, Role, Text};

/// A section without a line of its own: what connects a component's parts is shown as what it connects.
const SHOWN_SECTIONS: [&str; 2] = ["code", "data"];

/// The whole file, which is loaded as `name`.
pub fn branch(file: &Part, name: &str) -> Branch {
    part_branch(file, Text::of(Role::Name, name).and(Role::Plain, format!(": {}", kind(file.kind))), file.size)
}

fn part_branch(part: &Part, text: Text, whole: u64) -> Branch {
    let mut branches: Vec<Branch> = Vec::new();
    for inner in &part.parts {
        let text = Text::plain(format!("{} {}", kind(inner.kind), inner.index));
        let text = match (&inner.name, inner.program()) {
            (Some(name), _) => text.and(Role::Plain, " ").and(Role::Name, name),
            (None, Some(program)) => text.and(Role::Dim, format!(" with {program}")),
            (None, None) => text,
        };
        let text = match &inner.purpose {
            Some(purpose) => text.and(Role::Plain, ": ").and(Role::Keyword, purpose_shown(purpose)),
            None => text,
        };
        branches.push(part_branch(inner, text, whole));
    }
    let shown = |section: &&Section| section.is_custom || SHOWN_SECTIONS.contains(&section.name.as_str());
    branches.extend(part.sections.iter().filter(shown).map(|section| section_branch(section, whole)));
    branches.extend(part.instances().iter().map(|made| instance_branch(made, part)));
    let exports = if part.purpose == Some(Purpose::Interface) { Vec::new() } else { part.exports() };
    if exports.iter().any(|export| !export.from.is_empty()) {
        branches.push(Branch { text: Text::plain("exports"), figures: Vec::new(), branches: taken(&exports, part) });
    }
    Branch { text, figures: figures(part.size, whole), branches }
}

fn section_branch(section: &Section, whole: u64) -> Branch {
    let text = match section.is_custom {
        true => Text::of(Role::Dim, "custom section ").and(Role::Dim, &section.name),
        false => Text::of(Role::Dim, &section.name),
    };
    Branch { text, figures: figures(section.size, whole), branches: Vec::new() }
}

/// `12345 B` and `12.3%`.
fn figures(size: u64, whole: u64) -> Vec<Text> {
    vec![Text::of(Role::Number, format!("{size} B")), Text::of(Role::Dim, format!("{:.1}%", share(size, whole)))]
}

/// In percent, to a tenth.
fn share(size: u64, whole: u64) -> f64 {
    (size as f64 * 1000.0 / whole.max(1) as f64).round() / 10.0
}

fn kind(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Component => "component",
        PartKind::Module => "core module",
    }
}

fn purpose_shown(purpose: &Purpose) -> String {
    match purpose {
        Purpose::Shim => "shim".to_owned(),
        Purpose::Fixup => "fixup".to_owned(),
        Purpose::Interface => "gathers an interface".to_owned(),
        Purpose::Adapter(adapted) => format!("adapter for {adapted}"),
    }
}

fn instance_branch(made: &Made, part: &Part) -> Branch {
    let word = if made.is_core { "core instance" } else { "instance" };
    let mut text = Text::plain(format!("{word} {}", made.number));
    if let Some(name) = &made.name {
        text = text.and(Role::Plain, " ").and(Role::Name, name);
    }
    text = text.and(Role::Plain, format!(" of {}", sources(&made.of, part)));
    Branch { text, figures: Vec::new(), branches: taken(&made.takes, part) }
}

/// A line for each place that something is taken from, with the names of what is.
fn taken(takes: &[Taken], part: &Part) -> Vec<Branch> {
    let mut places: IndexMap<&[Source], Vec<String>> = IndexMap::new();
    for taken in takes {
        let name = if taken.name.is_empty() { "\"\"".to_owned() } else { taken.name.clone() };
        places.entry(&taken.from).or_default().push(name);
    }
    let line = |(from, names): (&[Source], Vec<String>)| {
        let text = Text::of(Role::Name, some_of(names.into_iter()));
        Branch::new(match from {
            [] => text.and(Role::Dim, " (types)"),
            _ => text.and(Role::Plain, format!(" from {}", sources(from, part))),
        })
    };
    places.into_iter().map(line).collect()
}

fn sources(sources: &[Source], part: &Part) -> String {
    some_of(sources.iter().map(|source| match source {
        Source::Import(name) => format!("import {name}"),
        Source::Instance(number) => format!("instance {number}"),
        Source::CoreInstance(number) => format!("core instance {number}"),
        Source::Part(of, index) => {
            let name = part.of_kind(*of).nth(*index).and_then(|part| part.name.as_ref());
            let name = name.map(|name| format!(" {name}")).unwrap_or_default();
            format!("{} {index}{name}", kind(*of))
        }
        Source::Code => "its own code".to_owned(),
        Source::BuiltIn => "the canonical ABI".to_owned(),
        Source::Outside => "the component around it".to_owned(),
    }))
}

/// The same as data.
pub fn data(file: &Part, name: &str) -> Json {
    let mut data = part_data(file, file.size);
    data["name"] = name.into();
    data
}

fn part_data(part: &Part, whole: u64) -> Json {
    let section = |section: &Section| {
        json!({
            "name": section.name,
            "custom": section.is_custom,
            "size": section.size,
            "share": share(section.size, whole),
        })
    };
    let (purpose, adapts) = match &part.purpose {
        Some(Purpose::Shim) => (json!("shim"), Json::Null),
        Some(Purpose::Fixup) => (json!("fixup"), Json::Null),
        Some(Purpose::Interface) => (json!("interface"), Json::Null),
        Some(Purpose::Adapter(adapted)) => (json!("adapter"), json!(adapted)),
        None => (Json::Null, Json::Null),
    };
    json!({
        "kind": kind(part.kind),
        "index": part.index,
        "name": part.name,
        "purpose": purpose,
        "adapts": adapts,
        "size": part.size,
        "share": share(part.size, whole),
        "sections": part.sections.iter().map(section).collect::<Vec<_>>(),
        "parts": part.parts.iter().map(|inner| part_data(inner, whole)).collect::<Vec<_>>(),
        "instances": part.instances().iter().map(instance_data).collect::<Vec<_>>(),
        "exports": part.exports().iter().map(taken_data).collect::<Vec<_>>(),
    })
}

fn instance_data(made: &Made) -> Json {
    json!({
        "kind": if made.is_core { "core instance" } else { "instance" },
        "index": made.number,
        "name": made.name,
        "of": made.of.iter().map(source_data).collect::<Vec<_>>(),
        "takes": made.takes.iter().map(taken_data).collect::<Vec<_>>(),
    })
}

fn taken_data(taken: &Taken) -> Json {
    json!({ "name": taken.name, "from": taken.from.iter().map(source_data).collect::<Vec<_>>() })
}

fn source_data(source: &Source) -> Json {
    match source {
        Source::Import(name) => json!({ "kind": "import", "name": name }),
        Source::Instance(number) => json!({ "kind": "instance", "index": number }),
        Source::CoreInstance(number) => json!({ "kind": "core instance", "index": number }),
        Source::Part(of, index) => json!({ "kind": kind(*of), "index": index }),
        Source::Code => json!({ "kind": "code" }),
        Source::BuiltIn => json!({ "kind": "canonical ABI" }),
        Source::Outside => json!({ "kind": "outside" }),
    }
}
