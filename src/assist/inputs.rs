//! What was typed or pasted, taken apart into whole inputs.
//!
//! A pasted block holds many lines, and may come out of a transcript or a terminal, prompts included.

use crate::eval::{self, AnswerWord};
use crate::session::LineJoiner;
use crate::syntax::{Completeness, completeness};

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

/// Whether an answer to a guest's call needs more lines: a bracket or string is open in its literal.
pub fn answer_is_open(text: &str) -> bool {
    match eval::answer_word(text) {
        (Some(AnswerWord::Trap), _) => false,
        (_, start) => completeness(&text[start..]) != Completeness::Complete,
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
            assert_eq!(answer_is_open(text), open, "{text:?}");
        }
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
