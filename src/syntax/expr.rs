//! Expressions: literals, calls, variables, and what can stand behind them.
//!
//! Reading goes down at most [`MAX_DEPTH`] brackets, and no expression gets higher than [`MAX_HEIGHT`], so that whoever walks
//! or frees one needs little stack.

use super::Span;
use super::ast::{Expr, ExprKind, Name};
use super::brackets::Opened;
use super::lexer::{error, is_word_byte};
use super::names::{Colon, begins_name, function_ref};
use super::parser::{MAX_DEPTH, Parser};
use super::quoted::{self, Quoted, Sort};
use crate::error::{Error, Result};

/// How high an expression may be: [`MAX_DEPTH`] brackets, and as many members, elements and `?` behind each other.
const MAX_HEIGHT: usize = 2 * MAX_DEPTH;

impl Parser<'_> {
    /// Reads an expression.
    pub fn expression(&mut self) -> Result<Expr> {
        self.operand(Colon::Joins)
    }

    /// Reads a primary and its postfixes.
    pub(super) fn operand(&mut self, colon: Colon) -> Result<Expr> {
        self.lexer.skip_blank();
        if self.depth == MAX_DEPTH {
            return Err(error(self.lexer.next_span(), "this nests too deep")
                .help("values nest up to 100 deep; keep the inner part in a variable"));
        }
        self.depth += 1;
        let expr = self.primary(colon)?;
        let expr = self.postfixes(expr)?;
        self.depth -= 1;
        Ok(expr)
    }

    fn primary(&mut self, colon: Colon) -> Result<Expr> {
        let start = self.lexer.at();
        self.height = 1;
        let rest = self.lexer.rest();
        if let Some(quoted) = Quoted::at(self.lexer.text(), start) {
            let kind = self.quoted(quoted)?;
            return Ok(Expr { kind, span: self.lexer.span_from(start) });
        }
        if begins_name(rest) {
            return self.name(colon);
        }
        let kind = match self.lexer.peek() {
            Some(b'$') => ExprKind::Variable(self.variable()?),
            Some(b'(') => self.tuple()?,
            Some(b'[') => {
                let opened = self.open(b']');
                ExprKind::List(self.sequence(opened)?)
            }
            Some(b'{') => self.braces()?,
            Some(b'0'..=b'9' | b'-') => self.number()?,
            _ => return Err(self.no_value()),
        };
        Ok(Expr { kind, span: self.lexer.span_from(start) })
    }

    fn quoted(&mut self, quoted: Quoted) -> Result<ExprKind> {
        Ok(match quoted.sort {
            Sort::Char => ExprKind::Char(quoted::char(&mut self.lexer, quoted)?),
            Sort::String => ExprKind::String(quoted::string(&mut self.lexer, quoted)?),
            Sort::Lines => ExprKind::String(quoted::lines(&mut self.lexer, quoted)?),
            Sort::Bytes => ExprKind::Bytes(quoted::bytes(&mut self.lexer, quoted)?),
            Sort::File => ExprKind::File(quoted::string(&mut self.lexer, quoted)?),
        })
    }

    fn number(&mut self) -> Result<ExprKind> {
        let start = self.lexer.at();
        let number = self.lexer.number();
        if number.is_some() && !self.lexer.peek().is_some_and(is_word_byte) {
            return Ok(ExprKind::Number(number.unwrap_or_default().to_owned()));
        }
        self.lexer.eat(b'-');
        let word = self.lexer.word();
        let span = self.lexer.span_from(start);
        let sign = if number.is_none() { "-" } else { "" };
        let written = if number.is_none() { word } else { &self.lexer.text()[start..self.lexer.at()] };
        Err(error(span, format!("`{sign}{written}` is not a number"))
            .help("numbers are decimal, without leading zeros: 16, -3, 1.5e3, inf, -inf, nan"))
    }

    /// Reads a name, and the call if it is one.
    fn name(&mut self, colon: Colon) -> Result<Expr> {
        let start = self.lexer.at();
        let function = function_ref(&mut self.lexer, colon)?;
        let span = self.lexer.span_from(start);
        if let Some(opened) = self.opens_arguments() {
            let args = self.sequence(opened)?;
            self.grow(start)?;
            return Ok(Expr { kind: ExprKind::Apply { function, args }, span: self.lexer.span_from(start) });
        }
        let kind = match function.as_label() {
            Some("inf" | "nan") if !function.escaped && colon == Colon::Joins => ExprKind::Number(function.name.text),
            Some(_) => ExprKind::Label { name: function.name.text, escaped: function.escaped },
            None => ExprKind::Function(function),
        };
        Ok(Expr { kind, span })
    }

    /// Reads members, elements and `?` behind an expression.
    fn postfixes(&mut self, mut expr: Expr) -> Result<Expr> {
        loop {
            let start = self.lexer.at();
            self.lexer.skip_blank();
            let next = self.lexer.peek();
            let spaced = self.lexer.at() > start;
            if spaced && next != Some(b'?') && is_literal(&expr.kind) {
                self.lexer.go_to(start);
                return Ok(expr);
            }
            let height = self.height;
            let target = expr.span.start;
            let kind = match next {
                Some(b'.') => self.member(Box::new(expr))?,
                Some(b'[') => self.element(Box::new(expr))?,
                Some(b'?') => {
                    self.lexer.eat(b'?');
                    ExprKind::Try(Box::new(expr))
                }
                _ => {
                    self.lexer.go_to(start);
                    return Ok(expr);
                }
            };
            self.height = self.height.max(height);
            let span = Span::new(target, self.lexer.span_from(start).end);
            self.grow(start)?;
            expr = Expr { kind, span };
        }
    }

    /// Reads `.field` or `.method(args)`.
    fn member(&mut self, target: Box<Expr>) -> Result<ExprKind> {
        self.lexer.eat(b'.');
        let start = self.lexer.at();
        self.lexer.eat(b'%');
        let text = self.lexer.word().to_owned();
        let span = self.lexer.span_from(start);
        if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let place = if text.is_empty() { self.lexer.next_span() } else { span };
            if let ExprKind::Number(number) = &target.kind {
                return Err(error(place, "digits stand behind the point of a number").help(format!("write {number}.0")));
            }
            return Err(error(place, "the name of a field or a method stands behind `.`")
                .help("an element of a tuple or list is written in brackets, from 0: $x[0]"));
        }
        let name = Name { text, span };
        match self.opens_arguments() {
            Some(opened) => Ok(ExprKind::Method { target, name, args: self.sequence(opened)? }),
            None => Ok(ExprKind::Field { target, name }),
        }
    }

    /// Reads `[index]`.
    fn element(&mut self, target: Box<Expr>) -> Result<ExprKind> {
        let opened = self.open(b']');
        let index = self.value_in(opened)?;
        self.lexer.skip_blank();
        if !self.lexer.eat(b']') {
            return Err(self.expected("`]`", opened));
        }
        Ok(ExprKind::Index { target, index: Box::new(index) })
    }

    /// Reads the bracket that makes a name a call, if it stands here.
    fn opens_arguments(&mut self) -> Option<Opened> {
        let start = self.lexer.at();
        self.lexer.skip_blank();
        if self.lexer.peek() == Some(b'(') {
            return Some(self.open(b')'));
        }
        self.lexer.go_to(start);
        None
    }

    /// One node stands above what was read last.
    pub(super) fn grow(&mut self, start: usize) -> Result<()> {
        self.height += 1;
        if self.height > MAX_HEIGHT {
            let span = self.lexer.span_from(start);
            return Err(error(span, "this is too long a chain of members").help("keep the first part in a variable"));
        }
        Ok(())
    }

    /// Why no value begins here.
    fn no_value(&self) -> Error {
        let unexpected = error(self.lexer.next_span(), format!("expected a value, found {}", self.lexer.found()));
        match self.lexer.rest().chars().next() {
            Some('.') => unexpected.help("a number begins with a digit: 0.5"),
            Some('+') => unexpected.help("a positive number has no sign"),
            Some('@') => unexpected.help("a file is written @\"path\", without a blank"),
            Some('“' | '”' | '„') => unexpected.help("text stands between plain double quotes: \""),
            Some('‘' | '’' | '`') => unexpected.help("a char stands between plain single quotes: 'x'"),
            Some('<') => unexpected.help("a handle cannot be written; use the variable that holds it, such as $_"),
            _ => unexpected,
        }
    }
}

/// A value that is written out: a bracket behind it and a blank begins something new.
fn is_literal(kind: &ExprKind) -> bool {
    !matches!(
        kind,
        ExprKind::Variable(_)
            | ExprKind::Apply { .. }
            | ExprKind::Method { .. }
            | ExprKind::Field { .. }
            | ExprKind::Index { .. }
            | ExprKind::Try(_)
    )
}
