//! Who made a file and from what: the `producers` and name sections of everything nested in it.
//!
//! Tools write there what they like, so nothing here is certain. Start reading at [`survey`].

use indexmap::IndexMap;
use wasmparser::{ComponentName, CustomSectionReader, KnownCustom, Name, Parser, Payload};

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

/// What the custom sections of a whole file say.
#[derive(Debug, Default)]
pub struct Survey {
    parts: Vec<Part>,
    /// Some module carries DWARF.
    pub has_dwarf: bool,
    /// Something carries names.
    pub has_names: bool,
}

/// The file itself, or a module or component in it.
#[derive(Debug, Default)]
struct Part {
    /// What it is called, by itself or by the component around it.
    names: Vec<String>,
    /// Field, name and version.
    producers: Vec<[String; 3]>,
    /// The core modules directly in it: places among all parts.
    modules: Vec<usize>,
}

/// Reads the custom sections of a file that is known to be well-formed.
pub fn survey(bytes: &[u8]) -> Survey {
    let mut survey = Survey { parts: vec![Part::default()], ..Survey::default() };
    let mut around = vec![0];
    for payload in Parser::new(0).parse_all(bytes).map_while(Result::ok) {
        let Some(&here) = around.last() else { break };
        match payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => {
                let part = survey.parts.len();
                if matches!(payload, Payload::ModuleSection { .. }) {
                    survey.parts[here].modules.push(part);
                }
                survey.parts.push(Part::default());
                around.push(part);
            }
            Payload::End(_) => drop(around.pop()),
            Payload::CustomSection(section) => survey.read(here, &section),
            _ => {}
        }
    }
    survey
}

impl Survey {
    fn read(&mut self, here: usize, section: &CustomSectionReader<'_>) {
        self.has_dwarf |= section.name().starts_with(".debug_");
        match section.as_known() {
            KnownCustom::Producers(fields) => {
                for field in fields.into_iter().map_while(Result::ok) {
                    let values = field.values.into_iter().map_while(Result::ok);
                    let triples = values.map(|value| [field.name, value.name, value.version].map(str::to_owned));
                    self.parts[here].producers.extend(triples.take(MOST_PRODUCERS));
                }
            }
            KnownCustom::Name(names) => {
                self.has_names = true;
                let module = names.into_iter().map_while(Result::ok).find_map(|name| match name {
                    Name::Module { name, .. } => Some(name.to_owned()),
                    _ => None,
                });
                self.parts[here].names.extend(module);
            }
            KnownCustom::ComponentName(names) => {
                for name in names.into_iter().map_while(Result::ok) {
                    let ComponentName::CoreModules(modules) = name else { continue };
                    for naming in modules.into_iter().map_while(Result::ok) {
                        if let Some(&module) = self.parts[here].modules.get(naming.index as usize) {
                            self.parts[module].names.push(naming.name.to_owned());
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// All producers, each once, in the order of first mention, the file itself first.
    pub fn producers(&self) -> Vec<Producer> {
        let mut merged: IndexMap<(&str, &str), Vec<String>> = IndexMap::new();
        for [field, name, version] in self.parts.iter().flat_map(|part| &part.producers) {
            if merged.len() >= MOST_PRODUCERS {
                break;
            }
            let versions = merged.entry((field, name)).or_default();
            if !version.is_empty() && versions.len() < MOST_PRODUCERS && !versions.contains(version) {
                versions.push(version.clone());
            }
        }
        let producer = |((field, name), versions): ((&str, &str), Vec<String>)| Producer {
            field: field.to_owned(),
            name: name.to_owned(),
            versions,
        };
        merged.into_iter().map(producer).collect()
    }

    /// The preview1 adapter that a tool put in, by the name of what it adapts.
    pub fn adapter(&self) -> Option<String> {
        self.parts.iter().find_map(Part::adapter).map(str::to_owned)
    }

    /// The languages that it was written in, best guess first. What an adapter was written in does not count.
    pub fn languages(&self) -> Vec<String> {
        let parts: Vec<&Part> = self.parts.iter().filter(|part| part.adapter().is_none()).collect();
        let mut found: Vec<String> = Vec::new();
        for (sign, language) in LANGUAGE_SIGNS {
            if parts.iter().any(|part| part.shows(sign)) && !found.iter().any(|known| known == language) {
                found.push((*language).to_owned());
            }
        }
        for [_, name, _] in parts.iter().flat_map(|part| &part.producers).filter(|[field, ..]| field == "language") {
            let is_known = LANGUAGE_SIGNS.iter().any(|(sign, _)| has_word(name, sign));
            if !is_known && !found.contains(name) {
                found.push(name.clone());
            }
        }
        found
    }
}

impl Part {
    fn adapter(&self) -> Option<&str> {
        self.names.iter().find_map(|name| name.rsplit_once("adapter:")).map(|(_, adapted)| adapted)
    }

    fn shows(&self, sign: &str) -> bool {
        self.producers.iter().map(|[_, name, _]| name).chain(&self.names).any(|name| has_word(name, sign))
    }
}

/// Words in the names of producers and modules, and the languages that they tell. Interpreted languages come first: their
/// runtimes' languages are not what the guest's author wrote.
const LANGUAGE_SIGNS: &[(&str, &str)] = &[
    ("python", "Python"),
    ("libpython3", "Python"),
    ("componentize-py", "Python"),
    ("componentize_py_runtime", "Python"),
    ("javascript", "JavaScript"),
    ("componentizejs", "JavaScript"),
    ("componentize-js", "JavaScript"),
    ("componentize-qjs", "JavaScript"),
    ("componentize_qjs_runtime", "JavaScript"),
    ("starlingmonkey", "JavaScript"),
    ("tinygo", "Go"),
    ("go", "Go"),
    ("moonbit", "MoonBit"),
    ("zig", "Zig"),
    ("rust", "Rust"),
    ("rustc", "Rust"),
    ("c_plus_plus", "C++"),
    ("c_plus_plus_11", "C++"),
    ("c_plus_plus_14", "C++"),
    ("c_plus_plus_17", "C++"),
    ("c_plus_plus_20", "C++"),
    ("c11", "C"),
    ("c99", "C"),
    ("c17", "C"),
];

/// Whether one of the words of a name, which blanks and dots part, is this one, in any case.
fn has_word(name: &str, word: &str) -> bool {
    name.split(|c: char| c.is_whitespace() || c == '.').any(|part| part.eq_ignore_ascii_case(word))
}
