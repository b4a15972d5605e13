//! `.stdin`: what guests read from their standard input.

use super::imported::fresh_instance;
use super::{Arg, ArgKind, Args, Count, Group, Spec, Word};
use crate::engine::Stdin;
use crate::error::{Error, Kind, Result};
use crate::eval;
use crate::report::Outcome;
use crate::session::Session;
use crate::syntax;
use crate::value::Value;

/// `.stdin SOURCE`
pub static SPEC: Spec = Spec {
    name: "stdin",
    args: &[Arg { name: "SOURCE", kind: ArgKind::ExpressionOr(&["closed", "tty"]), count: Count::Line }],
    summary: "Say what guests read from standard input",
    details: "SOURCE is a text (`\"…\"`), bytes (`b\"…\"`), the bytes of a file (`@\"…\"`), a variable that holds one of these, or \
              `closed`: nothing to read, which is how a session begins. Every instance, and every `.run`, reads it from its \
              beginning; an instance that could have read from the old one is replaced at its next call. `tty` is the \
              terminal: a guest reads what you type while it runs, line by line, Ctrl-D being the end.",
    examples: &[(".stdin \"two\\nlines\\n\"", "a text"), (".stdin tty", "what you type")],
    group: Group::Host,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(source) = args.get(0) else { return Ok(Outcome::default()) };
    session.grants.stdin = match source.text.trim() {
        "closed" => Stdin::Closed,
        "tty" => Stdin::Terminal(session.frontend.terminal().ok_or_else(|| no_terminal(source))?),
        _ => Stdin::Bytes(bytes(session, source)?.into()),
    };
    let replaced = session.engine.set_grants(session.grants.clone(), Some("wasi:cli/stdin"));
    let outcome = Outcome::default().notice(format!("standard input: {}", shown(&session.grants.stdin)));
    Ok(replaced.iter().fold(outcome, |outcome, replaced| outcome.notice(fresh_instance(replaced))))
}

/// How a notice or a table calls it.
pub fn shown(stdin: &Stdin) -> String {
    match stdin {
        Stdin::Closed => "closed".to_owned(),
        Stdin::Bytes(bytes) => super::counted(bytes.len(), "byte"),
        Stdin::Terminal(_) => "the terminal".to_owned(),
    }
}

fn no_terminal(source: &Word) -> Error {
    Error::new(Kind::Io, "there is no terminal to read from: the shell's own standard input is none")
        .at(source.span)
        .help("write \"text\", @\"path/to/file\" or `closed`")
}

fn bytes(session: &mut Session, source: &Word) -> Result<Vec<u8>> {
    let expr = syntax::parse_expression(&source.text, source.span.start)?;
    let typed = eval::evaluate(session, &expr, None)?;
    match typed.value {
        Value::String(text) => Ok(text.into_bytes()),
        Value::Bytes(bytes) => Ok(bytes),
        _ => Err(Error::new(Kind::Type, format!("standard input is a string or a list<u8>, and this is {}", typed.ty))
            .at(source.span)
            .help("write \"text\", @\"path/to/file\" or `closed`")),
    }
}
