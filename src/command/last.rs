//! `.last`: the last result, whole.

use super::{Args, Group, Spec};
use crate::error::{Error, Kind, Result};
use crate::report::{Outcome, Report};
use crate::session::Session;

/// `.last`
pub static SPEC: Spec = Spec {
    name: "last",
    args: &[],
    summary: "Show the last value, table or tree in full",
    details: "Where a terminal showed a long value, table or tree cut, this shows all of it. The last value is also `$_`.",
    examples: &[(".last", "all of what the last statement gave"), (".put $_ value.txt", "write it to a file instead")],
    group: Group::Values,
    run,
};

fn run(session: &mut Session, _args: &Args) -> Result<Outcome> {
    let value = session.variables.get("_").map(|value| Report::Value(value.clone()));
    let Some(report) = session.last_table.clone().or(value) else {
        return Err(Error::new(Kind::Name, "there is no last value").help("a statement such as `add(1, 2)` gives one"));
    };
    Ok(Outcome { report, whole: true, ..Outcome::default() })
}
