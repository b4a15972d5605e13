//! Whether a component answers HTTP requests, and in which version of WASI.

use std::sync::Arc;

use super::Component;
use super::interface::compatible_version;

/// The interface through which a component answers HTTP requests, with its name as in the binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpHandler {
    /// `wasi:http/incoming-handler@0.2.x`
    V2(Arc<str>),
    /// `wasi:http/handler@0.3.x`
    V3(Arc<str>),
}

impl HttpHandler {
    /// The name of the interface.
    pub fn interface(&self) -> &Arc<str> {
        let (HttpHandler::V2(name) | HttpHandler::V3(name)) = self;
        name
    }
}

impl Component {
    /// How it answers HTTP requests, if it does: in the newer way where it has both.
    pub fn http_handler(&self) -> Option<HttpHandler> {
        let exported = |name: &str, version: &str| {
            let is_meant = |(actual, of): (&str, &str)| actual == name && compatible_version(of) == version;
            let found = self.exports.iter().find(|export| export.name.split_once('@').is_some_and(is_meant));
            found.map(|export| export.name.clone())
        };
        let older = || exported("wasi:http/incoming-handler", "0.2").map(HttpHandler::V2);
        exported("wasi:http/handler", "0.3").map(HttpHandler::V3).or_else(older)
    }

    /// The interfaces of `wasi:http` that it exports, whether or not they can be called.
    pub fn http_exports(&self) -> impl Iterator<Item = &str> {
        self.exports.iter().map(|export| &*export.name).filter(|name| name.starts_with("wasi:http/"))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::model::FeatureSet;

    #[track_caller]
    fn check(exports: &[&str], expected: Option<HttpHandler>) {
        let exports = exports.iter().map(|name| format!("(instance (export \"{name}\"))"));
        let text = format!("(component {})", exports.collect::<String>());
        let component = Component::from_bytes(text.as_bytes(), Path::new("x.wat"), 1, FeatureSet::all());
        assert_eq!(component.expect("valid text").http_handler(), expected, "{text}");
    }

    #[test]
    fn handlers_are_known_by_name_and_version() {
        let (older, newer) = ("wasi:http/incoming-handler@0.2.0", "wasi:http/handler@0.3.1");
        check(&[older], Some(HttpHandler::V2(older.into())));
        check(&[older, newer], Some(HttpHandler::V3(newer.into())));
        for other in
            ["wasi:http/handler@0.2.0", "wasi:http/handler@0.3.0-rc-1", "wasi:http/incoming-handler", "handler"]
        {
            check(&[other], None);
        }
        check(&[], None);
    }
}
