//! Types as WIT writes them, their names not yet looked up.

use super::ast::{TypeArg, TypeExpr, TypeExprKind};
use super::lexer::{error, is_word_byte};
use super::names::{Colon, begins_name, function_ref};
use super::parser::{MAX_DEPTH, Parser};
use crate::error::{Error, Result};

/// The types that take arguments; `result`, `stream` and `future` also stand alone.
pub const GENERIC: [&str; 9] = ["list", "map", "tuple", "option", "result", "own", "borrow", "stream", "future"];

impl Parser<'_> {
    /// Reads a type.
    pub fn type_expression(&mut self) -> Result<TypeExpr> {
        self.lexer.skip_blank();
        if self.depth == MAX_DEPTH {
            return Err(error(self.lexer.next_span(), "this type nests too deep").help("types nest up to 100 deep"));
        }
        if !begins_name(self.lexer.rest()) || self.lexer.peek() == Some(b'[') {
            let message = format!("expected a type, found {}", self.lexer.found());
            return Err(error(self.lexer.next_span(), message).help("types are written as in WIT: u32, list<string>"));
        }
        self.depth += 1;
        let start = self.lexer.at();
        let name = function_ref(&mut self.lexer, Colon::Joins)?;
        let named = self.lexer.span_from(start);
        self.lexer.skip_blank();
        let ty = if self.lexer.peek() == Some(b'<') {
            if !name.as_label().is_some_and(|head| GENERIC.contains(&head)) {
                return Err(self.no_arguments(&name.name.text));
            }
            let args = self.type_arguments(&name.name.text)?;
            TypeExpr { kind: TypeExprKind::Generic { head: name.name, args }, span: self.lexer.span_from(start) }
        } else {
            TypeExpr { kind: TypeExprKind::Named(name), span: named }
        };
        self.depth -= 1;
        Ok(ty)
    }

    fn no_arguments(&self, name: &str) -> Error {
        error(self.lexer.next_span(), format!("the type `{name}` takes no arguments"))
            .help(format!("these do: {}", GENERIC.join(", ")))
    }

    /// Reads `<A, B>`.
    fn type_arguments(&mut self, head: &str) -> Result<Vec<TypeArg>> {
        let opened = self.lexer.at();
        self.lexer.eat(b'<');
        let mut args = Vec::new();
        loop {
            args.push(self.type_argument(head, args.len())?);
            self.lexer.skip_blank();
            let comma = self.lexer.eat(b',');
            self.lexer.skip_blank();
            if self.lexer.eat(b'>') {
                return Ok(args);
            }
            if self.lexer.at_end() {
                return Err(
                    error(self.lexer.span(opened, opened + 1), "this `<` is not closed").label("`>` is missing")
                );
            }
            if !comma {
                let message = format!("expected `,` or `>`, found {}", self.lexer.found());
                return Err(error(self.lexer.next_span(), message));
            }
        }
    }

    fn type_argument(&mut self, head: &str, index: usize) -> Result<TypeArg> {
        self.lexer.skip_blank();
        let start = self.lexer.at();
        match self.lexer.peek() {
            Some(b'_') if head == "result" && !self.lexer.peek_at(1).is_some_and(is_word_byte) => {
                self.lexer.eat(b'_');
                Ok(TypeArg::Hole(self.lexer.span_from(start)))
            }
            Some(b'0'..=b'9') if head == "list" && index == 1 => {
                let digits = self.lexer.word();
                let span = self.lexer.span_from(start);
                match digits.parse() {
                    Ok(length) => Ok(TypeArg::Length(length, span)),
                    Err(_) => Err(error(span, format!("`{digits}` is not the length of a list"))
                        .help("a list of four bytes is written list<u8, 4>")),
                }
            }
            _ => Ok(TypeArg::Type(self.type_expression()?)),
        }
    }
}
