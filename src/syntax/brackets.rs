//! What stands in brackets: lists, tuples, arguments, and the three meanings of braces.

use super::ast::{Expr, ExprKind};
use super::lexer::{error, is_word_byte};
use super::names::Colon;
use super::parser::Parser;
use crate::error::{Error, Result};

/// A bracket that was opened.
#[derive(Clone, Copy)]
pub(super) struct Opened {
    at: usize,
    close: u8,
}

impl Parser<'_> {
    /// Reads an opening bracket, whatever it is.
    pub(super) fn open(&mut self, close: u8) -> Opened {
        let at = self.lexer.at();
        self.lexer.go_to(at + 1);
        Opened { at, close }
    }

    /// Reads `(…)` where it is a value.
    pub(super) fn tuple(&mut self) -> Result<ExprKind> {
        let opened = self.open(b')');
        let items = self.sequence(opened)?;
        if items.is_empty() {
            return Err(error(
                self.lexer.span_from(opened.at),
                "`()` is not a value: a tuple has at least one element",
            )
            .help("a function without parameters is called with its name in front: name()"));
        }
        Ok(ExprKind::Tuple(items))
    }

    /// Reads `{…}`: what it is, only the type will say, but a colon behind the first part tells entries from labels.
    pub(super) fn braces(&mut self) -> Result<ExprKind> {
        let opened = self.open(b'}');
        self.lexer.skip_blank();
        if self.lexer.eat(b'}') {
            return Ok(ExprKind::EmptyBraces);
        }
        if self.lexer.eat(b':') {
            self.lexer.skip_blank();
            return if self.lexer.eat(b'}') {
                Ok(ExprKind::Entries(Vec::new()))
            } else {
                Err(self.expected("`}`", opened))
            };
        }
        let first = self.key(opened)?;
        self.lexer.skip_blank();
        let kind = if self.lexer.peek() == Some(b':') {
            ExprKind::Entries(self.entries(opened, first)?)
        } else {
            ExprKind::Labels(self.labels(opened, first)?)
        };
        self.grow(opened.at)?;
        Ok(kind)
    }

    /// Reads a field, a flag or a map's key.
    fn key(&mut self, opened: Opened) -> Result<Expr> {
        self.lexer.skip_blank();
        if self.lexer.at_end() {
            return Err(self.unclosed(opened));
        }
        self.operand(Colon::Ends)
    }

    fn entries(&mut self, opened: Opened, first: Expr) -> Result<Vec<(Expr, Expr)>> {
        let mut tallest = self.height;
        let mut entries = Vec::new();
        let mut key = first;
        loop {
            self.lexer.skip_blank();
            if !self.lexer.eat(b':') {
                return Err(self.expected("`:` and the value", opened));
            }
            let value = self.value_in(opened)?;
            tallest = tallest.max(self.height);
            entries.push((key, value));
            if self.closes(opened)? {
                break;
            }
            key = self.key(opened)?;
            tallest = tallest.max(self.height);
        }
        self.height = tallest;
        Ok(entries)
    }

    fn labels(&mut self, opened: Opened, first: Expr) -> Result<Vec<Expr>> {
        let mut tallest = self.height;
        let mut labels = vec![first];
        while !self.closes(opened)? {
            labels.push(self.key(opened)?);
            tallest = tallest.max(self.height);
        }
        self.height = tallest;
        Ok(labels)
    }

    /// Reads values and commas up to the closing bracket.
    pub(super) fn sequence(&mut self, opened: Opened) -> Result<Vec<Expr>> {
        let mut items = Vec::new();
        let mut tallest = 0;
        self.lexer.skip_blank();
        if !self.lexer.eat(opened.close) {
            loop {
                items.push(self.value_in(opened)?);
                tallest = tallest.max(self.height);
                if self.closes(opened)? {
                    break;
                }
            }
        }
        self.height = tallest;
        Ok(items)
    }

    /// Reads a value inside a bracket.
    pub(super) fn value_in(&mut self, opened: Opened) -> Result<Expr> {
        self.lexer.skip_blank();
        if self.lexer.at_end() {
            return Err(self.unclosed(opened));
        }
        self.expression()
    }

    /// Reads the comma or the closing bracket behind an item, or both; whether the bracket is closed.
    fn closes(&mut self, opened: Opened) -> Result<bool> {
        self.lexer.skip_blank();
        let comma = self.lexer.eat(b',');
        if comma {
            self.lexer.skip_blank();
        }
        if self.lexer.eat(opened.close) {
            return Ok(true);
        }
        if comma {
            return Ok(false);
        }
        Err(self.expected(&format!("`,` or `{}`", char::from(opened.close)), opened))
    }

    fn unclosed(&self, opened: Opened) -> Error {
        let bracket = char::from(self.lexer.text().as_bytes()[opened.at]);
        error(self.lexer.span(opened.at, opened.at + 1), format!("this `{bracket}` is not closed"))
            .label(format!("`{}` is missing", char::from(opened.close)))
    }

    pub(super) fn expected(&self, what: &str, opened: Opened) -> Error {
        if self.lexer.at_end() {
            return self.unclosed(opened);
        }
        let error = error(self.lexer.next_span(), format!("expected {what}, found {}", self.lexer.found()));
        match (opened.close, self.lexer.found().as_str()) {
            (b')', "`:`") if self.stands_behind_name() => error.help("arguments stand in their order, without names"),
            (b')' | b']', "`:`") => error.help("a type stands only at the end of a statement, outside of brackets"),
            _ => error,
        }
    }

    fn stands_behind_name(&self) -> bool {
        let before = self.lexer.text()[..self.lexer.at()].trim_end();
        let rest = before.trim_end_matches(|c: char| c.is_ascii() && is_word_byte(c as u8));
        before[rest.len()..].starts_with(|c: char| c.is_ascii_alphabetic()) && !rest.ends_with('$')
    }
}
