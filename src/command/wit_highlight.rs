//! WIT text as lines with roles, for colours. It knows words, not grammar: a wrong colour is the worst that it can do.

use crate::model::wit_name::{KEYWORDS, TYPES};
use crate::report::{Role, Text};

/// The lines of a WIT text.
pub fn highlight(text: &str) -> Vec<Text> {
    text.lines().map(line).collect()
}

fn line(line: &str) -> Text {
    let mut text = Text::default();
    let mut rest = line;
    while !rest.is_empty() {
        let (role, end) = token(rest);
        let (token, behind) = rest.split_at(end);
        text = text.and(role, token);
        rest = behind;
    }
    text
}

/// What the text begins with, and where that ends.
fn token(text: &str) -> (Role, usize) {
    if text.starts_with("//") {
        return (Role::Dim, text.len());
    }
    let word = text.find(|c| !is_word(c)).unwrap_or(text.len());
    if word > 0 {
        let (name, behind) = text.split_at(word);
        let role = match name {
            // A field or function may have a keyword's name: then a colon follows.
            _ if behind.starts_with(':') => Role::Name,
            _ if KEYWORDS.contains(&name) => Role::Keyword,
            _ if TYPES.contains(&name) => Role::Type,
            _ => Role::Plain,
        };
        return (role, word);
    }
    // A search for the next comment alone would read a long line to its end at every token.
    let next = text.char_indices().find(|(at, c)| is_word(*c) || text[*at..].starts_with("//"));
    (Role::Plain, next.map_or(text.len(), |(at, _)| at))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(Role, &str)]) {
        let lines = highlight(text);
        let pieces: Vec<(Role, &str)> =
            lines.iter().flat_map(|line| &line.0).map(|piece| (piece.role, piece.text.as_str())).collect();
        assert_eq!(pieces, expected, "{text}");
        assert_eq!(lines.iter().map(Text::raw).collect::<Vec<_>>().join("\n"), text);
    }

    #[test]
    fn words_have_roles_and_no_character_is_lost() {
        check("use a;", &[(Role::Keyword, "use"), (Role::Plain, " "), (Role::Plain, "a"), (Role::Plain, ";")]);
        check(
            "  use: u8, // x",
            &[
                (Role::Plain, "  "),
                (Role::Name, "use"),
                (Role::Plain, ": "),
                (Role::Type, "u8"),
                (Role::Plain, ", "),
                (Role::Dim, "// x"),
            ],
        );
        check(": // b", &[(Role::Plain, ": "), (Role::Dim, "// b")]);
        check("/ é\u{301}", &[(Role::Plain, "/ "), (Role::Plain, "é"), (Role::Plain, "\u{301}")]);
    }

    #[test]
    fn a_line_of_a_megabyte_costs_little() {
        let line = "tuple<u8, u8>, ".repeat(70_000);
        let lines = highlight(&line);
        assert_eq!(lines[0].0.len(), 420_000);
        assert_eq!(lines[0].raw(), line);
    }
}
