//! Errors as text: what was wrong, where, what would be right, and everything behind it.
//!
//! ```text
//! error: expected s32, found a string
//!   add(1, "x")
//!          ^^^ parameter `b` of add: func(a: s32, b: s32) -> s32
//! ```

use super::style::paint;
use super::{Clean, Look, sanitize, width};
use crate::error::Error;
use crate::report::Role;
use crate::syntax::Span;

/// How much of a long line is shown around the place where nothing else bounds it, in columns.
const WINDOW: usize = 120;
/// The least that is shown of a line, however narrow the screen.
const NARROWEST: usize = 20;
/// So many columns are shown of one line of what an error says: names of 100 KB are valid.
const LONGEST_LINE: usize = 2_000;
/// What stands for the part of a line that is not shown.
const ELLIPSIS: &str = "…";
/// So many frames of a backtrace are shown at each of its ends: a recursion without end has thousands.
const FRAMES: usize = 25;

/// An error as text, whole lines; `input` is what was typed, into which its place points.
pub fn error(error: &Error, input: &str, look: &Look) -> Clean {
    let mut out = String::new();
    push_headed(&mut out, "error", Role::Error, &error.message, look);
    if let Some(span) = error.span {
        push_place(&mut out, input, span, error.label.as_deref().unwrap_or_default(), look);
    }
    for help in &error.help {
        push_headed(&mut out, "help", Role::Good, help, look);
    }
    for note in &error.notes {
        push_headed(&mut out, "note", Role::Dim, note, look);
    }
    for cause in &error.causes {
        push_headed(&mut out, "caused by", Role::Warning, cause, look);
    }
    push_backtrace(&mut out, &error.backtrace, look);
    Clean(out)
}

/// `head: text`, further lines of the text indented.
fn push_headed(out: &mut String, head: &str, role: Role, text: &str, look: &Look) {
    paint(out, role, head, look.colors);
    out.push_str(": ");
    for (i, line) in text.lines().enumerate() {
        if i > 0 {
            out.push_str("\n  ");
        }
        out.push_str(&width::cut(&sanitize::line(line), LONGEST_LINE));
    }
    out.push('\n');
}

fn push_backtrace(out: &mut String, frames: &[String], look: &Look) {
    if frames.is_empty() {
        return;
    }
    paint(out, Role::Dim, "backtrace", look.colors);
    out.push_str(":\n");
    let hidden = if frames.len() > 2 * FRAMES { FRAMES..frames.len() - FRAMES } else { 0..0 };
    for (i, frame) in frames.iter().enumerate() {
        if !hidden.contains(&i) {
            out.push_str("  ");
            out.push_str(&width::cut(&sanitize::line(frame), LONGEST_LINE));
            out.push('\n');
        } else if i == hidden.start {
            out.push_str(&format!("  … {} more frames …\n", hidden.len()));
        }
    }
}

/// The line that holds the place, and carets under the place with the label behind them.
fn push_place(out: &mut String, input: &str, span: Span, label: &str, look: &Look) {
    let place = Place::new(input, span);
    let available = look.screen.map_or(WINDOW, |screen| screen.width.saturating_sub(2).max(NARROWEST));
    let (before, marked, after) = place.windowed(available);
    out.push_str("  ");
    out.push_str(&before);
    out.push_str(&marked);
    out.push_str(&after);
    // A place at the end of a line has no character of its own.
    out.truncate(out.trim_end_matches(' ').len());
    out.push_str("\n  ");
    out.extend(std::iter::repeat_n(' ', width::columns(&before)));
    let carets = "^".repeat(width::columns(&marked).max(1));
    paint(out, Role::Error, &carets, look.colors);
    if !label.is_empty() {
        out.push(' ');
        out.push_str(&width::cut(&sanitize::line(label), LONGEST_LINE));
    }
    out.push('\n');
}

/// The line of an input that holds a place, made clean: before the place, the place, behind it.
struct Place {
    before: String,
    marked: String,
    after: String,
}

impl Place {
    fn new(input: &str, span: Span) -> Place {
        let start = input.floor_char_boundary(span.start);
        let line_start = input[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = input[start..].find('\n').map_or(input.len(), |at| start + at);
        // A place that goes on over several lines is marked to the end of its first.
        let end = input.floor_char_boundary(span.end).clamp(start, line_end);
        let clean = |text: &str| sanitize::line(text).into_owned();
        Place {
            before: clean(&input[line_start..start]),
            marked: clean(&input[start..end]),
            after: clean(&input[end..line_end]),
        }
    }

    /// The three parts cut to so many columns, the place itself in view.
    fn windowed(self, available: usize) -> (String, String, String) {
        let marked_width = width::columns(&self.marked).max(1);
        if width::columns(&self.before) + marked_width + width::columns(&self.after) <= available {
            return (self.before, self.marked, self.after);
        }
        let marked = width::cut(&self.marked, available / 2);
        let left = available.saturating_sub(width::columns(&marked)) / 2;
        let before = match width::columns(&self.before) <= left {
            true => self.before,
            false => format!("{ELLIPSIS}{}", width::suffix(&self.before, left.saturating_sub(1))),
        };
        let right = available.saturating_sub(width::columns(&before) + width::columns(&marked));
        let after = if marked == self.marked { width::cut(&self.after, right) } else { String::new() };
        (before, marked, after)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Screen;
    use super::*;
    use crate::error::Kind;

    fn type_error(span: Span) -> Error {
        Error::new(Kind::Type, "expected s32, found a string").at(span).label("parameter `b`")
    }

    #[track_caller]
    fn check(error: &Error, input: &str, expected: &str) {
        assert_eq!(super::error(error, input, &Look::PLAIN).as_str(), expected);
    }

    #[test]
    fn carets_stand_under_the_place() {
        check(
            &type_error(Span::new(7, 10)),
            "add(1, \"x\")",
            "error: expected s32, found a string\n  add(1, \"x\")\n         ^^^ parameter `b`\n",
        );
        let wide = "f(\"日本\", \u{1b}x)";
        let at = wide.find('x').unwrap();
        check(
            &Error::new(Kind::Parse, "bad").at(Span::new(at, at + 1)),
            wide,
            "error: bad\n  f(\"日本\", \\u{1b}x)\n                  ^\n",
        );
        check(&Error::new(Kind::Parse, "end").at(Span::new(4, 4)), "add(", "error: end\n  add(\n      ^\n");
    }

    #[test]
    fn the_line_of_the_place_is_shown() {
        check(&Error::new(Kind::Parse, "bad").at(Span::new(5, 6)), "f([1\n, x\n])", "error: bad\n  , x\n  ^\n");
        check(&Error::new(Kind::Parse, "open").at(Span::new(2, 9)), "f([1,\n2,\n3", "error: open\n  f([1,\n    ^^^\n");
    }

    #[test]
    fn places_outside_the_input_harm_nothing() {
        check(&Error::new(Kind::Parse, "bad").at(Span::new(90, 99)), "a", "error: bad\n  a\n   ^\n");
        check(&Error::new(Kind::Parse, "bad").at(Span::new(1, 2)), "ü", "error: bad\n  ü\n  ^\n");
        check(&Error::new(Kind::Parse, "bad").at(Span::new(3, 1)), "abcd", "error: bad\n  abcd\n     ^\n");
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let input = format!("{}!{}", "a".repeat(50_000), "b".repeat(50_000));
        let error = Error::new(Kind::Parse, "bad").at(Span::new(50_000, 50_001));
        let screen = Screen { width: 42, height: 24 };
        let shown = super::error(&error, &input, &Look { colors: false, screen: Some(screen) });
        let lines: Vec<&str> = shown.as_str().lines().collect();
        assert_eq!(lines[1], format!("  …{}!{}…", "a".repeat(18), "b".repeat(19)));
        assert_eq!(lines[2], format!("  {}^", " ".repeat(19)));
        let whole = super::error(&Error::new(Kind::Parse, "bad").at(Span::new(0, 100_001)), &input, &Look::PLAIN);
        assert!(whole.as_str().lines().all(|line| width::columns(line) <= WINDOW + 2));
    }

    #[test]
    fn an_endless_name_is_cut() {
        let name = "n".repeat(100_000);
        let error = Error::new(Kind::Name, format!("no function `{name}`"))
            .at(Span::new(0, 1))
            .label(&name)
            .help(&name)
            .backtrace(vec![name.clone()]);
        let shown = super::error(&error, "x", &Look::PLAIN);
        assert!(
            shown.as_str().lines().all(|line| width::columns(line) <= LONGEST_LINE + 12),
            "{}",
            shown.as_str().len()
        );
    }

    #[test]
    fn everything_behind_an_error_is_shown() {
        let frames = (0..60).map(|i| format!("{i}: f")).collect();
        let error = Error::new(Kind::Trap, "integer divide by zero\nat once")
            .help("try 1")
            .note("the instance was replaced")
            .cause("first")
            .cause("second\x1b[2J")
            .backtrace(frames);
        let shown = super::error(&error, "", &Look::PLAIN);
        let expected = "error: integer divide by zero\n  at once\nhelp: try 1\nnote: the instance was replaced\n\
                        caused by: first\ncaused by: second\\u{1b}[2J\nbacktrace:\n  0: f\n";
        assert!(shown.as_str().starts_with(expected), "{shown}");
        assert!(shown.as_str().contains("  24: f\n  … 10 more frames …\n  35: f\n"), "{shown}");
    }

    #[test]
    fn colours_change_nothing_but_colours() {
        let error = type_error(Span::new(7, 10)).help("a number");
        let colored = super::error(&error, "add(1, \"x\")", &Look { colors: true, screen: None });
        let plain = super::error(&error, "add(1, \"x\")", &Look::PLAIN);
        assert_ne!(colored, plain);
        let mut stripped = String::new();
        for (i, part) in colored.as_str().split('\x1b').enumerate() {
            stripped.push_str(if i == 0 { part } else { part.split_once('m').map_or(part, |(_, rest)| rest) });
        }
        assert_eq!(stripped, plain.as_str());
    }
}
