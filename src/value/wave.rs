//! Values as WAVE text, exactly as wasm-wave prints them; handles and maps, which WAVE lacks, as the shell's language says.
//!
//! [`wave`] prints all of a value, [`wave_cut`] what fits a terminal. The text is not yet escaped for one: strings and chars are
//! safe as WAVE's escapes leave them, but names come from the component.

use std::fmt::{Display, Write};

use super::Value;
use crate::model::Type;
use crate::model::types::Labels;

/// Names that WAVE reads as something else, unless `%` stands before them.
pub const KEYWORDS: [&str; 8] = ["true", "false", "some", "none", "ok", "err", "inf", "nan"];

/// How many brackets deep [`wave_cut`] shows values.
const CUT_DEPTH: usize = 6;
/// How many items of a list or map [`wave_cut`] shows.
const CUT_ITEMS: usize = 40;
/// How many characters of a string [`wave_cut`] shows.
const CUT_CHARS: usize = 500;

/// How long [`wave_brief`] may get before it leaves out what follows.
const BRIEF: usize = 160;
/// How many items of a list or map [`wave_brief`] shows.
const BRIEF_ITEMS: usize = 12;
/// How many characters of a string, or bytes, [`wave_brief`] shows.
const BRIEF_CHARS: usize = 60;

/// The whole value.
pub fn wave(ty: &Type, value: &Value) -> String {
    let mut out = String::new();
    Writer { out: &mut out, depth: 0, limit: None, brief: false, was_cut: false }.value(ty, value);
    out
}

/// The value in short, for a line that shows many: bytes as the language's `b"…"`, and of what is long the beginning and how
/// much is left out.
pub fn wave_brief(ty: &Type, value: &Value) -> String {
    let mut out = String::new();
    Writer { out: &mut out, depth: 0, limit: Some(BRIEF), brief: true, was_cut: false }.value(ty, value);
    out
}

/// As much of the value as a terminal should show, at most about `budget` bytes, and whether that is less than all. What is left
/// out shows as `… (+N)`.
pub fn wave_cut(ty: &Type, value: &Value, budget: usize) -> (String, bool) {
    let mut out = String::new();
    let mut writer = Writer { out: &mut out, depth: 0, limit: Some(budget), brief: false, was_cut: false };
    writer.value(ty, value);
    let was_cut = writer.was_cut;
    (out, was_cut)
}

struct Writer<'a> {
    out: &'a mut String,
    depth: usize,
    /// In the cut form: how long the text may get.
    limit: Option<usize>,
    /// In the form of [`wave_brief`].
    brief: bool,
    was_cut: bool,
}

impl Writer<'_> {
    /// Appends a value. One that is not of its type, which no part of the shell makes, is shown as `?`.
    fn value(&mut self, ty: &Type, value: &Value) {
        match (ty, value) {
            (_, Value::Bool(value)) => self.display(value),
            (_, Value::S8(value)) => self.display(value),
            (_, Value::U8(value)) => self.display(value),
            (_, Value::S16(value)) => self.display(value),
            (_, Value::U16(value)) => self.display(value),
            (_, Value::S32(value)) => self.display(value),
            (_, Value::U32(value)) => self.display(value),
            (_, Value::S64(value)) => self.display(value),
            (_, Value::U64(value)) => self.display(value),
            (_, Value::F32(value)) if value.is_nan() => self.out.push_str("nan"),
            (_, Value::F32(value)) => self.display(value),
            (_, Value::F64(value)) if value.is_nan() => self.out.push_str("nan"),
            (_, Value::F64(value)) => self.display(value),
            (_, Value::Char(c)) => {
                self.out.push('\'');
                push_escaped(self.out, *c);
                self.out.push('\'');
            }
            (_, Value::String(text)) => self.string(text),
            (_, Value::Bytes(bytes)) if self.brief => self.bytes(bytes),
            (_, Value::Bytes(bytes)) => self.items("[", "]", bytes, |writer, byte| push_byte(writer.out, *byte)),
            (_, Value::Handle(number)) => self.handle(ty, *number),
            _ => self.compound(ty, value),
        }
    }

    fn compound(&mut self, ty: &Type, value: &Value) {
        match (ty, value) {
            (Type::List(item) | Type::FixedList(item, _), Value::List(items)) => {
                self.items("[", "]", items, |writer, value| writer.value(item, value));
            }
            (Type::Map(key_type, value_type), Value::Map(entries)) => {
                self.items("{", "}", entries, |writer, (key, value)| {
                    writer.value(key_type, key);
                    writer.out.push_str(": ");
                    writer.value(value_type, value);
                });
            }
            (Type::Tuple(types), Value::Tuple(items)) => {
                let items: Vec<_> = types.iter().zip(items).collect();
                self.items("(", ")", &items, |writer, (ty, value)| writer.value(ty, value));
            }
            (Type::Record(record), Value::Record(values)) => {
                let is_left_out = |value: &&Value| matches!(value, Value::Option(None));
                let fields: Vec<_> =
                    record.fields.iter().zip(values).filter(|(_, value)| !is_left_out(value)).collect();
                let open = if fields.is_empty() { "{:" } else { "{" };
                self.items(open, "}", &fields, |writer, (field, value)| {
                    writer.out.push_str(&field.name);
                    writer.out.push_str(": ");
                    writer.value(&field.ty, value);
                });
            }
            (Type::Flags(labels), Value::Flags(set)) => {
                self.items("{", "}", set, |writer, number| writer.out.push_str(label(labels, *number)));
            }
            (Type::Enum(labels), Value::Enum(number)) => self.case(label(labels, *number), None),
            (Type::Variant(variant), Value::Variant(number, payload)) => match variant.cases.get(*number as usize) {
                Some(case) => self.case(&case.name, case.ty.as_ref().zip(payload.as_deref())),
                None => self.out.push('?'),
            },
            (Type::Option(_), Value::Option(None)) => self.out.push_str("none"),
            (Type::Option(ty), Value::Option(Some(value))) => self.payload("some", Some((&**ty, &**value))),
            (Type::Result(ty), Value::Result(Ok(value))) => self.payload("ok", ty.ok.as_ref().zip(value.as_deref())),
            (Type::Result(ty), Value::Result(Err(value))) => self.payload("err", ty.err.as_ref().zip(value.as_deref())),
            _ => self.out.push('?'),
        }
    }

    fn display(&mut self, value: impl Display) {
        // Writing to a string does not fail.
        let _ = write!(self.out, "{value}");
    }

    fn string(&mut self, text: &str) {
        let most = if self.brief { BRIEF_CHARS } else { CUT_CHARS };
        let shown = match self.limit {
            Some(_) => text.char_indices().nth(most).map_or(text.len(), |(end, _)| end),
            None => text.len(),
        };
        self.out.push('"');
        text[..shown].chars().for_each(|c| push_escaped(self.out, c));
        self.out.push('"');
        if shown < text.len() {
            self.out.push_str("… ");
            self.left_out(text[shown..].chars().count());
        }
    }

    /// Appends bytes as the language writes them, and how many there are in all.
    fn bytes(&mut self, bytes: &[u8]) {
        let shown = bytes.len().min(BRIEF_CHARS);
        self.display(format_args!("b\"{}\"", bytes[..shown].escape_ascii()));
        if shown < bytes.len() {
            self.out.push_str("… ");
            self.left_out(bytes.len() - shown);
        }
    }

    /// Appends bracketed items with commas between them.
    fn items<T>(&mut self, open: &str, close: &str, items: &[T], each: impl Fn(&mut Self, &T)) {
        self.out.push_str(open);
        self.depth += 1;
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            if self.is_full(index) {
                self.out.push_str("… ");
                self.left_out(items.len() - index);
                break;
            }
            each(self, item);
        }
        self.depth -= 1;
        self.out.push_str(close);
    }

    /// Whether the item of this number is left out.
    fn is_full(&self, index: usize) -> bool {
        let most = if self.brief { BRIEF_ITEMS } else { CUT_ITEMS };
        self.limit.is_some_and(|limit| index >= most || self.depth > CUT_DEPTH || self.out.len() >= limit)
    }

    fn left_out(&mut self, count: usize) {
        self.was_cut = true;
        self.display(format_args!("(+{count})"));
    }

    /// Appends the case of a variant or enum.
    fn case(&mut self, name: &str, payload: Option<(&Type, &Value)>) {
        if KEYWORDS.contains(&name) {
            self.out.push('%');
        }
        self.payload(name, payload);
    }

    fn payload(&mut self, name: &str, payload: Option<(&Type, &Value)>) {
        self.out.push_str(name);
        let Some((ty, value)) = payload else { return };
        self.out.push('(');
        self.value(ty, value);
        self.out.push(')');
    }

    fn handle(&mut self, ty: &Type, number: u32) {
        match ty {
            Type::Own(resource) => self.display(format_args!("<own {}#{number}>", resource.name.name)),
            Type::Borrow(resource) => self.display(format_args!("<borrow {}#{number}>", resource.name.name)),
            _ => self.display(format_args!("<{ty}#{number}>")),
        }
    }
}

/// The label of this number, or `?` if there is none.
pub(super) fn label(labels: &Labels, number: u32) -> &str {
    labels.labels.get(number as usize).map_or("?", |label| label)
}

/// A character as it stands in a string or char.
fn push_escaped(out: &mut String, c: char) {
    match c {
        ' '..='~' if !matches!(c, '\\' | '"' | '\'') => out.push(c),
        '\\' | '"' | '\'' | '\t' | '\r' | '\n' => out.extend(c.escape_default()),
        c if c.is_control() => out.extend(c.escape_unicode()),
        c => out.extend(c.escape_debug()),
    }
}

/// A byte as a number; megabytes of them come this way.
fn push_byte(out: &mut String, byte: u8) {
    let digit = |value: u8| char::from(b'0' + value % 10);
    if byte >= 100 {
        out.push(digit(byte / 100));
    }
    if byte >= 10 {
        out.push(digit(byte / 10));
    }
    out.push(digit(byte));
}
