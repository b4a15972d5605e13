//! `.drop`: end a handle.

use super::{Arg, ArgKind, Args, Count, Group, Spec, Word};
use crate::error::{Error, Kind, Result};
use crate::eval;
use crate::report::{Outcome, Report, Text};
use crate::session::Session;
use crate::value::{Typed, Value, wave};

/// `.drop $H`
pub static SPEC: Spec = Spec {
    name: "drop",
    args: &[Arg { name: "$H", kind: ArgKind::Variable, count: Count::One }],
    summary: "Drop a handle and run its destructor",
    details: "The destructor runs in the guest or the host, whichever defines the resource. A second drop, or the drop of a handle \
              that was moved, is an error that says so. Postfixes are written without blanks: `$pair[0]`. A \
              handle that no variable holds, such as one that was made for a single call, is named by its number: `#3`.",
    examples: &[(".drop $c", "end the resource that `$c` holds"), (".drop $list[0]", "one of several")],
    group: Group::Values,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(word) = args.get(0) else { return Ok(Outcome::default()) };
    if let Some(number) = word.text.strip_prefix('#').and_then(|number| number.parse().ok()) {
        return drop_numbered(session, number, word);
    }
    let Typed { ty, value } = eval::variable(session, &word.text, word.span, ".drop $c")?;
    let Value::Handle(number) = value else {
        let message = format!("`{}` is no handle but a value of type {ty}", word.text);
        return Err(Error::new(Kind::Handle, message)
            .at(word.span)
            .help("`.resources` lists the handles; `.unset` forgets a variable"));
    };
    session.engine.drop_handle(number).map_err(|error| error.at(word.span))?;
    let line = format!("dropped {}", wave::wave(&ty, &Value::Handle(number)));
    Ok(Report::lines(vec![Text::plain(line)]).into())
}

/// Drops what `.resources` shows under a number.
fn drop_numbered(session: &mut Session, number: u32, word: &Word) -> Result<Outcome> {
    let info = session.engine.handle(number);
    let own = if info.as_ref().is_some_and(|info| info.is_resource) { "own " } else { "" };
    let shown = info.map(|info| info.type_name).unwrap_or_default();
    session.engine.drop_handle(number).map_err(|error| error.at(word.span))?;
    Ok(Report::lines(vec![Text::plain(format!("dropped <{own}{shown}#{number}>"))]).into())
}
