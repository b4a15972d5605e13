//! What Tab offers: words that may stand at the cursor of a line that is half typed.
//!
//! A line is a command (`command.rs`), a statement (`statement.rs`) or the answer to a guest's call (`answer.rs`). For a statement `scan.rs` reads what stands before the
//! cursor, `expected.rs` works out the type that the place expects, and `names.rs`, `literals.rs`, `types.rs` and `files.rs`
//! know the words. Nothing here fails: where nothing is known, nothing is offered.

mod answer;
mod command;
mod expected;
mod files;
mod literals;
mod names;
mod scan;
mod statement;
#[cfg(test)]
mod tests;
mod types;

use std::collections::HashSet;

use crate::model::Type;
use crate::render::{sanitize, width};
use crate::session::{Session, Variables};

/// How many candidates are offered at most.
const MOST: usize = 1_000;
/// Longer words are not offered: nobody would want them in a line.
const LONGEST: usize = 300;
/// The columns that a candidate takes at most where candidates are listed.
const WIDEST: usize = 100;
/// The columns that a hint behind the cursor takes at most.
const LONGEST_HINT: usize = 40;

/// What may stand at the cursor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Completions {
    /// Where the word at the cursor begins: what lies between here and the cursor is replaced.
    pub start: usize,
    /// What it may become, best first.
    pub candidates: Vec<Candidate>,
}

/// One thing that may stand at the cursor.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// What takes the place of the word.
    pub replacement: String,
    /// What is listed, on one line: the word with its type or meaning. Fit for a terminal.
    pub display: String,
}

/// A candidate before it is chosen, cut and made fit for a terminal.
struct Found {
    rank: Rank,
    text: String,
    shown: String,
}

/// What comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// A word of a literal of the type that the place expects.
    Literal,
    /// Anything else of that type.
    Fits,
    /// Something with a part of that type.
    Holds,
    /// Anything else that may stand there.
    Other,
    /// `iface#`, before a name.
    Qualification,
    /// `comp::`, before a name.
    Component,
}

impl Found {
    fn new(rank: Rank, text: String, shown: String) -> Found {
        Found { rank, text, shown }
    }
}

/// What may stand at `pos` of a line.
pub fn complete(session: &Session, line: &str, pos: usize) -> Completions {
    let Some((before, after)) = line.split_at_checked(pos) else { return Completions::default() };
    let text = before.trim_start();
    let offset = before.len() - text.len();
    let (start, found) = match text.starts_with('.') {
        true => command::complete(session, text, after),
        false => statement::complete(session, text, after),
    };
    Completions { start: offset + start, candidates: choose(found) }
}

/// What is said behind the cursor at the end of a line, where nothing of a value is typed yet: `b: s32`.
pub fn parameter_hint(session: &Session, line: &str) -> Option<String> {
    let text = line.trim_start();
    if text.starts_with('.') {
        return None;
    }
    statement::hint(session, text).map(|hint| display(&hint, LONGEST_HINT))
}

/// What may stand at `pos` of the answer to a call whose result has this type.
pub fn complete_answer(variables: &Variables, result: Option<&Type>, line: &str, pos: usize) -> Completions {
    let Some((before, after)) = line.split_at_checked(pos) else { return Completions::default() };
    let (start, found) = answer::complete(variables, result, before, after);
    Completions { start, candidates: choose(found) }
}

/// Those that continue what was typed and that a line can hold: a component may use names that none can.
fn continuing(found: Vec<Found>, typed: &str) -> Vec<Found> {
    let continues = |text: &str| text.starts_with(typed) && text.chars().all(is_written);
    found.into_iter().filter(|found| continues(&found.text)).collect()
}

/// The characters of names and of what is put around them.
fn is_written(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_%:/@#.+[]$({<) ".contains(c)
}

/// Each once, the best first, and no more than a person can read.
fn choose(mut found: Vec<Found>) -> Vec<Candidate> {
    found.retain(|found| found.text.len() <= LONGEST);
    found.sort_by(|a, b| (a.rank, &a.text).cmp(&(b.rank, &b.text)));
    let mut seen = HashSet::new();
    found.retain(|found| seen.insert(found.text.clone()));
    found.truncate(MOST);
    found
        .into_iter()
        .map(|found| Candidate { display: display(&found.shown, WIDEST), replacement: found.text })
        .collect()
}

/// A text as it can be shown on one line, in so many columns.
fn display(shown: &str, columns: usize) -> String {
    width::cut(&sanitize::line(width::prefix(shown, 2 * columns)), columns)
}
