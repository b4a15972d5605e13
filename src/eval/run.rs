//! The second step: carries a plan out.
//!
//! Calls are made from left to right, innermost first. All files are read before the first call, so that a missing one costs
//! nothing. Nothing is typed or looked up here.

use std::borrow::Cow;
use std::collections::HashSet;

use super::file::{read_file, read_files};
use super::plan::{CallPlan, ElementPlan, Index, PayloadPlan, Plan, Shape};
use crate::engine::{Engine, Target};
use crate::error::{Error, Kind, Result};
use crate::model::Function;
use crate::session::Variables;
use crate::syntax::Span;
use crate::value::{Value, wave};

/// How many characters of a call name it in later errors.
const LONGEST_WHAT: usize = 60;

/// Whoever makes the calls and keeps the handles.
pub trait Caller {
    /// An error if the handle of this number cannot be used now.
    fn usable(&self, handle: u32) -> Result<()>;

    /// Calls a function; `what` names the call for later errors.
    fn call(&mut self, target: Target, function: &Function, args: &[Value], what: &str) -> Result<Option<Value>>;
}

impl Caller for Engine {
    fn usable(&self, handle: u32) -> Result<()> {
        self.check_handle(handle)
    }

    fn call(&mut self, target: Target, function: &Function, args: &[Value], what: &str) -> Result<Option<Value>> {
        Engine::call(self, target, function, args, what)
    }
}

/// What a plan needs while it is carried out.
pub struct Run<'a> {
    /// Makes the calls.
    pub caller: &'a mut dyn Caller,
    /// The variables.
    pub variables: &'a Variables,
    /// The line that was typed, where it is known.
    pub source: Option<&'a str>,
}

impl<'a> Run<'a> {
    /// Carries a whole plan out; `None` where a call gave nothing.
    pub fn run(&mut self, mut plan: Plan) -> Result<Option<Value>> {
        read_files(&mut plan)?;
        Ok(self.step(plan)?.map(Cow::into_owned))
    }

    fn step(&mut self, plan: Plan) -> Result<Option<Cow<'a, Value>>> {
        match plan {
            Plan::Value(value) => Ok(Some(Cow::Owned(value))),
            Plan::Variable(name) => {
                let typed = self.variables.get(&name).ok_or_else(|| internal("a variable is gone"))?;
                Ok(Some(Cow::Borrowed(&typed.value)))
            }
            Plan::File(file) => read_file(&file).map(|value| Some(Cow::Owned(value))),
            Plan::Composite(shape, parts) => shape.build(self.values(parts)?).map(|value| Some(Cow::Owned(value))),
            Plan::Call(call) => Ok(self.call(*call)?.map(Cow::Owned)),
            Plan::Field(target, number) => match self.value(*target)? {
                Cow::Borrowed(Value::Record(fields)) => Ok(fields.get(number).map(Cow::Borrowed)),
                Cow::Owned(Value::Record(fields)) => Ok(fields.into_iter().nth(number).map(Cow::Owned)),
                _ => Err(internal("a record is none")),
            },
            Plan::Element(element) => self.element(*element).map(Some),
            Plan::Payload(payload) => self.payload(*payload),
        }
    }

    fn value(&mut self, plan: Plan) -> Result<Cow<'a, Value>> {
        self.step(plan)?.ok_or_else(|| internal("a call gave no value"))
    }

    fn values(&mut self, plans: Vec<Plan>) -> Result<Vec<Value>> {
        plans.into_iter().map(|plan| self.value(plan).map(Cow::into_owned)).collect()
    }

    fn call(&mut self, call: CallPlan) -> Result<Option<Value>> {
        let args = self.values(call.args)?;
        let what = match self.text(call.span) {
            Some(text) => shortened(text),
            None => Cow::Owned(format!("{}(…)", call.function.plain_name())),
        };
        self.caller.call(call.target, &call.function, &args, &what).map_err(|error| error.at(call.span))
    }

    fn element(&mut self, element: ElementPlan) -> Result<Cow<'a, Value>> {
        let ElementPlan { target, index, span } = element;
        let target = self.value(target)?;
        let place = match index {
            Index::At(place) => place,
            Index::Computed(plan) => {
                let value = self.value(plan)?;
                place(&value).ok_or_else(|| negative(&value, span))?
            }
            Index::Key(plan) => {
                let key = self.value(plan)?;
                return entry(target, &key).ok_or_else(|| no_such_key(&key, span));
            }
        };
        let at = |length: usize| match usize::try_from(place) {
            Ok(place) if place < length => Ok(place),
            _ => Err(out_of_range(place, length, span)),
        };
        match target {
            Cow::Borrowed(Value::List(items) | Value::Tuple(items)) => Ok(Cow::Borrowed(&items[at(items.len())?])),
            Cow::Owned(Value::List(mut items) | Value::Tuple(mut items)) => {
                let place = at(items.len())?;
                Ok(Cow::Owned(items.swap_remove(place)))
            }
            Cow::Borrowed(Value::Bytes(bytes)) => Ok(Cow::Owned(Value::U8(bytes[at(bytes.len())?]))),
            Cow::Owned(Value::Bytes(bytes)) => Ok(Cow::Owned(Value::U8(bytes[at(bytes.len())?]))),
            _ => Err(internal("a list is none")),
        }
    }

    fn payload(&mut self, payload: PayloadPlan) -> Result<Option<Cow<'a, Value>>> {
        let PayloadPlan { target, ty, span } = payload;
        let verb = if matches!(target, Plan::Call(_)) { "returned" } else { "is" };
        match self.value(target)? {
            Cow::Borrowed(Value::Option(Some(inside)) | Value::Result(Ok(Some(inside)))) => {
                Ok(Some(Cow::Borrowed(inside)))
            }
            Cow::Owned(Value::Option(Some(inside)) | Value::Result(Ok(Some(inside)))) => Ok(Some(Cow::Owned(*inside))),
            value if matches!(&*value, Value::Result(Ok(None))) => Ok(None),
            value => {
                let what = self.text(span).map_or("the value".into(), |text| format!("`{}`", shortened(text)));
                let message = format!("{what} {verb} {}", wave::wave(&ty, &value));
                Err(Error::new(Kind::Type, message).at(span))
            }
        }
    }

    fn text(&self, span: Span) -> Option<&'a str> {
        self.source.and_then(|source| source.get(span.start..span.end)).filter(|text| !text.is_empty())
    }
}

impl Shape {
    /// The value that these parts make.
    pub fn build(self, parts: Vec<Value>) -> Result<Value> {
        let boxed = |parts: Vec<Value>| parts.into_iter().next().map(Box::new);
        Ok(match self {
            Shape::List => Value::List(parts),
            Shape::Bytes => {
                let byte = |part: &Value| match part {
                    Value::U8(byte) => Ok(*byte),
                    _ => Err(internal("a byte is none")),
                };
                Value::Bytes(parts.iter().map(byte).collect::<Result<_>>()?)
            }
            Shape::Map(span) => Value::Map(entries(parts, span)?),
            Shape::Tuple => Value::Tuple(parts),
            Shape::Record => Value::Record(parts),
            Shape::Variant(case) => Value::Variant(case, boxed(parts)),
            Shape::Some => Value::Option(boxed(parts)),
            Shape::Ok => Value::Result(Ok(boxed(parts))),
            Shape::Err => Value::Result(Err(boxed(parts))),
        })
    }
}

/// Pairs keys with values; a key that stands twice is an error.
fn entries(parts: Vec<Value>, span: Span) -> Result<Vec<(Value, Value)>> {
    let mut seen = HashSet::new();
    let mut entries = Vec::with_capacity(parts.len() / 2);
    let mut parts = parts.into_iter();
    while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
        if !seen.insert(format!("{key:?}")) {
            return Err(Error::new(Kind::Type, format!("the key {} stands twice", scalar_text(&key))).at(span));
        }
        entries.push((key, value));
    }
    Ok(entries)
}

/// The number that an index is, if it is one from 0.
fn place(index: &Value) -> Option<u64> {
    match index {
        Value::U8(n) => Some((*n).into()),
        Value::U16(n) => Some((*n).into()),
        Value::U32(n) => Some((*n).into()),
        Value::U64(n) => Some(*n),
        Value::S8(n) => u64::try_from(*n).ok(),
        Value::S16(n) => u64::try_from(*n).ok(),
        Value::S32(n) => u64::try_from(*n).ok(),
        Value::S64(n) => u64::try_from(*n).ok(),
        _ => None,
    }
}

fn entry<'a>(map: Cow<'a, Value>, key: &Value) -> Option<Cow<'a, Value>> {
    match map {
        Cow::Borrowed(Value::Map(entries)) => {
            entries.iter().find(|(k, _)| k == key).map(|(_, value)| Cow::Borrowed(value))
        }
        Cow::Owned(Value::Map(entries)) => {
            entries.into_iter().find(|(k, _)| k == key).map(|(_, value)| Cow::Owned(value))
        }
        _ => None,
    }
}

fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST_WHAT) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// A map's key as WAVE writes it.
fn scalar_text(key: &Value) -> String {
    match key {
        Value::Bool(key) => key.to_string(),
        Value::String(key) => format!("{key:?}"),
        Value::Char(key) => format!("{key:?}"),
        Value::U8(n) => n.to_string(),
        Value::U16(n) => n.to_string(),
        Value::U32(n) => n.to_string(),
        Value::U64(n) => n.to_string(),
        Value::S8(n) => n.to_string(),
        Value::S16(n) => n.to_string(),
        Value::S32(n) => n.to_string(),
        Value::S64(n) => n.to_string(),
        _ => "…".to_owned(),
    }
}

fn out_of_range(place: u64, length: usize, span: Span) -> Error {
    let error = Error::new(Kind::Type, format!("index {place} is out of range: the length is {length}")).at(span);
    match length.checked_sub(1) {
        Some(last) => error.help(format!("indices go from 0 to {last}")),
        None => error,
    }
}

fn negative(index: &Value, span: Span) -> Error {
    Error::new(Kind::Type, format!("index {} is out of range: indices begin at 0", scalar_text(index))).at(span)
}

fn no_such_key(key: &Value, span: Span) -> Error {
    Error::new(Kind::Type, format!("the map has no key {}", scalar_text(key))).at(span)
}

fn internal(what: &str) -> Error {
    Error::new(Kind::Internal, format!("a checked statement went wrong: {what}"))
}
