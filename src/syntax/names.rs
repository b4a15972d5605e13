//! The names of functions, interfaces and types, in every spelling that the language has.
//!
//! Only the shape is read here: letters, digits, `-`, `_` and what joins them. Whether a name follows the rules for names
//! is left to the lookup, which answers with the nearest name that exists.

use super::ast::{FunctionRef, Name};
use super::lexer::{Lexer, end_of_run, error, is_word_byte, word_end};
use crate::error::Result;

/// What begins the component model's own names for the functions of a resource.
const MARKERS: [&str; 3] = ["[constructor]", "[method]", "[static]"];

/// What a single colon right behind a word does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colon {
    /// It joins a namespace and a package.
    Joins,
    /// It ends the name: a field or a key.
    Ends,
}

/// How long the marker `[constructor]`, `[method]` or `[static]` is that `text` begins with; 0 if it begins with none. A name
/// follows a marker: `[static]` alone is a list of one label.
pub(super) fn marker_length(text: &str) -> usize {
    let marks = |marker: &str| text.strip_prefix(marker).is_some_and(|rest| rest.starts_with(begins_label));
    MARKERS.into_iter().find(|marker| marks(marker)).map_or(0, str::len)
}

/// A character that begins a label.
fn begins_label(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '%'
}

/// Whether a name begins at the beginning of `text`. A component's name may begin with a digit, `-` or `_`.
pub(super) fn begins_name(text: &str) -> bool {
    match text.as_bytes() {
        [b'a'..=b'z' | b'A'..=b'Z', ..] => true,
        [b'%', next, ..] => next.is_ascii_alphabetic(),
        [b'[', ..] => marker_length(text) > 0,
        [first, ..] if is_word_byte(*first) => is_component(text),
        _ => false,
    }
}

/// Whether `text` begins with a component's name: a word and `::`.
pub(super) fn is_component(text: &str) -> bool {
    text[word_end(text, 0)..].starts_with("::")
}

/// Reads a name; [`begins_name`] must hold.
pub(super) fn function_ref(lexer: &mut Lexer, colon: Colon) -> Result<FunctionRef> {
    let text = lexer.text();
    let component = component(lexer);
    let first = lexer.at();
    let mut start = first;
    loop {
        let segment = Segment::read(text, start, colon);
        if segment.end == segment.label {
            lexer.go_to(segment.end);
            let message = format!("expected a function's name, found {}", lexer.found());
            return Err(
                error(lexer.next_span(), message).help("functions are named `add`, `iface#add`, `component::add`")
            );
        }
        if text.as_bytes().get(segment.end) != Some(&b'#') {
            lexer.go_to(segment.end);
            return Ok(assemble(lexer, component, first, start, segment));
        }
        start = segment.end + 1;
    }
}

/// Reads `comp::`, if it stands here.
fn component(lexer: &mut Lexer) -> Option<Name> {
    if !is_component(lexer.rest()) {
        return None;
    }
    let start = lexer.at();
    let text = lexer.word().to_owned();
    let span = lexer.span_from(start);
    lexer.go_to(lexer.at() + 2);
    Some(Name { text, span })
}

/// A part of a name between `#`s.
struct Segment {
    /// Where its first label begins, behind a marker.
    label: usize,
    /// One past its last byte.
    end: usize,
    /// It names a package.
    has_package: bool,
}

impl Segment {
    fn read(text: &str, start: usize, colon: Colon) -> Segment {
        let bytes = text.as_bytes();
        let label = start + if bytes.get(start) == Some(&b'[') { marker_length(&text[start..]) } else { 0 };
        let mut segment = Segment { label, end: label, has_package: false };
        loop {
            let at = segment.end;
            let begins_label = bytes.get(at + 1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'%');
            let within_word = at > label && is_word_byte(bytes[at - 1]);
            segment.end += match bytes.get(at) {
                Some(byte) if is_word_byte(*byte) => 1,
                Some(b'%') if bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic) && !within_word => 1,
                Some(b':') if colon == Colon::Joins && begins_label && within_word => {
                    segment.has_package = true;
                    1
                }
                Some(b'/') if segment.has_package && begins_label => 1,
                Some(b'.') if begins_label && within_word => 1,
                Some(b'@') if within_word && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => {
                    version_end(bytes, at + 1) - at
                }
                _ => return segment,
            };
        }
    }
}

/// Where a version ends; it may hold a pre-release and build metadata.
fn version_end(bytes: &[u8], start: usize) -> usize {
    end_of_run(bytes, start, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-'))
}

/// Puts a name together from its component, what stands before the last `#` (from `first`), and its last part (from `start`).
fn assemble(lexer: &Lexer, component: Option<Name>, first: usize, start: usize, last: Segment) -> FunctionRef {
    let text = lexer.text();
    let part = |start: usize, end: usize| {
        let mut text = text[start..end].to_owned();
        text.retain(|c| c != '%');
        Name { text, span: lexer.span(start, end) }
    };
    let escaped = text.as_bytes().get(start) == Some(&b'%');
    if let Some((dot, version)) = last.has_package.then(|| invoke_dot(&text[start..last.end])).flatten() {
        let mut interface = part(first, start + dot);
        interface.text.push_str(&text[start + version..last.end]);
        let name = part(start + dot + 1, start + version);
        return FunctionRef { component, interface: Some(interface), name, escaped };
    }
    let interface = (start > first).then(|| part(first, start - 1));
    FunctionRef { component, interface, name: part(start, last.end), escaped }
}

/// In `ns:pkg/iface.func@1.2.3`: where the dot stands before the function, and where the version begins.
fn invoke_dot(name: &str) -> Option<(usize, usize)> {
    let version = name.find('@').unwrap_or(name.len());
    let slash = name[..version].rfind('/')?;
    let dot = name[slash..version].find('.')?;
    Some((slash + dot, version))
}
