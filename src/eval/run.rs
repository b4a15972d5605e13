//! The second step: carries a plan out.
//!
//! Calls are made from left to right, innermost first. All files are read before the first call, so that a missing one costs
//! nothing. Nothing is typed or looked up here.

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use super::file::{read_file, read_files};
use super::plan::{AwaitPlan, CallPlan, ElementPlan, FileKind, Index, PayloadPlan, Plan, Shape};
use crate::engine::{Engine, Target};
use crate::error::{Error, Kind, Result};
use crate::model::{Function, Type};
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

    /// Begins a call; the number of its task.
    fn start(&mut self, target: Target, function: &Arc<Function>, args: &[Value], what: &str) -> Result<u32> {
        let _ = (target, args, what);
        Err(not_here(&format!("{} cannot be started", function.plain_name())))
    }

    /// Waits for a task and takes its result; `what` names the place that takes it.
    fn await_task(&mut self, task: u32, what: &str) -> Result<Option<Value>> {
        let _ = what;
        Err(not_here(&format!("the task #{task} cannot be waited for")))
    }

    /// A new `stream<u8>` of a file's bytes; its number.
    fn stream_file(&mut self, path: &str) -> Result<u32> {
        Err(not_here(&format!("no stream can be made of {path:?}")))
    }

    /// A new stream of these items (a list), or a future that has this value; its number.
    fn stream_of(&mut self, ty: &Type, content: Value) -> Result<u32> {
        let _ = content;
        Err(not_here(&format!("no {ty} can be made")))
    }

    /// Forgets the handle of a stream or future that was made for a call, which has it now or did not happen.
    fn discard(&mut self, number: u32) {
        let _ = number;
    }

    /// Makes both ends of a stream or future of this type; the numbers of the writable and of the readable end.
    fn make_ends(&mut self, ty: &Type) -> Result<(u32, u32)> {
        Err(not_here(&format!("no {ty} can be made")))
    }
}

/// The error for what needs the whole session, where only values are read.
fn not_here(what: &str) -> Error {
    Error::new(Kind::Type, format!("{what} here")).help("only literals, variables and files can stand here")
}

impl Caller for Engine {
    fn usable(&self, handle: u32) -> Result<()> {
        self.check_handle(handle)
    }

    fn call(&mut self, target: Target, function: &Function, args: &[Value], what: &str) -> Result<Option<Value>> {
        Engine::call(self, target, function, args, what)
    }

    fn start(&mut self, target: Target, function: &Arc<Function>, args: &[Value], what: &str) -> Result<u32> {
        Engine::start(self, target, function, args, what)
    }

    fn stream_file(&mut self, path: &str) -> Result<u32> {
        Engine::stream_file(self, Path::new(path))
    }

    fn stream_of(&mut self, ty: &Type, content: Value) -> Result<u32> {
        Engine::stream_of(self, ty, content)
    }

    fn discard(&mut self, number: u32) {
        Engine::discard(self, number);
    }

    fn make_ends(&mut self, ty: &Type) -> Result<(u32, u32)> {
        Engine::make_ends(self, ty)
    }

    fn await_task(&mut self, task: u32, what: &str) -> Result<Option<Value>> {
        Engine::await_task(self, task, what)
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
    /// The streams and futures that were made for arguments.
    made: Vec<u32>,
}

impl<'a> Run<'a> {
    /// What carries plans out.
    pub fn new(caller: &'a mut dyn Caller, variables: &'a Variables, source: Option<&'a str>) -> Run<'a> {
        Run { caller, variables, source, made: Vec::new() }
    }

    /// Carries a whole plan out; `None` where a call gave nothing.
    pub fn run(&mut self, mut plan: Plan) -> Result<Option<Value>> {
        read_files(&mut plan)?;
        let run = self.step(plan).map(|value| value.map(Cow::into_owned));
        self.made.iter().for_each(|number| self.caller.discard(*number));
        run
    }

    fn step(&mut self, plan: Plan) -> Result<Option<Cow<'a, Value>>> {
        match plan {
            Plan::Value(value) => Ok(Some(Cow::Owned(value))),
            Plan::Variable(name) => {
                let typed = self.variables.get(&name).ok_or_else(|| internal("a variable is gone"))?;
                Ok(Some(Cow::Borrowed(&typed.value)))
            }
            Plan::File(file) if file.kind == FileKind::Stream => {
                let stream = self.caller.stream_file(&file.path).map_err(|error| error.at(file.span))?;
                self.made.push(stream);
                Ok(Some(Cow::Owned(Value::Handle(stream))))
            }
            Plan::Ready(ready) => {
                let (ty, content) = *ready;
                let content = self.value(content)?.into_owned();
                let number = self.caller.stream_of(&ty, content)?;
                self.made.push(number);
                Ok(Some(Cow::Owned(Value::Handle(number))))
            }
            Plan::File(file) => read_file(&file).map(|value| Some(Cow::Owned(value))),
            Plan::Composite(shape, parts) => shape.build(self.values(parts)?).map(|value| Some(Cow::Owned(value))),
            Plan::Call(call) => Ok(self.call(*call)?.map(Cow::Owned)),
            Plan::Start(call) => self.start(*call).map(|task| Some(Cow::Owned(task))),
            Plan::Await(task) => Ok(self.await_task(*task)?.map(Cow::Owned)),
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
        let what = self.what(&call);
        let args = self.values(call.args)?;
        self.caller.call(call.target, &call.function, &args, &what).map_err(|error| error.at(call.span))
    }

    fn start(&mut self, call: CallPlan) -> Result<Value> {
        let what = self.what(&call);
        let args = self.values(call.args)?;
        let task = self.caller.start(call.target, &call.function, &args, &what);
        task.map(Value::Handle).map_err(|error| error.at(call.span))
    }

    fn await_task(&mut self, task: AwaitPlan) -> Result<Option<Value>> {
        let Value::Handle(number) = *self.value(task.target)? else { return Err(internal("a task is none")) };
        let what = self.text(task.span).map_or_else(|| "?".to_owned(), |text| format!("{}?", shortened(text)));
        self.caller.await_task(number, &what).map_err(|error| error.at(task.span))
    }

    /// What names a call in later errors.
    fn what(&self, call: &CallPlan) -> Cow<'a, str> {
        match self.text(call.span) {
            Some(text) => shortened(text),
            None => Cow::Owned(format!("{}(…)", call.function.plain_name())),
        }
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
