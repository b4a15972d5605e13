//! From the name that was typed to the command that it means.

use super::{ALL, Spec};
use crate::error::{Error, Kind};
use crate::syntax::Span;
use crate::wording::{did_you_mean, suggest};

/// What a typed name means.
pub enum Found {
    /// The command of this name.
    Exact(&'static Spec),
    /// The one command whose name begins so.
    Prefix(&'static Spec),
    /// Several commands begin so.
    Ambiguous(Vec<&'static Spec>),
    /// None does; the nearest names.
    None(Vec<String>),
}

/// Looks a command up by its name without the dot, or by a unique prefix of it.
pub fn find(name: &str) -> Found {
    if let Some(spec) = ALL.iter().find(|spec| spec.name == name) {
        return Found::Exact(spec);
    }
    let begin: Vec<&'static Spec> = ALL.iter().copied().filter(|spec| spec.name.starts_with(name)).collect();
    match begin[..] {
        [spec] if !name.is_empty() => Found::Prefix(spec),
        [] => Found::None(suggest(name, ALL.iter().map(|spec| spec.name))),
        _ => Found::Ambiguous(begin),
    }
}

/// The error for a name that means no command, or several.
pub fn unknown_command(name: &str, span: Span, found: &Found) -> Error {
    let error = match found {
        Found::Ambiguous(specs) => {
            let names: Vec<String> = specs.iter().map(|spec| format!("`.{}`", spec.name)).collect();
            Error::new(Kind::Name, format!("`.{name}` is the beginning of several commands"))
                .help(format!("one of {}", names.join(", ")))
        }
        Found::None(nearest) => {
            let nearest: Vec<String> = nearest.iter().map(|name| format!(".{name}")).collect();
            did_you_mean(&nearest).into_iter().fold(unknown(name), Error::help)
        }
        Found::Exact(_) | Found::Prefix(_) => unknown(name),
    };
    error.at(span).help("`.help` lists the commands")
}

fn unknown(name: &str) -> Error {
    Error::new(Kind::Name, format!("there is no command `.{name}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: &str) {
        let found = match find(name) {
            Found::Exact(spec) => format!("={}", spec.name),
            Found::Prefix(spec) => spec.name.to_owned(),
            Found::Ambiguous(specs) => specs.iter().map(|spec| spec.name).collect::<Vec<_>>().join("|"),
            Found::None(nearest) => format!("? {}", nearest.join(" ")),
        };
        assert_eq!(found, expected, "for .{name}");
    }

    #[test]
    fn finds_by_name_prefix_or_not_at_all() {
        check("exports", "=exports");
        check("ex", "exports");
        check("un", "unload|unset|unprovide");
        check("exprots", "? exports");
        check("zzzzzzzz", "? ");
    }

    #[test]
    fn a_name_that_begins_others_is_itself() {
        check("use", "=use");
        check("set", "=set");
    }

    #[test]
    fn the_error_says_what_would_be_right() {
        let error = unknown_command("lod", Span::new(0, 4), &find("lod"));
        assert_eq!(error.message, "there is no command `.lod`");
        assert_eq!(error.help, ["did you mean `.load`?", "`.help` lists the commands"]);
    }
}
