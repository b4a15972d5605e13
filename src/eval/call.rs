//! Calls of functions and of methods: which, and whether the arguments fit.

use std::sync::Arc;

use super::check::{Checker, Inferred};
use super::example::example_call;
use super::misfit::gives_nothing;
use super::names::{self, Found};
use super::plan::{CallPlan, Plan};
use crate::engine::Target;
use crate::error::{Error, Kind, Result};
use crate::model::interface::without_version;
use crate::model::{Function, FunctionKind, Param, Type};
use crate::syntax::Span;
use crate::syntax::ast::{Expr, FunctionRef, Name};
use crate::value::Value;
use crate::wording::counted;

impl Checker<'_> {
    /// `name(args)`
    pub(super) fn call(&mut self, reference: &FunctionRef, args: &[Expr], span: Span) -> Result<Inferred> {
        let found = names::resolve(self.scope.components, reference).map_err(|error| case_help(error, reference))?;
        let params = &found.function.clone().params;
        let outer = std::mem::take(&mut self.uses);
        let plans = self.arguments(&found.function, params, args, span, Vec::with_capacity(params.len()))?;
        self.settle_handles(&reference.name.text)?;
        self.uses = outer;
        Ok(planned(found, plans, span))
    }

    /// `start f(args)`
    pub(super) fn start(&mut self, call: &Expr) -> Result<Inferred> {
        let (plan, result) = self.infer(call)?;
        match plan {
            Plan::Call(plan) if plan.target == Target::Host => {
                Err(Error::new(Kind::Type, "what the host provides answers at once and cannot be started")
                    .at(call.span)
                    .help("leave `start` out"))
            }
            Plan::Call(plan) => Ok((Plan::Start(plan), Some(Type::Task(result.map(Arc::new))))),
            _ => Err(Error::new(Kind::Type, "`start` takes a call").at(call.span)),
        }
    }

    /// `target.name(args)`
    pub(super) fn method(&mut self, target: &Expr, name: &Name, args: &[Expr], span: Span) -> Result<Inferred> {
        let (handle, ty) = self.infer(target)?;
        let ty = ty.ok_or_else(|| gives_nothing(target))?;
        let (Type::Own(resource) | Type::Borrow(resource)) = &ty else {
            return Err(no_methods(target, name, &ty));
        };
        let outer = std::mem::take(&mut self.uses);
        if let Some(value) = self.known(&handle) {
            let was_in_argument = std::mem::replace(&mut self.in_argument, true);
            self.take_handles(value, &Type::Borrow(resource.clone()), target.span)
                .map_err(|error| error.label(format!("the handle that `{}` is called on", name.text)))?;
            self.in_argument = was_in_argument;
        }
        let found = names::method(self.scope.components, resource, name)?;
        let params = found.function.clone();
        let plans = self.arguments(&found.function, params.written_params(), args, span, vec![handle])?;
        self.settle_handles(&name.text)?;
        self.uses = outer;
        Ok(planned(found, plans, span))
    }

    /// Adds a plan for each parameter to `plans`; trailing options may be left out, as in WAVE.
    fn arguments(
        &mut self,
        function: &Arc<Function>,
        params: &[Param],
        args: &[Expr],
        span: Span,
        mut plans: Vec<Plan>,
    ) -> Result<Vec<Plan>> {
        if let Some(extra) = args.get(params.len()) {
            let last = args.last().unwrap_or(extra);
            return Err(wrong_count(function, params, args.len(), plans.first()).at(extra.span.to(last.span)));
        }
        let was_in_argument = std::mem::replace(&mut self.in_argument, true);
        for (place, param) in params.iter().enumerate() {
            plans.push(match (args.get(place), &param.ty) {
                (Some(arg), ty) => {
                    self.value(arg, ty).map_err(|error| error.label(parameter_label(function, param)))?
                }
                (None, Type::Option(_)) if all_options(&params[place..]) => Plan::Value(Value::Option(None)),
                (None, _) => return Err(wrong_count(function, params, args.len(), plans.first()).at(span)),
            });
        }
        self.in_argument = was_in_argument;
        Ok(plans)
    }
}

fn planned(found: Found, args: Vec<Plan>, span: Span) -> Inferred {
    let result = found.function.result.clone();
    (Plan::Call(Box::new(CallPlan { target: found.target, function: found.function, args, span })), result)
}

fn all_options(params: &[Param]) -> bool {
    params.iter().all(|param| matches!(param.ty, Type::Option(_)))
}

fn parameter_label(function: &Function, param: &Param) -> String {
    format!("parameter `{}` of {}: {}", param.name, function.plain_name(), function.signature())
}

fn wrong_count(function: &Function, params: &[Param], found: usize, first: Option<&Plan>) -> Error {
    let name = function.plain_name();
    let takes = match params.len() {
        0 => "no arguments".to_owned(),
        number => counted(number, "argument"),
    };
    let error = Error::new(Kind::Type, format!("`{name}` takes {takes}, found {found}"))
        .label(format!("{name}: {}", function.signature()));
    let is_http =
        |name: &Arc<str>| ["wasi:http/incoming-handler", "wasi:http/handler"].contains(&without_version(name));
    if name == "handle" && function.path.first().is_some_and(is_http) {
        return error.help("`.http GET /` sends a request");
    }
    if params.len() != function.written_params().len() {
        return error.help("a method called by its full name takes its handle first");
    }
    let call = match (function.kind(), first) {
        (FunctionKind::Method { name, .. }, Some(Plan::Variable(handle))) => format!("${handle}.{name}"),
        (FunctionKind::Method { resource, name }, _) => format!("${resource}.{name}"),
        _ => name.to_owned(),
    };
    error.help(format!("for example {}", example_call(&call, function)))
}

fn no_methods(target: &Expr, name: &Name, ty: &Type) -> Error {
    let name = &name.text;
    let error = Error::new(Kind::Type, format!("a value of type {ty} has no methods")).at(target.span);
    match ty {
        Type::Record(record) if record.fields.iter().any(|field| *field.name == **name) => {
            error.help(format!("`{name}` is a field: write `.{name}` without brackets"))
        }
        Type::Option(_) | Type::Result(_) => error.help(format!("`?` gives what is in it: `…?.{name}(…)`")),
        _ => error,
    }
}

/// A case of WAVE's own that stood where a function is meant.
fn case_help(error: Error, reference: &FunctionRef) -> Error {
    match reference.as_label() {
        Some(name @ "some") => error.help(format!("for the value, write its type after it: `{name}(…) : option<u8>`")),
        Some(name @ ("ok" | "err")) => {
            error.help(format!("for the value, write its type after it: `{name}(…) : result<u8, string>`"))
        }
        _ => error,
    }
}
