//! What a line that is not of the language may have been meant for: habits from other shells and languages.

use crate::command::{self, Found};
use crate::error::{Error, Kind};
use crate::eval::example_call;
use crate::session::Session;

/// Words that other shells and languages know, and the command that does the like.
const ELSEWHERE: [(&str, &str); 5] =
    [("exit", "quit"), ("q", "quit"), ("h", "help"), ("ls", "exports"), ("list", "exports")];
/// How other languages begin an assignment.
const ASSIGNING: [&str; 4] = ["let", "var", "const", "auto"];
/// How a comment begins elsewhere.
const COMMENTS: [&str; 4] = ["#", "/*", "-- ", ";"];
/// How a line of WIT begins.
const WIT: [&str; 12] = [
    "package",
    "world",
    "interface",
    "record",
    "variant",
    "enum",
    "flags",
    "resource",
    "type",
    "use",
    "import",
    "export",
];
/// A longer line is not repeated.
const LONGEST: usize = 80;

/// Says what the line was probably meant for, where its error cannot know: the help that it has is about something else.
pub fn explain(session: &Session, line: &str, error: Error) -> Error {
    let indent = line.len() - line.trim_start().len();
    // In a line that could be read, an error further on is about that place.
    let is_about_start = error.kind == Kind::Parse || error.span.is_some_and(|span| span.start <= indent);
    let is_explained = error.help.iter().any(|help| help.starts_with("did you mean"));
    if !matches!(error.kind, Kind::Parse | Kind::Name) || !is_about_start || is_explained {
        return error;
    }
    match meant(session, line.trim()) {
        Some(help) => error.only_help(help),
        None => error,
    }
}

fn meant(session: &Session, line: &str) -> Option<String> {
    if COMMENTS.iter().any(|begin| line.starts_with(begin)) {
        return Some("a comment begins with `//`".into());
    }
    let first = line.split_whitespace().next()?;
    // The commands' own errors know better, but for a name that is none.
    if line.starts_with('.') && !first.contains('/') {
        return elsewhere(first.trim_start_matches('.')).map(|name| format!("did you mean `.{name}`?"));
    }
    let bare = line.trim_start_matches([':', '\\', '!', '/', '-', '.']);
    let word = &bare[..bare.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(bare.len())];
    let rest = &bare[word.len()..];
    variable(session, word, rest)
        .or_else(|| call(session, word, rest))
        .or_else(|| waiting(word, rest))
        .or_else(|| assignment(word, rest))
        .or_else(|| command(word, rest))
        .or_else(|| file(first))
        .or_else(|| constant(line))
        .or_else(|| wit(line, word, rest))
        .or_else(|| constructor(line))
}

/// `c.get("k")` for `$c.get("k")`
fn variable(session: &Session, word: &str, rest: &str) -> Option<String> {
    let is_value = rest.is_empty() || rest.starts_with(['.', '[', '?']);
    (is_value && session.variables.get(word).is_some() && rest.len() < LONGEST)
        .then(|| format!("did you mean `${word}{rest}`?"))
}

/// `add 1 2`
fn call(session: &Session, word: &str, rest: &str) -> Option<String> {
    if !rest.starts_with([' ', '\t']) {
        return None;
    }
    let function = session.components.all().iter().find_map(|loaded| loaded.functions().named(word).next())?;
    Some(format!("a call has its arguments in brackets: `{}`", example_call(word, function)))
}

/// `await f(1)`, `async f(1)`
fn waiting(word: &str, rest: &str) -> Option<String> {
    let call = rest.trim();
    (matches!(word, "await" | "async") && rest.starts_with(' ') && !call.starts_with('$') && call.len() < LONGEST)
        .then(|| format!("a call is waited for by itself: `{call}`; `$a = start {call}` goes on without it"))
}

/// `let x = 5`
fn assignment(word: &str, rest: &str) -> Option<String> {
    (ASSIGNING.contains(&word) && rest.contains('='))
        .then(|| "`$x = …` gives a variable its value; `.vars` lists them".into())
}

/// `load adder.wasm`, `exports`, `quit()`, `:q`
fn command(word: &str, rest: &str) -> Option<String> {
    let name = match command::find(word) {
        Found::Exact(spec) => spec.name,
        _ => elsewhere(word)?,
    };
    let rest = if rest.starts_with(' ') && rest.len() < LONGEST { rest.trim_end() } else { "" };
    Some(format!("did you mean `.{name}{rest}`?"))
}

fn elsewhere(word: &str) -> Option<&'static str> {
    ELSEWHERE.iter().find(|(other, _)| *other == word).map(|(_, name)| *name)
}

/// `./adder.wasm`
fn file(first: &str) -> Option<String> {
    let is_path = ["/", "./", "../", "~/"].iter().any(|begin| first.starts_with(begin));
    let is_component = [".wasm", ".wat"].iter().any(|end| first.ends_with(end));
    ((is_path || is_component) && first.len() < LONGEST).then(|| format!("a file is loaded with `.load {first}`"))
}

/// `True`, `null`
fn constant(line: &str) -> Option<String> {
    let written = match line {
        "True" | "TRUE" => "true",
        "False" | "FALSE" => "false",
        "null" | "nil" | "undefined" | "None" => "none",
        _ => return None,
    };
    Some(format!("did you mean `{written}`?"))
}

/// `interface shapes {`, `add: func(a: s32) -> s32`
fn wit(line: &str, word: &str, rest: &str) -> Option<String> {
    let is_wit =
        WIT.contains(&word) && rest.starts_with(' ') || line.contains(": func(") || line.contains(": async func(");
    is_wit.then(|| {
        "this is WIT, which describes a component; here stand calls and values, and `.wit` shows the WIT".into()
    })
}

/// `new counter(1)`, `$c = new counter(1)`
fn constructor(line: &str) -> Option<String> {
    (line.starts_with("new ") || line.contains("= new "))
        .then(|| "a resource is made by a call of its name, as in `$c = counter(…)`".into())
}
