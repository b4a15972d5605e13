//! `.trace`: print calls as they happen.

use super::imported::fresh_instance;
use super::{Arg, ArgKind, Args, Count, Group, Spec, pattern};
use crate::error::Result;
use crate::model::pattern::Pattern;
use crate::report::{Outcome, Report, Text};
use crate::session::Session;

/// `.trace [on|off|PATTERN]`
pub static SPEC: Spec = Spec {
    name: "trace",
    args: &[Arg { name: "on|off|PATTERN", kind: ArgKind::TargetOr(&["on", "off"]), count: Count::Optional }],
    summary: "Print every call that crosses a boundary as it happens",
    details: "Calls of exports, the calls of imports inside them, whoever answers those (WASI, builtins, other components, programs), \
              and drops of resources, as a tree: arguments, result, who answered and how long it took. In a script the tree goes to \
              standard error; with `--json` each beginning and each end is an object on a line. What is long is cut and its size \
              shown. Without arguments it says what is printed. PATTERN is a TARGET with `*` for any text: `wasi:filesystem`, `filesystem/types#*read*`, `*#*write*`, `comp::all`.\n\
              What WASI made is numbered by itself, from 1 in each instance; a stream or future has another number each time it crosses.\n\
              Not seen: calls inside one file, since they do not cross, those between the parts of a composed component too; what \
              flows through a stream; drops inside the host.",
    examples: &[(".trace on", "everything"), (".trace wasi:filesystem/types#*read*", "only what reads files")],
    group: Group::Host,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(word) = args.get(0) else {
        let line = match session.engine.traced() {
            Some(pattern) => format!("calls are traced: {}", pattern.text()),
            None => "calls are not traced; `.trace on` begins".to_owned(),
        };
        return Ok(Report::lines(vec![Text::plain(line)]).into());
    };
    let (pattern, nothing) = match word.text.as_str() {
        "off" => (None, None),
        "on" => (Some(Pattern::all()), None),
        _ => {
            let pattern = pattern::read(session, word)?;
            let nothing = pattern::means_nothing(session, &pattern, word);
            (Some(pattern), nothing)
        }
    };
    let replaced = session.engine.trace(pattern);
    let outcome =
        replaced.iter().fold(Outcome::default(), |outcome, replaced| outcome.notice(fresh_instance(replaced)));
    Ok(nothing.into_iter().fold(outcome, Outcome::notice))
}
