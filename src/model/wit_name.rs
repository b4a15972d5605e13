//! Names as WIT writes them: `%` before those that are its keywords.

use std::borrow::Cow;

/// Words that mean something to WIT: as names they are written with `%`.
const KEYWORDS: &[&str] = &[
    "as",
    "async",
    "bool",
    "borrow",
    "char",
    "constructor",
    "enum",
    "error-context",
    "export",
    "f32",
    "f64",
    "flags",
    "from",
    "func",
    "future",
    "import",
    "include",
    "interface",
    "list",
    "map",
    "option",
    "own",
    "package",
    "record",
    "resource",
    "result",
    "s16",
    "s32",
    "s64",
    "s8",
    "static",
    "stream",
    "string",
    "tuple",
    "type",
    "u16",
    "u32",
    "u64",
    "u8",
    "use",
    "variant",
    "with",
    "world",
];

/// The name as WIT writes it.
pub fn escaped(name: &str) -> Cow<'_, str> {
    if KEYWORDS.contains(&name) { format!("%{name}").into() } else { name.into() }
}
