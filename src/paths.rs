//! Where the shell's own files are, by the XDG base directory specification.
//!
//! Without a home there is no configuration, no history and no cache, and that is no error.

use std::ffi::OsString;
use std::path::PathBuf;

/// The folder name under each base directory.
const NAME: &str = "witsh";

/// The lines that an interactive session begins with.
pub fn rc() -> Option<PathBuf> {
    Some(base("XDG_CONFIG_HOME", ".config")?.join(NAME).join("rc"))
}

/// The lines that were typed at the prompt.
pub fn history() -> Option<PathBuf> {
    Some(base("XDG_STATE_HOME", ".local/state")?.join(NAME).join("history"))
}

/// The folder for compiled code.
pub fn cache() -> Option<PathBuf> {
    Some(base("XDG_CACHE_HOME", ".cache")?.join(NAME))
}

fn base(variable: &str, under_home: &str) -> Option<PathBuf> {
    choose(std::env::var_os(variable), std::env::var_os("HOME"), under_home)
}

/// The variable's folder, or one under the home; both count only where they are absolute, as the specification asks.
fn choose(variable: Option<OsString>, home: Option<OsString>, under_home: &str) -> Option<PathBuf> {
    let absolute = |value: OsString| Some(PathBuf::from(value)).filter(|path| path.is_absolute());
    variable.and_then(absolute).or_else(|| Some(home.and_then(absolute)?.join(under_home)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_and_missing_folders_do_not_count() {
        let check = |variable: Option<&str>, home: Option<&str>, expected: Option<&str>| {
            let found = choose(variable.map(OsString::from), home.map(OsString::from), ".cache");
            assert_eq!(found, expected.map(PathBuf::from), "{variable:?} {home:?}");
        };
        check(Some("/c"), Some("/h"), Some("/c"));
        check(Some("rel"), Some("/h"), Some("/h/.cache"));
        check(Some(""), Some("/h"), Some("/h/.cache"));
        check(None, Some("/h"), Some("/h/.cache"));
        check(None, Some(""), None);
        check(None, None, None);
    }
}
