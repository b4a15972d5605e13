//! Literals, read as the type that their place expects.
//!
//! What consists of known values alone becomes a value at once; a call or variable inside leaves a plan.

use super::check::{Checker, is_short};
use super::example::example;
use super::misfit::mismatch;
use super::number::{is_integer, number};
use super::plan::{FileKind, Plan, Shape};
use super::unknown::with_help;
use crate::error::{Error, Kind, Result};
use crate::frontend::FRESH;
use crate::model::Type;
use crate::model::types::ResultType;
use crate::syntax::Span;
use crate::syntax::ast::{Expr, ExprKind};
use crate::value::Value;
use crate::wording::counted;

/// What other languages call `none`.
const NONE_ELSEWHERE: [&str; 5] = ["null", "nil", "None", "undefined", "nothing"];

impl Checker<'_> {
    /// A plan for a literal, whatever it has inside, of this type.
    pub(super) fn literal(&mut self, expr: &Expr, ty: &Type) -> Result<Plan> {
        let known = |value| Ok(Plan::Value(value));
        match (ty, &expr.kind) {
            (Type::Bool, ExprKind::Label { name, escaped: false }) if name == "true" => known(Value::Bool(true)),
            (Type::Bool, ExprKind::Label { name, escaped: false }) if name == "false" => known(Value::Bool(false)),
            (Type::F32 | Type::F64, ExprKind::Number(text)) => self.number(expr, text, ty),
            (ty, ExprKind::Number(text)) if is_integer(ty) => self.number(expr, text, ty),
            (Type::Char, ExprKind::Char(c)) => known(Value::Char(*c)),
            (Type::String, ExprKind::String(text)) => known(Value::String(text.clone())),
            (Type::String, ExprKind::File(path)) => Ok(Self::file(path, FileKind::Text, expr.span)),
            (Type::Own(_), ExprKind::Label { name, escaped: false }) if self.new && name == "new" => {
                known(Value::Handle(FRESH))
            }
            (Type::List(item), _) => self.list(expr, item, ty),
            (Type::Stream(Some(item)), _) if self.in_argument => self.list(expr, item, ty).map(|plan| ready(ty, plan)),
            (Type::Future(Some(inner)), _) if self.in_argument => self.value(expr, inner).map(|plan| ready(ty, plan)),
            (Type::Stream(_) | Type::Future(_), _) if !self.in_argument => {
                Err(mismatch(expr, ty).note("a literal stands for a stream or a future only in an argument"))
            }
            (Type::FixedList(item, length), ExprKind::List(items)) => {
                if items.len() != *length as usize {
                    let message = format!("expected {ty}, found a list of {}", counted(items.len(), "element"));
                    return Err(Error::new(Kind::Type, message).at(expr.span));
                }
                let plans = items.iter().map(|expr| self.value(expr, item)).collect::<Result<_>>()?;
                made(Shape::List, plans)
            }
            (Type::Tuple(types), ExprKind::Tuple(items)) => self.tuple(expr, items, types, ty),
            (Type::Map(..), ExprKind::EmptyBraces) => known(Value::Map(Vec::new())),
            (Type::Map(key, value), ExprKind::Entries(entries)) if !entries.is_empty() => {
                let mut parts = Vec::with_capacity(entries.len() * 2);
                for (written_key, written_value) in entries {
                    parts.push(self.value(written_key, key)?);
                    parts.push(self.value(written_value, value)?);
                }
                made(Shape::Map(expr.span), parts)
            }
            (Type::Flags(_), ExprKind::EmptyBraces) => known(Value::Flags(Vec::new())),
            (Type::Flags(labels), ExprKind::Labels(written)) => Self::flags(written, labels, ty),
            (Type::Record(record), ExprKind::Entries(entries)) => self.record(expr, entries, record, ty),
            (Type::Record(record), ExprKind::EmptyBraces) => self.record(expr, &[], record, ty),
            (Type::Variant(variant), _) => self.variant(expr, variant, ty),
            (Type::Enum(labels), _) => self.enum_case(expr, labels, ty),
            (Type::Option(inner), _) => self.option(expr, inner, ty),
            (Type::Result(result), _) => self.result(expr, result, ty),
            _ => Err(self.mismatched(expr, ty)),
        }
    }

    /// The error for a literal of another type, with what a bare name may have been meant for.
    pub(super) fn mismatched(&self, expr: &Expr, ty: &Type) -> Error {
        let error = mismatch(expr, ty);
        match &expr.kind {
            ExprKind::Label { name, .. } => with_help(error, self.label_help(name, expr.span)),
            ExprKind::Function(function) => error.help(format!("write `{}(…)` to call it", function.name.text)),
            _ => error,
        }
    }

    fn number(&self, expr: &Expr, text: &str, ty: &Type) -> Result<Plan> {
        number(text, ty).map(Plan::Value).map_err(|message| {
            Error::new(Kind::Type, message).at(expr.span).help(format!("for example {}", example(ty)))
        })
    }

    /// A list, or the items of a stream.
    fn list(&mut self, expr: &Expr, item: &Type, ty: &Type) -> Result<Plan> {
        let bytes = matches!(item, Type::U8);
        match &expr.kind {
            ExprKind::List(items) => {
                let plans = items.iter().map(|expr| self.value(expr, item)).collect::<Result<_>>()?;
                made(if bytes { Shape::Bytes } else { Shape::List }, plans)
            }
            ExprKind::Bytes(literal) if bytes => Ok(Plan::Value(Value::Bytes(literal.clone()))),
            ExprKind::File(path) if bytes => {
                let kind = if matches!(ty, Type::Stream(_)) { FileKind::Stream } else { FileKind::Bytes };
                Ok(Self::file(path, kind, expr.span))
            }
            _ => Err(self.mismatched(expr, ty)),
        }
    }

    fn tuple(&mut self, expr: &Expr, items: &[Expr], types: &[Type], ty: &Type) -> Result<Plan> {
        if items.len() != types.len() {
            let message = format!("expected {ty}, found a tuple of {}", counted(items.len(), "element"));
            return Err(Error::new(Kind::Type, message).at(expr.span).help(format!("for example {}", example(ty))));
        }
        let plans = items.iter().zip(types).map(|(item, ty)| self.value(item, ty)).collect::<Result<_>>()?;
        made(Shape::Tuple, plans)
    }

    fn option(&mut self, expr: &Expr, inner: &Type, ty: &Type) -> Result<Plan> {
        match &expr.kind {
            ExprKind::Label { name, escaped: false } if name == "none" => Ok(Plan::Value(Value::Option(None))),
            ExprKind::Label { name, escaped: false } if name == "some" => {
                Err(Error::new(Kind::Type, "`some` needs a payload")
                    .at(expr.span)
                    .help(format!("for example {}", example(ty))))
            }
            ExprKind::Apply { function, args } if !function.escaped && function.as_label() == Some("some") => {
                let payload = one_payload("some", args, expr.span)?;
                made(Shape::Some, vec![self.value(payload, inner)?])
            }
            ExprKind::Apply { function, .. } if !function.escaped && function.as_label() == Some("none") => {
                Err(no_payload("none", expr.span))
            }
            _ if is_short(inner) => match (self.value(expr, inner), &expr.kind) {
                (Ok(plan), _) => made(Shape::Some, vec![plan]),
                (Err(_), ExprKind::Label { name, .. }) if NONE_ELSEWHERE.contains(&&**name) => {
                    Err(Error::new(Kind::Type, format!("expected {ty}, found `{name}`"))
                        .at(expr.span)
                        .help("did you mean `none`?"))
                }
                (Err(error), _) => Err(error),
            },
            _ => Err(self.mismatched(expr, ty)),
        }
    }

    fn result(&mut self, expr: &Expr, result: &ResultType, ty: &Type) -> Result<Plan> {
        let side = |name: &str| match name {
            "ok" => Some((Shape::Ok, result.ok.as_ref())),
            "err" => Some((Shape::Err, result.err.as_ref())),
            _ => None,
        };
        match &expr.kind {
            ExprKind::Label { name, escaped: false } if side(name).is_some() => match side(name) {
                Some((shape, None)) => made(shape, Vec::new()),
                _ => Err(Error::new(Kind::Type, format!("`{name}` needs a payload: expected {ty}"))
                    .at(expr.span)
                    .help(format!("for example {}", example(ty)))),
            },
            ExprKind::Apply { function, args } if !function.escaped && side(&function.name.text).is_some() => {
                let name = &*function.name.text;
                match (function.as_label(), side(name)) {
                    (Some(_), Some((shape, Some(payload_ty)))) => {
                        let payload = one_payload(name, args, expr.span)?;
                        made(shape, vec![self.value(payload, payload_ty)?])
                    }
                    _ => Err(no_payload(name, expr.span)),
                }
            }
            _ => match &result.ok {
                Some(ok) if is_short(ok) => made(Shape::Ok, vec![self.value(expr, ok)?]),
                _ => Err(self.mismatched(expr, ty)),
            },
        }
    }
}

/// A value of these parts: at once where all are known.
pub(super) fn made(shape: Shape, plans: Vec<Plan>) -> Result<Plan> {
    if !plans.iter().all(|plan| matches!(plan, Plan::Value(_))) {
        return Ok(Plan::Composite(shape, plans));
    }
    let values = plans.into_iter().filter_map(|plan| match plan {
        Plan::Value(value) => Some(value),
        _ => None,
    });
    shape.build(values.collect()).map(Plan::Value)
}

/// The one payload between a case's brackets.
pub(super) fn one_payload<'e>(case: &str, args: &'e [Expr], span: Span) -> Result<&'e Expr> {
    match args {
        [payload] => Ok(payload),
        _ => Err(Error::new(Kind::Type, format!("`{case}` takes one payload, found {}", args.len()))
            .at(span)
            .help(format!("a payload of several parts is a tuple: `{case}((…, …))`"))),
    }
}

/// The error for brackets after a case that takes none.
pub(super) fn no_payload(case: &str, span: Span) -> Error {
    Error::new(Kind::Type, format!("`{case}` takes no payload")).at(span).help(format!("write `{case}`"))
}

/// A plan for a stream or future that has its content already. A file is a stream by itself.
pub(super) fn ready(ty: &Type, content: Plan) -> Plan {
    match content {
        Plan::File(file) if file.kind == FileKind::Stream => Plan::File(file),
        content => Plan::Ready(Box::new((ty.clone(), content))),
    }
}
