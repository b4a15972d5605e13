//! The type that the place at the cursor expects, worked out from the brackets that are open around it.

use crate::eval;
use crate::model::{Param, Type};
use crate::session::Session;
use crate::syntax;

use super::names;
use super::scan::Frame;

/// Deeper nesting than any type has gets no help.
const DEEPEST: usize = 200;

/// What the place at the cursor expects, as far as that is known.
pub(super) enum Expected<'a> {
    /// A value, of this type if it is known.
    Value(Option<Type>),
    /// A label or key in braces: a field of a record, a flag, a map's key; and the labels that stand there already.
    Label(Option<Type>, &'a [&'a str]),
}

impl Expected<'_> {
    /// The type of the value, where one is expected and its type is known.
    pub fn value(self) -> Option<Type> {
        match self {
            Expected::Value(ty) => ty,
            Expected::Label(..) => None,
        }
    }
}

/// The type that the cursor's place expects, where the whole is of type `ty` if that is known. Without a session nothing can be
/// called.
pub(super) fn expected<'a>(session: Option<&Session>, mut ty: Option<Type>, frames: &'a [Frame<'a>]) -> Expected<'a> {
    if frames.len() > DEEPEST {
        return Expected::Value(None);
    }
    for (depth, frame) in frames.iter().enumerate() {
        ty = match frame {
            Frame::Arguments { callee, index } => argument(session, ty.as_ref(), callee, *index),
            Frame::Tuple { index } => ty.and_then(|ty| tuple_item(&ty, *index)),
            Frame::List => ty.and_then(|ty| list_item(&ty)),
            Frame::Braces { label: Some(label), .. } => ty.and_then(|ty| entry(&ty, label)),
            Frame::Braces { label: None, used } if depth + 1 == frames.len() => return Expected::Label(ty, used),
            Frame::Braces { label: None, .. } => ty.and_then(|ty| key(&ty)),
            Frame::Index => None,
        };
    }
    Expected::Value(ty)
}

/// The type of an expression that is complete, such as what stands before a dot. It is not run.
pub(super) fn type_of(session: &Session, text: &str) -> Option<Type> {
    let expr = syntax::parse_expression(text, 0).ok()?;
    eval::type_of(session, &expr, None).ok()?
}

/// The argument at `index` of `callee(`, which is a case where `ty` has one of that name.
fn argument(session: Option<&Session>, ty: Option<&Type>, callee: &str, index: usize) -> Option<Type> {
    if let Some(payload) = ty.and_then(|ty| payload(ty, callee.trim_start_matches('%'))) {
        return payload.filter(|_| index == 0);
    }
    parameter(session?, callee, index).map(|param| param.ty)
}

/// The parameter that the argument at `index` of `callee(` is for.
pub(super) fn parameter(session: &Session, callee: &str, index: usize) -> Option<Param> {
    if let Some(function) = names::find(session, callee) {
        return function.params.get(index).cloned();
    }
    let (target, name) = callee.rsplit_once('.')?;
    let (Type::Own(resource) | Type::Borrow(resource)) = type_of(session, target)? else { return None };
    let method = names::method(session, &resource, name)?;
    method.written_params().get(index).cloned()
}

/// The payload of a case, if the type has a case of that name.
fn payload(ty: &Type, name: &str) -> Option<Option<Type>> {
    match (ty, name) {
        (Type::Variant(variant), _) => {
            variant.cases.iter().find(|case| *case.name == *name).map(|case| case.ty.clone())
        }
        (Type::Option(item), "some") => Some(Some((**item).clone())),
        (Type::Result(result), "ok") => Some(result.ok.clone()),
        (Type::Result(result), "err") => Some(result.err.clone()),
        _ => through(ty).and_then(|inner| payload(&inner, name)),
    }
}

/// What a plain value may stand for: the payload of `some`, `ok` or a resolved future.
pub(super) fn through(ty: &Type) -> Option<Type> {
    match ty {
        Type::Option(item) | Type::Future(Some(item)) => Some((**item).clone()),
        Type::Result(result) => result.ok.clone(),
        _ => None,
    }
}

fn tuple_item(ty: &Type, index: usize) -> Option<Type> {
    match ty {
        Type::Tuple(items) => items.get(index).cloned(),
        _ => tuple_item(&through(ty)?, index),
    }
}

fn list_item(ty: &Type) -> Option<Type> {
    match ty {
        Type::List(item) | Type::FixedList(item, _) | Type::Stream(Some(item)) => Some((**item).clone()),
        _ => list_item(&through(ty)?),
    }
}

/// The value behind a label or key in braces.
fn entry(ty: &Type, label: &str) -> Option<Type> {
    match ty {
        Type::Record(record) => {
            let label = label.trim_start_matches('%');
            record.fields.iter().find(|field| *field.name == *label).map(|field| field.ty.clone())
        }
        Type::Map(_, value) => Some((**value).clone()),
        _ => entry(&through(ty)?, label),
    }
}

fn key(ty: &Type) -> Option<Type> {
    match ty {
        Type::Map(key, _) => Some((**key).clone()),
        _ => key(&through(ty)?),
    }
}
