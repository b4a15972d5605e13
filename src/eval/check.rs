//! The first step: an expression and the type that its place expects become a plan.
//!
//! [`Checker::value`] is for a place with a type, [`Checker::infer`] for one without. Literals take their type from the place
//! (`literal.rs`); everything else has its own, which must fit (`call.rs`, `access.rs`). Nothing runs here.

use super::handles::{HandleUse, Moved};
use super::literal::ready;
use super::misfit::gives_nothing;
use super::names;
use super::plan::{FileKind, FilePlan, Plan, Shape};
use crate::error::Result;
use crate::model::Type;
use crate::session::{Components, Variables};
use crate::syntax::Span;
use crate::syntax::ast::{Expr, ExprKind, FunctionRef};

/// What names are looked up in.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// The loaded components.
    pub components: &'a Components,
    /// The variables.
    pub variables: &'a Variables,
    /// An error if the handle of this number cannot be used now.
    pub usable: &'a dyn Fn(u32) -> Result<()>,
}

/// A plan and the type of what it gives; none for a call that gives nothing.
pub type Inferred = (Plan, Option<Type>);

/// The state of checking one statement.
pub struct Checker<'a> {
    /// What names are looked up in.
    pub scope: Scope<'a>,
    /// The place is inside an argument, where a list stands for a stream and a value for a future.
    pub(super) in_argument: bool,
    /// `new` stands for a resource that is yet to be made.
    pub(super) new: bool,
    /// The handles that the call being checked takes from variables.
    pub(super) uses: Vec<HandleUse>,
    /// The handles that calls checked so far will have moved.
    pub(super) moved: Vec<Moved>,
}

impl<'a> Checker<'a> {
    /// A checker of one statement.
    pub fn new(scope: Scope<'a>) -> Checker<'a> {
        Checker { scope, in_argument: false, new: false, uses: Vec::new(), moved: Vec::new() }
    }

    /// A plan for a value of this type.
    pub fn value(&mut self, expr: &Expr, ty: &Type) -> Result<Plan> {
        let typed_by_itself = match &expr.kind {
            ExprKind::Variable(_)
            | ExprKind::Method { .. }
            | ExprKind::Field { .. }
            | ExprKind::Index { .. }
            | ExprKind::Try(_)
            | ExprKind::Start(_) => true,
            ExprKind::Apply { function, args } => args.is_empty() || !self.is_case(ty, function),
            _ => false,
        };
        if !typed_by_itself {
            return self.literal(expr, ty);
        }
        let (plan, found) = self.infer(expr).map_err(|error| self.no_such_case(error, expr, ty))?;
        let found = found.ok_or_else(|| gives_nothing(expr))?;
        let known = self.known(&plan);
        let plan = self.coerce(plan, &found, ty).map_err(|_| self.unfit(expr, &found, ty))?;
        if let Some(value) = known {
            self.take_handles(value, ty, expr.span)?;
        }
        Ok(plan)
    }

    /// A plan for an expression whose place expects nothing, and the type that it has by itself.
    pub fn infer(&mut self, expr: &Expr) -> Result<Inferred> {
        let of = |plan, ty| Ok((plan, Some(ty)));
        match &expr.kind {
            ExprKind::Variable(name) => {
                let typed = self.scope.variables.get(name).ok_or_else(|| self.no_variable(name, expr.span))?;
                of(Plan::Variable(name.clone()), typed.ty.clone())
            }
            ExprKind::Apply { function, args } => self.call(function, args, expr.span),
            ExprKind::Method { target, name, args } => self.method(target, name, args, expr.span),
            ExprKind::Field { target, name } => self.field(target, name),
            ExprKind::Index { target, index } => self.element(target, index),
            ExprKind::Try(target) => self.payload(target),
            ExprKind::Start(call) => self.start(call),
            ExprKind::Label { name, escaped: false } if name == "true" || name == "false" => {
                self.literal(expr, &Type::Bool).map(|plan| (plan, Some(Type::Bool)))
            }
            ExprKind::Char(_) => self.literal(expr, &Type::Char).map(|plan| (plan, Some(Type::Char))),
            ExprKind::String(_) => self.literal(expr, &Type::String).map(|plan| (plan, Some(Type::String))),
            ExprKind::Bytes(_) | ExprKind::File(_) => {
                let ty = Type::List(Type::U8.into());
                self.literal(expr, &ty).map(|plan| (plan, Some(ty)))
            }
            ExprKind::Label { name, .. } => Err(self.bare_label(name, expr.span)),
            ExprKind::Function(function) => Err(self.not_called(function, expr.span)),
            ExprKind::Number(_)
            | ExprKind::List(_)
            | ExprKind::Tuple(_)
            | ExprKind::EmptyBraces
            | ExprKind::Entries(_)
            | ExprKind::Labels(_) => Err(self.untyped(expr)),
        }
    }

    /// Whether a name stands for a case where a value of this type is expected.
    fn is_case(&self, ty: &Type, name: &FunctionRef) -> bool {
        let Some(text) = name.as_label() else { return false };
        match ty {
            Type::Variant(variant) => variant.cases.iter().any(|case| &*case.name == text),
            Type::Enum(labels) => labels.labels.iter().any(|case| &**case == text),
            Type::Option(inner) => {
                (!name.escaped && matches!(text, "some" | "none")) || (is_short(inner) && self.is_case(inner, name))
            }
            Type::Result(result) => {
                (!name.escaped && matches!(text, "ok" | "err"))
                    || result.ok.as_ref().is_some_and(|ok| is_short(ok) && self.is_case(ok, name))
            }
            Type::Future(Some(inner)) => self.in_argument && self.is_case(inner, name),
            _ => false,
        }
    }

    /// The plan for a value of the type `found` where `expected` stands; gives the plan back where it does not fit.
    fn coerce(&self, plan: Plan, found: &Type, expected: &Type) -> std::result::Result<Plan, Plan> {
        if fits(found, expected) {
            return Ok(plan);
        }
        match expected {
            Type::Option(inner) if is_short(inner) => {
                self.coerce(plan, found, inner).map(|plan| Plan::Composite(Shape::Some, vec![plan]))
            }
            Type::Result(result) => match &result.ok {
                Some(ok) if is_short(ok) => {
                    self.coerce(plan, found, ok).map(|plan| Plan::Composite(Shape::Ok, vec![plan]))
                }
                _ => Err(plan),
            },
            Type::Stream(Some(item)) if self.in_argument => match found {
                Type::List(of) if fits(of, item) => Ok(ready(expected, plan)),
                _ => Err(plan),
            },
            Type::Future(Some(inner)) if self.in_argument => {
                self.coerce(plan, found, inner).map(|plan| ready(expected, plan))
            }
            _ => Err(plan),
        }
    }

    /// A plan for a file's contents.
    pub(super) fn file(path: &str, kind: FileKind, span: Span) -> Plan {
        Plan::File(FilePlan { path: path.to_owned(), kind, span })
    }
}

/// Whether WAVE lets a payload of this type stand for `some` or `ok` of it.
pub(super) fn is_short(payload: &Type) -> bool {
    !matches!(payload, Type::Option(_) | Type::Result(_))
}

/// Whether a value of one type can stand where another is expected, as it is: an own handle can be lent.
pub(super) fn fits(found: &Type, expected: &Type) -> bool {
    if found == expected {
        return true;
    }
    match (found, expected) {
        (Type::Own(a), Type::Own(b) | Type::Borrow(b)) | (Type::Borrow(a), Type::Borrow(b)) => {
            names::same_resource(a, b)
        }
        (Type::List(a), Type::List(b)) | (Type::Option(a), Type::Option(b)) => fits(a, b),
        (Type::FixedList(a, n), Type::FixedList(b, m)) => n == m && fits(a, b),
        (Type::Map(k, v), Type::Map(l, w)) => k == l && fits(v, w),
        (Type::Tuple(a), Type::Tuple(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| fits(a, b)),
        (Type::Record(a), Type::Record(b)) => {
            a.fields.len() == b.fields.len()
                && a.fields.iter().zip(&b.fields).all(|(a, b)| a.name == b.name && fits(&a.ty, &b.ty))
        }
        (Type::Variant(a), Type::Variant(b)) => {
            a.cases.len() == b.cases.len()
                && a.cases.iter().zip(&b.cases).all(|(a, b)| a.name == b.name && fits_both(&a.ty, &b.ty))
        }
        (Type::Result(a), Type::Result(b)) => fits_both(&a.ok, &b.ok) && fits_both(&a.err, &b.err),
        _ => false,
    }
}

fn fits_both(found: &Option<Type>, expected: &Option<Type>) -> bool {
    match (found, expected) {
        (Some(found), Some(expected)) => fits(found, expected),
        (None, None) => true,
        _ => false,
    }
}
