//! `.await`: the result of a call that was started.

use super::{Arg, ArgKind, Args, Count, Group, Spec, Word};
use crate::error::{Error, Kind, Result};
use crate::eval;
use crate::model::Type;
use crate::report::{Outcome, Report};
use crate::session::Session;
use crate::value::{Typed, Value};

/// `.await $A`
pub static SPEC: Spec = Spec {
    name: "await",
    args: &[Arg { name: "$A", kind: ArgKind::Variable, count: Count::One }],
    summary: "Wait for a call that was started, and take its result",
    details: "`$a = start f(1)` begins a call and gives a task; `.await $a` waits for it and shows its result, which is also `$_`. \
              In an expression `$a?` does the same. A result is taken once. Ctrl-C and `.set timeout` end the wait, and the task \
              goes on.",
    examples: &[(".await $a", "the result of the task in `$a`"), ("$x = $a?", "the same, kept in a variable")],
    group: Group::Values,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(word) = args.get(0) else { return Ok(Outcome::default()) };
    let (number, result) = task(session, word, ".await $a").map_err(|error| match &*word.text {
        call if error.kind == Kind::Parse && call.ends_with(')') => {
            error.only_help(format!("a call is waited for by itself: `{call}`; `$a = start {call}` gives a task"))
        }
        _ => error,
    })?;
    let what = format!(".await {}", word.text);
    let value = session.engine.await_task(number, &what).map_err(|error| error.at(word.span))?;
    let (Some(value), Some(ty)) = (value, result) else { return Ok(Outcome::default()) };
    let typed = Typed { ty, value };
    session.variables.keep(typed.clone());
    Ok(Report::Value(typed).into())
}

/// The task that a variable holds: its number, and the type of its result.
pub fn task(session: &mut Session, word: &Word, example: &str) -> Result<(u32, Option<Type>)> {
    let Typed { ty, value } = eval::variable(session, &word.text, word.span, example)?;
    match (ty, value) {
        (Type::Task(result), Value::Handle(number)) => Ok((number, result.map(|result| (*result).clone()))),
        (ty, _) => {
            let message = format!("`{}` is no task but a value of type {ty}", word.text);
            let error = Error::new(Kind::Handle, message).at(word.span);
            Err(match ty {
                Type::Stream(_) | Type::Future(_) => error.help(format!("`.read {}` takes what comes", word.text)),
                _ => error.help("`$a = start f(1)` gives one; `.tasks` lists them"),
            })
        }
    }
}
