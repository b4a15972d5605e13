//! PATTERN: which calls are meant, `[component::]TARGET` with `*` for any text.
//!
//! Generous like a TARGET: parts of names may be left out, and one name alone may be an interface, a package or a function.

use super::Function;
use super::function::plain_name;
use super::interface::{InterfaceName, without_version};
use super::selector::{names_interface, names_item};

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

    /// Whether it means calls of this function between these two, whose names are asked for where the pattern names one.
    pub fn means(&self, parties: [&str; 2], function: &Function) -> bool {
        let one = |wanted: &String| parties.iter().any(|party| matches(wanted, party));
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
    [Some(name), Some(without_version(name)), Some(short), package]
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
            pattern.means(["cmd", "wasi"], &function),
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
            "cmd::types",
            "wasi::*",
            "c*::all",
            "all#descriptor",
            "*filesystem*write",
        ] {
            check(pattern, TYPES, WRITE, true);
        }
        for pattern in
            ["wasi:io", "wasi:io*", "descriptor.read", "*#read", "types#*read*", "adder::*", "writ", "x#types#*"]
        {
            check(pattern, TYPES, WRITE, false);
        }
        check("log", &[], "log", true);
        check("l*", &[], "log", true);
        check("x#log", &[], "log", false);
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
