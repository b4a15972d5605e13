//! The smallest parts of a line: blanks, numbers, words, and where a quoted text ends.
//!
//! Lexing is WAVE's. A [`Lexer`] is a place in the text; each method reads one sort of part at that place, because what a
//! character begins depends on what the parser expects (`x:y` is a field and its value in braces, a package elsewhere).

use super::Span;
use crate::error::{Error, Kind};

/// A place in a text.
#[derive(Clone)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// Where `text` begins in the line that was typed.
    base: usize,
}

impl<'a> Lexer<'a> {
    /// At the beginning of `text`, which begins at byte `base` of the line.
    pub fn new(text: &'a str, base: usize) -> Lexer<'a> {
        Lexer { text, at: 0, base }
    }

    /// The whole text.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The place, in bytes of the text.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Goes to a place, which must lie between two characters.
    pub fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    /// What is left.
    pub fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The next byte.
    pub fn peek(&self) -> Option<u8> {
        self.peek_at(0)
    }

    /// The byte `ahead` of the next.
    pub fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    /// Nothing is left.
    pub fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Reads this ASCII character, if it is the next.
    pub fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// The bytes from `start` to `end` of the text, as a place in the line.
    pub fn span(&self, start: usize, end: usize) -> Span {
        Span::new(start, end).shifted(self.base)
    }

    /// From `start` to here.
    pub fn span_from(&self, start: usize) -> Span {
        self.span(start, self.at)
    }

    /// The next character, or the empty place at the end.
    pub fn next_span(&self) -> Span {
        let length = self.rest().chars().next().map_or(0, char::len_utf8);
        self.span(self.at, self.at + length)
    }

    /// Reads blanks, line ends and comments.
    pub fn skip_blank(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(b'/') if self.peek_at(1) == Some(b'/') => self.at = line_end(self.text, self.at),
                _ => return,
            }
        }
    }

    /// Reads a number as WAVE spells it, `-inf` included, if one begins here.
    pub fn number(&mut self) -> Option<&'a str> {
        let bytes = self.text.as_bytes();
        let digits_end = |from: usize| end_of_run(bytes, from, |byte| byte.is_ascii_digit());
        if self.rest().starts_with("-inf") {
            return Some(self.take_to(self.at + 4));
        }
        let whole = self.at + usize::from(self.peek() == Some(b'-'));
        let mut end = match bytes.get(whole) {
            Some(b'0') => whole + 1,
            Some(b'1'..=b'9') => digits_end(whole),
            _ => return None,
        };
        if bytes.get(end) == Some(&b'.') && digits_end(end + 1) > end + 1 {
            end = digits_end(end + 1);
        }
        if let Some(b'e' | b'E') = bytes.get(end) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = end + 1 + sign;
            if digits_end(exponent) > exponent {
                end = digits_end(exponent);
            }
        }
        Some(self.take_to(end))
    }

    /// Reads a word: letters, digits, `-` and `_`; empty if there is none.
    pub fn word(&mut self) -> &'a str {
        self.take_to(word_end(self.text, self.at))
    }

    /// Reads up to `end`.
    pub fn take_to(&mut self, end: usize) -> &'a str {
        let taken = &self.text[self.at..end];
        self.at = end;
        taken
    }

    /// What the next character is called in an error.
    pub fn found(&self) -> String {
        match self.rest().chars().next() {
            None => "the end of the line".to_owned(),
            Some(c) if c.is_ascii_graphic() => format!("`{c}`"),
            Some(c) => format!("the character {c:?}"),
        }
    }
}

/// A syntax error at a place.
pub(super) fn error(span: Span, message: impl Into<String>) -> Error {
    Error::new(Kind::Parse, message).at(span)
}

/// A byte of a word.
pub(super) fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Where the word that begins at `start` ends.
pub(super) fn word_end(text: &str, start: usize) -> usize {
    end_of_run(text.as_bytes(), start, is_word_byte)
}

/// Where the line that holds `start` ends: its line feed, or the end of the text.
pub(super) fn line_end(text: &str, start: usize) -> usize {
    text[start..].find('\n').map_or(text.len(), |length| start + length)
}

/// The first place from `start` whose byte is not of the class.
pub(super) fn end_of_run(bytes: &[u8], start: usize, class: impl Fn(u8) -> bool) -> usize {
    let run = bytes.get(start..).unwrap_or(&[]);
    start + run.iter().position(|byte| !class(*byte)).unwrap_or(run.len())
}
