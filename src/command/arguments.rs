//! The arguments of a command line, split and counted as its [`Spec`] says; the usage line from the same source.

use super::{Arg, ArgKind, Args, Count, Spec, Word};
use crate::error::{Error, Kind, Result};
use crate::syntax::{Span, ast, split_words};

/// `.load FILE [as NAME]`: how a command is written.
pub fn usage(spec: &Spec) -> String {
    let mut line = format!(".{}", spec.name);
    let mut open = 0;
    let mut after_keyword = false;
    for arg in spec.args {
        let (name, is_keyword) = shown(arg);
        if name.starts_with('-') {
            // A flag is no part of what stands before it.
            line += &"]".repeat(std::mem::take(&mut open));
        }
        match arg.count {
            Count::One | Count::Line => line += &format!(" {name}"),
            Count::Any => line += &format!(" [{name}…]"),
            // What follows an optional word is part of it: `[as NAME]`, `[NAME [VALUE]]`.
            Count::Optional if after_keyword => line += &format!(" {name}"),
            // A switch stands for itself.
            Count::Optional if matches!(arg.kind, ArgKind::TargetOr([switch]) if *switch == name) => {
                line += &format!(" [{name}]");
            }
            Count::Optional => {
                line += &format!(" [{name}");
                open += 1;
            }
        }
        after_keyword = is_keyword;
    }
    line + &"]".repeat(open)
}

/// How many words an argument may be of that a usage line spells out.
const MOST_SPELLED: usize = 4;

/// What stands for an argument in a usage line, and whether it is a fixed word.
fn shown(arg: &Arg) -> (String, bool) {
    match arg.kind {
        ArgKind::OneOf([word]) => ((*word).to_owned(), true),
        ArgKind::OneOf(words) if words.len() <= MOST_SPELLED => (words.join("|"), false),
        _ => (arg.name.to_owned(), false),
    }
}

/// Splits what follows the command's name into words and checks how many there are.
pub fn arguments(spec: &Spec, command: &ast::Command) -> Result<Args> {
    let words = match spec.args.iter().position(|arg| arg.count == Count::Line) {
        Some(0) => line_and_words(&spec.args[1..], command)?,
        Some(line) => words_and_line(line, command),
        None => plain_words(spec, command)?,
    };
    check_count(spec, command, &words)?;
    Ok(Args { span: command.span, words })
}

/// All words of the line. Those that name a variable keep their quotes, which belong to its postfixes: `$m["key"]`.
fn plain_words(spec: &Spec, command: &ast::Command) -> Result<Vec<Word>> {
    let mut words = split_words(&command.rest, command.rest_start)?;
    for (word, arg) in words.iter_mut().zip(spec.args) {
        if arg.kind == ArgKind::Variable
            && let Some(written) = command.rest.get(range(word.span, command))
        {
            word.text = written.to_owned();
        }
    }
    Ok(words)
}

/// So many words, split at blanks alone, and the rest of the line as one more.
fn words_and_line(words: usize, command: &ast::Command) -> Vec<Word> {
    let mut found = Vec::new();
    let mut start = 0;
    for index in 0..=words {
        let text = &command.rest[start..];
        let text = if index < words { text.split(char::is_whitespace).next().unwrap_or(text) } else { text };
        if !text.is_empty() {
            let at = command.rest_start + start;
            found.push(Word { text: text.to_owned(), span: Span::new(at, at + text.len()) });
        }
        start += text.len();
        start += command.rest[start..].len() - command.rest[start..].trim_start().len();
    }
    found
}

/// The line as one word, but for the last words, which belong to the arguments behind it.
fn line_and_words(behind: &[Arg], command: &ast::Command) -> Result<Vec<Word>> {
    let mut last = match behind {
        [] => Vec::new(),
        _ => split_words(&command.rest, command.rest_start)?,
    };
    let last = last.split_off(last.len().saturating_sub(behind.len()));
    let end = last.first().map_or(command.rest.len(), |word| range(word.span, command).start);
    let line = command.rest.get(..end).unwrap_or_default().trim_end();
    if line.is_empty() {
        return Ok(last);
    }
    let span = Span::new(command.rest_start, command.rest_start + line.len());
    Ok([vec![Word { text: line.to_owned(), span }], last].concat())
}

/// A place in the typed line as a place in what follows the command's name.
fn range(span: Span, command: &ast::Command) -> std::ops::Range<usize> {
    span.start.saturating_sub(command.rest_start)..span.end.saturating_sub(command.rest_start)
}

fn check_count(spec: &Spec, command: &ast::Command, words: &[Word]) -> Result<()> {
    let needed: Vec<&Arg> = spec.args.iter().filter(|arg| matches!(arg.count, Count::One | Count::Line)).collect();
    if let Some(missing) = needed.get(words.len()) {
        let (name, _) = shown(missing);
        return Err(wrong(spec, format!("`.{}` needs {} {name}", spec.name, article(&name)), command.span));
    }
    let unlimited = spec.args.iter().any(|arg| arg.count == Count::Any);
    match words.get(spec.args.len()) {
        Some(extra) if !unlimited => {
            let message = match spec.args.len() {
                0 => format!("`.{}` takes no arguments", spec.name),
                1 => format!("`.{}` takes one argument", spec.name),
                number => format!("`.{}` takes at most {number} arguments", spec.name),
            };
            Err(wrong(spec, message, extra.span))
        }
        _ => Ok(()),
    }
}

/// An error about how the command is written, with its usage.
fn wrong(spec: &Spec, message: String, span: Span) -> Error {
    Error::new(Kind::Parse, message).at(span).help(format!("usage: {}", usage(spec)))
}

fn article(name: &str) -> &'static str {
    if name.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o']) { "an" } else { "a" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Found, find};

    fn spec(name: &str) -> &'static Spec {
        match find(name) {
            Found::Exact(spec) => spec,
            _ => panic!("no command {name}"),
        }
    }

    /// The words of `.name rest`, or the error's message.
    fn check(name: &str, rest: &str, expected: &[&str]) {
        let start = name.len() + 2;
        let command = ast::Command {
            name: name.to_owned(),
            span: Span::new(0, name.len() + 1),
            rest: rest.to_owned(),
            rest_start: start,
        };
        match arguments(spec(name), &command) {
            Ok(args) => {
                let words: Vec<&str> = args.words.iter().map(|word| word.text.as_str()).collect();
                assert_eq!(words, expected, "words of .{name} {rest}");
                for word in &args.words {
                    assert!(word.span.start >= start && word.span.end <= start + rest.len(), "{:?}", word.span);
                }
            }
            Err(error) => assert_eq!([error.message.as_str()], expected, "error of .{name} {rest}"),
        }
    }

    #[test]
    fn splits_words_as_a_posix_shell_does() {
        check("load", "'a b.wasm' as x", &["a b.wasm", "as", "x"]);
        check("run", "", &[]);
        check("run", "a \"b c\" d", &["a", "b c", "d"]);
    }

    #[test]
    fn a_line_is_one_word_and_leaves_the_words_behind_it() {
        check("type", "f(1, \"x\")", &["f(1, \"x\")"]);
        check("put", "f(1, \"x\") out.bin", &["f(1, \"x\")", "out.bin"]);
        check("put", "$x 'a b'", &["$x", "a b"]);
    }

    #[test]
    fn a_line_may_stand_behind_words() {
        check("provide", "a:b/c#f  value \"it's\" ", &["a:b/c#f", "value \"it's\" "]);
        check("provide", "a:b/c", &["`.provide` needs a PROVIDER"]);
    }

    #[test]
    fn variables_keep_the_quotes_of_their_postfixes() {
        check("drop", "$m[\"key\"]", &["$m[\"key\"]"]);
    }

    #[test]
    fn counts_the_words() {
        check("load", "", &["`.load` needs a FILE"]);
        check("put", "$x", &["`.put` needs a FILE"]);
        check("quit", "now", &["`.quit` takes no arguments"]);
        check("use", "a b", &["`.use` takes one argument"]);
    }

    #[test]
    fn usage_nests_what_may_be_left_out() {
        for (name, expected) in [
            ("load", ".load FILE [as NAME]"),
            ("set", ".set [NAME [VALUE]]"),
            ("run", ".run [ARG…]"),
            ("put", ".put EXPR FILE"),
            ("tree", ".tree [NAME] [-o FILE]"),
            ("why", ".why [-a] [TARGET]"),
            ("imports", ".imports [unused] [TARGET] [--by COLUMN]"),
            ("quit", ".quit"),
        ] {
            assert_eq!(usage(spec(name)), expected);
        }
    }
}
