//! PATTERN: which calls are meant, `[component::]TARGET` with `*` for any text.
//!
//! Generous like a TARGET: parts of names may be left out, and one name alone may be an interface, a package or a function. Which
//! names are those of components it does not know; `command/pattern.rs` does.

use super::Function;
use super::function::plain_name;
use super::interface::{InterfaceName, without_version};
use super::selector::{names_interface, names_item, without_namespace};

/// As a component it stands for the shell, which answers what others import.
const HOST: &str = "host";

/// Which calls are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    component: Option<String>,
    /// What stands between `#`; nothing for everything.
    parts: Vec<String>,
}

impl Pattern {
    /// Every call.
    pub fn all() -> Pattern {
        Pattern { text: "all".to_owned(), component: None, parts: Vec::new() }
    }

    /// Reads a pattern; what is wrong with it, as a sentence.
    pub fn parse(text: &str) -> Result<Pattern, String> {
        let (component, rest) = match text.split_once("::") {
            Some((component, rest)) => (Some(component.to_owned()), rest),
            None => (None, text),
        };
        let parts: Vec<String> = match rest {
            "" | "all" | "*" => Vec::new(),
            _ => rest.strip_prefix("all#").unwrap_or(rest).split('#').map(str::to_owned).collect(),
        };
        if parts.iter().any(String::is_empty) || component.as_deref() == Some("") || text.is_empty() {
            return Err(
                "a pattern names a package, an interface or INTERFACE#FUNCTION, with `*` for any text".to_owned()
            );
        }
        Ok(Pattern { text: text.to_owned(), component, parts })
    }

    /// The pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The component whose calls it means, where it says one.
    pub fn component(&self) -> Option<&str> {
        self.component.as_deref()
    }

    /// Its one name, where it is nothing else; the same, meaning all calls of the component of that name.
    pub fn as_component(&self) -> Option<(&str, Pattern)> {
        match (&self.component, &self.parts[..]) {
            (None, [name]) => {
                let whole = Pattern { text: self.text.clone(), component: Some(name.clone()), parts: Vec::new() };
                Some((name, whole))
            }
            _ => None,
        }
    }

    /// Whether it means calls of this function between these two, whose names are asked for where the pattern names one.
    /// `is_import`: whether it is something that a component imports.
    pub fn means(&self, parties: [&str; 2], function: &Function, is_import: bool) -> bool {
        let one = |wanted: &String| (wanted == HOST && is_import) || parties.iter().any(|party| matches(wanted, party));
        self.component.as_ref().is_none_or(one) && self.means_function(function)
    }

    fn means_function(&self, function: &Function) -> bool {
        match &self.parts[..] {
            [] => true,
            [name] => {
                item(name, &function.name)
                    || function.path.iter().any(|instance| interface(name, instance))
                    || matches(name, &function.full_name())
            }
            [instances @ .., name] => {
                item(name, &function.name)
                    && instances.len() <= function.path.len()
                    && instances.iter().zip(&function.path).all(|(part, instance)| interface(part, instance))
            }
        }
    }
}

fn interface(part: &str, name: &str) -> bool {
    if !part.contains('*') {
        return names_interface(part, name);
    }
    let InterfaceName { package, name: short, .. } = InterfaceName::parse(name);
    [Some(name), Some(without_version(name)), without_namespace(name), Some(short), package]
        .into_iter()
        .flatten()
        .any(|name| matches(part, name))
}

fn item(part: &str, name: &str) -> bool {
    match part.contains('*') {
        false => names_item(part, name),
        true => matches(part, name) || matches(part, plain_name(name)),
    }
}

/// Whether a text is what is written, where each `*` stands for any text.
fn matches(written: &str, text: &str) -> bool {
    let Some((begin, rest)) = written.split_once('*') else { return written == text };
    let Some(mut text) = text.strip_prefix(begin) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some(at) = text.find(piece) else { return false };
        text = &text[at + piece.len()..];
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, path: &[&str], name: &str, expected: bool) {
        let path = path.iter().map(|name| (*name).into()).collect();
        let function = Function { path, name: name.into(), params: Vec::new(), result: None, is_async: false };
        let pattern = Pattern::parse(pattern).expect("a pattern");
        assert_eq!(
            pattern.means(["cmd", "wasi"], &function, true),
            expected,
            "{} and {}",
            pattern.text(),
            function.full_name()
        );
    }

    const TYPES: &[&str] = &["wasi:filesystem/types@0.2.12"];
    const WRITE: &str = "[method]descriptor.write";

    #[test]
    fn a_pattern_means_interfaces_and_functions() {
        for pattern in [
            "all",
            "*",
            "wasi",
            "wasi:*",
            "wasi:filesystem",
            "wasi:filesystem/*",
            "*types*",
            "types",
            "descriptor.write",
            "descriptor.*",
            "*write",
            "types#*",
            "types#descriptor.w*",
            "*#*write*",
            "filesystem/types",
            "filesystem/types@0.2.12",
            "filesystem/types#descriptor.write",
            "filesystem/*#*write",
            "host::types",
            "cmd::types",
            "wasi::*",
            "c*::all",
            "all#descriptor",
            "*filesystem*write",
        ] {
            check(pattern, TYPES, WRITE, true);
        }
        for pattern in [
            "wasi:io",
            "wasi:io*",
            "filesystem/types@0.2.0",
            "system/types",
            "descriptor.read",
            "*#read",
            "types#*read*",
            "adder::*",
            "writ",
            "x#types#*",
        ] {
            check(pattern, TYPES, WRITE, false);
        }
        check("log", &[], "log", true);
        check("l*", &[], "log", true);
        check("x#log", &[], "log", false);
    }

    #[test]
    fn the_host_is_who_answers_imports() {
        let function = |name: &str| Function {
            path: Vec::new(),
            name: name.into(),
            params: Vec::new(),
            result: None,
            is_async: false,
        };
        let pattern = Pattern::parse("host::log").expect("a pattern");
        assert!(pattern.means(["shell", "value"], &function("log"), true));
        assert!(!pattern.means(["shell", "logger"], &function("log"), false));
    }

    #[test]
    fn one_name_may_be_a_component() {
        let pattern = Pattern::parse("adder").expect("a pattern");
        let whole = Pattern { component: Some("adder".into()), parts: Vec::new(), ..pattern.clone() };
        assert_eq!(pattern.as_component(), Some(("adder", whole)));
        assert!(
            ["a::b", "a#b", "all"]
                .iter()
                .all(|text| { Pattern::parse(text).expect("a pattern").as_component().is_none() })
        );
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for pattern in ["", "a#", "#b", "::a"] {
            assert!(Pattern::parse(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn stars_stand_for_any_text() {
        assert!(matches("a*b*c", "a1b2c") && matches("*", "") && matches("a*", "a") && matches("*a*", "bab"));
        assert!(!matches("a*b*c", "a1c2b") && !matches("ab*ba", "aba"));
    }
}
