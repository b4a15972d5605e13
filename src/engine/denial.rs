//! What the policy forbids: rules from a package down to one function, and the error of a call that one of them meets.
//!
//! A rule is a name and not a list of functions, so it holds for what is loaded later as well.

use crate::error::{Error, Kind};
use crate::model::Function;
use crate::model::interface::compatible_interface;
use crate::model::selector::{names_interface, names_item};

/// One rule: `wasi:filesystem`, `wasi:filesystem/types#[method]descriptor.write`, `all`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    text: String,
    /// What stands between `#`; nothing for `all`.
    parts: Vec<String>,
}

impl Denial {
    /// Reads a rule; what is wrong with it, as a sentence.
    pub fn parse(text: &str) -> Result<Denial, String> {
        if text.contains("::") {
            return Err("a denial holds for every component: leave out what stands before `::`".to_owned());
        }
        let parts: Vec<String> = match text {
            "all" => Vec::new(),
            _ => text.strip_prefix("all#").unwrap_or(text).split('#').map(str::to_owned).collect(),
        };
        if parts.iter().any(String::is_empty) {
            return Err("a denial names a package, an interface or INTERFACE#FUNCTION".to_owned());
        }
        let denial = Denial { text: text.to_owned(), parts };
        match denial.parts.first() {
            Some(first)
                if first.starts_with("wasi:") && !super::wasi_interfaces::has_any(|name| names(first, name)) =>
            {
                Err(format!("WASI has no `{first}`, so this would deny nothing"))
            }
            _ => Ok(denial),
        }
    }

    /// The rule as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it forbids this import.
    pub fn means(&self, function: &Function) -> bool {
        let full: Vec<&str> = function.path.iter().map(|name| &**name).chain([&*function.name]).collect();
        if let [name] = &self.parts[..]
            && names_item(name, &function.name)
        {
            return true;
        }
        self.parts.len() <= full.len()
            && self.parts.iter().zip(&full).enumerate().all(|(depth, (part, name))| {
                if depth + 1 == full.len() { names_item(part, name) } else { names(part, name) }
            })
    }

    /// The error of a call that it forbids.
    pub fn error(&self, function: &Function) -> Error {
        Error::new(Kind::Denied, format!("{} is denied by the rule `{}`", function.full_name(), self.text))
            .help(format!("`.allow {}` takes the rule back; `.policy` shows what may be done", self.text))
    }
}

/// Compatible versions are one, so that no rule misses the version that a guest was built with.
fn names(part: &str, interface: &str) -> bool {
    names_interface(compatible_interface(part), compatible_interface(interface))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(path: &[&str], name: &str) -> Function {
        let path = path.iter().map(|name| (*name).into()).collect();
        Function { path, name: name.into(), params: Vec::new(), result: None, is_async: false }
    }

    #[track_caller]
    fn check(rule: &str, path: &[&str], name: &str, denied: bool) {
        let means = Denial::parse(rule).expect("a rule").means(&function(path, name));
        assert_eq!(means, denied, "{rule} and {path:?}#{name}");
    }

    const TYPES: &[&str] = &["wasi:filesystem/types@0.2.12"];
    const WRITE: &str = "[method]descriptor.write";

    #[test]
    fn a_rule_reaches_from_a_package_down_to_one_function() {
        for rule in [
            "all",
            "wasi",
            "wasi:filesystem",
            "wasi:filesystem@0.2.0",
            "wasi:filesystem/types",
            "wasi:filesystem/types@0.2.0",
            "types",
            "wasi:filesystem/types#[method]descriptor.write",
            "wasi:filesystem#descriptor.write",
            "types#descriptor",
            "descriptor.write",
        ] {
            check(rule, TYPES, WRITE, true);
        }
        for rule in [
            "wasi:filesystem@0.3.0",
            "wasi:filesystem/preopens",
            "wasi:sockets",
            "types#[method]descriptor.read",
            "descriptor.write-via-stream",
            "wasi:filesystem/types#descriptor#write",
        ] {
            check(rule, TYPES, WRITE, false);
        }
    }

    #[test]
    fn imports_outside_of_wasi_are_denied_as_well() {
        check("log", &[], "log", true);
        check("all#log", &[], "log", true);
        check("log", &[], "blog", false);
        check("a:kv/db", &["a:kv/db@1.4.0"], "get", true);
        check("outer#inner", &["outer", "inner"], "deep", true);
        check("outer#inner#deep", &["outer", "inner"], "deep", true);
        check("outer#other", &["outer", "inner"], "deep", false);
    }

    #[test]
    fn a_rule_that_can_deny_nothing_is_refused() {
        for rule in ["wasi:filesystm", "wasi:filesystem/typ", "", "a#", "#b", "comp::wasi:filesystem"] {
            assert!(Denial::parse(rule).is_err(), "{rule}");
        }
    }

    #[test]
    fn the_error_names_the_function_and_the_rule() {
        let error = Denial::parse("types").expect("a rule").error(&function(TYPES, WRITE));
        assert_eq!(error.kind, Kind::Denied);
        let message = "wasi:filesystem/types@0.2.12#[method]descriptor.write is denied by the rule `types`";
        assert_eq!(error.message, message);
    }
}
