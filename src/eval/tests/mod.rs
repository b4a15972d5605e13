//! Tables of lines and what they give.

mod demos;
mod errors;
mod literals;
mod round_trip;
mod statements;
mod world;

use world::Shell;

use crate::error::Error;
use crate::eval::ends::run_ends;
use crate::eval::run::Caller;
use crate::eval::statement::run_statement;
use crate::report::Report;
use crate::session::{Components, Variables};
use crate::syntax::ast::Input;
use crate::value::wave;

/// What a line shows: a value's WAVE text, lines of text, or nothing.
fn line_of(
    components: &Components,
    variables: &mut Variables,
    caller: &mut dyn Caller,
    line: &str,
) -> Result<String, Error> {
    let statement = match crate::syntax::parse(line)? {
        Input::Statement(statement) => statement,
        Input::Ends(ends) => return run_ends(components, variables, caller, &ends).map(|_| String::new()),
        other => panic!("{line} is no statement: {other:?}"),
    };
    Ok(match run_statement(components, variables, caller, &statement, line)?.report {
        Report::Nothing => String::new(),
        Report::Value(typed) => wave::wave(&typed.ty, &typed.value),
        Report::Text { lines, .. } => lines.iter().map(|line| line.raw()).collect::<Vec<_>>().join("\n"),
        other => panic!("{line} gave {other:?}"),
    })
}

impl Shell {
    fn line(&mut self, line: &str) -> Result<String, Error> {
        line_of(&self.components, &mut self.variables, &mut self.fake, line)
    }
}

/// Runs lines in one session; each must show what stands beside it.
fn shows(lines: &[(&str, &str)]) {
    let mut shell = Shell::new();
    for (line, expected) in lines {
        match shell.line(line) {
            Ok(shown) => assert_eq!(shown, *expected, "{line}"),
            Err(error) => panic!("{line}: {error} {:?}", error.help),
        }
    }
}

/// A line, the part of it that the error is about, and what message, label and help together hold.
type Failing<'a> = (&'a str, &'a str, &'a [&'a str]);

/// Runs lines in one session after `before`; each must fail, and none may have called anything.
fn fails(before: &[&str], lines: &[Failing<'_>]) {
    let mut shell = Shell::new();
    for line in before {
        shell.line(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    }
    let calls = shell.fake.calls.len();
    for (line, place, parts) in lines {
        let error = match shell.line(line) {
            Err(error) => error,
            Ok(shown) => panic!("{line} did not fail but showed {shown}"),
        };
        let label = error.label.clone().unwrap_or_default();
        let text = format!("{}\n{label}\n{}\n{}", error.message, error.help.join("\n"), error.notes.join("\n"));
        for part in *parts {
            assert!(text.contains(part), "{line}: no {part:?} in\n{text}");
        }
        let span = error.span.unwrap_or_else(|| panic!("{line}: no place in {error}"));
        assert_eq!(&line[span.start..span.end], *place, "{line}: {text}");
    }
    assert_eq!(shell.fake.calls.len(), calls, "nothing may have run: {:?}", shell.fake.calls);
}
