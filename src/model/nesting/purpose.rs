//! What a part is there for: the author's program, or something that a component tool put around it.
//!
//! Tools name what they generate; where the names were stripped, the modules' own imports and exports tell.

use super::definitions::Definitions;

/// What a tool put a module or component in for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Indirect calls that stand in for imports until the module that they need is there.
    Shim,
    /// Fills the shim's table once everything is there.
    Fixup,
    /// A component without code that gathers functions into an interface.
    Interface,
    /// Answers a module's imports in terms of the component's, such as `wasi_snapshot_preview1` by WASI 0.2.
    Adapter(String),
}

/// What the tool calls the table that the shim exports and the fixup fills.
const TABLE: &str = "$imports";
/// What stands before the name of what an adapter adapts.
const ADAPTER: &str = "adapter:";
/// A function that nothing but an adapter exports.
const ADAPTERS_OWN: &str = "cabi_import_realloc";
/// What adapters of it are named for.
const PREVIEW1: &str = "wasi_snapshot_preview1";

/// What a module of this name, with these imports and exports, is there for; nothing for all others.
pub fn of(name: Option<&str>, module: &Definitions) -> Option<Purpose> {
    let name = name.unwrap_or_default();
    if let Some((_, adapted)) = name.rsplit_once(ADAPTER) {
        return Some(Purpose::Adapter(adapted.to_owned()));
    }
    let exports = |name: &str| module.core_exports.iter().any(|export| export == name);
    let takes_table = module.core_imports.iter().any(|import| import == TABLE);
    if takes_table && module.core_exports.is_empty() {
        Some(Purpose::Fixup)
    } else if exports(TABLE) && module.core_imports.is_empty() {
        Some(Purpose::Shim)
    } else if exports(ADAPTERS_OWN) && exports("fd_write") {
        Some(Purpose::Adapter(PREVIEW1.to_owned()))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, imports: &[&str], exports: &[&str], expected: Option<Purpose>) {
        let mut module = Definitions::default();
        module.core_imports = imports.iter().map(|name| (*name).to_owned()).collect();
        module.core_exports = exports.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(of(Some(name), &module), expected, "{name} {imports:?} {exports:?}");
    }

    #[test]
    fn generated_modules_are_told_by_name_or_by_what_they_do() {
        let adapter = || Some(Purpose::Adapter(PREVIEW1.to_owned()));
        check("wit-component:adapter:wasi_snapshot_preview1", &[], &[], adapter());
        check("", &[], &["fd_write", ADAPTERS_OWN], adapter());
        check("", &["0", TABLE], &[], Some(Purpose::Fixup));
        check("", &[], &["0", "1", TABLE], Some(Purpose::Shim));
        check("main", &[TABLE], &["memory", "run"], None);
        check("", &[], &["fd_write"], None);
        check("", &[], &[], None);
    }
}
