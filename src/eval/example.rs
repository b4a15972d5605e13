//! A value that would fit a type, as a person would write it.
//!
//! Short, whatever the type: 200 bytes of component can describe a type with a million leaves.

use crate::model::types::{Field, Record};
use crate::model::{Function, Type};
use crate::value::wave::KEYWORDS;

/// How many types one example may go into.
const BUDGET: usize = 40;
/// The longest fixed-length list that is written out.
const LONGEST_LIST: u32 = 8;

/// A value of this type, in the language of the prompt; handles as variables.
pub fn example(ty: &Type) -> String {
    let mut writer = Writer { text: String::new(), budget: BUDGET, new: false };
    writer.value(ty);
    writer.text
}

/// The same in the answer to a call, where resources that are owned can be new ones.
pub fn answer_example(ty: &Type) -> String {
    let mut writer = Writer { text: String::new(), budget: BUDGET, new: true };
    writer.value(ty);
    writer.text
}

/// A call of this function under the name `name`, its trailing options left out.
pub fn example_call(name: &str, function: &Function) -> String {
    let params = function.written_params();
    let needed = params.iter().rposition(|param| !matches!(param.ty, Type::Option(_))).map_or(0, |last| last + 1);
    let mut writer = Writer { text: format!("{name}("), budget: BUDGET, new: false };
    writer.separated(params[..needed].iter().map(|param| &param.ty));
    writer.text + ")"
}

/// A label as it is written: with `%` where it would be a keyword.
pub fn label(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("%{name}") } else { name.to_owned() }
}

struct Writer {
    text: String,
    budget: usize,
    /// `new` can be written for an owned resource.
    new: bool,
}

impl Writer {
    fn value(&mut self, ty: &Type) {
        if self.budget == 0 {
            return self.text.push('…');
        }
        self.budget -= 1;
        use Type::*;
        match ty {
            Bool => self.text.push_str("true"),
            S8 | U8 | S16 | U16 | S32 | U32 | S64 | U64 => self.text.push_str("42"),
            F32 | F64 => self.text.push_str("1.5"),
            Char => self.text.push_str("'x'"),
            String => self.text.push_str("\"text\""),
            ErrorContext => self.text.push_str("$error"),
            Writable(_) => self.text.push_str("$w"),
            Task(_) => self.text.push_str("$task"),
            List(item) | Stream(Some(item)) => self.wrapped("[", item, "]"),
            FixedList(item, length) if *length <= LONGEST_LIST => {
                self.text.push('[');
                self.separated((0..*length).map(|_| &**item));
                self.text.push(']');
            }
            FixedList(item, _) => self.wrapped("[", item, ", …]"),
            Map(key, value) => {
                self.wrapped("{", key, ": ");
                self.value(value);
                self.text.push('}');
            }
            Tuple(items) => {
                self.text.push('(');
                self.separated(items.iter());
                self.text.push(')');
            }
            Option(item) => self.wrapped("some(", item, ")"),
            Result(result) => self.case("ok", result.ok.as_ref()),
            Record(record) => self.record(record),
            Variant(variant) => match variant.cases.first() {
                Some(case) => self.case(&label(&case.name), case.ty.as_ref()),
                None => self.text.push('…'),
            },
            Enum(labels) => self.text.push_str(&labels.labels.first().map_or("…".into(), |name| label(name))),
            Flags(labels) => {
                let first = labels.labels.first().map(|name| label(name)).unwrap_or_default();
                self.text.push_str(&format!("{{{first}}}"));
            }
            Own(_) if self.new => self.text.push_str("new"),
            Own(resource) | Borrow(resource) => self.text.push_str(&format!("${}", resource.name.name)),
            Future(Some(item)) => self.value(item),
            Stream(None) => self.text.push_str("$stream"),
            Future(None) => self.text.push_str("$future"),
        }
    }

    fn record(&mut self, record: &Record) {
        let is_option = |field: &&Field| matches!(field.ty, Type::Option(_));
        let needed: Vec<_> = record.fields.iter().filter(|field| !is_option(field)).collect();
        // All are options: one shows how they are written.
        let shown = if needed.is_empty() { record.fields.iter().take(1).collect() } else { needed };
        self.text.push('{');
        for (number, field) in shown.iter().enumerate() {
            if self.budget == 0 {
                self.text.push_str(", …");
                break;
            }
            self.text.push_str(if number == 0 { "" } else { ", " });
            self.text.push_str(&label(&field.name));
            self.text.push_str(": ");
            self.value(&field.ty);
        }
        self.text.push('}');
    }

    fn case(&mut self, name: &str, payload: Option<&Type>) {
        match payload {
            Some(payload) => self.wrapped(&format!("{name}("), payload, ")"),
            None => self.text.push_str(name),
        }
    }

    fn wrapped(&mut self, before: &str, ty: &Type, after: &str) {
        self.text.push_str(before);
        self.value(ty);
        self.text.push_str(after);
    }

    fn separated<'a>(&mut self, types: impl Iterator<Item = &'a Type>) {
        for (number, ty) in types.enumerate() {
            self.text.push_str(if number == 0 { "" } else { ", " });
            self.value(ty);
            if self.budget == 0 {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn examples_are_short_whatever_the_type() {
        let mut bomb = Type::U8;
        for _ in 0..16 {
            bomb = Type::Tuple(Arc::from([bomb.clone(), bomb]));
        }
        assert!(example(&bomb).len() < 300);
        let pair = Type::Tuple(Arc::from([Type::String, Type::Option(Arc::new(Type::Bool))]));
        assert_eq!(example(&pair), r#"("text", some(true))"#);
        assert_eq!(example(&Type::FixedList(Arc::new(Type::U8), 2)), "[42, 42]");
        assert_eq!(example(&Type::FixedList(Arc::new(Type::U8), 1 << 30)), "[42, …]");
        assert_eq!(example(&Type::Map(Arc::new(Type::String), Arc::new(Type::F32))), r#"{"text": 1.5}"#);
    }
}
