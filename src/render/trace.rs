//! Calls that cross a boundary, as lines of a trace: text with an indentation for each call around, or JSON.
//!
//! A call in which nothing else is traced is one line. Any other is a line with a `{` at its end, and one that begins with `}`.

use std::time::Duration;

use serde_json::{Map, Value as Json, json};

use super::json::{error_object, escaped};
use super::{Clean, Look, text};
use crate::crossing::{Crossing, Ending, Step, Way};
use crate::model::Type;
use crate::report::{Role, Text};
use crate::value::json::to_json;
use crate::value::wave::wave_brief;
use crate::value::{Typed, Value};

/// A value that takes more bytes in memory than this is cut in JSON, and its size stands beside it.
const MOST_JSON: usize = 16 << 10;

/// Lines of a trace, made of its steps.
#[derive(Debug, Default)]
pub struct TraceLines {
    /// A call of which nothing is shown yet, since nothing has happened in it: its number, and its line so far.
    waiting: Option<(u64, Text)>,
}

impl TraceLines {
    /// The lines that a step gives, with their line breaks; none while its call may still be one line.
    pub fn push(&mut self, step: &Step<'_>, look: &Look) -> Clean {
        let mut lines = Vec::new();
        match step.ending {
            None => {
                lines.extend(self.waiting.take().map(|(_, call)| call.and(Role::Dim, " {")));
                self.waiting = Some((step.crossing.number, call(step)));
            }
            Some(ending) => match self.waiting.take() {
                Some((number, call)) if number == step.crossing.number => {
                    lines.push(with_ending(call, step.crossing, ending));
                }
                waiting => {
                    lines.extend(waiting.map(|(_, call)| call.and(Role::Dim, " {")));
                    let name = Text::of(Role::Dim, format!("{}}} ", indentation(step)));
                    let name = name.and(Role::Name, step.crossing.function.plain_name());
                    lines.push(with_ending(name, step.crossing, ending));
                }
            },
        }
        text::lines(&lines, look)
    }
}

fn indentation(step: &Step<'_>) -> String {
    "  ".repeat(step.indent)
}

/// `adder::add(1, 2)`
fn call(step: &Step<'_>) -> Text {
    let crossing = step.crossing;
    let role = if crossing.way == Way::Export { Role::Keyword } else { Role::Name };
    Text::of(Role::Plain, indentation(step)).and(role, crossing.name()).and(Role::Plain, arguments(crossing))
}

/// What a call was given, in short: `(1, 2)`.
pub fn arguments(crossing: &Crossing) -> String {
    let args = crossing.args.iter().zip(&crossing.function.params);
    let args: Vec<String> = args.map(|(value, param)| wave_brief(&param.ty, value)).collect();
    format!("({})", args.join(", "))
}

/// What a call gave, in short: a value, an error's message, or nothing.
pub fn result(crossing: &Crossing, ending: &Ending) -> Option<String> {
    match (&ending.result, &crossing.function.result) {
        (Ok(Some(value)), Some(ty)) => Some(wave_brief(ty, value)),
        (Ok(_), _) => None,
        (Err(error), _) => Some(error.message.clone()),
    }
}

fn with_ending(line: Text, crossing: &Crossing, ending: &Ending) -> Text {
    let line = match (result(crossing, ending), &ending.result) {
        (Some(message), Err(_)) => line.and(Role::Error, format!(" failed: {message}")),
        (Some(value), Ok(_)) => line.and(Role::Dim, " -> ").and(Role::Plain, value),
        (None, _) => line,
    };
    let answerer = match crossing.way {
        Way::Export => String::new(),
        Way::Import | Way::Drop => format!("{}, ", crossing.answerer),
    };
    line.and(Role::Dim, format!("  ({answerer}{})", elapsed(ending.elapsed)))
}

/// A time with the digits that anybody reads: `850 ns`, `12 µs`, `1.2 ms`, `3.45 s`.
pub fn elapsed(time: Duration) -> String {
    let nanos = time.as_nanos();
    match nanos {
        0..1_000 => format!("{nanos} ns"),
        1_000..1_000_000 => format!("{} µs", nanos / 1_000),
        1_000_000..1_000_000_000 => format!("{:.1} ms", time.as_secs_f64() * 1e3),
        _ => format!("{:.2} s", time.as_secs_f64()),
    }
}

/// A step as one JSON object, with its line break.
pub fn json_line(step: &Step<'_>) -> Clean {
    let crossing = step.crossing;
    let mut object = Map::new();
    let mut put = |name: &str, value: Json| drop(object.insert(name.to_owned(), value));
    put("trace", if step.ending.is_some() { "return" } else { "call" }.into());
    put("number", crossing.number.into());
    match step.ending {
        None => {
            put("parent", crossing.parent.map_or(Json::Null, Json::from));
            put("depth", crossing.depth.into());
            put("way", way(crossing.way).into());
            put("caller", (*crossing.caller).into());
            put("answerer", (*crossing.answerer).into());
            put("interface", crossing.function.interface().map_or(Json::Null, Json::from));
            put("function", (*crossing.function.name).into());
            put("arguments", arguments_json(crossing));
        }
        Some(ending) => {
            match (&ending.result, &crossing.function.result) {
                (Ok(Some(value)), Some(ty)) => put("result", value_json(ty, value)),
                (Ok(_), _) => put("result", Json::Null),
                (Err(error), _) => put("error", error_object(error)),
            }
            put("microseconds", microseconds(ending.elapsed));
        }
    }
    Clean(format!("{}\n", escaped(&Json::Object(object).to_string())))
}

/// How JSON spells a way.
pub fn way(way: Way) -> &'static str {
    match way {
        Way::Export => "export",
        Way::Import => "import",
        Way::Drop => "drop",
    }
}

/// A time as data, to the nanosecond.
pub fn microseconds(time: Duration) -> Json {
    json!(time.as_nanos() as f64 / 1e3)
}

/// What a call was given, as data: names and values.
pub fn arguments_json(crossing: &Crossing) -> Json {
    let args = crossing.args.iter().zip(&crossing.function.params);
    args.map(|(value, param)| json!({"name": &*param.name, "value": value_json(&param.ty, value)})).collect()
}

/// A value as data; of one that is long, its beginning as text, and its size in bytes of memory.
pub fn value_json(ty: &Type, value: &Value) -> Json {
    match value.size() {
        size if size > MOST_JSON => json!({"cut": wave_brief(ty, value), "bytes": size}),
        _ => to_json(&Typed { ty: ty.clone(), value: value.clone() }),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::error::{Error, Kind};
    use crate::model::{Function, Param};

    fn crossing(number: u64, way: Way, name: &str, args: Vec<Value>) -> Crossing {
        let params = args.iter().map(|_| Param { name: "a".into(), ty: Type::List(Arc::new(Type::U8)) }).collect();
        let function =
            Function { path: vec!["a:b/c".into()], name: name.into(), params, result: Some(Type::U8), is_async: false };
        Crossing {
            number,
            parent: (number > 1).then_some(1),
            depth: usize::from(number > 1),
            way,
            caller: "cmd".into(),
            answerer: "wasi".into(),
            function: Arc::new(function),
            args,
        }
    }

    fn ending(result: crate::error::Result<Option<Value>>) -> Ending {
        Ending { result, elapsed: Duration::from_micros(1_500) }
    }

    #[test]
    fn a_call_without_calls_in_it_is_one_line() {
        let (outer, inner) =
            (crossing(1, Way::Export, "f", vec![]), crossing(2, Way::Import, "g", vec![Value::Bytes(b"a\n".to_vec())]));
        let given = ending(Ok(Some(Value::U8(7))));
        let failed = ending(Err(Error::new(Kind::Trap, "no")));
        let steps = [
            Step { crossing: &outer, indent: 0, ending: None },
            Step { crossing: &inner, indent: 1, ending: None },
            Step { crossing: &inner, indent: 1, ending: Some(&given) },
            Step { crossing: &outer, indent: 0, ending: Some(&failed) },
        ];
        let mut trace = TraceLines::default();
        let lines: Vec<String> = steps.iter().map(|step| trace.push(step, &Look::PLAIN).to_string()).collect();
        assert_eq!(
            lines,
            ["", "wasi::a:b/c#f() {\n", "  a:b/c#g(b\"a\\n\") -> 7  (wasi, 1.5 ms)\n", "} f failed: no  (1.5 ms)\n",]
        );
    }

    #[test]
    fn steps_are_objects_as_json() {
        let call = crossing(2, Way::Import, "g", vec![Value::Bytes(vec![1])]);
        let given = ending(Ok(Some(Value::U8(7))));
        let line = |ending| json_line(&Step { crossing: &call, indent: 0, ending }).to_string();
        assert_eq!(
            line(None),
            "{\"trace\":\"call\",\"number\":2,\"parent\":1,\"depth\":1,\"way\":\"import\",\"caller\":\"cmd\",\"answerer\":\"wasi\",\
             \"interface\":\"a:b/c\",\"function\":\"g\",\"arguments\":[{\"name\":\"a\",\"value\":[1]}]}\n"
        );
        assert_eq!(line(Some(&given)), "{\"trace\":\"return\",\"number\":2,\"result\":7,\"microseconds\":1500.0}\n");
    }

    #[test]
    fn times_have_the_digits_that_anybody_reads() {
        let shown = [850, 12_345, 1_234_567, 3_450_000_000].map(|nanos| elapsed(Duration::from_nanos(nanos)));
        assert_eq!(shown, ["850 ns", "12 µs", "1.2 ms", "3.45 s"]);
    }
}
