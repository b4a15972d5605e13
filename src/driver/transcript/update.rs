//! Expected lines written anew.

use super::pattern::{self, Pattern};

/// The printed lines as expected ones. What was written before stays where it still fits, `…` above all.
pub fn merged(expected: &[Pattern], actual: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut at = 0;
    // A `…` counts only directly behind a line that still fits, or at the beginning.
    let mut gap = None;
    let mut previous_fits = true;
    for pattern in expected {
        if pattern.is_any_lines() {
            gap = previous_fits.then_some(&pattern.written);
            continue;
        }
        let found = actual[at..].iter().position(|line| pattern.fits(line)).map(|offset| at + offset);
        previous_fits = found.is_some();
        if let Some(found) = found {
            push_between(&mut lines, &actual[at..found], gap);
            lines.push(pattern.written.clone());
            at = found + 1;
        }
        gap = None;
    }
    push_between(&mut lines, &actual[at..], gap);
    let patterns: Vec<Pattern> = lines.iter().map(|line| Pattern::parse(line)).collect();
    match pattern::matches(&patterns, actual) {
        true => lines,
        false => actual.iter().map(|line| pattern::escaped(line)).collect(),
    }
}

/// The lines between two that fit: what the `…` between them stands for, or as they are.
fn push_between(lines: &mut Vec<String>, between: &[String], gap: Option<&String>) {
    match gap {
        Some(ellipsis) => lines.push(ellipsis.clone()),
        None => lines.extend(between.iter().map(|line| pattern::escaped(line))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expected: &str, actual: &str, updated: &str) {
        let patterns: Vec<Pattern> = expected.lines().map(Pattern::parse).collect();
        let lines: Vec<String> = actual.lines().map(str::to_owned).collect();
        assert_eq!(merged(&patterns, &lines).join("\n"), updated, "{expected:?} for {actual:?}");
    }

    #[test]
    fn what_fits_stays() {
        check("a\nb", "a\nc", "a\nc");
        check("took 5ms\nb", "took 7ms\nc", "took 5ms\nc");
        check("a…\nold", "abc\nnew", "a…\nnew");
        check("", "> x\n…", "\\> x\n\\…");
    }

    #[test]
    fn an_ellipsis_stays_between_lines_that_fit() {
        check("a\n…\nd\nold", "a\nb\nc\nd\nnew", "a\n…\nd\nnew");
        check("a\n…", "a\nb\nc", "a\n…");
        check("old\n…\nd", "new\nb\nd", "new\nb\nd");
        check("a\n…\nold", "a\nb", "a\nb");
    }
}
