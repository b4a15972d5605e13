//! Reports as text.

use super::style::paint;
use super::table::push_table;
use super::tree::push_tree;
use super::{Clean, Look, sanitize};
use crate::report::{Report, Role, Text};
use crate::value::{Typed, wave};

/// A report as text: whole lines, or nothing.
pub fn report(report: &Report, look: &Look) -> Clean {
    let mut out = String::new();
    push_report(&mut out, report, look);
    Clean(out)
}

/// Lines of text in their colours.
pub fn lines(lines: &[Text], look: &Look) -> Clean {
    let mut out = String::new();
    push_lines(&mut out, lines, look);
    Clean(out)
}

/// One text without a line break behind it.
pub fn line(text: &Text, look: &Look) -> Clean {
    let mut out = String::new();
    push_text(&mut out, text, look);
    Clean(out)
}

fn push_report(out: &mut String, report: &Report, look: &Look) {
    match report {
        Report::Nothing => {}
        Report::Value(typed) => push_value(out, typed, look),
        Report::Text { lines, .. } => push_lines(out, lines, look),
        Report::Table(table) => push_table(out, table, look),
        Report::Tree { root, .. } => push_tree(out, root, look),
        Report::Many(parts) => {
            for (i, (title, part)) in parts.iter().enumerate() {
                if !title.is_empty() {
                    if i > 0 {
                        out.push('\n');
                    }
                    paint(out, Role::Heading, &sanitize::line(title), look.colors);
                    out.push('\n');
                }
                push_report(out, part, look);
            }
        }
    }
}

/// Values are escaped by WAVE itself; what it leaves of invisible characters becomes its own escape for them. On a screen,
/// no more of a value than fits.
fn push_value(out: &mut String, typed: &Typed, look: &Look) {
    let (text, cut) = match look.screen.filter(|screen| !screen.is_endless()) {
        Some(screen) => wave::wave_cut(&typed.ty, &typed.value, screen.width * screen.height.saturating_sub(4).max(2)),
        None => (wave::wave(&typed.ty, &typed.value), false),
    };
    out.push_str(&sanitize::line(&text));
    out.push('\n');
    if cut {
        paint(out, Role::Dim, "… cut to the screen; .last shows all", look.colors);
        out.push('\n');
    }
}

fn push_lines(out: &mut String, lines: &[Text], look: &Look) {
    for line in lines {
        push_text(out, line, look);
        out.push('\n');
    }
}

pub(super) fn push_text(out: &mut String, text: &Text, look: &Look) {
    for piece in &text.0 {
        paint(out, piece.role, &sanitize::line(&piece.text), look.colors);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Type;
    use crate::report::{Cell, Table};
    use crate::value::Value;

    const COLORED: Look = Look { colors: true, screen: None };

    fn string(text: &str) -> Report {
        Report::Value(Typed { ty: Type::String, value: Value::String(text.to_owned()) })
    }

    #[track_caller]
    fn check(shown: &Report, expected: &str) {
        assert_eq!(report(shown, &Look::PLAIN).as_str(), expected);
    }

    #[test]
    fn reports_are_whole_lines_or_nothing() {
        check(&Report::Nothing, "");
        check(&string("a\nb"), "\"a\\nb\"\n");
        check(&Report::lines(vec![Text::plain("a"), Text::default()]), "a\n\n");
    }

    #[test]
    fn titles_stand_on_lines_of_their_own() {
        let parts = [("one", string("a")), ("two", string("b"))].map(|(title, part)| (title.to_owned(), part));
        check(&Report::Many(parts.to_vec()), "one\n\"a\"\n\ntwo\n\"b\"\n");
        let parts = [string("a"), string("b")].map(|part| (String::new(), part));
        check(&Report::Many(parts.to_vec()), "\"a\"\n\"b\"\n");
    }

    #[test]
    fn nothing_foreign_reaches_a_terminal() {
        let foreign = "\u{1b}[2J\u{202e}\u{9b}\r\n";
        let table = Table {
            columns: vec!["name"],
            rows: vec![vec![Cell::new(Role::Name, foreign)]],
            grouped: false,
            empty: String::new(),
        };
        let parts = vec![(foreign.to_owned(), Report::Table(table)), (String::new(), string(foreign))];
        let hostile = Report::Many([parts, vec![(String::new(), Report::lines(vec![Text::plain(foreign)]))]].concat());
        let plain = report(&hostile, &Look::PLAIN);
        assert!(!plain.as_str().chars().any(|c| sanitize::is_hidden(c) && c != '\n'), "{plain}");
        // The colours are all that coloured text has more.
        let colored = report(&hostile, &COLORED);
        let parts = colored.as_str().split('\u{1b}');
        let stripped: String = parts
            .map(|part| {
                part.split_once('m').map_or(part, |(code, rest)| if code.starts_with('[') { rest } else { part })
            })
            .collect();
        assert_eq!(stripped, plain.as_str());
        assert_ne!(colored, plain);
    }
}
