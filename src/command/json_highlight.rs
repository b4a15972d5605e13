//! JSON text laid out in lines with roles. What stands in it stays as it was written: numbers keep their digits, strings their
//! escapes, objects their order.

use serde::de::IgnoredAny;

use crate::report::{Role, Text};

/// The lines of a JSON text; none if it is none.
pub fn pretty(text: &str) -> Option<Vec<Text>> {
    serde_json::from_str::<IgnoredAny>(text).ok()?;
    let mut layout = Layout { lines: vec![Text::default()], depth: 0 };
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' => string_end(rest),
            '{' | '}' | '[' | ']' | ',' | ':' => 1,
            _ => rest.find(|c: char| c.is_whitespace() || ",:]}".contains(c)).unwrap_or(rest.len()),
        };
        let (token, behind) = rest.split_at(end);
        rest = behind.trim_start();
        layout.push(token, rest);
        // `{}` and `[]` stay together.
        if matches!(token, "{" | "[") && rest.starts_with(['}', ']']) {
            layout.add(Role::Plain, &rest[..1]);
            rest = rest[1..].trim_start();
        }
    }
    Some(layout.lines)
}

/// Where a string ends, its closing quote included.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

struct Layout {
    lines: Vec<Text>,
    depth: usize,
}

impl Layout {
    fn push(&mut self, token: &str, rest: &str) {
        match token {
            "{" | "[" => {
                self.add(Role::Plain, token);
                if !rest.starts_with(['}', ']']) {
                    self.depth += 1;
                    self.line();
                }
            }
            "}" | "]" => {
                self.depth = self.depth.saturating_sub(1);
                self.line();
                self.add(Role::Plain, token);
            }
            "," => {
                self.add(Role::Plain, token);
                self.line();
            }
            ":" => self.add(Role::Plain, ": "),
            "true" | "false" | "null" => self.add(Role::Keyword, token),
            string if string.starts_with('"') => {
                let role = if rest.starts_with(':') { Role::Name } else { Role::String };
                self.add(role, string);
            }
            number => self.add(Role::Number, number),
        }
    }

    fn add(&mut self, role: Role, text: &str) {
        if let Some(line) = self.lines.last_mut() {
            *line = std::mem::take(line).and(role, text);
        }
    }

    fn line(&mut self) {
        self.lines.push(Text::default());
        if self.depth > 0 {
            self.add(Role::Plain, &"  ".repeat(self.depth));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expected: &str) {
        let lines = pretty(json).map(|lines| lines.iter().map(Text::raw).collect::<Vec<_>>().join("\n"));
        assert_eq!(lines.as_deref(), Some(expected), "{json}");
    }

    #[test]
    fn nothing_but_the_blanks_changes() {
        check("1e400", "1e400");
        check(" 12345678901234567890.50 ", "12345678901234567890.50");
        check(r#""a\"b\\" "#, r#""a\"b\\""#);
        check("[]", "[]");
        check(r#"{"b":{},"a":[ [ ],null]}"#, "{\n  \"b\": {},\n  \"a\": [\n    [],\n    null\n  ]\n}");
        check(r#"{"x" : "a,b:{}", "x":true}"#, "{\n  \"x\": \"a,b:{}\",\n  \"x\": true\n}");
    }

    #[test]
    fn what_is_no_json_is_left_alone() {
        for text in ["", "{", "[1,]", "a", "{} {}"] {
            assert!(pretty(text).is_none(), "{text}");
        }
    }

    #[test]
    fn names_and_values_have_roles() {
        let lines = pretty(r#"{"a":"b"}"#).expect("JSON");
        let roles: Vec<Role> = lines[1].0.iter().map(|piece| piece.role).collect();
        assert_eq!(roles, [Role::Plain, Role::Name, Role::Plain, Role::String]);
    }
}
