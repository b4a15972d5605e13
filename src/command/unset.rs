//! `.unset`: forget a variable.

use super::{Arg, ArgKind, Args, Count, Group, Spec};
use crate::error::{Error, Kind, Result};
use crate::report::Outcome;
use crate::session::{Session, Variables};
use crate::wording::{did_you_mean, suggest};

/// `.unset $X`
pub static SPEC: Spec = Spec {
    name: "unset",
    args: &[Arg { name: "$X", kind: ArgKind::Variable, count: Count::One }],
    summary: "Forget a variable",
    details: "A handle that it holds is not dropped: `.drop $X` does that. `$_` and the numbered results cannot be forgotten.",
    examples: &[(".unset $x", "`$x` means nothing any more"), (".vars", "which variables there are")],
    group: Group::Values,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(word) = args.get(0) else { return Ok(Outcome::default()) };
    let name = word.text.strip_prefix('$').unwrap_or(&word.text);
    if session.variables.forget(name) {
        return Ok(Outcome::default());
    }
    if session.variables.get(name).is_some() && !Variables::assignable(name) {
        return Err(Error::new(Kind::Name, format!("`${name}` cannot be forgotten")).at(word.span));
    }
    let error = Error::new(Kind::Name, format!("there is no variable `${name}`")).at(word.span);
    let nearest = suggest(name, session.variables.named().map(|(name, _)| name));
    let nearest: Vec<String> = nearest.iter().map(|name| format!("${name}")).collect();
    Err(error.help(did_you_mean(&nearest).unwrap_or_else(|| "`.vars` lists the variables".into())))
}
