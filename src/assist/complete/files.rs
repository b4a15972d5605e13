//! Paths, as words of a command and in `@"…"`.

use std::path::Path;

use super::{Found, Rank};

/// A directory with more entries is not sorted through.
const MOST_ENTRIES: usize = 5_000;

/// A path in `@"…"`: what continues `typed`, with the closing quote behind a file unless it stands there already.
pub(super) fn quoted(typed: &str, after: &str) -> Vec<Found> {
    // A path with escapes in it is not taken apart.
    if typed.contains('\\') {
        return Vec::new();
    }
    let close = if after.starts_with('"') { "" } else { "\"" };
    entries(typed)
        .into_iter()
        .filter(|path| !path.contains(['"', '\\']))
        .map(|path| {
            let text = if path.ends_with('/') { path.clone() } else { format!("{path}{close}") };
            Found::new(Rank::Other, text, path)
        })
        .collect()
}

/// A path as a word of a command: what continues `typed`, with a backslash before what would end the word.
pub(super) fn word(typed: &str) -> Vec<Found> {
    entries(typed).into_iter().map(|path| Found::new(Rank::Other, escape(&path), path)).collect()
}

fn escape(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        if c.is_ascii() && !c.is_ascii_alphanumeric() && !"/._-+,:@%=".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The files and folders that continue a path; folders end with `/`. Hidden ones only if asked for.
fn entries(typed: &str) -> Vec<String> {
    let (folder, beginning) = match typed.rfind('/') {
        Some(slash) => typed.split_at(slash + 1),
        None => ("", typed),
    };
    let Ok(entries) = std::fs::read_dir(if folder.is_empty() { Path::new(".") } else { Path::new(folder) }) else {
        return Vec::new();
    };
    let mut found: Vec<String> = entries
        .take(MOST_ENTRIES)
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok()?;
            let wanted = name.starts_with(beginning) && (beginning.starts_with('.') || !name.starts_with('.'));
            if !wanted || name.chars().any(char::is_control) {
                return None;
            }
            let slash = if entry.path().is_dir() { "/" } else { "" };
            Some(format!("{folder}{name}{slash}"))
        })
        .collect();
    found.sort();
    found
}
