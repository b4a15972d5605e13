//! Code that toolchains add to a component, from the table in `known_code.toml`: what it is, when it runs, what removes it.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// When known code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Runs {
    /// Only when something has gone wrong.
    Panic,
    /// Before the program's own code, or after it.
    Start,
    /// As part of the program.
    Always,
}

/// One sort of known code.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// What to call it.
    pub name: String,
    /// When it runs.
    pub runs: Runs,
    /// What gets rid of the imports that it needs. `{function}` stands for the function that a way meets first.
    advice: String,
    #[serde(default)]
    functions: Vec<String>,
    #[serde(default)]
    modules: Vec<String>,
    /// The functions that it hands over to.
    #[serde(default)]
    pub then: Vec<String>,
    /// It translates calls of others: what it only wraps would be there without it.
    #[serde(default)]
    pub translates: bool,
    /// It is a runtime that is linked as a whole, and what its component imports goes with it or with none of it.
    #[serde(default)]
    pub runtime: bool,
    /// Patterns of the imports that it explains; of all where there is none.
    #[serde(default)]
    imports: Vec<String>,
    /// The names of the entries that say nothing of a way once it has come through this: it runs them for ends of its own.
    #[serde(default, rename = "instead-of")]
    pub instead_of: Vec<String>,
}

impl HandOver {
    /// What a function of this name is known to call.
    pub fn from(function: &str) -> impl Iterator<Item = &'static HandOver> {
        TABLE.hand_over.iter().filter(|one| one.from.iter().any(|pattern| fits(pattern, function)))
    }
}

impl Known {
    /// Its place in the table: what comes first says more.
    pub fn place(&self) -> usize {
        TABLE.code.iter().position(|known| std::ptr::eq(known, self)).unwrap_or(usize::MAX)
    }

    /// What gets rid of the imports that it needs, on a way that meets this function of it first.
    pub fn advice(&self, function: &str) -> String {
        self.advice.replace("{function}", function)
    }

    /// The runtime, linked as a whole, that a module of this name is part of.
    pub fn runtime(module: &str) -> Option<&'static Known> {
        TABLE.code.iter().find(|known| known.runtime && known.has_module(module))
    }

    /// Whether it says why an import of this name is there.
    pub fn explains(&self, import: &str) -> bool {
        self.imports.is_empty() || self.imports.iter().any(|pattern| fits(pattern, import))
    }

    /// Whether it has code in a module of this name.
    pub fn has_module(&self, module: &str) -> bool {
        self.modules.iter().any(|pattern| fits(pattern, module))
    }
}

/// Functions that are known to call others through a table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    from: Vec<String>,
    /// The functions that are called, where one alone can be meant.
    pub to: Vec<String>,
}

/// The whole table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Table {
    code: Vec<Known>,
    /// Calls through tables of which it is known where they lead.
    hand_over: Vec<HandOver>,
    /// What to do about an import that nothing leads to.
    pub unreachable: String,
    /// What to do about an import that brings in types alone.
    pub types_only: String,
}

/// The table that is part of the program.
pub static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("known_code.toml")).expect("a test reads the same table"));

/// Finds the entries for the functions of one module.
pub struct Finder {
    /// Entries without a pattern for functions, that fit the module.
    whole: Option<usize>,
    /// Exact names.
    exact: HashMap<&'static str, usize>,
    /// Patterns with a star.
    patterns: Vec<(&'static str, usize)>,
}

impl Finder {
    /// For a module of this name.
    pub fn new(module: &str) -> Finder {
        let mut finder = Finder { whole: None, exact: HashMap::new(), patterns: Vec::new() };
        for (place, known) in TABLE.code.iter().enumerate() {
            if !known.modules.is_empty() && !known.has_module(module) {
                continue;
            }
            if known.functions.is_empty() {
                finder.whole.get_or_insert(place);
            }
            for pattern in &known.functions {
                match pattern.contains('*') {
                    true => finder.patterns.push((pattern, place)),
                    false => drop(finder.exact.entry(pattern).or_insert(place)),
                }
            }
        }
        finder
    }

    /// The first entry that fits a function of the module.
    pub fn find(&self, function: Option<&str>) -> Option<&'static Known> {
        let named = function.and_then(|name| {
            let exact = self.exact.get(name).copied();
            let pattern = self.patterns.iter().find(|(pattern, _)| fits(pattern, name)).map(|(_, place)| *place);
            exact.into_iter().chain(pattern).min()
        });
        named.into_iter().chain(self.whole).min().map(|place| &TABLE.code[place])
    }
}

/// Whether a pattern, in which `*` stands for any characters, fits a whole name.
pub fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read_and_says_something_everywhere() {
        let table: Table = toml::from_str(include_str!("known_code.toml")).expect("a table");
        for known in &table.code {
            assert!(!known.name.is_empty() && known.advice.ends_with('.'), "{}", known.name);
            assert!(!known.functions.is_empty() || !known.modules.is_empty(), "{} fits nothing", known.name);
            assert!(known.then.is_empty() || known.runs == Runs::Start, "{} hands over", known.name);
            assert!(!known.runtime || known.functions.is_empty(), "{} is a runtime by its modules", known.name);
            for name in &known.instead_of {
                assert!(table.code.iter().any(|other| other.name == *name), "{name} of {}", known.name);
            }
        }
    }

    #[test]
    fn advice_names_what_a_way_begins_with() {
        let advice = Finder::new("main").find(Some("snprintf")).map(|known| known.advice("snprintf"));
        assert!(advice.is_some_and(|advice| advice.starts_with("`snprintf` works in memory") && !advice.contains('{')));
    }

    #[test]
    fn patterns_fit_whole_names() {
        for (pattern, name, expected) in [
            ("abort", "abort", true),
            ("abort", "aborted", false),
            ("core::panicking::*", "core::panicking::panic_fmt", true),
            ("core::panicking::*", "my::core::panicking::panic_fmt", false),
            ("*adapter*", "wit-component:adapter:wasi_snapshot_preview1", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c", false),
            ("*fail", "unwrap_fail", true),
            ("*fail", "unwrap_failed", false),
            ("a*a", "a", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} for {name}");
        }
    }

    #[test]
    fn the_first_entry_that_fits_counts() {
        let name = |module: &str, function: Option<&str>| Finder::new(module).find(function).map(|known| &*known.name);
        assert_eq!(name("main", Some("core::panicking::panic")), Some("Rust's panic machinery"));
        assert_eq!(name("main", Some("mycrate::run")), None);
        assert_eq!(name("main", None), None);
        assert_eq!(name("libpython3.14.so", None), Some("Python's interpreter"));
        assert_eq!(name("libpython3.14.so", Some("PyEval_Frame")), Some("Python's interpreter"));
        assert_eq!(name("componentize_py_runtime.wasm", Some("exports#init")), Some("Python's interpreter"));
        assert_eq!(name("libpython3.14.so", Some("abort")), Some("an abort"));
        let adapter = "wit-component:adapter:wasi_snapshot_preview1";
        assert_eq!(name(adapter, Some("fd_write")), Some("the preview 1 adapter"));
    }
}
