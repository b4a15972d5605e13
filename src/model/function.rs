//! Functions that a component exports or imports, and the three spellings that resources give them.
//!
//! Names follow the component model's `extern` names: `[constructor]r`, `[method]r.f`, `[static]r.f`.

use std::fmt;
use std::sync::Arc;

use super::types::{Resource, Type, write_type};
use super::wit_name::escaped;

/// A component-level function: where it stands, what it is called, what it takes and gives.
#[derive(Clone, Debug)]
pub struct Function {
    /// The instances around it, outermost first, as named in the binary; empty at the root.
    pub path: Vec<Arc<str>>,
    /// Its name as in the binary, `[method]counter.get` included.
    pub name: Arc<str>,
    /// Its parameters in order; a method's first is its handle, called `self`.
    pub params: Vec<Param>,
    /// Its result, if it has one.
    pub result: Option<Type>,
    /// `async func`.
    pub is_async: bool,
}

/// One parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: Arc<str>,
    /// Its type.
    pub ty: Type,
}

/// What a function is to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKind<'a> {
    /// Nothing: a plain function.
    Plain,
    /// `[constructor]resource`
    Constructor {
        /// The resource's name.
        resource: &'a str,
    },
    /// `[method]resource.name`
    Method {
        /// The resource's name.
        resource: &'a str,
        /// The method's name.
        name: &'a str,
    },
    /// `[static]resource.name`
    Static {
        /// The resource's name.
        resource: &'a str,
        /// The function's name.
        name: &'a str,
    },
}

impl<'a> FunctionKind<'a> {
    /// The name of the resource that it belongs to.
    pub fn resource(self) -> Option<&'a str> {
        match self {
            FunctionKind::Plain => None,
            FunctionKind::Constructor { resource }
            | FunctionKind::Method { resource, .. }
            | FunctionKind::Static { resource, .. } => Some(resource),
        }
    }
}

/// A function's name as a person writes it: `counter.get` for `[method]counter.get`.
pub fn plain_name(name: &str) -> &str {
    match name.find(']') {
        Some(end) if name.starts_with('[') => &name[end + 1..],
        _ => name,
    }
}

impl Function {
    /// What drops a resource, under the name that the component model has for it: `[resource-drop]connection`.
    pub fn drop_of(resource: &Resource) -> Function {
        Function {
            path: resource.name.interface.iter().cloned().collect(),
            name: format!("[resource-drop]{}", resource.name.name).into(),
            params: vec![Param { name: "self".into(), ty: Type::Own(resource.clone()) }],
            result: None,
            is_async: false,
        }
    }

    /// What it is to a resource, read from its name.
    pub fn kind(&self) -> FunctionKind<'_> {
        let split = |rest: &'_ str| rest.find('.').map(|dot| (dot, dot + 1));
        if let Some(resource) = self.name.strip_prefix("[constructor]") {
            return FunctionKind::Constructor { resource };
        }
        if let Some(rest) = self.name.strip_prefix("[method]")
            && let Some((end, start)) = split(rest)
        {
            return FunctionKind::Method { resource: &rest[..end], name: &rest[start..] };
        }
        if let Some(rest) = self.name.strip_prefix("[static]")
            && let Some((end, start)) = split(rest)
        {
            return FunctionKind::Static { resource: &rest[..end], name: &rest[start..] };
        }
        FunctionKind::Plain
    }

    /// The name as a person writes it: `counter`, `counter.get`, `add`.
    pub fn plain_name(&self) -> &str {
        plain_name(&self.name)
    }

    /// The interface (or nested instances, joined with `#`) that holds it; `None` at the root.
    pub fn interface(&self) -> Option<String> {
        (!self.path.is_empty()).then(|| self.path.join("#"))
    }

    /// The name that always finds it in its component: `ns:pkg/iface@1.0.0#[method]counter.get`.
    pub fn full_name(&self) -> String {
        match self.interface() {
            Some(interface) => format!("{interface}#{}", self.name),
            None => self.name.to_string(),
        }
    }

    /// The parameters that a person writes: all, or all but a method's `self`.
    pub fn written_params(&self) -> &[Param] {
        match self.kind() {
            FunctionKind::Method { .. } => self.params.get(1..).unwrap_or(&[]),
            _ => &self.params,
        }
    }

    /// `func(a: s32, b: s32) -> s32`, as WIT writes it; a method without its `self`.
    pub fn signature(&self) -> Signature<'_> {
        Signature(self)
    }
}

/// How many types one printed signature may name; what is beyond is cut with `…`.
const DISPLAY_BUDGET: usize = 500;

/// Prints a function's type as WIT does.
pub struct Signature<'a>(&'a Function);

impl fmt::Display for Signature<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let function = self.0;
        let kind = function.kind();
        let mut budget = DISPLAY_BUDGET;
        if function.is_async {
            f.write_str("async ")?;
        }
        f.write_str(match kind {
            FunctionKind::Constructor { .. } => "constructor(",
            FunctionKind::Static { .. } => "static func(",
            _ => "func(",
        })?;
        for (i, param) in function.written_params().iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{}: ", escaped(&param.name))?;
            write_type(f, &param.ty, &mut budget)?;
        }
        f.write_str(")")?;
        match (&function.result, kind) {
            // A constructor's own resource is understood; one that can fail gives a result.
            (Some(Type::Own(_)), FunctionKind::Constructor { .. }) | (None, _) => Ok(()),
            (Some(result), _) => {
                f.write_str(" -> ")?;
                write_type(f, result, &mut budget)
            }
        }
    }
}
