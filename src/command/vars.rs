//! `.vars`: the variables.

use super::{Args, Group, Spec};
use crate::engine::HandleState;
use crate::error::Result;
use crate::report::{Cell, Outcome, Report, Role, Table, Text};
use crate::session::Session;
use crate::value::{Typed, json, wave};

/// At a prompt values are cut after so many characters; in a script, and as data, they are whole.
const SHOWN: usize = 60;

/// `.vars`
pub static SPEC: Spec = Spec {
    name: "vars",
    args: &[],
    summary: "List the variables",
    details: "Named variables first, then the numbered results that are still kept. At a prompt long values are cut; \
              `$x` shows one in full. `state` says what became of the handles in a value: live, moved, dropped or stale.",
    examples: &[(".vars", "what there is"), ("$sum = add(1, 2)", "one more")],
    group: Group::Values,
    run,
};

fn run(session: &mut Session, _args: &Args) -> Result<Outcome> {
    let named = session.variables.named().map(|(name, value)| row(session, name, value));
    let numbered = session.variables.results().map(|(number, value)| row(session, &number.to_string(), value));
    let table = Table {
        columns: vec!["variable", "type", "value", "state"],
        rows: named.chain(numbered).collect(),
        grouped: false,
        empty: "no variables; `$x = add(1, 2)` makes one".to_owned(),
    };
    Ok(Report::Table(table).into())
}

fn row(session: &Session, name: &str, typed: &Typed) -> Vec<Cell> {
    let text = match session.frontend.is_interactive() {
        true => cut(typed),
        false => wave::wave(&typed.ty, &typed.value),
    };
    vec![
        Cell::new(Role::Name, format!("${name}")),
        Cell::new(Role::Type, typed.ty.to_string()),
        Cell { text: Text::plain(text), json: json::to_json(typed) },
        states(session, typed),
    ]
}

fn cut(typed: &Typed) -> String {
    let (text, _) = wave::wave_cut(&typed.ty, &typed.value, SHOWN);
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The states of the handles in a value, each once.
fn states(session: &Session, typed: &Typed) -> Cell {
    let mut words: Vec<&str> = Vec::new();
    for number in typed.value.handles() {
        let word = session.engine.handle(number).map_or("stale", |handle| handle.state.word());
        if !words.contains(&word) {
            words.push(word);
        }
    }
    match words[..] {
        [] => Cell::empty(),
        [only] if only == HandleState::Live.word() => Cell::new(Role::Good, only),
        _ => Cell::new(Role::Warning, words.join(", ")),
    }
}
