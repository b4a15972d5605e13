//! `.read`: items of a stream, the value of a future.

use std::sync::Arc;

use super::{Arg, ArgKind, Args, Count, Group, Spec, Word};
use crate::error::{Error, Kind, Result};
use crate::eval;
use crate::model::Type;
use crate::report::{Outcome, Report};
use crate::session::Session;
use crate::value::{Typed, Value};
use crate::wording::counted;

/// `.read $S [N]`
pub static SPEC: Spec = Spec {
    name: "read",
    args: &[
        Arg { name: "$S", kind: ArgKind::Variable, count: Count::One },
        Arg { name: "N", kind: ArgKind::Text, count: Count::Optional },
    ],
    summary: "Take items from a stream, or the value of a future",
    details: "The items are one list, which is also `$_`: N of them, or all up to the end of the stream. It waits for them; \
              Ctrl-C and `.set timeout` end the wait, and what came so far stays for the next `.read`. At the end it says how \
              the stream ended. Of WASI 0.3's pair, a stream and a future that tells how it ended, both are read.",
    examples: &[(".read $s", "everything up to the end"), (".read $s 10", "the next ten items")],
    group: Group::Values,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(word) = args.get(0) else { return Ok(Outcome::default()) };
    let most = args.get(1).map(number).transpose()?;
    let Typed { ty, value } = eval::variable(session, &word.text, word.span, ".read $s")?;
    let mut notices = Vec::new();
    let read = match (&ty, &value) {
        (Type::Tuple(types), Value::Tuple(ends)) if is_pair(types) => {
            let items = read(session, &types[0], &ends[0], most, word, &mut notices)?;
            // How it ended is known at the end alone.
            match most {
                Some(_) => items,
                None => {
                    let how = read(session, &types[1], &ends[1], None, word, &mut notices)?;
                    Typed {
                        ty: Type::Tuple(Arc::new([items.ty, how.ty])),
                        value: Value::Tuple(vec![items.value, how.value]),
                    }
                }
            }
        }
        _ => read(session, &ty, &value, most, word, &mut notices)?,
    };
    session.variables.keep(read.clone());
    let outcome: Outcome = Report::Value(read).into();
    Ok(notices.into_iter().fold(outcome, Outcome::notice))
}

/// `tuple<stream<T>, future<U>>`
fn is_pair(types: &[Type]) -> bool {
    matches!(types, [Type::Stream(_), Type::Future(_)])
}

fn read(
    session: &mut Session,
    ty: &Type,
    value: &Value,
    most: Option<usize>,
    word: &Word,
    notices: &mut Vec<String>,
) -> Result<Typed> {
    let (item, is_future) = match ty {
        Type::Stream(item) => (item, false),
        Type::Future(item) => (item, true),
        Type::Task(_) => {
            return Err(unreadable(word, ty).help(format!("`.await {}` takes the result of a task", word.text)));
        }
        Type::Writable(_) => return Err(unreadable(word, ty).help("its other end is the readable one")),
        _ => return Err(unreadable(word, ty).help("`.resources` lists the handles")),
    };
    let Value::Handle(number) = value else { return Err(unreadable(word, ty)) };
    let taken = session.engine.read(*number, most).map_err(|error| error.at(word.span))?;
    // What holds nothing is shown as an empty tuple.
    let item = item.as_ref().map_or(Type::Tuple(Arc::new([])), |item| (**item).clone());
    if is_future {
        return Ok(Typed { ty: item, value: taken.value });
    }
    match taken.ended {
        Some(why) => notices.push(format!("{ty}#{number} has ended: {why}")),
        None if most.is_none() => {
            let count = match &taken.value {
                Value::Bytes(bytes) => counted(bytes.len(), "byte"),
                Value::List(items) => counted(items.len(), "item"),
                _ => String::new(),
            };
            notices.push(format!("{ty}#{number} is still open; these are the {count} so far"));
        }
        None => {}
    }
    Ok(Typed { ty: Type::List(Arc::new(item)), value: taken.value })
}

fn number(word: &Word) -> Result<usize> {
    word.text.parse().map_err(|_| {
        Error::new(Kind::Parse, format!("expected a number of items, found `{}`", word.text))
            .at(word.span)
            .help("for example `.read $s 10`")
    })
}

fn unreadable(word: &Word, ty: &Type) -> Error {
    Error::new(Kind::Handle, format!("`{}` is no stream or future but a value of type {ty}", word.text)).at(word.span)
}
