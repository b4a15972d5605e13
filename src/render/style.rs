//! Colours: the choice that a person has, whether it means any now, and one style a role.

use std::fmt::Write;

use owo_colors::{OwoColorize, Style};

use crate::report::Role;

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// At a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// All choices, the default first.
    pub const ALL: [Color; 3] = [Color::Auto, Color::Always, Color::Never];

    /// How flags and settings spell it.
    pub fn name(self) -> &'static str {
        match self {
            Color::Auto => "auto",
            Color::Always => "always",
            Color::Never => "never",
        }
    }

    /// The choice of this name.
    pub fn named(name: &str) -> Option<Color> {
        Color::ALL.into_iter().find(|color| color.name() == name)
    }
}

/// Whether to write colours: the choice made by flag or setting first, then `NO_COLOR`, `CLICOLOR_FORCE`, and whether the
/// text goes to a terminal.
pub fn use_colors(choice: Color, is_terminal: bool) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let forced = set("CLICOLOR_FORCE") && std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    decide(choice, set("NO_COLOR"), forced, is_terminal && reads_escapes())
}

/// Whether a terminal knows escape sequences, as far as `TERM` says.
pub fn reads_escapes() -> bool {
    std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

fn decide(choice: Color, no_color: bool, forced: bool, is_terminal: bool) -> bool {
    match choice {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => !no_color && (forced || is_terminal),
    }
}

/// Appends a clean text in the colour of its role.
pub fn paint(out: &mut String, role: Role, text: &str, colors: bool) {
    if colors && role != Role::Plain && !text.is_empty() {
        // Writing to a string cannot fail.
        let _ = write!(out, "{}", text.style(style_of(role)));
    } else {
        out.push_str(text);
    }
}

fn style_of(role: Role) -> Style {
    let style = Style::new();
    match role {
        Role::Plain => style,
        Role::Keyword => style.magenta(),
        Role::Name => style.cyan(),
        Role::Type => style.yellow(),
        Role::String => style.green(),
        Role::Number => style.blue(),
        Role::Dim => style.dimmed(),
        Role::Heading => style.bold(),
        Role::Good => style.green().bold(),
        Role::Warning => style.yellow().bold(),
        Role::Error => style.red().bold(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_beats_the_environment_beats_the_terminal() {
        let check = |choice, no_color, forced, terminal, expected| {
            assert_eq!(
                decide(choice, no_color, forced, terminal),
                expected,
                "{choice:?} {no_color} {forced} {terminal}"
            );
        };
        check(Color::Always, true, false, false, true);
        check(Color::Never, false, true, true, false);
        check(Color::Auto, false, false, true, true);
        check(Color::Auto, false, false, false, false);
        check(Color::Auto, true, true, true, false);
        check(Color::Auto, false, true, false, true);
    }

    #[test]
    fn a_plain_role_has_no_escapes() {
        let mut out = String::new();
        paint(&mut out, Role::Plain, "a", true);
        paint(&mut out, Role::Error, "b", false);
        assert_eq!(out, "ab");
        paint(&mut out, Role::Error, "c", true);
        assert_eq!(out, "ab\x1b[31;1mc\x1b[0m");
    }
}
