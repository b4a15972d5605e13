//! A response as `.http` shows it: as HTTP writes it, as a value, as data.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue};

use super::json_highlight;
use crate::engine::{HttpResponse, MOST_BODY};
use crate::model::Type;
use crate::model::types::{Field, Record};
use crate::report::{Outcome, Report, Role, Text};
use crate::units;
use crate::value::{Typed, Value, json};

/// So many lines of a body are shown to a person.
const MOST_LINES: usize = 1_000;

/// The response as `{status, headers, body}`; the body is a string where it is text.
pub fn value(response: &HttpResponse) -> Typed {
    let header =
        |(name, value): (&str, String)| Value::Tuple(vec![Value::String(name.to_owned()), Value::String(value)]);
    let (body_type, body) = match text_of(&response.body) {
        Some(text) => (Type::String, Value::String(text.to_owned())),
        None => (Type::List(Type::U8.into()), Value::Bytes(response.body.clone())),
    };
    let pair = Type::Tuple([Type::String, Type::String].into());
    let fields = [("status", Type::U16), ("headers", Type::List(pair.into())), ("body", body_type)];
    let fields = fields.into_iter().map(|(name, ty)| Field { name: name.into(), ty }).collect();
    let values =
        vec![Value::U16(response.status.as_u16()), Value::List(written(&response.headers).map(header).collect()), body];
    Typed { ty: Type::Record(Arc::new(Record { name: None, fields })), value: Value::Record(values) }
}

/// What is shown of a response, whose value is `typed`; a person gets JSON in lines of its own.
pub fn outcome(response: HttpResponse, typed: &Typed, is_person: bool) -> Outcome {
    let mut lines = vec![status_line(&response)];
    lines.extend(written(&response.headers).map(header_line));
    if !response.body.is_empty() {
        lines.push(Text::default());
        lines.extend(body_lines(&response, is_person));
    }
    if !response.trailers.is_empty() {
        lines.push(Text::default());
        lines.extend(written(&response.trailers).map(header_line));
    }
    let mut outcome = Outcome::from(Report::Text { lines, json: json::to_json(typed) });
    if response.cut {
        let most = units::show_memory(MOST_BODY as u64);
        outcome = outcome.notice(format!("the body is longer than {most}: the rest was not read"));
    }
    Outcome { failure: response.failure, ..outcome }
}

fn status_line(response: &HttpResponse) -> Text {
    let role = match response.status.as_u16() {
        400.. => Role::Error,
        300.. => Role::Warning,
        _ => Role::Good,
    };
    let reason = response.status.canonical_reason().map_or_else(String::new, |reason| format!(" {reason}"));
    Text::of(Role::Dim, "HTTP/1.1 ").and(role, format!("{}{reason}", response.status.as_str()))
}

fn header_line((name, value): (&str, String)) -> Text {
    Text::of(Role::Name, name).and(Role::Plain, format!(": {value}"))
}

/// Names and values; a value may hold bytes that are no text.
fn written(headers: &HeaderMap) -> impl Iterator<Item = (&str, String)> {
    headers.iter().map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
}

fn body_lines(response: &HttpResponse, is_person: bool) -> Vec<Text> {
    let content_type = response.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let Some(text) = text_of(&response.body) else {
        let what = content_type.map_or_else(|| "no text".to_owned(), str::to_owned);
        let size = super::counted(response.body.len(), "byte");
        return vec![Text::of(Role::Dim, format!("({size}, {what}: `.put $_.body FILE` writes them to a file)"))];
    };
    let pretty = if is_person && is_json(response.headers.get(http::header::CONTENT_TYPE)) {
        json_highlight::pretty(text)
    } else {
        None
    };
    let mut lines = pretty.unwrap_or_else(|| text.lines().map(Text::plain).collect());
    if is_person && lines.len() > MOST_LINES {
        let more = super::counted(lines.len() - MOST_LINES, "more line");
        lines.truncate(MOST_LINES);
        lines.push(Text::of(Role::Dim, format!("… {more}: `.put $_.body FILE` writes all to a file")));
    }
    lines
}

fn is_json(content_type: Option<&HeaderValue>) -> bool {
    let essence = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = essence.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json") || essence.to_ascii_lowercase().ends_with("+json")
}

/// A body that is text: UTF-8 without NUL.
fn text_of(body: &[u8]) -> Option<&str> {
    std::str::from_utf8(body).ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::wave;

    fn response(content_type: &str, body: &[u8]) -> HttpResponse {
        let mut response = HttpResponse { body: body.to_vec(), ..HttpResponse::default() };
        response.headers.insert("content-type", content_type.parse().expect("a value"));
        response
    }

    #[track_caller]
    fn check(content_type: &str, body: &[u8], is_person: bool, expected: &[&str]) {
        let response = response(content_type, body);
        let typed = value(&response);
        let Report::Text { lines, .. } = outcome(response, &typed, is_person).report else { panic!("no text") };
        let lines: Vec<String> = lines.iter().map(Text::raw).collect();
        assert_eq!(lines[..2], ["HTTP/1.1 200 OK".to_owned(), format!("content-type: {content_type}")]);
        assert_eq!(lines[2..], *expected);
    }

    #[test]
    fn json_is_laid_out_for_people_alone() {
        let json = br#"{"a":[1,2.50],"b":{}}"#;
        check("application/json", json, false, &["", r#"{"a":[1,2.50],"b":{}}"#]);
        let pretty = ["", "{", "  \"a\": [", "    1,", "    2.50", "  ],", "  \"b\": {}", "}"];
        check("application/json", json, true, &pretty);
        check("application/problem+JSON; charset=utf-8", json, true, &pretty);
        check("text/plain", json, true, &["", r#"{"a":[1,2.50],"b":{}}"#]);
        check("application/json", b"{broken", true, &["", "{broken"]);
    }

    #[test]
    fn other_bodies_are_lines_or_a_size() {
        check("text/plain", b"", true, &[]);
        check("text/plain", b"one\r\ntwo\n\n", false, &["", "one", "two", ""]);
        let hint = "(3 bytes, image/png: `.put $_.body FILE` writes them to a file)";
        check("image/png", &[0xff, 0, 1], false, &["", hint]);
        let long = "x\n".repeat(MOST_LINES + 2);
        let response = response("text/plain", long.as_bytes());
        assert_eq!(body_lines(&response, false).len(), MOST_LINES + 2);
        let shown = body_lines(&response, true);
        assert_eq!(shown[MOST_LINES].raw(), "… 2 more lines: `.put $_.body FILE` writes all to a file");
    }

    #[test]
    fn the_value_holds_text_or_bytes() {
        let shown = |body: &[u8]| {
            let typed = value(&response("a/b", body));
            wave::wave(&typed.ty, &typed.value)
        };
        assert_eq!(shown(b"hi"), r#"{status: 200, headers: [("content-type", "a/b")], body: "hi"}"#);
        assert_eq!(shown(&[255, 1]), r#"{status: 200, headers: [("content-type", "a/b")], body: [255, 1]}"#);
    }
}
