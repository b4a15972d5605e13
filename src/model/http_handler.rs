//! Whether a component answers HTTP requests, and in which version of WASI.

use super::Component;
use super::interface::compatible_version;

/// The interface through which a component answers HTTP requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpHandler {
    /// `wasi:http/incoming-handler@0.2.x`
    V2,
    /// `wasi:http/handler@0.3.x`
    V3,
}

impl Component {
    /// How it answers HTTP requests, if it does: in the newer way where it has both.
    pub fn http_handler(&self) -> Option<HttpHandler> {
        let exports = |name: &str, version: &str| {
            let mut interfaces = self.exports.iter().filter_map(|export| export.name.split_once('@'));
            interfaces.any(|(actual, of)| actual == name && compatible_version(of) == version)
        };
        if exports("wasi:http/handler", "0.3") {
            return Some(HttpHandler::V3);
        }
        exports("wasi:http/incoming-handler", "0.2").then_some(HttpHandler::V2)
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
        check(&["wasi:http/incoming-handler@0.2.0"], Some(HttpHandler::V2));
        check(&["wasi:http/incoming-handler@0.2.12", "wasi:http/handler@0.3.0"], Some(HttpHandler::V3));
        for other in
            ["wasi:http/handler@0.2.0", "wasi:http/handler@0.3.0-rc-1", "wasi:http/incoming-handler", "handler"]
        {
            check(&[other], None);
        }
        check(&[], None);
    }
}
