//! `.close`: end a stream that is written by hand.

use super::{Arg, ArgKind, Args, Count, Group, Spec};
use crate::error::{Error, Kind, Result};
use crate::eval;
use crate::model::Type;
use crate::report::{Outcome, Report, Text};
use crate::session::Session;
use crate::value::{Typed, Value, wave};

/// `.close $W`
pub static SPEC: Spec = Spec {
    name: "close",
    args: &[Arg { name: "$W", kind: ArgKind::Variable, count: Count::One }],
    summary: "Close the writable end of a stream",
    details: "Whoever reads sees the end of the stream after what was written. A future cannot be closed before it has its value. \
              A readable end is given up with `.drop`, and its writer sees that.",
    examples: &[(".close $w", "no more items"), (".drop $r", "the other way round: nobody reads any more")],
    group: Group::Values,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(word) = args.get(0) else { return Ok(Outcome::default()) };
    let Typed { ty, value } = eval::variable(session, &word.text, word.span, ".close $w")?;
    let (Type::Writable(_), &Value::Handle(number)) = (&ty, &value) else {
        let error = Error::new(Kind::Handle, format!("`{}` is no writable end but a value of type {ty}", word.text));
        let help = if ty.is_handle() {
            format!("`.drop {}` gives it up", word.text)
        } else {
            "`.resources` lists the handles".into()
        };
        return Err(error.at(word.span).help(help));
    };
    session.engine.close(number).map_err(|error| error.at(word.span))?;
    Ok(Report::lines(vec![Text::plain(format!("closed {}", wave::wave(&ty, &value)))]).into())
}
