//! What `.info` says of a file: size, hash, who made it from what, which WASI, which features, what it holds.
//!
//! Computed when asked for. Languages are a guess from what tools wrote into the file, and may be nothing.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use sha2::{Digest, Sha256};
use wasmparser::{ComponentName, CustomSectionReader, KnownCustom, Parser, Payload};

use super::features::FeatureSet;
use super::scan::{Shape, scan};
use super::validate::{Bodies, needed_extras};
use super::{Component, Extern};

/// What is known of a file, as data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Bytes of the binary.
    pub size: u64,
    /// SHA-256 of the binary, in lower-case hex.
    pub sha256: String,
    /// What its `producers` sections say, of all nested modules and components together.
    pub producers: Vec<Producer>,
    /// The languages that it was written in, best guess first.
    pub languages: Vec<String>,
    /// The WASI versions that it imports or exports, such as `0.2.12`, and `preview1` for a core module.
    pub wasi: Vec<String>,
    /// The preview1 adapter that is in it, as the tool named it.
    pub adapter: Option<String>,
    /// Features that it needs beyond wasmtime's defaults, as `wasmtime -W` spells them; function bodies included.
    pub features: Vec<&'static str>,
    /// How many modules, components and custom sections it holds.
    pub shape: Shape,
    /// It carries DWARF: backtraces can show source lines.
    pub has_dwarf: bool,
    /// It carries function names: backtraces can show them.
    pub has_names: bool,
}

/// One tool, language or SDK.
#[derive(Clone, Debug, PartialEq)]
pub struct Producer {
    /// `language`, `processed-by`, `sdk`.
    pub field: String,
    /// `Rust`, `rustc`, `wit-component`.
    pub name: String,
    /// Its versions, each once; empty where none is given.
    pub versions: Vec<String>,
}

/// How many producers are listed, and versions of each: a file may claim any number.
const MOST_PRODUCERS: usize = 100;

impl Component {
    /// Reads the facts from the bytes.
    pub fn facts(&self) -> Facts {
        let mut facts = Facts {
            size: self.bytes.len() as u64,
            sha256: hex(&Sha256::digest(&self.bytes)),
            features: needed_extras(&self.bytes, FeatureSet::all(), Bodies::Check),
            shape: scan(&self.bytes).unwrap_or_default(),
            wasi: wasi_versions(self),
            ..Facts::default()
        };
        let mut producers = Producers::default();
        // The file was validated when it was loaded, so the parser finds nothing wrong any more.
        for payload in Parser::new(0).parse_all(&self.bytes).map_while(Result::ok) {
            if let Payload::CustomSection(section) = payload {
                read_custom(&section, &mut facts, &mut producers);
            }
        }
        facts.producers = producers.list();
        facts.languages = languages(&facts.producers);
        facts
    }
}

fn read_custom(section: &CustomSectionReader<'_>, facts: &mut Facts, producers: &mut Producers) {
    facts.has_dwarf |= section.name().starts_with(".debug_");
    match section.as_known() {
        KnownCustom::Producers(fields) => {
            for field in fields.into_iter().map_while(Result::ok) {
                for value in field.values.into_iter().map_while(Result::ok) {
                    producers.add(field.name, value.name, value.version);
                }
            }
        }
        KnownCustom::Name(_) => facts.has_names = true,
        KnownCustom::ComponentName(names) => {
            for name in names.into_iter().map_while(Result::ok) {
                let ComponentName::CoreModules(modules) = name else { continue };
                for module in modules.into_iter().map_while(Result::ok) {
                    if facts.adapter.is_none() && module.name.contains("adapter:") {
                        facts.adapter = module.name.rsplit_once("adapter:").map(|(_, adapter)| adapter.to_owned());
                    }
                }
            }
        }
        _ => {}
    }
}

/// All producers, each once, in the order of first mention.
#[derive(Default)]
struct Producers(IndexMap<(String, String), Vec<String>>);

impl Producers {
    fn add(&mut self, field: &str, name: &str, version: &str) {
        if self.0.len() >= MOST_PRODUCERS {
            return;
        }
        let versions = self.0.entry((field.to_owned(), name.to_owned())).or_default();
        if !version.is_empty() && versions.len() < MOST_PRODUCERS && !versions.iter().any(|known| known == version) {
            versions.push(version.to_owned());
        }
    }

    fn list(self) -> Vec<Producer> {
        self.0.into_iter().map(|((field, name), versions)| Producer { field, name, versions }).collect()
    }
}

/// What tells a language: a word of a producer's name, and the language. Runtimes of interpreted languages come first: the
/// C or Rust that they are written in is not what the guest's author wrote.
const LANGUAGE_SIGNS: &[(&str, &str)] = &[
    ("componentize-py", "Python"),
    ("componentize-js", "JavaScript"),
    ("componentizejs", "JavaScript"),
    ("componentize-qjs", "JavaScript"),
    ("jco", "JavaScript"),
    ("javascript", "JavaScript"),
    ("tinygo", "Go"),
    ("go", "Go"),
    ("dotnet", "C#"),
    ("moonbit", "MoonBit"),
    ("zig", "Zig"),
    ("swift", "Swift"),
    ("kotlin", "Kotlin"),
    ("grain", "Grain"),
    ("rust", "Rust"),
    ("rustc", "Rust"),
    ("c_plus_plus", "C++"),
    ("c11", "C"),
    ("c99", "C"),
    ("c89", "C"),
    ("clang", "C"),
];

/// Languages in the order of [`LANGUAGE_SIGNS`], then those that `language` fields name and the table does not know.
fn languages(producers: &[Producer]) -> Vec<String> {
    let names: Vec<String> = producers.iter().map(|producer| producer.name.to_lowercase()).collect();
    let says = |sign: &str| names.iter().any(|name| name == sign || name.starts_with(&format!("{sign}_")));
    let mut found: Vec<String> = Vec::new();
    for (sign, language) in LANGUAGE_SIGNS {
        if says(sign) && !found.iter().any(|known| known == language) {
            found.push((*language).to_owned());
        }
    }
    let told = producers.iter().filter(|producer| producer.field == "language");
    for name in told.map(|producer| &producer.name) {
        let is_known = LANGUAGE_SIGNS.iter().any(|(sign, _)| name.to_lowercase().starts_with(sign));
        if !is_known && !found.contains(name) {
            found.push(name.clone());
        }
    }
    found
}

/// The versions of `wasi:…` interfaces, and `preview1` where a core module imports that.
fn wasi_versions(component: &Component) -> Vec<String> {
    let found: BTreeSet<&str> = component.imports.iter().chain(&component.exports).filter_map(wasi_version).collect();
    found.into_iter().map(str::to_owned).collect()
}

fn wasi_version(item: &Extern) -> Option<&str> {
    match &*item.name {
        "wasi_snapshot_preview1" => Some("preview1"),
        "wasi_unstable" => Some("preview0"),
        name if name.starts_with("wasi:") => name.split_once('@').map(|(_, version)| version),
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
