//! `.write`: an item into a stream, the value of a future.

use std::sync::Arc;

use super::{Arg, ArgKind, Args, Count, Group, Spec};
use crate::error::{Error, Kind, Result};
use crate::eval;
use crate::model::Type;
use crate::report::{Outcome, Report, Role, Text};
use crate::session::Session;
use crate::syntax;
use crate::syntax::ast::ExprKind;
use crate::value::{Typed, Value};
use crate::wording::counted;

/// `.write $W EXPR`
pub static SPEC: Spec = Spec {
    name: "write",
    args: &[
        Arg { name: "$W", kind: ArgKind::Variable, count: Count::One },
        Arg { name: "EXPR", kind: ArgKind::Expression, count: Count::Line },
    ],
    summary: "Write to a stream, or give a future its value",
    details: "`$w, $r = stream<string>` makes both ends; `$r` goes to a call, and what is written to `$w` comes out there. EXPR \
              is an item, or a list of items: bytes, such as `b\"…\"` or `@\"file\"`, are a list of `u8`. The answer says how much \
              nobody has taken yet, and whether anybody still reads.",
    examples: &[(".write $w \"a line\"", "one item"), (".write $w [1, 2, 3]", "three of them")],
    group: Group::Values,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let (Some(word), Some(line)) = (args.get(0), args.get(1)) else { return Ok(Outcome::default()) };
    let Typed { ty, value } = eval::variable(session, &word.text, word.span, ".write $w 1")?;
    let (Type::Writable(end), Value::Handle(number)) = (&ty, value) else {
        let message = format!("`{}` is no writable end but a value of type {ty}", word.text);
        return Err(Error::new(Kind::Handle, message).at(word.span).help("`$w, $r = stream<u8>` makes one"));
    };
    let (item, is_future) = match &**end {
        Type::Future(item) => (item.as_deref(), true),
        Type::Stream(item) => (item.as_deref(), false),
        _ => (None, false),
    };
    let Some(item) = item else {
        return Err(
            Error::new(Kind::Type, format!("the items of {end} hold nothing that could be written")).at(word.span)
        );
    };
    let expr = syntax::parse_expression(&line.text, line.span.start)?;
    let many = Type::List(Arc::new(item.clone()));
    // A text is no item of bytes, and the error for a list of them says how it is written.
    let is_text = matches!(item, Type::U8) && matches!(expr.kind, ExprKind::String(_));
    let is_many =
        !is_future && !eval::fits_type(session, &expr, item) && (is_text || eval::fits_type(session, &expr, &many));
    let items = if is_many {
        eval::evaluate(session, &expr, Some(&many))?.value
    } else {
        match eval::evaluate(session, &expr, Some(item))?.value {
            Value::U8(byte) if !is_future => Value::Bytes(vec![byte]),
            value => Value::List(vec![value]),
        }
    };
    let count = match &items {
        Value::Bytes(bytes) => counted(bytes.len(), "byte"),
        Value::List(_) if is_future => "the value".to_owned(),
        Value::List(items) => counted(items.len(), "item"),
        _ => String::new(),
    };
    let written = session.engine.write(number, items).map_err(|error| error.at(word.span))?;
    let text = match (&written.refused, written.waiting) {
        (Some(why), waiting) => format!("wrote {count}; {waiting} will not be taken: {why}"),
        (None, 0) => format!("wrote {count}, taken"),
        (None, waiting) if is_future => format!("wrote {count}; {waiting} waits for the reader"),
        (None, waiting) => format!("wrote {count}; {waiting} not taken yet"),
    };
    let json = serde_json::json!({"waiting": written.waiting, "refused": written.refused});
    Ok(Report::Text { lines: vec![Text::of(Role::Plain, text)], json }.into())
}
