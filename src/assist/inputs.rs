//! What was typed or pasted, taken apart into whole inputs.
//!
//! A pasted block holds many lines, and may come out of a transcript or a terminal, prompts included.

use crate::eval::{self, AnswerWord};
use crate::session::LineJoiner;
use crate::syntax::{Completeness, Opened, completeness};

/// A text in its inputs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inputs {
    /// The inputs that are whole, in order.
    pub whole: Vec<String>,
    /// The last one if a bracket or string is open in it: more lines are needed.
    pub open: Option<String>,
}

/// Takes a text apart; `prompt` is what the shell itself shows before an input, such as `adder> `.
pub fn inputs(text: &str, prompt: &str) -> Inputs {
    let mut joiner = LineJoiner::default();
    let mut whole = Vec::new();
    let mut from_transcript = false;
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let typed = if joiner.is_open() {
            line.strip_prefix(". ").filter(|_| from_transcript).unwrap_or(line)
        } else {
            let typed = without_prompt(line, prompt);
            from_transcript = typed.len() < line.len();
            typed
        };
        whole.extend(joiner.push(typed));
    }
    let open = if joiner.is_open() { joiner.finish() } else { None };
    Inputs { whole, open }
}

/// What is open at the end of what was typed at the prompt.
pub fn open(text: &str) -> Option<Opened> {
    inputs(text, "").open.and_then(|input| opened(&input))
}

/// What is open at the end of an answer to a guest's call: a bracket or string in its literal.
pub fn open_in_answer(text: &str) -> Option<Opened> {
    match eval::answer_word(text) {
        (Some(AnswerWord::Trap), _) => None,
        (_, start) => opened(&text[start..]),
    }
}

/// Whether Enter begins one more line while this is open. An empty line gives up: what was forgotten is named then. In a
/// string it is a line like others.
pub fn goes_on(opened: Opened, text: &str) -> bool {
    opened == Opened::String || !begins_line(text)
}

/// What is said behind the cursor at the beginning of a further line.
pub fn reminder(opened: Opened) -> String {
    match opened {
        Opened::Bracket(bracket) => format!(". `{bracket}` is open; Enter gives up"),
        Opened::String => ". a string is open; Ctrl-C gives up".to_owned(),
    }
}

/// Whether the last of several lines is empty as yet.
pub fn begins_line(text: &str) -> bool {
    text.rsplit_once('\n').is_some_and(|(_, last)| last.trim().is_empty())
}

fn opened(input: &str) -> Option<Opened> {
    match completeness(input) {
        Completeness::Open(opened, _) => Some(opened),
        Completeness::Complete => None,
    }
}

fn without_prompt<'a>(line: &'a str, prompt: &str) -> &'a str {
    ["> ", prompt]
        .into_iter()
        .filter(|prompt| !prompt.is_empty())
        .find_map(|prompt| line.strip_prefix(prompt))
        .unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str], open: Option<&str>) {
        let found = inputs(text, "adder> ");
        assert_eq!(found.whole, expected, "{text:?}");
        assert_eq!(found.open.as_deref(), open, "{text:?}");
    }

    #[test]
    fn open_brackets_and_strings_need_more() {
        check("add(1, 2)", &["add(1, 2)"], None);
        check("add(1,", &[], Some("add(1,"));
        check("[1,\n2", &[], Some("[1,\n2"));
        check("[1,\n2]", &["[1,\n2]"], None);
        check("f(\"\"\"text", &[], Some("f(\"\"\"text"));
        check(".load a(b", &[".load a(b"], None);
        check("f)", &["f)"], None);
        check("", &[], None);
    }

    #[test]
    fn an_answer_goes_on_as_its_literal_does() {
        for (text, open) in [
            ("some(1)", false),
            ("[1,", true),
            ("[1,\n2]", false),
            (".always [1,", true),
            (".always [1]", false),
            (".trap (", false),
            (".other (", false),
            ("", false),
        ] {
            assert_eq!(open_in_answer(text).is_some(), open, "{text:?}");
        }
    }

    #[test]
    fn an_empty_line_gives_up_an_open_bracket_but_no_string() {
        for (text, more) in
            [("f(1", true), ("f(1\n", false), ("f([1,\n  ", false), ("f([1,\n2", true), ("f(\"\"\"\n", true)]
        {
            assert_eq!(goes_on(open(text).unwrap(), text), more, "{text:?}");
        }
        assert_eq!(open("f([1").map(reminder).unwrap(), ". `[` is open; Enter gives up");
        assert_eq!(open("f(\"\"\"").map(reminder).unwrap(), ". a string is open; Ctrl-C gives up");
        assert_eq!(open("f(1)"), None);
    }

    #[test]
    fn a_block_is_several_inputs_without_prompts() {
        check("a()\nb(1,\n2)\n.wit\n", &["a()", "b(1,\n2)", ".wit"], None);
        check(".wit\nf(", &[".wit"], Some("f("));
        check("> a()\r\n> b(1,\r\n. 2)\r\n", &["a()", "b(1,\n2)"], None);
        check("adder> a()\nadder> f([\n. 1])", &["a()", "f([\n1])"], None);
        check(" a()", &[" a()"], None);
    }
}
