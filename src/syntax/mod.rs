//! The language of the prompt: text to data.
//!
//! Pure and total: no input makes it panic, nothing here knows a component or a value's type. [`parse`] turns one whole input
//! into an [`ast::Input`]; [`completeness`] says whether more lines are needed. Literals keep their text until `eval` knows the
//! type that their place expects. Start reading at `ast.rs`, then `lexer.rs`, `parser.rs`.

pub mod ast;
mod span;

pub use span::Span;
