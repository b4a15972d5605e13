//! The language of the prompt: text to data.
//!
//! Pure and total: no input makes it panic, nothing here knows a component or a value's type. [`parse`] turns one whole input
//! into an [`ast::Input`]; [`completeness`] says whether more lines are needed. Literals keep their text until `eval` knows the
//! type that their place expects. Start reading at `ast.rs`, then `parser.rs`, `expr.rs` and
//! `brackets.rs`, `lexer.rs`.
//!
//! Each function that takes an `offset` reads a part of a line that begins at that byte, and gives places in the line.

pub mod ast;
mod brackets;
mod complete;
mod expr;
mod lexer;
mod names;
mod parser;
mod quoted;
#[cfg(test)]
mod tests;
mod tokens;
mod type_expr;
mod words;

pub use crate::span::Span;
pub use complete::{Completeness, Opened, Pending, completeness};
pub use tokens::{Token, TokenKind, tokens};
pub use type_expr::GENERIC;
pub use words::{Word, split_words};

use ast::{Expr, FunctionRef, Input, Statement, TypeExpr};
use parser::Parser;

use crate::error::Result;

/// One whole input: a command line, a statement, a question, or nothing.
pub fn parse(input: &str) -> Result<Input> {
    Parser::new(input, 0).input()
}

/// A statement, as after a command that takes one: `[$x =] expr [: type]`.
pub fn parse_statement(text: &str, offset: usize) -> Result<Statement> {
    Parser::new(text, offset).statement()
}

/// An expression and nothing else.
pub fn parse_expression(text: &str, offset: usize) -> Result<Expr> {
    let mut parser = Parser::new(text, offset);
    let expr = parser.expression()?;
    parser.end(Some(&expr))?;
    Ok(expr)
}

/// A type and nothing else.
pub fn parse_type(text: &str, offset: usize) -> Result<TypeExpr> {
    let mut parser = Parser::new(text, offset);
    let ty = parser.type_expression()?;
    parser.end(None)?;
    Ok(ty)
}

/// The name of a function, an interface, a package or a type, and nothing else. An interface or package named alone stands in
/// the result's `name`.
pub fn parse_function_ref(text: &str, offset: usize) -> Result<FunctionRef> {
    let mut parser = Parser::new(text, offset);
    parser.lexer.skip_blank();
    if !names::begins_name(parser.lexer.rest()) {
        let message = format!("expected a name, found {}", parser.lexer.found());
        return Err(lexer::error(parser.lexer.next_span(), message));
    }
    let name = names::function_ref(&mut parser.lexer, names::Colon::Joins)?;
    parser.end(None)?;
    Ok(name)
}
