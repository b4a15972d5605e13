//! Whether an input is whole, or goes on over more lines because a bracket or a string is open.

use super::Span;
use super::quoted::lines_close;
use super::tokens::{TokenKind, tokens};

/// Whether more lines are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// No: it can be parsed, whether or not it is right.
    Complete,
    /// Yes: this is open, since that place.
    Open(Opened, Span),
}

/// What can be open at the end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// This bracket.
    Bracket(char),
    /// A multi-line string or a byte string.
    String,
}

/// Whether `input` is whole.
pub fn completeness(input: &str) -> Completeness {
    Pending::default().extend(input)
}

/// An input that grows line by line; each line is looked at once.
#[derive(Debug, Default)]
pub struct Pending {
    /// How much was looked at.
    seen: usize,
    /// The brackets that are open, outermost first.
    brackets: Vec<(char, Span)>,
    /// The multi-line string or byte string that is open.
    string: Option<Span>,
}

impl Pending {
    /// Whether the input is whole. `input` is all of it so far: what it was at the last call, and further lines behind it.
    pub fn extend(&mut self, input: &str) -> Completeness {
        if !input.is_char_boundary(self.seen) {
            *self = Pending::default();
        }
        if self.seen == 0 && input.trim_start_matches('\u{feff}').trim_start().starts_with('.') {
            return Completeness::Complete;
        }
        if let Some(string) = self.string.take() {
            // The closing quotes may have begun at the end of what was seen.
            let from = input.floor_char_boundary(self.seen.saturating_sub(2).max(string.start + 3));
            if input[string.start..].starts_with('"') && lines_close(input, from).is_none() {
                return self.still_in(string, input);
            }
            self.seen = string.start;
        }
        let seen = self.seen;
        for token in tokens(&input[seen..]) {
            let span = token.span.shifted(seen);
            let first = input[span.start..].chars().next().unwrap_or_default();
            match token.kind {
                TokenKind::Open => self.brackets.push((first, span)),
                TokenKind::Close => match self.brackets.pop() {
                    Some((open, _)) if closing(open) == first => {}
                    _ => return Completeness::Complete,
                },
                TokenKind::OpenString => return self.still_in(span, input),
                TokenKind::Unknown => return Completeness::Complete,
                _ => {}
            }
        }
        self.seen = input.len();
        match self.brackets.last() {
            Some((open, span)) => Completeness::Open(Opened::Bracket(*open), *span),
            None => Completeness::Complete,
        }
    }

    fn still_in(&mut self, string: Span, input: &str) -> Completeness {
        self.string = Some(string);
        self.seen = input.len();
        let quotes = if input[string.start..].starts_with('"') { 3 } else { 2 };
        Completeness::Open(Opened::String, Span::new(string.start, string.start + quotes))
    }
}

fn closing(open: char) -> char {
    match open {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}
