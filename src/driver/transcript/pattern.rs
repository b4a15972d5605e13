//! Expected lines, and whether what was printed fits them.

use super::mask::mask;

/// Stands for anything at the end of a line, and for any lines where it stands alone.
const ANYTHING: &str = "…";

/// One expected line.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// The line as it stands in the document.
    pub written: String,
    sort: Sort,
}

#[derive(Clone, Debug, PartialEq)]
enum Sort {
    /// This line, masked.
    Exactly(String),
    /// A line that begins so, masked.
    Begins(String),
    /// Any number of lines.
    AnyLines,
}

impl Pattern {
    /// Reads an expected line.
    pub fn parse(written: &str) -> Pattern {
        let sort = match unescaped(written) {
            Some(line) => Sort::Exactly(mask(line)),
            None if written == ANYTHING => Sort::AnyLines,
            None => match written.strip_suffix(ANYTHING) {
                Some(begin) => Sort::Begins(mask(begin)),
                None => Sort::Exactly(mask(written)),
            },
        };
        Pattern { written: written.to_owned(), sort }
    }

    /// Whether it stands for any number of lines.
    pub fn is_any_lines(&self) -> bool {
        self.sort == Sort::AnyLines
    }

    /// Whether one line fits it.
    pub fn fits(&self, line: &str) -> bool {
        match &self.sort {
            Sort::Exactly(expected) => *expected == mask(line),
            Sort::Begins(begin) => mask(line).starts_with(begin),
            Sort::AnyLines => true,
        }
    }
}

/// The line that a leading `\` protects, if it does: the backslash counts only before what would mean something else.
fn unescaped(written: &str) -> Option<&str> {
    let line = written.strip_prefix('\\')?;
    needs_escape(line).then_some(line)
}

/// A printed line as an expected one.
pub fn escaped(line: &str) -> String {
    if needs_escape(line) { format!("\\{line}") } else { line.to_owned() }
}

fn needs_escape(line: &str) -> bool {
    let line = line.trim_start_matches('\\');
    let marked = ["> ", ". ", ANYTHING, "```", "~~~"].iter().any(|mark| line.starts_with(mark));
    marked || line == ">" || line == "."
}

/// Whether all printed lines fit, in order.
pub fn matches(expected: &[Pattern], actual: &[String]) -> bool {
    let (mut next, mut line) = (0, 0);
    // Where to go on if what follows the last `…` does not fit: with one more line taken by it.
    let mut retry = None;
    while line < actual.len() {
        match expected.get(next) {
            Some(pattern) if pattern.is_any_lines() => {
                retry = Some((next + 1, line));
                next += 1;
            }
            Some(pattern) if pattern.fits(&actual[line]) => {
                next += 1;
                line += 1;
            }
            _ => {
                let Some((after, from)) = retry else { return false };
                retry = Some((after, from + 1));
                (next, line) = (after, from + 1);
            }
        }
    }
    expected[next..].iter().all(Pattern::is_any_lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expected: &str, actual: &str, fits: bool) {
        let patterns: Vec<Pattern> = expected.lines().map(Pattern::parse).collect();
        let lines: Vec<String> = actual.lines().map(str::to_owned).collect();
        assert_eq!(matches(&patterns, &lines), fits, "{expected:?} for {actual:?}");
    }

    #[test]
    fn lines_fit_themselves() {
        check("a\nb", "a\nb", true);
        check("a\nb", "a", false);
        check("a", "a\nb", false);
        check("", "", true);
        check("", "a", false);
        check("took 5ms", "took 1s 20ms", true);
    }

    #[test]
    fn an_ellipsis_stands_for_anything() {
        check("a…", "abc", true);
        check("a…", "bc", false);
        check("…", "", true);
        check("…", "a\nb", true);
        check("a\n…\nd", "a\nb\nc\nd", true);
        check("a\n…\nd", "a\nd", true);
        check("a\n…\nd", "a\nd\ne", false);
        check("…\nd\n…\nd", "d\nx\nd", true);
        check("…\nd\n…\nd", "d\nx", false);
    }

    #[test]
    fn a_backslash_protects() {
        check("\\> a", "> a", true);
        check("\\…", "…", true);
        check("\\…", "abc", false);
        check("\\. a", ". a", true);
        check("\\n", "\\n", true);
        for line in ["> a", ". a", "…", "…x", "\\> a", "```", "plain", "\\n", ">", "a…"] {
            let pattern = Pattern::parse(&escaped(line));
            assert!(pattern.fits(line), "{line}");
        }
    }
}
