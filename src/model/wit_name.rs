//! The words of WIT, and names as it writes them: with `%` before those that are such a word.

use std::borrow::Cow;

/// Words of WIT that are no types.
pub const KEYWORDS: &[&str] = &[
    "as",
    "async",
    "constructor",
    "enum",
    "export",
    "flags",
    "from",
    "func",
    "import",
    "include",
    "interface",
    "package",
    "record",
    "resource",
    "static",
    "type",
    "use",
    "variant",
    "with",
    "world",
];

/// Words of WIT for its own types.
pub const TYPES: &[&str] = &[
    "bool",
    "borrow",
    "char",
    "error-context",
    "f32",
    "f64",
    "future",
    "list",
    "map",
    "option",
    "own",
    "result",
    "s16",
    "s32",
    "s64",
    "s8",
    "stream",
    "string",
    "tuple",
    "u16",
    "u32",
    "u64",
    "u8",
];

/// The name as WIT writes it.
pub fn escaped(name: &str) -> Cow<'_, str> {
    if KEYWORDS.contains(&name) || TYPES.contains(&name) { format!("%{name}").into() } else { name.into() }
}
