//! Outcomes as JSON: one object on one line for each input. The field names are an interface.

use serde_json::{Map, Value as Json, json};

use super::{Clean, sanitize};
use crate::error::{Error, Result};
use crate::report::{Outcome, Report, Text};
use crate::value::json::to_json;
use crate::value::wave;

/// What a guest wrote while an input ran.
#[derive(Clone, Copy, Debug, Default)]
pub struct GuestOutput<'a> {
    /// To its standard output.
    pub stdout: &'a [u8],
    /// To its standard error.
    pub stderr: &'a [u8],
    /// There was more than could be kept.
    pub cut: bool,
}

/// The object for one input, with its line break.
pub fn object(input: &str, result: &Result<Outcome>, guest: GuestOutput<'_>) -> Clean {
    let mut object = Map::new();
    object.insert("ok".to_owned(), Json::Bool(Outcome::failure_of(result).is_none()));
    object.insert("input".to_owned(), input.into());
    if let Ok(outcome) = result {
        push_outcome(&mut object, outcome);
    }
    if let Some(error) = Outcome::failure_of(result) {
        object.insert("error".to_owned(), error_object(error));
    }
    for (name, bytes) in [("stdout", guest.stdout), ("stderr", guest.stderr)] {
        if !bytes.is_empty() {
            object.insert(name.to_owned(), String::from_utf8_lossy(bytes).into());
        }
    }
    if guest.cut {
        object.insert("cut".to_owned(), true.into());
    }
    let mut line = escaped(&Json::Object(object).to_string());
    line.push('\n');
    Clean(line)
}

fn push_outcome(object: &mut Map<String, Json>, outcome: &Outcome) {
    match &outcome.report {
        Report::Nothing => {}
        Report::Value(typed) => {
            object.insert("type".to_owned(), typed.ty.to_string().into());
            object.insert("value".to_owned(), to_json(typed));
            object.insert("wave".to_owned(), wave::wave(&typed.ty, &typed.value).into());
        }
        other => {
            object.insert("value".to_owned(), report_data(other));
        }
    }
    if let Some(status) = outcome.guest_status {
        object.insert("status".to_owned(), status.into());
    }
    if !outcome.notices.is_empty() {
        object.insert("notices".to_owned(), outcome.notices.iter().map(Text::raw).collect());
    }
}

/// A report as data: a table is an array of objects, its column headings their keys.
fn report_data(report: &Report) -> Json {
    match report {
        Report::Nothing => Json::Null,
        Report::Value(typed) => to_json(typed),
        Report::Text { json, .. } | Report::Tree { json, .. } => json.clone(),
        Report::Table(table) => {
            let row_object = |row: &Vec<crate::report::Cell>| -> Json {
                let pairs = table.columns.iter().zip(row);
                Json::Object(pairs.map(|(heading, cell)| ((*heading).to_owned(), cell.json.clone())).collect())
            };
            table.rows.iter().map(row_object).collect()
        }
        Report::Many(parts) if parts.iter().all(|(title, _)| title.is_empty()) => {
            parts.iter().map(|(_, part)| report_data(part)).collect()
        }
        Report::Many(parts) => {
            Json::Object(parts.iter().map(|(title, part)| (title.clone(), report_data(part))).collect())
        }
    }
}

pub(super) fn error_object(error: &Error) -> Json {
    let mut object = Map::new();
    object.insert("kind".to_owned(), error.kind.name().into());
    object.insert("message".to_owned(), error.message.as_str().into());
    object.insert("span".to_owned(), error.span.map_or(Json::Null, |span| json!([span.start, span.end])));
    if let Some(label) = &error.label {
        object.insert("label".to_owned(), label.as_str().into());
    }
    let lists =
        [("help", &error.help), ("notes", &error.notes), ("causes", &error.causes), ("backtrace", &error.backtrace)];
    for (name, list) in lists {
        if !list.is_empty() {
            object.insert(name.to_owned(), list.as_slice().into());
        }
    }
    if let Some(status) = error.guest_status {
        object.insert("status".to_owned(), status.into());
    }
    Json::Object(object)
}

/// JSON whose hidden characters are escaped: the serializer does so for the controls of ASCII alone. Outside ASCII, JSON has
/// only the contents of strings.
pub(super) fn escaped(json: &str) -> String {
    let hidden = |c: char| sanitize::is_hidden(c);
    if !json.contains(hidden) {
        return json.to_owned();
    }
    let mut out = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        if hidden(c) {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use crate::model::Type;
    use crate::report::{Cell, Role, Table};
    use crate::syntax::Span;
    use crate::value::{Typed, Value};

    #[track_caller]
    fn check(result: Result<Outcome>, expected: &str) {
        assert_eq!(object("x", &result, GuestOutput::default()).as_str(), format!("{expected}\n"));
    }

    fn value(ty: Type, value: Value) -> Result<Outcome> {
        Ok(Report::Value(Typed { ty, value }).into())
    }

    #[test]
    fn values_come_with_their_type_and_wave() {
        check(value(Type::S32, Value::S32(3)), r#"{"ok":true,"input":"x","type":"s32","value":3,"wave":"3"}"#);
        check(
            value(Type::U64, Value::U64(u64::MAX)),
            r#"{"ok":true,"input":"x","type":"u64","value":18446744073709551615,"wave":"18446744073709551615"}"#,
        );
        check(Ok(Outcome::default()), r#"{"ok":true,"input":"x"}"#);
    }

    #[test]
    fn tables_are_arrays_of_objects() {
        let row = vec![Cell::new(Role::Name, "add"), Cell::number(2)];
        let table = Table { columns: vec!["name", "calls"], rows: vec![row], grouped: false, empty: String::new() };
        let outcome = Outcome::from(Report::Table(table)).notice("look");
        check(Ok(outcome), r#"{"ok":true,"input":"x","value":[{"name":"add","calls":2}],"notices":["look"]}"#);
    }

    #[test]
    fn errors_say_all_they_know() {
        let error = Error::new(Kind::Type, "no").at(Span::new(1, 3)).help("yes").cause("why");
        check(
            Err(error),
            r#"{"ok":false,"input":"x","error":{"kind":"type","message":"no","span":[1,3],"help":["yes"],"causes":["why"]}}"#,
        );
        check(
            Err(Error::new(Kind::Load, "no")),
            r#"{"ok":false,"input":"x","error":{"kind":"load","message":"no","span":null}}"#,
        );
    }

    #[test]
    fn hidden_characters_are_escaped_and_read_back_the_same() {
        let text = "\x1b\u{7f}\u{9b}\u{202e}\u{feff}\u{e0041}ü😀";
        let guest = GuestOutput { stdout: text.as_bytes(), stderr: b"\xff", cut: false };
        let line = object(text, &Ok(Outcome::default()), guest);
        assert!(!line.as_str().trim_end().chars().any(sanitize::is_hidden), "{line}");
        let back: Json = serde_json::from_str(line.as_str()).unwrap();
        assert_eq!(back["input"], text);
        assert_eq!(back["stdout"], text);
        assert_eq!(back["stderr"], "\u{fffd}");
    }
}
