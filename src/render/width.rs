//! How many columns a text takes, and cutting or breaking it to fit into some.
//!
//! All texts here are clean and without colours.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The columns that a text takes.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// As much of a text as fits into so many columns, with `…` at the end where some is missing.
pub fn cut(text: &str, limit: usize) -> String {
    if columns(text) <= limit {
        return text.to_owned();
    }
    let mut out = prefix(text, limit.saturating_sub(1)).to_owned();
    out.push('…');
    out
}

/// The longest beginning of a text that fits into so many columns.
pub fn prefix(text: &str, limit: usize) -> &str {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > limit {
            return &text[..at];
        }
    }
    text
}

/// The longest end of a text that fits into so many columns.
pub fn suffix(text: &str, limit: usize) -> &str {
    let mut used = 0;
    for (at, c) in text.char_indices().rev() {
        used += c.width().unwrap_or(0);
        if used > limit {
            return &text[at + c.len_utf8()..];
        }
    }
    text
}

/// Behind what a line may end, the best first. A dot comes late because of versions.
const BREAKS: [&[char]; 4] = [&[' '], &[',', '/', '#', ']', '<', '('], &['.', ':'], &['-']];

/// A text in lines of so many columns, broken where it reads well if it can be.
pub fn lines(text: &str, limit: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    loop {
        let fitting = prefix(rest, limit);
        if fitting.len() == rest.len() {
            lines.push(rest);
            return lines;
        }
        let (line, next) = rest.split_at(line_end(rest, fitting.len()));
        lines.push(line.trim_end());
        rest = next.trim_start();
        if rest.is_empty() {
            return lines;
        }
    }
}

/// The columns that a text needs so that it can be broken where it reads well.
pub fn longest_part(text: &str) -> usize {
    let parts = text.split_inclusive(|c| BREAKS.iter().any(|signs| signs.contains(&c)));
    parts.map(|part| columns(part.trim_end())).max().unwrap_or(0)
}

/// Where the first line of a text ends, of which so much fits; never at its beginning.
fn line_end(text: &str, fitting: usize) -> usize {
    let words = text.len() - text.trim_start().len();
    if text[fitting..].starts_with(' ') || fitting <= words {
        return fitting.max(text.chars().next().map_or(0, char::len_utf8));
    }
    let end = BREAKS.iter().find_map(|signs| text[words..fitting].rfind(*signs));
    end.map_or(fitting, |end| words + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_count_twice() {
        let check = |text: &str, limit, expected: &str| assert_eq!(cut(text, limit), expected, "{text} in {limit}");
        check("abc", 3, "abc");
        check("abcd", 3, "ab…");
        check("日本語", 6, "日本語");
        check("日本語", 5, "日本…");
        check("日本語", 4, "日…");
        check("abc", 0, "…");
        assert_eq!(suffix("ab日本", 4), "日本");
        assert_eq!(suffix("ab日本", 3), "本");
        assert_eq!(prefix("日本", 3), "日");
    }

    #[test]
    fn lines_end_where_they_read_well() {
        let check =
            |text: &str, limit, expected: &[&str]| assert_eq!(lines(text, limit), expected, "{text} in {limit}");
        check("", 3, &[""]);
        check("abc", 3, &["abc"]);
        check("key: string, value: string", 16, &["key: string,", "value: string"]);
        check("one two three", 7, &["one two", "three"]);
        check("[method]counter.value", 18, &["[method]", "counter.value"]);
        check("[method]counter.value", 10, &["[method]", "counter.", "value"]);
        check("wasi:io/streams@0.2.0#read", 18, &["wasi:io/", "streams@0.2.0#read"]);
        check("list<option<tuple<u32,u32>>>", 14, &["list<option<", "tuple<u32,", "u32>>>"]);
        check("write-and-flush", 10, &["write-and-", "flush"]);
        check("    indented", 8, &["    inde", "nted"]);
        check("abcdefg", 3, &["abc", "def", "g"]);
        check("日本語", 1, &["日", "本", "語"]);
        check("abc", 0, &["a", "b", "c"]);
        check("a  b", 2, &["a", "b"]);
        check("     ", 2, &[""]);
    }
}
