//! The first step: an expression and the type that its place expects become a plan.
//!
//! [`Checker::value`] is for a place with a type, [`Checker::infer`] for one without. Literals take their type from the place
//! (`literal.rs`); everything else has its own, which must fit (`call.rs`, `access.rs`). Nothing runs here.

use super::example::{example, label};
use super::handles::{HandleUse, Moved};
use super::names::{self, did_you_mean, with_help};
use super::plan::{FilePlan, Plan, Shape};
use crate::assist::suggest;
use crate::error::{Error, Kind, Result};
use crate::model::{Resource, ResourceId, Type, TypeName};
use crate::session::{Components, Variables};
use crate::syntax::Span;
use crate::syntax::ast::{Expr, ExprKind, FunctionRef, Name};

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
    /// The handles that the call being checked takes from variables.
    pub(super) uses: Vec<HandleUse>,
    /// The handles that calls checked so far will have moved.
    pub(super) moved: Vec<Moved>,
}

impl<'a> Checker<'a> {
    /// A checker of one statement.
    pub fn new(scope: Scope<'a>) -> Checker<'a> {
        Checker { scope, in_argument: false, uses: Vec::new(), moved: Vec::new() }
    }

    /// A plan for a value of this type.
    pub fn value(&mut self, expr: &Expr, ty: &Type) -> Result<Plan> {
        let typed_by_itself = match &expr.kind {
            ExprKind::Variable(_)
            | ExprKind::Method { .. }
            | ExprKind::Field { .. }
            | ExprKind::Index { .. }
            | ExprKind::Try(_) => true,
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
                let ty = self.variable(name, expr.span)?;
                of(Plan::Variable(name.clone()), ty)
            }
            ExprKind::Apply { function, args } => self.call(function, args, expr.span),
            ExprKind::Method { target, name, args } => self.method(target, name, args, expr.span),
            ExprKind::Field { target, name } => self.field(target, name),
            ExprKind::Index { target, index } => self.element(target, index),
            ExprKind::Try(target) => self.payload(target),
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
            | ExprKind::Labels(_) => Err(untyped(expr)),
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
                Type::List(of) if fits(of, item) => Ok(plan),
                _ => Err(plan),
            },
            Type::Future(Some(inner)) if self.in_argument => self.coerce(plan, found, inner),
            _ => Err(plan),
        }
    }

    /// A plan for a file's contents.
    pub(super) fn file(path: &str, text: bool, span: Span) -> Plan {
        Plan::File(FilePlan { path: path.to_owned(), text, span })
    }

    /// `error`, or a better one where a name is neither a case of the expected type nor a function.
    fn no_such_case(&self, error: Error, expr: &Expr, ty: &Type) -> Error {
        let ExprKind::Apply { function, .. } = &expr.kind else { return error };
        let Some(name) = function.as_label() else { return error };
        let cases: Vec<&str> = match ty {
            Type::Variant(variant) => variant.cases.iter().map(|case| &*case.name).collect(),
            Type::Enum(labels) => labels.labels.iter().map(|case| &**case).collect(),
            _ => return error,
        };
        if names::candidates(self.scope.components, function).is_ok_and(|found| !found.is_empty()) {
            return error;
        }
        let message = format!("{ty} has no case `{name}`, and there is no such function");
        let near = did_you_mean(&suggest(name, cases)).or_else(|| Some(format!("for example {}", example(ty))));
        with_help(Error::new(Kind::Name, message).at(function.name.span), near)
    }

    fn variable(&self, name: &str, span: Span) -> Result<Type> {
        if let Some(typed) = self.scope.variables.get(name) {
            return Ok(typed.ty.clone());
        }
        let error = Error::new(Kind::Name, format!("no variable `${name}`")).at(span);
        let near: Vec<String> = suggest(name, self.scope.variables.named().map(|(name, _)| name))
            .iter()
            .map(|near| format!("${near}"))
            .collect();
        Err(match name {
            "_" => error.help("no statement has given a value yet"),
            _ => with_help(error, did_you_mean(&near).or_else(|| Some(".vars lists them".into()))),
        })
    }

    fn unfit(&self, expr: &Expr, found: &Type, expected: &Type) -> Error {
        let handles = (resource(found), resource(expected));
        if let (Some(found), Some(wanted)) = handles
            && !names::same_resource(found, wanted)
        {
            return self.foreign_handle(found, wanted, expr.span);
        }
        let (mut wanted, mut have) = (expected.to_string(), found.to_string());
        if wanted == have {
            wanted = in_full(expected);
            have = in_full(found);
        }
        if wanted == have {
            have = format!("another type of the name {have}");
        }
        let error = Error::new(Kind::Type, format!("expected {wanted}, found {have}")).at(expr.span);
        error.help(format!("for example {}", example(expected)))
    }

    /// A handle of another resource type: of another name, or of a component that shares nothing with this one.
    fn foreign_handle(&self, found: &Resource, wanted: &Resource, span: Span) -> Error {
        let owner = |resource: &Resource| match &resource.id {
            ResourceId::Imported(_) => "host".to_owned(),
            ResourceId::Defined(id, _) => {
                self.scope.components.numbered(*id).map_or("a forgotten component".into(), |of| of.name.clone())
            }
        };
        let (found_name, wanted_name) = (&found.name.name, &wanted.name.name);
        if found_name != wanted_name {
            let message = format!("expected a handle of {wanted_name}, found a handle of {found_name}");
            return Error::new(Kind::Handle, message).at(span);
        }
        let (from, to) = (owner(found), owner(wanted));
        let message = format!("expected {wanted_name} of `{to}`, found {found_name} of `{from}`");
        Error::new(Kind::Handle, message)
            .at(span)
            .help(format!("a component takes another's handles only when they are linked: .link {from} {to}"))
    }

    fn bare_label(&self, name: &str, span: Span) -> Error {
        let reference = FunctionRef {
            component: None,
            interface: None,
            name: Name { text: name.to_owned(), span },
            escaped: false,
        };
        match names::resolve(self.scope.components, &reference) {
            Ok(_) => self.not_called(&reference, span),
            Err(_) if matches!(name, "none" | "some" | "ok" | "err") => {
                Error::new(Kind::Type, format!("`{name}` has no type of its own"))
                    .at(span)
                    .help(format!("write the type after it: `{name} : {}`", keyword_type(name)))
            }
            Err(_) if self.scope.variables.get(name).is_some() => {
                Error::new(Kind::Name, format!("`{name}` means nothing"))
                    .at(span)
                    .help(format!("did you mean `${name}`?"))
            }
            Err(error) => error,
        }
    }

    fn not_called(&self, function: &FunctionRef, span: Span) -> Error {
        let name = &function.name.text;
        Error::new(Kind::Type, format!("`{name}` is a function, not a value"))
            .at(span)
            .help(format!("write `{name}(…)` to call it"))
    }

    /// What a name that is no value here may have been meant for.
    pub(super) fn label_help(&self, name: &str, span: Span) -> Option<String> {
        if self.scope.variables.get(name).is_some() {
            return Some(format!("did you mean `${name}`?"));
        }
        let name = Name { text: name.to_owned(), span };
        let reference = FunctionRef { component: None, interface: None, name, escaped: false };
        let found = names::candidates(self.scope.components, &reference).ok()?;
        (!found.is_empty()).then(|| format!("write `{0}(…)` to call the function `{0}`", reference.name.text))
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

fn resource(ty: &Type) -> Option<&Resource> {
    match ty {
        Type::Own(resource) | Type::Borrow(resource) => Some(resource),
        _ => None,
    }
}

fn in_full(ty: &Type) -> String {
    match ty.name() {
        Some(TypeName { interface: Some(interface), name }) => format!("{interface}#{name}"),
        _ => ty.to_string(),
    }
}

fn keyword_type(name: &str) -> &'static str {
    if matches!(name, "none" | "some") { "option<u8>" } else { "result<u8>" }
}

/// The error for a literal whose place gives it no type.
fn untyped(expr: &Expr) -> Error {
    let (what, help) = match &expr.kind {
        ExprKind::Number(text) if text.contains(['.', 'e', 'n']) => {
            ("a number", format!("{} : f64", super::number::shown(text)))
        }
        ExprKind::Number(text) => ("a number", format!("{} : s32", super::number::shown(text))),
        ExprKind::List(_) => ("a list", "[1, 2] : list<u32>".to_owned()),
        ExprKind::Tuple(_) => ("a tuple", "(1, \"a\") : tuple<u32, string>".to_owned()),
        _ => ("`{…}`", "{x: 1, y: 2} : point".to_owned()),
    };
    Error::new(Kind::Type, format!("{what} has no type of its own"))
        .at(expr.span)
        .help(format!("write the type after it, at the end of the statement: `{help}`"))
}

/// The error for a call without a result where a value is needed.
pub(super) fn gives_nothing(expr: &Expr) -> Error {
    Error::new(Kind::Type, "expected a value, but this call gives none").at(expr.span)
}

/// The error for a literal of another type.
pub(super) fn mismatch(expr: &Expr, ty: &Type) -> Error {
    let error = Error::new(Kind::Type, format!("expected {ty}, found {}", described(expr))).at(expr.span);
    match (ty, &expr.kind) {
        (Type::Own(_) | Type::Borrow(_) | Type::ErrorContext | Type::Stream(None) | Type::Future(None), _) => {
            error.help("a handle comes from a variable or a call")
        }
        (Type::Char, ExprKind::String(text)) if text.chars().count() == 1 => error.help(format!("write '{text}'")),
        (Type::String, ExprKind::Char(c)) => error.help(format!("write {:?}", c.to_string())),
        (Type::List(item), ExprKind::String(text)) if matches!(**item, Type::U8) && text.len() < 20 => {
            error.help(format!("write b{text:?}"))
        }
        _ => error.help(format!("for example {}", example(ty))),
    }
}

/// What an expression is, for the end of "expected …, found …".
fn described(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Number(text) => super::number::shown(text),
        ExprKind::Char(_) => "a char".into(),
        ExprKind::String(_) => "a string".into(),
        ExprKind::Bytes(_) => "bytes".into(),
        ExprKind::File(_) => "a file".into(),
        ExprKind::List(_) => "a list".into(),
        ExprKind::Tuple(_) => "a tuple".into(),
        ExprKind::EmptyBraces => "`{}`".into(),
        ExprKind::Entries(_) => "a record or map".into(),
        ExprKind::Labels(_) => "flags".into(),
        ExprKind::Label { name, escaped: false } => format!("`{name}`"),
        ExprKind::Label { name, .. } => format!("`{}`", label(name)),
        ExprKind::Function(function) => format!("the function `{}`", function.name.text),
        ExprKind::Apply { function, .. } => format!("`{}(…)`", function.name.text),
        _ => "a value".into(),
    }
}
