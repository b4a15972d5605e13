//! How many columns a text takes, and cutting it to some.
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
}
