//! The words of a literal that a type decides: cases, labels, fields.

use crate::eval::label;
use crate::model::Type;

use super::expected::through;
use super::{Found, Rank};

/// The words with which a value of this type may begin.
pub(super) fn words(ty: &Type) -> Vec<Found> {
    let mut found = match ty {
        Type::Bool => vec![word("false"), word("true")],
        Type::Enum(labels) => labels.labels.iter().map(|name| word(&label(name))).collect(),
        Type::Variant(variant) => {
            variant.cases.iter().map(|case| payload(&label(&case.name), case.ty.as_ref())).collect()
        }
        Type::Option(item) => vec![word("none"), payload("some", Some(item))],
        Type::Result(result) => vec![payload("ok", result.ok.as_ref()), payload("err", result.err.as_ref())],
        Type::Record(record) => {
            let fields: Vec<String> =
                record.fields.iter().map(|field| format!("{}: {}", field.name, field.ty)).collect();
            vec![Found::new(Rank::Literal, "{".to_owned(), format!("{{{}}}", fields.join(", ")))]
        }
        Type::Flags(labels) => {
            vec![Found::new(Rank::Literal, "{".to_owned(), format!("{{{}}}", labels.labels.join(", ")))]
        }
        _ => Vec::new(),
    };
    if let Some(inner) = through(ty) {
        found.extend(words(&inner));
    }
    found
}

/// What may stand first in braces: fields that are missing, flags that are not set.
pub(super) fn labels(ty: &Type, used: &[&str]) -> Vec<Found> {
    let free = |name: &str| !used.iter().any(|used| used.trim_start_matches('%') == name);
    match ty {
        Type::Record(record) => record
            .fields
            .iter()
            .filter(|field| free(&field.name))
            .map(|field| {
                let label = label(&field.name);
                Found::new(Rank::Literal, format!("{label}: "), format!("{label}: {}", field.ty))
            })
            .collect(),
        Type::Flags(labels) => labels.labels.iter().filter(|name| free(name)).map(|name| word(&label(name))).collect(),
        Type::Map(key, _) => words(key),
        _ => through(ty).map(|inner| labels(&inner, used)).unwrap_or_default(),
    }
}

fn word(text: &str) -> Found {
    Found::new(Rank::Literal, text.to_owned(), text.to_owned())
}

fn payload(name: &str, ty: Option<&Type>) -> Found {
    match ty {
        Some(ty) => Found::new(Rank::Literal, format!("{name}("), format!("{name}({ty})")),
        None => word(name),
    }
}
