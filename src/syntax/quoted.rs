//! Quoted text: chars, strings, multi-line strings, byte strings, file names.
//!
//! [`Quoted::at`] finds where one ends without looking at its escapes, so that whoever only needs its extent can share it with
//! the parser; the functions behind it turn what stands between the quotes into a value, exactly as wasm-wave does.

use super::Span;
use super::lexer::{Lexer, error, line_end};
use crate::error::Result;

/// The sorts of quoted text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// `'x'`
    Char,
    /// `"text"`
    String,
    /// `"""`, lines, `"""`
    Lines,
    /// `b"bytes"`
    Bytes,
    /// `@"path"`
    File,
}

/// One quoted text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quoted {
    /// What it is.
    pub sort: Sort,
    /// Its first byte.
    pub start: usize,
    /// What stands between the quotes.
    pub inner: (usize, usize),
    /// One past its last byte; `None` if it is not closed where it would have to be.
    pub end: Option<usize>,
}

impl Quoted {
    /// The quoted text that begins at `start`, if one does.
    pub fn at(text: &str, start: usize) -> Option<Quoted> {
        let bytes = text.as_bytes();
        let (sort, opening) = match (bytes.get(start)?, bytes.get(start + 1)) {
            (b'\'', _) => (Sort::Char, 1),
            (b'"', _) if text[start..].starts_with("\"\"\"") => (Sort::Lines, 3),
            (b'"', _) => (Sort::String, 1),
            (b'b', Some(b'"')) => (Sort::Bytes, 2),
            (b'@', Some(b'"')) => (Sort::File, 2),
            _ => return None,
        };
        let from = start + opening;
        let close = match sort {
            Sort::Lines => lines_close(text, from),
            Sort::Char => close(bytes, from, b'\'', false),
            _ => close(bytes, from, b'"', sort == Sort::Bytes),
        };
        let closing = if sort == Sort::Lines { 3 } else { 1 };
        Some(Quoted { sort, start, inner: (from, close.unwrap_or(from)), end: close.map(|close| close + closing) })
    }

    /// Whether more lines could close it.
    pub fn spans_lines(&self) -> bool {
        matches!(self.sort, Sort::Lines | Sort::Bytes)
    }
}

/// Where `"""` closes the lines that begin at `from`.
pub(super) fn lines_close(text: &str, from: usize) -> Option<usize> {
    text[from..].find("\"\"\"").map(|length| from + length)
}

/// Where the quote closes: a backslash hides what follows it, and a line feed ends the search unless it may stand inside.
fn close(bytes: &[u8], from: usize, quote: u8, line_feeds: bool) -> Option<usize> {
    let mut at = from;
    loop {
        match *bytes.get(at)? {
            byte if byte == quote => return Some(at),
            b'\n' if !line_feeds => return None,
            b'\\' if line_feeds || bytes.get(at + 1) != Some(&b'\n') => at += 2,
            _ => at += 1,
        }
    }
}

/// Reads a closed quoted text of this extent: an error that says where it opened if it is not closed.
pub(super) fn take<'a>(lexer: &mut Lexer<'a>, quoted: Quoted) -> Result<&'a str> {
    let text = lexer.text();
    let Some(end) = quoted.end else {
        let to = if quoted.spans_lines() { quoted.inner.0 } else { line_end(text, quoted.start) };
        let span = lexer.span(quoted.start, to);
        let (what, help) = match quoted.sort {
            Sort::Char => {
                ("char", "a char stands between single quotes: 'x', '\\n', '\\u{1F600}'; text between double quotes")
            }
            Sort::Lines => ("multi-line string", "close it with \"\"\" on a line of its own"),
            Sort::Bytes => ("byte string", "close it with \""),
            Sort::File => ("file name", "close it with \""),
            Sort::String => {
                ("string", "close it with \"; a line end in it is written \\n, or the whole between \"\"\" and \"\"\"")
            }
        };
        return Err(error(span, format!("this {what} is not closed")).label("opened here").help(help));
    };
    lexer.go_to(end);
    Ok(&text[quoted.inner.0..quoted.inner.1])
}

/// The text between double quotes, unescaped.
pub(super) fn string(lexer: &mut Lexer, quoted: Quoted) -> Result<String> {
    let inner = take(lexer, quoted)?;
    let mut out = String::with_capacity(inner.len());
    unescape_into(&mut out, inner, lexer.span(quoted.inner.0, quoted.inner.1))?;
    Ok(out)
}

/// The character between single quotes, unescaped.
pub(super) fn char(lexer: &mut Lexer, quoted: Quoted) -> Result<char> {
    let inner = take(lexer, quoted)?;
    let place = lexer.span_from(quoted.start);
    let mut out = String::new();
    unescape_into(&mut out, inner, lexer.span(quoted.inner.0, quoted.inner.1))?;
    let mut chars = out.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(c),
        (None, _) => Err(error(place, "a char holds one character, this holds none").help("a single quote is '\\''")),
        (Some(_), Some(_)) => Err(error(place, "a char holds one character, this holds several")
            .help("text stands between double quotes: \"text\"")),
    }
}

/// The lines between `"""`, without the indentation of the last, unescaped.
pub(super) fn lines(lexer: &mut Lexer, quoted: Quoted) -> Result<String> {
    let inner = take(lexer, quoted)?;
    let Some((first, body)) = inner.split_once('\n').filter(|(first, _)| matches!(*first, "" | "\r")) else {
        let opening = lexer.span(quoted.start, quoted.inner.0);
        return Err(error(opening, "the opening \"\"\" must be the last of its line")
            .help("the text begins on the next line, and the closing \"\"\" stands on its own"));
    };
    let mut at = quoted.inner.0 + first.len() + 1;
    let (body, indent) = match body.rsplit_once('\n') {
        Some((body, indent)) => (Some(body), indent),
        None => (None, body),
    };
    if indent.bytes().any(|byte| byte != b' ') {
        return Err(error(
            lexer.span(quoted.inner.1, quoted.inner.1 + 3),
            "the closing \"\"\" must stand on its own line",
        )
        .help("only spaces may stand before it; they say how far the text is indented"));
    }
    let mut out = String::with_capacity(inner.len());
    for (number, line) in body.into_iter().flat_map(|body| body.split('\n')).enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let Some(kept) = line.strip_prefix(indent) else {
            return Err(error(lexer.span(at, at), "this line is indented less than the closing \"\"\"").help(format!(
                "begin each line with {} spaces, or move the closing \"\"\" to the left",
                indent.len()
            )));
        };
        let kept = kept.strip_suffix('\r').unwrap_or(kept);
        let start = at + indent.len();
        unescape_into(&mut out, kept, lexer.span(start, start + kept.len()))?;
        at += line.len() + 1;
    }
    Ok(out)
}

/// Appends `inner`, which stands at `place`, with its escapes resolved.
fn unescape_into(out: &mut String, inner: &str, place: Span) -> Result<()> {
    let mut rest = inner;
    while let Some(backslash) = rest.find('\\') {
        out.push_str(&rest[..backslash]);
        let escape = &rest[backslash..];
        let Some((c, length)) = unescape(escape) else {
            let start = place.start + (inner.len() - escape.len());
            let length = escape.chars().take(2).map(char::len_utf8).sum::<usize>();
            return Err(error(Span::new(start, start + length), "this escape means nothing").help(
                no_character(escape)
                    .unwrap_or_else(|| "the escapes are \\\\ \\\" \\' \\n \\r \\t and \\u{1F600}".to_owned()),
            ));
        };
        out.push(c);
        rest = &escape[length..];
    }
    out.push_str(rest);
    Ok(())
}

/// The character that an escape at the beginning of `text` means, and how long it is.
fn unescape(text: &str) -> Option<(char, usize)> {
    let c = match text.as_bytes().get(1)? {
        b'\\' => '\\',
        b'\'' => '\'',
        b'"' => '"',
        b't' => '\t',
        b'n' => '\n',
        b'r' => '\r',
        b'u' => {
            let (code, length) = code_point(text)?;
            return Some((char::from_u32(code)?, length));
        }
        _ => return None,
    };
    Some((c, 2))
}

/// The number in `\u{…}` at the beginning of `text`, and how long that is.
fn code_point(text: &str) -> Option<(u32, usize)> {
    let body = text.strip_prefix("\\u{")?;
    let digits = &body[..body.bytes().take(7).position(|byte| byte == b'}')?];
    let hexadecimal = (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let code = hexadecimal.then(|| u32::from_str_radix(digits, 16).ok()).flatten()?;
    Some((code, digits.len() + 4))
}

/// Why a number in `\u{…}` stands for no character.
fn no_character(escape: &str) -> Option<String> {
    let (code, _) = code_point(escape)?;
    Some(match code {
        0xD800..=0xDFFF => format!("U+{code:04X} is a surrogate, half of a pair in UTF-16, and no character"),
        _ => format!("U+{code:04X} is beyond the last character, U+10FFFF"),
    })
}

/// The bytes between the quotes of `b"…"`: the escapes of Rust's byte strings, other characters as UTF-8.
pub(super) fn bytes(lexer: &mut Lexer, quoted: Quoted) -> Result<Vec<u8>> {
    let inner = take(lexer, quoted)?;
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(backslash) = rest.find('\\') {
        out.extend_from_slice(&rest.as_bytes()[..backslash]);
        let escape = &rest[backslash..];
        let Some(length) = byte_escape(&mut out, escape) else {
            let start = quoted.inner.0 + (inner.len() - escape.len());
            let length = escape.chars().take(2).map(char::len_utf8).sum::<usize>();
            return Err(error(lexer.span(start, start + length), "this escape means nothing in a byte string")
                .help("the escapes are \\\\ \\\" \\' \\n \\r \\t \\0 and \\x7F; write other characters as they are"));
        };
        rest = &escape[length..];
    }
    out.extend_from_slice(rest.as_bytes());
    Ok(out)
}

/// Appends what an escape at the beginning of `text` means; how long it is.
fn byte_escape(out: &mut Vec<u8>, text: &str) -> Option<usize> {
    let byte = match text.as_bytes().get(1)? {
        b'\\' => b'\\',
        b'\'' => b'\'',
        b'"' => b'"',
        b't' => b'\t',
        b'n' => b'\n',
        b'r' => b'\r',
        b'0' => 0,
        b'x' => {
            let digits = text.get(2..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
            out.push(u8::from_str_radix(digits, 16).ok()?);
            return Some(4);
        }
        // A backslash at the end of a line hides the line end and the blanks that begin the next line.
        b'\n' | b'\r' => return Some(text.len() - text[1..].trim_start_matches([' ', '\t', '\n', '\r']).len()),
        _ => return None,
    };
    out.push(byte);
    Some(2)
}
