//! Variables that stand among a command's words: `$x`, `$x.field`, `$t[0]`, `$x?`.

use super::statement::evaluate;
use crate::error::{Error, Kind, Result};
use crate::session::Session;
use crate::syntax::ast::{Expr, ExprKind};
use crate::syntax::{self, Span};
use crate::value::Typed;

/// The value of a variable with its postfixes; nothing is called for it. `example` is a command that has one.
pub fn variable(session: &mut Session, text: &str, span: Span, example: &str) -> Result<Typed> {
    let expr = syntax::parse_expression(text, span.start)?;
    if !is_variable(&expr) {
        return Err(Error::new(Kind::Parse, format!("expected a variable, found `{text}`"))
            .at(span)
            .help(format!("name the variable that holds the handle: `{example}`")));
    }
    evaluate(session, &expr, None)
}

fn is_variable(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Variable(_) => true,
        ExprKind::Field { target, .. } | ExprKind::Index { target, .. } | ExprKind::Try(target) => is_variable(target),
        _ => false,
    }
}
