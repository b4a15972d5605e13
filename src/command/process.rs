//! The providers of `.provide` that are processes: `python` and `exec`, from the words that name them.

use std::path::PathBuf;
use std::sync::Arc;

use super::Word;
use super::imported::Import;
use crate::engine::Choice;
use crate::engine::provider::{self, Source};
use crate::error::{Error, Kind, Result};
use crate::session::Session;
use crate::syntax::{Span, split_words};

/// `python FILE` or `python 'LAMBDA'`; `rest` is what follows the first word of `provider`.
pub fn python(session: &Session, imports: &[Import], provider: &Word, rest: &str) -> Result<Choice> {
    let (rest, span) = trimmed(provider, rest);
    let words = match is_lambda(rest) {
        true => vec![Word { text: rest.to_owned(), span }],
        false => split_words(rest, span.start)?,
    };
    let source = match words.as_slice() {
        [] => {
            return Err(Error::new(Kind::Parse, "`python` needs a FILE or a LAMBDA")
                .help("for example `python kv.py` or `python 'lambda a, b: a + b'`"));
        }
        [word] if is_lambda(&word.text) => match imports {
            [import] if import.selection.function.is_some() => Source::Lambda(word.text.clone()),
            _ => {
                return Err(Error::new(Kind::Type, "a lambda answers one function, and this names several")
                    .at(word.span)
                    .help("name one as `INTERFACE#FUNCTION`; `python FILE` answers a whole interface"));
            }
        },
        [word] => Source::File(existing(word)?),
        [_, extra, ..] => {
            return Err(Error::new(Kind::Parse, "`python` takes one FILE or one LAMBDA")
                .at(extra.span)
                .help("a path with blanks stands in quotes"));
        }
    };
    Ok(Choice::Provider(Arc::new(provider::python(source, here()?, session.frontend.clone()))))
}

/// `exec 'COMMAND'`, split into words once more; also a command whose words stand by themselves.
pub fn exec(session: &Session, provider: &Word, rest: &str) -> Result<Choice> {
    let (rest, span) = trimmed(provider, rest);
    let words = split_words(rest, span.start)?;
    let words = match words.as_slice() {
        [command] => split_words(&command.text, 0).map_err(|error| error.without_span().at(span))?,
        _ => words,
    };
    let words: Vec<String> = words.into_iter().map(|word| word.text).collect();
    let process = provider::exec(&words, here()?, session.frontend.clone());
    let process = process
        .ok_or_else(|| Error::new(Kind::Parse, "`exec` needs a COMMAND").help("for example `exec 'awk -f log.awk'`"))?;
    Ok(Choice::Provider(Arc::new(process)))
}

fn is_lambda(text: &str) -> bool {
    text.strip_prefix("lambda").is_some_and(|rest| rest.starts_with([' ', ':', '\t', '*']))
}

/// What follows the first word, and its place in the line.
pub fn trimmed<'a>(provider: &Word, rest: &'a str) -> (&'a str, Span) {
    let start = provider.span.end - rest.trim_start().len();
    let rest = rest.trim();
    (rest, Span::new(start, start + rest.len()))
}

/// The path of a file that can be read.
fn existing(word: &Word) -> Result<String> {
    match std::fs::metadata(&word.text) {
        Ok(found) if found.is_file() => Ok(word.text.clone()),
        Ok(_) => Err(Error::new(Kind::Io, format!("`{}` is no file", word.text)).at(word.span)),
        Err(error) => Err(Error::new(Kind::Io, format!("`{}` cannot be read", word.text))
            .at(word.span)
            .cause(error.to_string())
            .help("`python` takes the path of a file, or an expression that begins with `lambda`")),
    }
}

/// Relative paths mean what they mean now, whenever the process is started.
fn here() -> Result<PathBuf> {
    std::env::current_dir()
        .map_err(|error| Error::new(Kind::Io, "the working directory cannot be found").cause(error.to_string()))
}
