//! The tokens of a text that need not be a whole statement, for highlighting, completion, and to see what is still open.

use super::Span;
use super::lexer::{Lexer, line_end};
use super::names::{Colon, begins_name, function_ref};
use super::quoted::{Quoted, Sort};

/// One token and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Span,
}

/// The sorts of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A label, or a whole qualified name: `add`, `ns:pkg/iface@1.0.0#[method]counter.get`.
    Name,
    /// `$x`
    Variable,
    /// A number.
    Number,
    /// `'x'`
    Char,
    /// `"text"`, a multi-line string, `b"bytes"`, `@"path"`
    String,
    /// A string that more lines can close.
    OpenString,
    /// `(`, `[`, `{`
    Open,
    /// `)`, `]`, `}`
    Close,
    /// `,` `:` `=` `?` `.` `<` `>`
    Punctuation,
    /// `// …`
    Comment,
    /// What no statement can hold, and a string that its line does not close.
    Unknown,
}

/// The tokens of `text`, blanks left out. No text makes it fail.
pub fn tokens(text: &str) -> impl Iterator<Item = Token> {
    Tokens { lexer: Lexer::new(text, 0), after_value: false }
}

struct Tokens<'a> {
    lexer: Lexer<'a>,
    /// A value ended right before, so that `[` begins an index and no name.
    after_value: bool,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.lexer.peek() {
            self.lexer.go_to(self.lexer.at() + 1);
            self.after_value = false;
        }
        let start = self.lexer.at();
        let first = self.lexer.rest().chars().next()?;
        let kind = self.read(first);
        self.after_value = matches!(kind, TokenKind::Name | TokenKind::Variable | TokenKind::Close)
            || (kind == TokenKind::Punctuation && first == '?');
        Some(Token { kind, span: self.lexer.span_from(start) })
    }
}

impl Tokens<'_> {
    /// Reads one token, at least one character long.
    fn read(&mut self, first: char) -> TokenKind {
        let start = self.lexer.at();
        let text = self.lexer.text();
        if let Some(quoted) = Quoted::at(text, start) {
            return self.quoted(quoted);
        }
        if !(self.after_value && first == '[') && begins_name(self.lexer.rest()) {
            // An unfinished name ends where it stops being one; its first character is always read.
            let _ = function_ref(&mut self.lexer, Colon::Joins);
            return TokenKind::Name;
        }
        // What the parser would refuse is read as a whole, so that no part of it is looked at twice.
        let number = self.lexer.number().is_some();
        let more = !self.lexer.word().is_empty();
        if number || more {
            return if more { TokenKind::Unknown } else { TokenKind::Number };
        }
        if self.lexer.rest().starts_with("//") {
            self.lexer.go_to(line_end(text, start));
            return TokenKind::Comment;
        }
        self.lexer.go_to(start + first.len_utf8());
        match first {
            '$' if self.lexer.word().is_empty() => TokenKind::Unknown,
            '$' => TokenKind::Variable,
            '(' | '[' | '{' => TokenKind::Open,
            ')' | ']' | '}' => TokenKind::Close,
            ',' | ':' | '=' | '?' | '.' | '<' | '>' => TokenKind::Punctuation,
            _ => TokenKind::Unknown,
        }
    }

    fn quoted(&mut self, quoted: Quoted) -> TokenKind {
        let text = self.lexer.text();
        let open = quoted.end.is_none();
        let to = match quoted.end {
            Some(end) => end,
            None if quoted.spans_lines() => text.len(),
            None => line_end(text, quoted.start),
        };
        self.lexer.go_to(to);
        match quoted.sort {
            _ if open && quoted.spans_lines() => TokenKind::OpenString,
            _ if open => TokenKind::Unknown,
            Sort::Char => TokenKind::Char,
            _ => TokenKind::String,
        }
    }
}
