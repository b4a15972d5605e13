//! What a person types to answer a guest's call: a literal of the result's type, or one of two words that begin with a dot.
//!
//! A literal is read as anywhere, variables and files included, but nothing can be called: the session is in the middle of a call.

use super::check::{Checker, Scope};
use super::example::answer_example;
use super::run::{Caller, Run};
use crate::engine::Target;
use crate::error::{Error, Kind, Result};
use crate::frontend::{Answer, FRESH};
use crate::model::{Function, Type};
use crate::session::{Components, Variables};
use crate::syntax::ast::ExprKind;
use crate::syntax::{self, Span};
use crate::value::Value;
use crate::wording::{did_you_mean, suggest};

/// The words that may begin an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerWord {
    /// `.trap "why"`
    Trap,
    /// `.always LITERAL`
    Always,
}

impl AnswerWord {
    /// Both.
    pub const ALL: [AnswerWord; 2] = [AnswerWord::Trap, AnswerWord::Always];

    /// How it is written.
    pub fn text(self) -> &'static str {
        match self {
            AnswerWord::Trap => ".trap",
            AnswerWord::Always => ".always",
        }
    }
}

/// The word that an answer begins with, if it is one of them, and where what follows it begins.
pub fn answer_word(text: &str) -> (Option<AnswerWord>, usize) {
    let start = text.len() - text.trim_start().len();
    let end = text[start..].find(char::is_whitespace).map_or(text.len(), |length| start + length);
    match AnswerWord::ALL.into_iter().find(|word| word.text() == &text[start..end]) {
        Some(word) => (Some(word), end),
        None => (None, start),
    }
}

/// Reads the answer to a call of this function. Errors have their place in the text.
pub fn read_answer(components: &Components, variables: &Variables, function: &Function, text: &str) -> Result<Answer> {
    let literal = |start: usize| literal(components, variables, function, &text[start..], start);
    match answer_word(text) {
        (Some(AnswerWord::Trap), rest) => reason(&text[rest..], rest).map(Answer::Trap),
        (Some(AnswerWord::Always), rest) => {
            let value = literal(rest)?;
            if value.iter().flat_map(Value::handles).any(|handle| handle != FRESH) {
                return Err(Error::new(
                    Kind::Handle,
                    "a handle can be given away once, and `.always` answers every call",
                )
                .at(Span::new(rest, text.len()))
                .help("`new` stands for a new one each time"));
            }
            Ok(Answer::Always(value))
        }
        (None, start) if text[start..].starts_with('.') => Err(unknown(text, start)),
        (None, start) => literal(start).map(Answer::Value),
    }
}

/// Why the guest is to trap: a string, or any text.
fn reason(text: &str, offset: usize) -> Result<String> {
    let text = text.trim_end();
    match text.trim_start() {
        "" => Ok("refused by the person at the terminal".to_owned()),
        quoted if quoted.starts_with('"') => match syntax::parse_expression(text, offset)?.kind {
            ExprKind::String(why) => Ok(why),
            _ => Err(Error::new(Kind::Parse, "`.trap` needs one string").at(Span::new(offset, offset + text.len()))),
        },
        why => Ok(why.to_owned()),
    }
}

/// A value of the function's result; none where it gives none.
fn literal(
    components: &Components,
    variables: &Variables,
    function: &Function,
    text: &str,
    offset: usize,
) -> Result<Option<Value>> {
    let name = function.plain_name();
    let is_empty = text.trim().is_empty();
    let ty = match &function.result {
        Some(ty) => ty,
        None if is_empty => return Ok(None),
        None => {
            let place = Span::new(offset + text.len() - text.trim_start().len(), offset + text.trim_end().len());
            return Err(Error::new(Kind::Type, format!("{name} gives no value"))
                .at(place)
                .help("Enter alone lets it return"));
        }
    };
    if !can_be_typed(ty) {
        return Err(Error::new(Kind::Type, format!("{name} gives {ty}, which an answer cannot make"))
            .at(Span::new(offset, offset + text.trim_end().len()))
            .help("a component can: `.provide TARGET component NAME`; `.trap \"why\"` ends the call"));
    }
    if is_empty {
        return Err(Error::new(Kind::Parse, format!("{name} gives a value of type {ty}"))
            .help(format!("for example {}", answer_example(ty))));
    }
    let expr = syntax::parse_expression(text, offset)?;
    let usable = |_| Ok(());
    let mut checker = Checker::new(Scope { components, variables, usable: &usable });
    checker.new = true;
    let plan = checker.value(&expr, ty)?;
    Run::new(&mut Busy, variables, None).run(plan)
}

/// Whether an answer can make values of a type: streams and futures have somebody who writes them.
fn can_be_typed(ty: &Type) -> bool {
    !matches!(ty, Type::Stream(_) | Type::Future(_) | Type::ErrorContext)
}

/// A value that would answer a call of this function, if it gives one and it can be typed.
pub fn possible_answer(function: &Function) -> Option<String> {
    function.result.as_ref().filter(|ty| can_be_typed(ty)).map(answer_example)
}

fn unknown(text: &str, start: usize) -> Error {
    let word = text[start..].split_whitespace().next().unwrap_or(".");
    let near = suggest(word, AnswerWord::ALL.map(AnswerWord::text));
    let error = Error::new(Kind::Name, format!("`{word}` is no answer")).at(Span::new(start, start + word.len()));
    error.help(did_you_mean(&near).unwrap_or_else(|| {
        "an answer is a literal, `.trap \"why\"` or `.always LITERAL`; commands wait until the call is over".into()
    }))
}

/// The session while it waits for an answer.
struct Busy;

impl Caller for Busy {
    fn usable(&self, _handle: u32) -> Result<()> {
        Ok(())
    }

    fn call(&mut self, _: Target, function: &Function, _: &[Value], _: &str) -> Result<Option<Value>> {
        let message = format!("{} cannot be called while a guest waits for an answer", function.plain_name());
        Err(Error::new(Kind::Type, message).help("an answer holds literals, variables and files"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Typed;

    /// Reads an answer to a function of this type, with `$n: u32 = 7` and a handle `$h`.
    fn read(result: Option<Type>, text: &str) -> Result<Answer> {
        let function = Function { path: Vec::new(), name: "f".into(), params: Vec::new(), result, is_async: false };
        let mut variables = Variables::default();
        variables.assign("n", Typed { ty: Type::U32, value: Value::U32(7) });
        read_answer(&Components::default(), &variables, &function, text)
    }

    fn option() -> Option<Type> {
        Some(Type::Option(Type::U32.into()))
    }

    #[test]
    fn a_literal_has_the_type_of_the_result() {
        let some = |n| Some(Value::Option(Some(Box::new(Value::U32(n)))));
        for (text, expected) in [
            ("some(1)", Answer::Value(some(1))),
            ("  2 ", Answer::Value(some(2))),
            ("$n", Answer::Value(some(7))),
            (".always 3", Answer::Always(some(3))),
            (".always   none", Answer::Always(Some(Value::Option(None)))),
        ] {
            assert_eq!(read(option(), text).unwrap(), expected, "{text}");
        }
        assert_eq!(read(None, "").unwrap(), Answer::Value(None));
        assert_eq!(read(None, " .always").unwrap(), Answer::Always(None));
    }

    #[test]
    fn a_trap_has_its_reason() {
        for (text, why) in [
            (".trap \"a\\tb\"", "a\tb"),
            (".trap  no store ", "no store"),
            (".trap", "refused by the person at the terminal"),
        ] {
            assert_eq!(read(option(), text).unwrap(), Answer::Trap(why.into()), "{text}");
        }
    }

    #[test]
    fn errors_have_their_place_in_the_text() {
        for (result, text, place, part) in [
            (option(), "some(\"x\")", "\"x\"", "expected u32, found a string"),
            (option(), " .always \"x\"", "\"x\"", "found a string"),
            (option(), ".trap \"a\" b", "b", "expected the end of the line"),
            (option(), ".alway 1", ".alway", "did you mean `.always`?"),
            (option(), ".reset", ".reset", "commands wait until the call is over"),
            (option(), "$m", "$m", "no variable `$m`"),
            (option(), "g(1)", "g", "`g`"),
            (None, " 5 ", "5", "Enter alone lets it return"),
            (Some(Type::Stream(None)), "[1]", "[1]", "f gives stream, which an answer cannot make"),
        ] {
            let error = read(result, text).unwrap_err();
            let said = format!("{}\n{}", error.message, error.help.join("\n"));
            assert!(said.contains(part), "{text}: {said}");
            let span = error.span.unwrap_or_default();
            assert!(text[span.start..span.end].contains(place), "{text}: {span:?}");
        }
        let error = read(option(), "").unwrap_err();
        assert_eq!(
            (error.message.as_str(), error.help.join("")),
            ("f gives a value of type option<u32>", "for example some(42)".into())
        );
    }
}
