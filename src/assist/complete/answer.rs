//! What may stand at the cursor of the answer to a guest's call: a literal of the result's type, or a word with a dot.

use crate::eval::{self, AnswerWord};
use crate::model::Type;
use crate::session::Variables;

use super::expected::{Expected, expected};
use super::scan::{Place, scan};
use super::{Found, Rank, continuing, files, literals, statement};

/// The place where the word at the cursor begins, and what it may become; `text` ends at the cursor, `after` follows it.
pub(super) fn complete(variables: &Variables, result: Option<&Type>, text: &str, after: &str) -> (usize, Vec<Found>) {
    let (word, start) = eval::answer_word(text);
    match word {
        _ if text[start..].starts_with('.') || (word.is_some() && start == text.len()) => {
            let start = text.len() - text.trim_start().len();
            (start, continuing(words(), &text[start..]))
        }
        Some(AnswerWord::Trap) => (text.len(), Vec::new()),
        _ => {
            let (inner, mut found) = literal(variables, result, &text[start..], after);
            if text.trim().is_empty() {
                found.extend(words());
            }
            (start + inner, found)
        }
    }
}

fn literal(variables: &Variables, result: Option<&Type>, text: &str, after: &str) -> (usize, Vec<Found>) {
    let context = scan(text);
    let word = &text[context.start..];
    let found = match (context.place, expected(None, result.cloned(), &context.frames)) {
        (Place::File, _) => return (context.start, files::quoted(word, after)),
        (Place::Value, Expected::Label(Some(ty), used)) => literals::labels(&ty, used),
        (Place::Value, Expected::Value(Some(ty))) => {
            let mut found = literals::words(&ty);
            if matches!(ty, Type::Own(_)) {
                found.push(Found::new(Rank::Literal, "new".to_owned(), format!("new: {ty}")));
            }
            found.extend(statement::variables(variables, Some(&ty)));
            found
        }
        (Place::Variable, Expected::Value(ty)) => statement::variables(variables, ty.as_ref()),
        _ => Vec::new(),
    };
    (context.start, statement::fitting(continuing(found, word), word))
}

fn words() -> Vec<Found> {
    AnswerWord::ALL
        .iter()
        .map(|word| {
            let meaning = match word {
                AnswerWord::Trap => "the guest traps",
                AnswerWord::Always => "this answer, to all further calls too",
            };
            Found::new(Rank::Other, format!("{} ", word.text()), format!("{}  {meaning}", word.text()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::complete_answer;
    use super::*;
    use crate::model::types::Labels;
    use crate::value::{Typed, Value};

    #[track_caller]
    fn check(result: Option<Type>, text: &str, expected: &[&str]) {
        let mut variables = Variables::default();
        variables.assign("text", Typed { ty: Type::String, value: Value::String(String::new()) });
        let found = complete_answer(&variables, result.as_ref(), text, text.len());
        let words: Vec<&str> = found.candidates.iter().map(|found| found.replacement.as_str()).collect();
        assert_eq!(words, expected, "{text:?}");
    }

    fn color() -> Type {
        Type::Enum(Arc::new(Labels { name: None, labels: ["red", "green"].map(Arc::from).to_vec() }))
    }

    #[test]
    fn the_type_of_the_result_decides() {
        check(Some(color()), "g", &["green"]);
        check(Some(color()), "", &["green", "red", ".always ", ".trap "]);
        check(Some(Type::Option(color().into())), "some(r", &["red"]);
        check(Some(Type::List(Type::Bool.into())), "[true, f", &["false"]);
        check(Some(Type::String), "$t", &["$text"]);
        check(None, "g", &[]);
    }

    #[test]
    fn words_with_a_dot_begin_an_answer() {
        check(Some(color()), " .", &[".always ", ".trap "]);
        check(Some(color()), ".tr", &[".trap "]);
        check(Some(color()), ".always", &[".always "]);
        check(Some(color()), ".always r", &["red"]);
        check(Some(color()), ".trap r", &[]);
    }
}
