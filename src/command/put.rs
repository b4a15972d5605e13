//! `.put`: a value into a file.

use super::{Arg, ArgKind, Args, Count, Group, Spec, counted, write_file};
use crate::error::{Error, Kind, Result};
use crate::eval;
use crate::report::Outcome;
use crate::session::Session;
use crate::syntax;
use crate::value::{Typed, Value, wave};

/// `.put EXPR FILE`
pub static SPEC: Spec = Spec {
    name: "put",
    args: &[
        Arg { name: "EXPR", kind: ArgKind::Expression, count: Count::Line },
        Arg { name: "FILE", kind: ArgKind::File, count: Count::One },
    ],
    summary: "Write a value to a file",
    details: "A string or a `list<u8>` is written as it is, and `@\"path\"` reads it back. Any other value is written as WAVE with a \
              line break behind it, to be used as text: `@` gives strings and bytes alone. The file is written whole or not at all; a file that is there is replaced.",
    examples: &[
        (".put render($page) page.html", "the string that a call gives"),
        (".put $_ value.txt", "the last value"),
    ],
    group: Group::Values,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let (Some(expr), Some(file)) = (args.get(0), args.get(1)) else { return Ok(Outcome::default()) };
    let statement = syntax::parse_statement(&expr.text, expr.span.start)?;
    if let Some(name) = statement.assign {
        return Err(Error::new(Kind::Parse, "`.put` writes a value and assigns nothing").at(name.span));
    }
    let expected = statement.annotation.map(|ty| eval::resolve_type(&session.components, &ty)).transpose()?;
    let bytes = content(eval::evaluate(session, &statement.expr, expected.as_ref())?);
    write_file(file, &bytes)?;
    Ok(Outcome::default().notice(format!("wrote {} to {}", counted(bytes.len(), "byte"), file.text)))
}

/// What the file gets.
fn content(typed: Typed) -> Vec<u8> {
    match typed.value {
        Value::String(text) => text.into_bytes(),
        Value::Bytes(bytes) => bytes,
        other => (wave::wave(&typed.ty, &other) + "\n").into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Type;

    #[test]
    fn strings_and_bytes_as_they_are_the_rest_as_wave() {
        let string = Typed { ty: Type::String, value: Value::String("a\nb".into()) };
        assert_eq!(content(string), b"a\nb");
        let bytes = Typed { ty: Type::List(Type::U8.into()), value: Value::Bytes(vec![0, 255]) };
        assert_eq!(content(bytes), [0, 255]);
        assert_eq!(content(Typed { ty: Type::S32, value: Value::S32(-3) }), b"-3\n");
    }
}
