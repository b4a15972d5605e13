//! Literals whose parts have labels: records, flags, variants and enums.

use super::check::Checker;
use super::example::example;
use super::literal::{made, no_payload, one_payload};
use super::misfit::described;
use super::plan::{Plan, Shape};
use super::unknown::with_help;
use crate::error::{Error, Kind, Result};
use crate::model::Type;
use crate::model::types::{Labels, Record, Variant};
use crate::syntax::ast::{Expr, ExprKind};
use crate::value::Value;
use crate::wording::{did_you_mean, suggest};

/// How many missing fields a message names.
const NAMED: usize = 5;

impl Checker<'_> {
    pub(super) fn record(&mut self, expr: &Expr, entries: &[(Expr, Expr)], record: &Record, ty: &Type) -> Result<Plan> {
        let mut plans: Vec<Option<Plan>> = vec![None; record.fields.len()];
        for (place, (key, value)) in entries.iter().enumerate() {
            let name = label_of(key).ok_or_else(|| {
                Error::new(Kind::Type, format!("expected a field of {ty}, found {}", described(key)))
                    .at(key.span)
                    .help(format!("for example {}", example(ty)))
            })?;
            // Most records are written in the type's order.
            let in_order = record.fields.get(place).filter(|field| &*field.name == name).map(|_| place);
            let number = in_order.or_else(|| record.fields.iter().position(|field| &*field.name == name));
            let Some(number) = number else {
                let error = Error::new(Kind::Type, format!("{ty} has no field `{name}`")).at(key.span);
                return Err(help_from(error, name, record.fields.iter().map(|field| &*field.name)));
            };
            if plans[number].is_some() {
                return Err(Error::new(Kind::Type, format!("the field `{name}` stands twice")).at(key.span));
            }
            plans[number] = Some(self.value(value, &record.fields[number].ty)?);
        }
        let mut missing = Vec::new();
        let mut parts = Vec::with_capacity(plans.len());
        for (plan, field) in plans.into_iter().zip(&record.fields) {
            match (plan, &field.ty) {
                (Some(plan), _) => parts.push(plan),
                (None, Type::Option(_)) => parts.push(Plan::Value(Value::Option(None))),
                (None, _) => missing.push(&*field.name),
            }
        }
        if missing.is_empty() {
            return made(Shape::Record, parts);
        }
        let named: Vec<String> = missing.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
        let more = if missing.len() > NAMED { ", …" } else { "" };
        let fields = if missing.len() == 1 { "field" } else { "fields" };
        Err(Error::new(Kind::Type, format!("{ty} is missing the {fields} {}{more}", named.join(", ")))
            .at(expr.span)
            .help(format!("for example {}", example(ty))))
    }

    pub(super) fn flags(written: &[Expr], labels: &Labels, ty: &Type) -> Result<Plan> {
        let mut set: Vec<u32> = Vec::with_capacity(written.len());
        for expr in written {
            let name = label_of(expr).ok_or_else(|| {
                Error::new(Kind::Type, format!("expected a flag of {ty}, found {}", described(expr)))
                    .at(expr.span)
                    .help(format!("for example {}", example(ty)))
            })?;
            let Some(number) = labels.labels.iter().position(|label| &**label == name) else {
                let error = Error::new(Kind::Type, format!("{ty} has no flag `{name}`")).at(expr.span);
                return Err(help_from(error, name, labels.labels.iter().map(|label| &**label)));
            };
            if set.contains(&(number as u32)) {
                return Err(Error::new(Kind::Type, format!("the flag `{name}` stands twice")).at(expr.span));
            }
            set.push(number as u32);
        }
        set.sort_unstable();
        Ok(Plan::Value(Value::Flags(set)))
    }

    pub(super) fn variant(&mut self, expr: &Expr, variant: &Variant, ty: &Type) -> Result<Plan> {
        let (name, args) = match &expr.kind {
            ExprKind::Apply { function, args } => match function.as_label() {
                Some(name) => (name, Some(args)),
                None => return Err(self.mismatched(expr, ty)),
            },
            _ => match label_of(expr) {
                Some(name) => (name, None),
                None => return Err(self.mismatched(expr, ty)),
            },
        };
        let Some(number) = variant.cases.iter().position(|case| &*case.name == name) else {
            return Err(self.unknown_case(expr, name, ty, variant.cases.iter().map(|case| &*case.name)));
        };
        match (&variant.cases[number].ty, args) {
            (Some(payload_ty), Some(args)) => {
                let payload = self.value(one_payload(name, args, expr.span)?, payload_ty)?;
                made(Shape::Variant(number as u32), vec![payload])
            }
            (None, None) => made(Shape::Variant(number as u32), Vec::new()),
            (None, Some(_)) => Err(no_payload(name, expr.span)),
            (Some(payload_ty), None) => {
                Err(Error::new(Kind::Type, format!("`{name}` needs a payload of type {payload_ty}"))
                    .at(expr.span)
                    .help(format!("for example {name}({})", example(payload_ty))))
            }
        }
    }

    pub(super) fn enum_case(&mut self, expr: &Expr, labels: &Labels, ty: &Type) -> Result<Plan> {
        if let ExprKind::Apply { function, .. } = &expr.kind {
            return Err(no_payload(&function.name.text, expr.span));
        }
        let Some(name) = label_of(expr) else { return Err(self.mismatched(expr, ty)) };
        match labels.labels.iter().position(|label| &**label == name) {
            Some(number) => Ok(Plan::Value(Value::Enum(number as u32))),
            None => Err(self.unknown_case(expr, name, ty, labels.labels.iter().map(|label| &**label))),
        }
    }

    fn unknown_case<'n>(&self, expr: &Expr, name: &str, ty: &Type, cases: impl Iterator<Item = &'n str>) -> Error {
        let error = Error::new(Kind::Type, format!("{ty} has no case `{name}`")).at(expr.span);
        with_help(help_from(error, name, cases), self.label_help(name, expr.span))
    }
}

/// The label that an expression is; `nan` and `inf` may be labels too.
fn label_of(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Label { name, .. } => Some(name),
        ExprKind::Number(text) if text == "nan" || text == "inf" => Some(text),
        _ => None,
    }
}

/// Adds the nearest of the names that would have been right, or the first few of them.
fn help_from<'n>(error: Error, name: &str, names: impl Iterator<Item = &'n str>) -> Error {
    let names: Vec<&str> = names.collect();
    let listed = || {
        let first: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
        let more = if names.len() > NAMED { ", …" } else { "" };
        Some(format!("it has {}{more}", first.join(", ")))
    };
    with_help(error, did_you_mean(&suggest(name, names.iter().copied())).or_else(listed))
}
