//! How a guest's call is put to a person: what is called, with which arguments, and what can be answered.

use super::{Look, width};
use crate::frontend::Question;
use crate::report::{Role, Text};
use crate::value::wave::wave_cut;

/// The columns of a screen that does not say how many it has.
const COLUMNS: usize = 80;
/// How many rows of a screen an argument takes at most.
const ROWS: usize = 4;
/// How many columns a type takes at most.
const TYPE: usize = 200;

/// Who calls what, the arguments and the type of the result, one a line.
pub fn call(question: &Question, caller: &str, look: &Look) -> Vec<Text> {
    let function = &question.function;
    let columns = look.screen.map_or(COLUMNS, |screen| screen.width);
    let head = Text::of(Role::Heading, "? ").and(Role::Plain, format!("{caller} calls "));
    let mut lines = vec![head.and(Role::Name, function.full_name())];
    for (param, value) in function.params.iter().zip(&question.args) {
        let (shown, was_cut) = wave_cut(&param.ty, value, columns * ROWS);
        let line = Text::plain(format!("    {}: ", param.name)).and(Role::Plain, shown);
        lines.push(if was_cut { line.and(Role::Dim, " (cut)") } else { line });
    }
    lines.push(match &function.result {
        Some(ty) => Text::of(Role::Dim, "    gives ").and(Role::Type, width::cut(&ty.to_string(), TYPE)),
        None => Text::of(Role::Dim, "    gives nothing"),
    });
    lines
}

/// What a person needs to know at the first question. `example` is a value that would do.
pub fn hint(question: &Question, example: Option<&str>) -> Vec<Text> {
    let answer = match (&question.function.result, example) {
        (None, _) => "Enter lets it return".to_owned(),
        (Some(_), Some(example)) => format!("type a value such as {example}"),
        (Some(_), None) => "an answer cannot make that".to_owned(),
    };
    vec![
        Text::of(Role::Dim, format!("  {answer}")),
        Text::of(Role::Dim, "  .trap \"why\" makes the guest trap, Ctrl-C gives the call up, ? says more"),
    ]
}

/// Everything that can be answered.
pub fn help(question: &Question, example: Option<&str>) -> Vec<Text> {
    let ty = question.function.result.as_ref().map(|ty| width::cut(&ty.to_string(), TYPE));
    let value = match (ty, example) {
        (None, _) => vec![("Enter", "lets the call return".to_owned())],
        (Some(ty), None) => vec![("", format!("the call gives {ty}, which an answer cannot make"))],
        (Some(ty), Some(example)) => vec![
            ("VALUE", format!("what the call gives: {ty}, such as {example}")),
            ("", "variables may stand in it, and `new` for a new resource".to_owned()),
        ],
    };
    let words = [
        (".trap \"why\"", "the guest traps".to_owned()),
        (".always VALUE", format!("this, to all further calls too; `{}` asks again", again(question))),
        ("Ctrl-C", "gives the call up".to_owned()),
    ];
    let line = |(typed, meaning)| Text::of(Role::Name, format!("  {typed:15}")).and(Role::Plain, meaning);
    value.into_iter().chain(words).map(line).collect()
}

/// How an answer to all further calls is taken back.
pub fn always(question: &Question) -> Vec<Text> {
    vec![Text::of(Role::Dim, format!("all further calls are answered so; `{}` asks again", again(question)))]
}

fn again(question: &Question) -> String {
    format!(".provide {} ask", question.function.full_name())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::text;
    use super::*;
    use crate::model::{Function, Param, Type};
    use crate::value::Value;

    fn question(args: &[(&str, &str)], result: Option<Type>) -> Question {
        let params = args.iter().map(|(name, _)| Param { name: (*name).into(), ty: Type::String }).collect();
        let function = Function { path: vec!["a:b/store".into()], name: "put".into(), params, result, is_async: false };
        let args = args.iter().map(|(_, value)| Value::String((*value).to_owned())).collect();
        Question { caller: None, function: Arc::new(function), args, problem: None }
    }

    fn shown(lines: &[Text]) -> String {
        text::lines(lines, &Look::PLAIN).to_string()
    }

    #[test]
    fn a_call_is_shown_with_its_arguments_and_nothing_that_a_terminal_acts_on() {
        let question = question(&[("key", "k"), ("text", "\u{1b}[2J\u{202e}\n")], Some(Type::Bool));
        assert_eq!(
            shown(&call(&question, "shop", &Look::PLAIN)),
            "? shop calls a:b/store#put\n    key: \"k\"\n    text: \"\\u{1b}[2J\\u{202e}\\n\"\n    gives bool\n"
        );
    }

    #[test]
    fn a_long_argument_is_cut() {
        let question = question(&[("text", &"x".repeat(10_000))], None);
        let shown = shown(&call(&question, "shop", &Look::PLAIN));
        assert!(shown.len() < 1_000 && shown.contains(" (cut)\n    gives nothing\n"), "{shown}");
    }

    #[test]
    fn what_can_be_answered_depends_on_the_result() {
        let with = question(&[], Some(Type::Bool));
        assert!(shown(&hint(&with, Some("true"))).contains("a value such as true\n  .trap"));
        assert!(shown(&help(&with, Some("true"))).contains("what the call gives: bool, such as true\n"));
        let stream = question(&[], Some(Type::Stream(None)));
        assert!(shown(&hint(&stream, None)).contains("an answer cannot make that"));
        assert!(shown(&help(&stream, None)).contains("gives stream, which an answer cannot make"));
        let without = question(&[], None);
        assert!(shown(&hint(&without, None)).contains("Enter lets it return\n"));
        assert!(shown(&help(&without, None)).contains("`.provide a:b/store#put ask` asks again"));
    }
}
