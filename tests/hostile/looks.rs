//! The commands that only look.

/// What is asked about every component, however broken: nothing here may run it.
pub const LOOKS: [&str; 15] = [
    ".exports",
    ".imports",
    ".wit",
    ".info",
    ".components",
    ".vars",
    ".resources",
    ".help",
    ".exports all",
    ".imports all",
    ".wit all",
    ".why",
    ".why all",
    ".why -a",
    ".imports unused",
];
