//! Whole statements: check, run, keep the value.

use serde_json::json;

use super::check::{Checker, Inferred, Scope};
use super::handles::may_hold_handles;
use super::misfit::gives_nothing;
use super::names::{self, Found};
use super::plan::Plan;
use super::run::{Caller, Run};
use super::types::resolve_type;
use crate::engine::Target;
use crate::error::{Error, Kind, Result};
use crate::model::Type;
use crate::report::{Outcome, Report, Role, Text};
use crate::session::{Components, HOST, Session, Variables};
use crate::syntax::ast::{Expr, ExprKind, FunctionRef, Name, Statement, TypeExpr};
use crate::value::Typed;

/// Of so many handles it is said what is the matter with them.
const MOST_DEAD: usize = 8;

/// Runs a statement and keeps its value; `source` is the line that its places are in.
pub fn evaluate_statement(session: &mut Session, statement: &Statement, source: &str) -> Result<Outcome> {
    let Session { components, variables, engine, .. } = session;
    run_statement(components, variables, engine, statement, source)
}

pub(super) fn run_statement(
    components: &Components,
    variables: &mut Variables,
    caller: &mut dyn Caller,
    statement: &Statement,
    source: &str,
) -> Result<Outcome> {
    let Statement { assign, expr, annotation } = statement;
    if let Some(name) = assign {
        check_assignable(name)?;
    } else if annotation.is_none()
        && let Some(report) = signatures(components, expr)?
    {
        return Ok(report.into());
    }
    let usable = |handle| caller.usable(handle);
    let (plan, ty) = planned(Scope { components, variables, usable: &usable }, expr, annotation.as_ref())?;
    if assign.is_some() && ty.is_none() {
        return Err(Error::new(Kind::Type, "nothing to assign: this call gives no value").at(expr.span));
    }
    let value = Run::new(caller, variables, Some(source)).run(plan)?;
    let (Some(value), Some(ty)) = (value, ty) else { return Ok(Outcome::default()) };
    let typed = Typed { ty, value };
    let dead = dead_handles(&typed, caller);
    match assign {
        Some(name) => {
            variables.assign(&name.text, typed);
            Ok(Outcome::default())
        }
        None => {
            variables.keep(typed.clone());
            Ok(dead.into_iter().fold(Report::Value(typed).into(), Outcome::notice))
        }
    }
}

/// What is the matter with each handle in a value that can no longer be used; the value itself shows but its number.
fn dead_handles(typed: &Typed, caller: &dyn Caller) -> Vec<String> {
    if !may_hold_handles(&typed.ty) {
        return Vec::new();
    }
    let usable = |handle: u32| caller.usable(handle).err().map(|error| error.message.clone());
    typed.value.handles().into_iter().filter_map(usable).take(MOST_DEAD).collect()
}

/// The type of an expression, which is not run; none for a call that gives nothing.
pub fn type_of(session: &Session, expr: &Expr, annotation: Option<&TypeExpr>) -> Result<Option<Type>> {
    let usable = |_| Ok(());
    let scope = Scope { components: &session.components, variables: &session.variables, usable: &usable };
    planned(scope, expr, annotation).map(|(_, ty)| ty)
}

/// Whether an expression gives a value of this type; it is not run.
pub fn fits_type(session: &Session, expr: &Expr, ty: &Type) -> bool {
    let usable = |_| Ok(());
    let scope = Scope { components: &session.components, variables: &session.variables, usable: &usable };
    Checker::new(scope).value(expr, ty).is_ok()
}

/// Runs an expression that stands in a command, and keeps nothing; an error if it gives no value.
pub fn evaluate(session: &mut Session, expr: &Expr, expected: Option<&Type>) -> Result<Typed> {
    let Session { components, variables, engine, .. } = session;
    let usable = |handle| engine.check_handle(handle);
    let mut checker = Checker::new(Scope { components, variables, usable: &usable });
    let (plan, ty) = match expected {
        Some(ty) => (checker.value(expr, ty)?, Some(ty.clone())),
        None => inferred(&mut checker, expr)?,
    };
    let ty = ty.ok_or_else(|| gives_nothing(expr))?;
    let value = Run::new(engine, variables, None).run(plan)?.ok_or_else(|| gives_nothing(expr))?;
    Ok(Typed { ty, value })
}

pub(super) fn planned(scope: Scope<'_>, expr: &Expr, annotation: Option<&TypeExpr>) -> Result<Inferred> {
    let mut checker = Checker::new(scope);
    match annotation {
        Some(written) => {
            let ty = resolve_type(scope.components, written)?;
            Ok((checker.value(expr, &ty)?, Some(ty)))
        }
        None => inferred(&mut checker, expr),
    }
}

/// An expression with a type of its own; a handle must be one that can be used.
fn inferred(checker: &mut Checker<'_>, expr: &Expr) -> Result<(Plan, Option<Type>)> {
    let (plan, ty) = checker.infer(expr)?;
    if let (Some(value), Some(ty)) = (checker.known(&plan), &ty) {
        checker.take_handles(value, ty, expr.span)?;
    }
    Ok((plan, ty))
}

pub(super) fn check_assignable(name: &Name) -> Result<()> {
    match Variables::assignable(&name.text) {
        true => Ok(()),
        false => Err(Error::new(Kind::Name, format!("`${}` cannot be assigned", name.text))
            .at(name.span)
            .help("the shell keeps results there; another name, such as `$x`, can be assigned")),
    }
}

/// What a function's name alone shows: the signatures of all that it can mean.
fn signatures(components: &Components, expr: &Expr) -> Result<Option<Report>> {
    let found = match &expr.kind {
        ExprKind::Function(reference) => match names::candidates(components, reference)? {
            found if found.is_empty() => vec![names::resolve(components, reference)?],
            found => found,
        },
        ExprKind::Label { name, escaped } if *escaped || !matches!(&**name, "true" | "false") => {
            let name = Name { text: name.clone(), span: expr.span };
            let reference = FunctionRef { component: None, interface: None, name, escaped: *escaped };
            names::candidates(components, &reference)?
        }
        _ => return Ok(None),
    };
    if found.is_empty() {
        return Ok(None);
    }
    let lines = found.iter().map(|found| {
        Text::of(Role::Name, names::spelling(components, found))
            .and(Role::Plain, ": ")
            .and(Role::Type, found.function.signature().to_string())
    });
    let data = found.iter().map(|found| signature_data(components, found));
    Ok(Some(Report::Text { lines: lines.collect(), json: data.collect() }))
}

fn signature_data(components: &Components, found: &Found) -> serde_json::Value {
    let component = match found.target {
        Target::Host => Some(HOST),
        Target::Component(id) => components.numbered(id).map(|loaded| loaded.name.as_str()),
    };
    json!({
        "component": component,
        "interface": found.function.interface(),
        "name": &*found.function.name,
        "signature": found.function.signature().to_string(),
    })
}
