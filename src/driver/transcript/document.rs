//! The sessions in a Markdown document: its fenced blocks marked `witsh`.

use std::ops::Range;

use crate::error::{Error, Kind, Result};

/// The word that marks a block.
const MARK: &str = "witsh";

/// A document and what its blocks say.
#[derive(Debug, PartialEq)]
pub struct Document {
    /// All lines, without their line breaks.
    lines: Vec<String>,
    /// What is typed, in order, over all blocks.
    pub steps: Vec<Step>,
    /// What stands behind the mark of the first block.
    pub flags: Vec<String>,
}

/// One input and what it shall print.
#[derive(Debug, PartialEq)]
pub struct Step {
    /// What is typed.
    pub input: String,
    /// The number of its first line, from 1.
    pub line: usize,
    /// What stands behind it, without blank lines at the end.
    pub expected: Vec<String>,
    /// Where that stands in the document's lines.
    range: Range<usize>,
    /// What stands before each line of the block.
    indent: String,
}

/// The beginning of a fenced block.
struct Fence {
    indent: String,
    mark: char,
    length: usize,
    info: String,
}

impl Fence {
    /// Three or more backticks or tildes, and what stands behind them.
    fn parse(line: &str) -> Option<Fence> {
        let rest = line.trim_start_matches(' ');
        let mark = rest.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = rest.trim_start_matches(mark);
        let length = rest.len() - info.len();
        if length < 3 || (mark == '`' && info.contains('`')) {
            return None;
        }
        Some(Fence { indent: line[..line.len() - rest.len()].to_owned(), mark, length, info: info.trim().to_owned() })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        Fence::parse(line).is_some_and(|end| end.mark == self.mark && end.length >= self.length && end.info.is_empty())
    }

    /// The words behind the mark, if this block holds a session.
    fn flags(&self) -> Option<Result<Vec<String>>> {
        let rest = self.info.strip_prefix(MARK)?;
        if !rest.is_empty() && !rest.starts_with(' ') {
            return None;
        }
        let wrong = || Error::new(Kind::Parse, format!("a quote is not closed in `{}`", self.info));
        Some(shlex::split(rest).ok_or_else(wrong))
    }
}

impl Document {
    /// Reads a document.
    pub fn parse(text: &str) -> Result<Document> {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut document = Document { lines: Vec::new(), steps: Vec::new(), flags: Vec::new() };
        let mut at = 0;
        while at < lines.len() {
            let Some(fence) = Fence::parse(&lines[at]) else {
                at += 1;
                continue;
            };
            let end = (at + 1..lines.len()).find(|end| fence.is_closed_by(&lines[*end])).unwrap_or(lines.len());
            if let Some(flags) = fence.flags() {
                let flags = flags?;
                if !flags.is_empty() && !document.steps.is_empty() {
                    return Err(Error::new(Kind::Parse, format!("line {}: flags belong to the first block", at + 1)));
                }
                document.flags.extend(flags);
                document.read_block(&lines, at + 1..end, &fence.indent);
            }
            at = end + 1;
        }
        document.lines = lines;
        Ok(document)
    }

    fn read_block(&mut self, lines: &[String], block: Range<usize>, indent: &str) {
        let bare = |at: usize| lines[at].strip_prefix(indent).unwrap_or(lines[at].trim_start());
        let mut at = block.start;
        while at < block.end {
            let Some(first) = typed(bare(at), '>') else {
                // Before the first input: a remark.
                at += 1;
                continue;
            };
            let line = at + 1;
            let mut input = first.to_owned();
            at += 1;
            while at < block.end
                && let Some(more) = typed(bare(at), '.')
            {
                input.push('\n');
                input.push_str(more);
                at += 1;
            }
            let start = at;
            while at < block.end && typed(bare(at), '>').is_none() {
                at += 1;
            }
            let end = (start..at).rev().find(|at| !bare(*at).trim().is_empty()).map_or(start, |last| last + 1);
            let expected = (start..end).map(|at| bare(at).trim_end().to_owned()).collect();
            self.steps.push(Step { input, line, expected, range: start..end, indent: indent.to_owned() });
        }
    }

    /// The document's text with other lines behind some steps, each given by its number.
    pub fn with(&self, changes: &[(usize, Vec<String>)]) -> String {
        let mut text = String::new();
        let mut at = 0;
        let mut push = |line: &str| {
            text.push_str(line);
            text.push('\n');
        };
        for (number, lines) in changes {
            let step = &self.steps[*number];
            self.lines[at..step.range.start].iter().for_each(|line| push(line));
            lines.iter().for_each(|line| push(format!("{}{line}", step.indent).trim_end()));
            at = step.range.end;
        }
        self.lines[at..].iter().for_each(|line| push(line));
        text
    }
}

/// What is typed on a line that begins with `mark` and a blank.
fn typed(line: &str, mark: char) -> Option<&str> {
    let rest = line.strip_prefix(mark)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(' ') }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each step as `line input -> expected`.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let document = Document::parse(text).unwrap();
        let steps: Vec<String> = document
            .steps
            .iter()
            .map(|step| format!("{} {} -> {}", step.line, step.input, step.expected.join("|")))
            .collect();
        assert_eq!(steps, expected, "{text}");
        assert_eq!(document.with(&[]), text);
    }

    #[test]
    fn blocks_marked_witsh_hold_sessions() {
        check(
            "# A\n```witsh\n> add(1, 2)\n3\n\n> $x = 1 : u8\n> $x\n1\n```\ntext\n",
            &["3 add(1, 2) -> 3", "6 $x = 1 : u8 -> ", "7 $x -> 1"],
        );
        check("```sh\n> no\n```\n~~~ witsh\n> a\n. b\nout\n. no\n~~~\n", &["5 a\nb -> out|. no"]);
        check("````witsh\n> a\n```\n````\n```witshx\n> no\n```\n", &["2 a -> ```"]);
        check("- x\n  ```witsh\n  > a\n    1\n  ```\n", &["3 a ->   1"]);
        check("```witsh\nremark\n> a\n", &["3 a -> "]);
    }

    #[test]
    fn flags_belong_to_the_first_block() {
        let document = Document::parse("```witsh a.wasm --env 'A=b c'\n> x\n```\n").unwrap();
        assert_eq!(document.flags, ["a.wasm", "--env", "A=b c"]);
        let error = Document::parse("```witsh\n> x\n```\n```witsh --json\n```\n").unwrap_err();
        assert_eq!(error.message, "line 4: flags belong to the first block");
    }

    #[test]
    fn changes_keep_everything_else() {
        let document = Document::parse("a\n  ```witsh\n  > x\n  old\n  > y\n  ```\nb\n").unwrap();
        let changes = [(0, vec!["new".to_owned(), "lines".to_owned()]), (1, vec!["more".to_owned()])];
        assert_eq!(document.with(&changes), "a\n  ```witsh\n  > x\n  new\n  lines\n  > y\n  more\n  ```\nb\n");
    }
}
