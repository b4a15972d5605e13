//! What is said of an expression that does not fit its place.

use super::check::{Checker, fits};
use super::example::{example, label};
use super::names;
use super::number::{is_integer, number, shown};
use super::unknown::with_help;
use crate::error::{Error, Kind};
use crate::model::{Resource, ResourceId, Type};
use crate::syntax::Span;
use crate::syntax::ast::{Expr, ExprKind, FunctionRef, Name};
use crate::value::wave::wave;
use crate::wording::{did_you_mean, suggest};

impl Checker<'_> {
    /// `error`, or a better one where a name is neither a case of the expected type nor a function.
    pub(super) fn no_such_case(&self, error: Error, expr: &Expr, ty: &Type) -> Error {
        let ExprKind::Apply { function, .. } = &expr.kind else { return error };
        let Some(name) = function.as_label() else { return error };
        if names::candidates(self.scope.components, function).is_ok_and(|found| !found.is_empty()) {
            return error;
        }
        if !function.escaped && matches!(name, "some" | "none" | "ok" | "err") {
            return mismatch(expr, ty);
        }
        let right = match (ty, name) {
            (Type::Option(_), "Some") => Some("some"),
            (Type::Result(_), "Ok") => Some("ok"),
            (Type::Result(_), "Err") => Some("err"),
            _ => None,
        };
        if let Some(right) = right {
            return Error::new(Kind::Name, format!("no function `{name}`"))
                .at(function.name.span)
                .help(format!("did you mean `{right}(…)`?"));
        }
        let cases: Vec<&str> = match ty {
            Type::Variant(variant) => variant.cases.iter().map(|case| &*case.name).collect(),
            Type::Enum(labels) => labels.labels.iter().map(|case| &**case).collect(),
            _ => return error,
        };
        if cases.contains(&name) {
            return self.case_called(name, function.name.span, ty);
        }
        let message = format!("{ty} has no case `{name}`, and there is no such function");
        let near = did_you_mean(&suggest(name, cases)).or_else(|| Some(format!("for example {}", example(ty))));
        with_help(Error::new(Kind::Name, message).at(function.name.span), near)
    }

    /// The error for a case with nothing between its parentheses, which makes it a call of a function that is not there.
    fn case_called(&self, name: &str, span: Span, ty: &Type) -> Error {
        let payload = match ty {
            Type::Variant(variant) => {
                variant.cases.iter().find(|case| &*case.name == name).and_then(|case| case.ty.as_ref())
            }
            _ => None,
        };
        let right = match payload {
            Some(payload) => format!("{}({})", label(name), example(payload)),
            None => label(name),
        };
        Error::new(Kind::Name, format!("`{name}()` is a call, and there is no such function"))
            .at(span)
            .help(format!("the case `{name}` of {ty} is written {right}"))
    }

    /// The error for a variable that was never assigned.
    pub(super) fn no_variable(&self, name: &str, span: Span) -> Error {
        let error = Error::new(Kind::Name, format!("no variable `${name}`")).at(span);
        let near: Vec<String> = suggest(name, self.scope.variables.named().map(|(name, _)| name))
            .iter()
            .map(|near| format!("${near}"))
            .collect();
        match name {
            "_" => error.help("no statement has given a value yet"),
            _ => with_help(error, did_you_mean(&near).or_else(|| Some(".vars lists them".into()))),
        }
    }

    /// The error for a value of another type.
    pub(super) fn unfit(&self, expr: &Expr, found: &Type, expected: &Type) -> Error {
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
        error.help(
            self.conversion(expr, found, expected).unwrap_or_else(|| format!("for example {}", example(expected))),
        )
    }

    /// How a value of one type comes to a place of another.
    fn conversion(&self, expr: &Expr, found: &Type, expected: &Type) -> Option<String> {
        let inner = match found {
            Type::Result(result) => result.ok.as_ref(),
            Type::Option(inner) => Some(&**inner),
            Type::Task(result) => result.as_deref(),
            Type::Future(Some(inner)) if fits(inner, expected) => return Some("`.read` takes its value".to_owned()),
            _ => None,
        };
        if inner.is_some_and(|inner| fits(inner, expected)) {
            let what = match found {
                Type::Result(_) => "its ok",
                Type::Option(_) => "what is in it",
                _ => "its result",
            };
            return Some(format!("`?` behind it takes {what}: `{}?`", beginning(expr)));
        }
        if !is_number(found) || !is_number(expected) {
            return None;
        }
        let value = match &expr.kind {
            ExprKind::Variable(name) => self.scope.variables.get(name).map(|typed| wave(found, &typed.value)),
            _ => None,
        };
        let written = value.filter(|value| number(value, expected).is_ok()).map(|value| format!(": {value}"));
        Some(format!("numbers are not converted; write the value itself{}", written.unwrap_or_default()))
    }

    /// The error for a literal whose place gives it no type.
    pub(super) fn untyped(&mut self, expr: &Expr) -> Error {
        let (what, help) = match &expr.kind {
            ExprKind::Number(text) if text.contains(['.', 'e', 'n']) => ("a number", format!("{} : f64", shown(text))),
            ExprKind::Number(text) => ("a number", format!("{} : s32", shown(text))),
            ExprKind::List(items) => {
                let item = items.first().and_then(|item| self.infer(item).ok()?.1);
                ("a list", item.map_or("[1, 2] : list<u32>".to_owned(), |item| format!("[…] : list<{item}>")))
            }
            ExprKind::Tuple(_) => ("a tuple", "(1, \"a\") : tuple<u32, string>".to_owned()),
            _ => ("`{…}`", "{x: 1, y: 2} : point".to_owned()),
        };
        Error::new(Kind::Type, format!("{what} has no type of its own"))
            .at(expr.span)
            .help(format!("write the type after it, at the end of the statement: `{help}`"))
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
        let error = Error::new(Kind::Handle, message).at(span);
        let own = format!("`{to}` makes its own, as in `{to}::{wanted_name}(…)`, or returns them");
        match (&*from, &*to) {
            // Who imports it is not known here: it is whoever is called.
            (from, "host") if from != "host" => {
                error.help(own).help(format!("one of `{from}` is taken by what is linked to it: `.link {from} NAME`"))
            }
            ("host", _) | (_, "host") => error.help(own),
            _ => {
                error.help(format!("a component takes another's handles only when they are linked: .link {from} {to}"))
            }
        }
    }

    /// The error for a name that stands where a value is needed.
    pub(super) fn bare_label(&self, name: &str, span: Span) -> Error {
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

    /// The error for a function's name that stands where a value is needed.
    pub(super) fn not_called(&self, function: &FunctionRef, span: Span) -> Error {
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

/// An expression up to its arguments, for a message.
fn beginning(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Variable(name) => format!("${name}"),
        ExprKind::Apply { function, .. } => format!("{}(…)", function.name.text),
        ExprKind::Method { name, .. } => format!("….{}(…)", name.text),
        ExprKind::Field { name, .. } => format!("….{}", name.text),
        _ => "…".to_owned(),
    }
}

fn is_number(ty: &Type) -> bool {
    is_integer(ty) || matches!(ty, Type::F32 | Type::F64)
}

fn resource(ty: &Type) -> Option<&Resource> {
    match ty {
        Type::Own(resource) | Type::Borrow(resource) => Some(resource),
        _ => None,
    }
}

fn in_full(ty: &Type) -> String {
    match ty.name() {
        Some(name) if name.interface.is_some() => name.full_name(),
        _ => ty.to_string(),
    }
}

fn keyword_type(name: &str) -> &'static str {
    if matches!(name, "none" | "some") { "option<u8>" } else { "result<u8>" }
}

/// The error for a call without a result where a value is needed.
pub(super) fn gives_nothing(expr: &Expr) -> Error {
    Error::new(Kind::Type, "expected a value, but this call gives none").at(expr.span)
}

/// The error for a literal of another type.
pub(super) fn mismatch(expr: &Expr, ty: &Type) -> Error {
    let error = Error::new(Kind::Type, format!("expected {ty}, found {}", described(expr))).at(expr.span);
    match (ty, &expr.kind) {
        (ty, _) if ty.is_handle() && !matches!(ty, Type::Stream(Some(_)) | Type::Future(Some(_))) => {
            error.help("a handle comes from a variable or a call")
        }
        (Type::Char, ExprKind::String(text)) if text.chars().count() == 1 => {
            error.help(format!("write {:?}", text.chars().next().unwrap_or_default()))
        }
        (Type::String, ExprKind::Char(c)) => error.help(format!("write {:?}", c.to_string())),
        (Type::List(item) | Type::Stream(Some(item)), ExprKind::String(text))
            if matches!(**item, Type::U8) && is_plain(text) =>
        {
            error.help(format!("write b{text:?}"))
        }
        _ => error.help(format!("for example {}", example(ty))),
    }
}

/// What an expression is, for the end of "expected …, found …".
pub(super) fn described(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Number(text) => shown(text),
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
        ExprKind::Start(_) => "a task".into(),
        ExprKind::Apply { function, .. } => format!("`{}(…)`", function.name.text),
        _ => "a value".into(),
    }
}

/// Whether a text can be shown as it is between quotes.
fn is_plain(text: &str) -> bool {
    text.len() < 20
        && text.bytes().all(|byte| (byte.is_ascii_graphic() || byte == b' ') && !matches!(byte, b'"' | b'\\'))
}
