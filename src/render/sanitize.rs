//! Characters that a terminal acts on, or that a person cannot see, made visible as `\u{1b}`.
//!
//! Two forms: whole texts ([`line`], [`block`]), and [`Stream`] for what a guest writes piece by piece. Both leave nothing that
//! they would change again.

use std::borrow::Cow;
use std::fmt::Write;

/// What a tab becomes: its width would depend on the column.
const TAB: &str = "    ";

/// Whether a character must not reach a terminal as it is: controls, bidirectional controls, invisible characters and the
/// line breaks of Unicode. A line break proper counts.
pub fn is_hidden(c: char) -> bool {
    match c {
        ' '..='~' => false,
        '\u{00}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => true,
        // Soft hyphen, Arabic letter mark, Mongolian vowel separator, Hangul fillers.
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => true,
        // Zero-width characters, direction marks, line and paragraph separators, embeddings and overrides.
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        // Word joiner, invisible operators, isolates, deprecated format characters.
        '\u{2060}'..='\u{206f}' => true,
        '\u{feff}' | '\u{fff9}'..='\u{fffb}' => true,
        // Tags.
        '\u{e0000}'..='\u{e007f}' => true,
        _ => false,
    }
}

/// Whether a character cannot stand in a line that is being typed: the line editor itself knows line breaks and tabs.
pub fn is_hidden_in_input(c: char) -> bool {
    is_hidden(c) && c != '\n' && c != '\t'
}

/// A text on one line: line breaks are made visible too.
pub fn line(text: &str) -> Cow<'_, str> {
    replace(text, false)
}

/// A text whose line breaks stay.
pub fn block(text: &str) -> Cow<'_, str> {
    replace(text, true)
}

fn replace(text: &str, keep_breaks: bool) -> Cow<'_, str> {
    let changes = |c: char| is_hidden(c) && !(keep_breaks && c == '\n');
    let Some(first) = text.find(changes) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(&text[..first]);
    for c in text[first..].chars() {
        if changes(c) { push_visible(&mut out, c) } else { out.push(c) }
    }
    Cow::Owned(out)
}

fn push_visible(out: &mut String, c: char) {
    if c == '\t' {
        out.push_str(TAB);
    } else {
        // Writing to a string cannot fail.
        let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
    }
}

/// Makes what a guest writes piece by piece fit for a terminal.
///
/// A character may be split across pieces, and so may `\r\n`, which is a line break. Bytes that are not UTF-8 show as `\xff`.
#[derive(Debug, Default)]
pub struct Stream {
    /// The beginning of a character whose end has not come yet.
    partial: Vec<u8>,
    /// A `\r` came last: what it is depends on what follows.
    carriage_return: bool,
}

impl Stream {
    /// What to show for the next piece.
    pub fn push(&mut self, bytes: &[u8]) -> String {
        let mut out = String::with_capacity(bytes.len());
        let mut joined = std::mem::take(&mut self.partial);
        let mut rest = if joined.is_empty() {
            bytes
        } else {
            joined.extend_from_slice(bytes);
            &joined
        };
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.push_text(text, &mut out);
                    return out;
                }
                Err(error) => {
                    let (valid, bad) = rest.split_at(error.valid_up_to());
                    self.push_text(std::str::from_utf8(valid).unwrap_or_default(), &mut out);
                    let Some(length) = error.error_len() else {
                        self.partial = bad.to_vec();
                        return out;
                    };
                    self.push_bytes(&bad[..length], &mut out);
                    rest = &bad[length..];
                }
            }
        }
    }

    /// What to show for what was held back, when no more will come.
    pub fn finish(&mut self) -> String {
        let mut out = String::new();
        let partial = std::mem::take(&mut self.partial);
        self.push_bytes(&partial, &mut out);
        self.end_carriage_return(&mut out);
        out
    }

    fn push_text(&mut self, text: &str, out: &mut String) {
        for c in text.chars() {
            if c == '\n' {
                self.carriage_return = false;
                out.push('\n');
                continue;
            }
            self.end_carriage_return(out);
            match c {
                '\r' => self.carriage_return = true,
                c if is_hidden(c) => push_visible(out, c),
                c => out.push(c),
            }
        }
    }

    fn push_bytes(&mut self, bytes: &[u8], out: &mut String) {
        for byte in bytes {
            self.end_carriage_return(out);
            let _ = write!(out, "\\x{byte:02x}");
        }
    }

    fn end_carriage_return(&mut self, out: &mut String) {
        if std::mem::take(&mut self.carriage_return) {
            push_visible(out, '\r');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(line(text), expected, "{text:?}");
    }

    #[test]
    fn hidden_characters_become_visible() {
        check("plain ünï 😀 日本", "plain ünï 😀 日本");
        check("\x1b]0;title\x07", "\\u{1b}]0;title\\u{7}");
        check("a\rb\u{8}", "a\\u{d}b\\u{8}");
        check("\u{9b}2J\u{7f}", "\\u{9b}2J\\u{7f}");
        check("\u{202e}rtl\u{2066}", "\\u{202e}rtl\\u{2066}");
        check("zero\u{200b}width\u{feff}", "zero\\u{200b}width\\u{feff}");
        check("a\u{2028}b\u{2029}", "a\\u{2028}b\\u{2029}");
        check("a\tb", "a    b");
        check("a\nb", "a\\u{a}b");
        assert_eq!(block("a\nb\r\n"), "a\nb\\u{d}\n");
    }

    #[track_caller]
    fn check_stream(pieces: &[&[u8]], expected: &str) {
        let mut stream = Stream::default();
        let mut shown: String = pieces.iter().map(|piece| stream.push(piece)).collect();
        shown.push_str(&stream.finish());
        assert_eq!(shown, expected, "{pieces:?}");
    }

    #[test]
    fn a_stream_joins_what_is_split() {
        check_stream(&[b"plain\n"], "plain\n");
        check_stream(&["ü".as_bytes()], "ü");
        check_stream(&[&[0xc3], &[0xbc, b'!']], "ü!");
        check_stream(&[&[0xf0, 0x9f], &[0x98], &[0x80]], "😀");
        check_stream(&[&[0xe2, 0x80], &[0xae]], "\\u{202e}");
        check_stream(&[b"a\r", b"\nb\r\n"], "a\nb\n");
        check_stream(&[b"a\r", b"b"], "a\\u{d}b");
        check_stream(&[b"a\r"], "a\\u{d}");
        check_stream(&[b"a\xffb\xc3"], "a\\xffb\\xc3");
        check_stream(&[b"\x1b[2J\tx"], "\\u{1b}[2J    x");
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left_and_a_second_pass_changes_nothing(text in any::<String>()) {
            let once = line(&text).into_owned();
            prop_assert!(!once.chars().any(is_hidden));
            prop_assert_eq!(line(&once), once.as_str());
        }

        #[test]
        fn a_stream_shows_the_same_wherever_it_is_split(bytes in any::<Vec<u8>>(), at in any::<prop::sample::Index>()) {
            let (head, tail) = bytes.split_at(if bytes.is_empty() { 0 } else { at.index(bytes.len()) });
            let mut whole = Stream::default();
            let mut parts = Stream::default();
            let expected = whole.push(&bytes) + &whole.finish();
            let shown = parts.push(head) + &parts.push(tail) + &parts.finish();
            prop_assert!(!shown.chars().any(|c| is_hidden(c) && c != '\n'));
            prop_assert_eq!(shown, expected);
        }
    }
}
