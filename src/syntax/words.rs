//! A command's words, split as a POSIX shell splits them: quotes and backslashes count, nothing is expanded.
//!
//! shlex does the same but does not say where in the line a word stands, which errors and completion need.

use std::iter::Peekable;
use std::str::CharIndices;

use super::Span;
use super::lexer::error;
use crate::error::Result;

/// One word.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// The word, unquoted.
    pub text: String,
    /// Where it stands in the line, quotes included.
    pub span: Span,
}

/// Splits `text`, which begins at byte `offset` of the line.
pub fn split_words(text: &str, offset: usize) -> Result<Vec<Word>> {
    let mut words = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.peek().copied() {
        if is_blank(c) {
            chars.next();
            continue;
        }
        let word = word(&mut chars, text.len(), offset)?;
        let end = chars.peek().map_or(text.len(), |(at, _)| *at);
        words.push(Word { text: word, span: Span::new(start, end).shifted(offset) });
    }
    Ok(words)
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// Reads one word, up to a blank outside quotes.
fn word(chars: &mut Peekable<CharIndices>, end: usize, offset: usize) -> Result<String> {
    let mut word = String::new();
    while let Some((at, c)) = chars.next_if(|(_, c)| !is_blank(*c)) {
        match c {
            '\'' | '"' => quoted(chars, &mut word, c).ok_or_else(|| {
                error(Span::new(at, end).shifted(offset), "this quote is not closed").label("opened here")
            })?,
            // A backslash at the very end hides nothing and stands for itself; before a line end it joins the lines.
            '\\' => match chars.next() {
                Some((_, '\n')) => {}
                Some((_, hidden)) => word.push(hidden),
                None => word.push('\\'),
            },
            c => word.push(c),
        }
    }
    Ok(word)
}

/// Appends what stands up to the closing quote; `None` if there is none.
fn quoted(chars: &mut Peekable<CharIndices>, word: &mut String, quote: char) -> Option<()> {
    loop {
        match chars.next()?.1 {
            c if c == quote => return Some(()),
            '\\' if quote == '"' => match chars.next()?.1 {
                '\n' => {}
                hidden @ ('$' | '`' | '"' | '\\') => word.push(hidden),
                other => word.extend(['\\', other]),
            },
            c => word.push(c),
        }
    }
}
