//! Which lines of a script make up one input.

use crate::syntax::{Completeness, Pending};

/// A line that does nothing: blank, or a comment alone.
pub fn is_blank(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with("//")
}

/// Joins lines into whole inputs: one goes on while a bracket or a string is open.
#[derive(Debug, Default)]
pub struct LineJoiner {
    input: String,
    pending: Pending,
    open: bool,
}

impl LineJoiner {
    /// Takes the next line, without its line break; an input that is whole now.
    pub fn push(&mut self, line: &str) -> Option<String> {
        if self.open {
            self.input.push('\n');
        }
        self.input.push_str(line);
        self.open = self.pending.extend(&self.input) != Completeness::Complete;
        if self.open { None } else { self.finish() }
    }

    /// Whether an input goes on with the next line.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// How many bytes the input has so far.
    pub fn length(&self) -> usize {
        self.input.len()
    }

    /// At the end of the script: an input that is not whole, which is for the parser to refuse.
    pub fn finish(&mut self) -> Option<String> {
        self.pending = Pending::default();
        self.open = false;
        let input = std::mem::take(&mut self.input);
        (!input.is_empty()).then_some(input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(script: &str, expected: &[&str]) {
        let mut joiner = LineJoiner::default();
        let mut inputs: Vec<String> = script.lines().filter_map(|line| joiner.push(line)).collect();
        inputs.extend(joiner.finish());
        assert_eq!(inputs, expected, "{script:?}");
    }

    #[test]
    fn open_brackets_and_strings_go_on() {
        check("add(1, 2)\n.wit", &["add(1, 2)", ".wit"]);
        check("f([1,\n  2,\n])\ng()", &["f([1,\n  2,\n])", "g()"]);
        check("$x = \"\"\"\n  a(\n  \"\"\"\n$x", &["$x = \"\"\"\n  a(\n  \"\"\"", "$x"]);
        check(".run (\ng()", &[".run (", "g()"]);
        check("f(1 // )\n)", &["f(1 // )\n)"]);
        check("f(1", &["f(1"]);
        check("f(1\n\n", &["f(1\n"]);
    }

    #[test]
    fn comments_and_blanks_do_nothing() {
        for blank in ["", "  ", "// a", "  // a"] {
            assert!(is_blank(blank), "{blank:?}");
        }
        assert!(!is_blank("f() // a"));
    }
}
