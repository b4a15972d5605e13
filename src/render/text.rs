//! Reports as text.

use super::style::paint;
use super::table::push_table;
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
    let (text, cut) = match look.screen {
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
