//! The components of the tests, made by hand, and a stand-in for the engine.
//!
//! Functions named `echo-…` give back their first argument; the others do what their names say.

use std::collections::HashMap;
use std::sync::Arc;

use crate::engine::Target;
use crate::error::{Error, Kind, Result};
use crate::eval::run::Caller;
use crate::model::types::{Case, Field, Labels, Record, ResultType, Variant};
use crate::model::{
    Component, CoreModule, Extern, FileKind, Function, Item, Param, Resource, ResourceId, Type, TypeName,
};
use crate::session::{Components, Variables};
use crate::value::Value;

pub const SHAPES: &str = "test:kit/shapes@1.0.0";
pub const STORE: &str = "test:kit/store@1.0.0";
const DB: &str = "test:kv/db@0.2.0";

/// `kit` (current), `other`, the core module `core`, and what they import.
pub fn components() -> Components {
    let mut components = Components::default();
    components.add("core", component(1, FileKind::CoreModule, Vec::new(), Vec::new(), Vec::new(), core_exports()));
    components.add("other", component(2, FileKind::Component, other(), db("0.2.1"), Vec::new(), Vec::new()));
    let kit_types = vec![instance(SHAPES, shape_types()), instance(STORE, vec![resource_item(&counter())])];
    components.add("kit", component(3, FileKind::Component, kit(), db("0.2.0"), db_types(), kit_types));
    components
}

pub fn ty_list(item: Type) -> Type {
    Type::List(Arc::new(item))
}

fn option(item: Type) -> Type {
    Type::Option(Arc::new(item))
}

fn result(ok: Option<Type>, err: Option<Type>) -> Type {
    Type::Result(Arc::new(ResultType { ok, err }))
}

fn tuple(items: &[Type]) -> Type {
    Type::Tuple(Arc::from(items))
}

fn name(interface: &str, name: &str) -> TypeName {
    TypeName { interface: (!interface.is_empty()).then(|| interface.into()), name: name.into() }
}

fn record(called: &str, fields: &[(&str, Type)]) -> Type {
    let fields = fields.iter().map(|(name, ty)| Field { name: (*name).into(), ty: ty.clone() }).collect();
    Type::Record(Arc::new(Record { name: Some(name(SHAPES, called)), fields }))
}

fn labels(called: &str, labels: &[&str]) -> Arc<Labels> {
    let labels = labels.iter().map(|label| Arc::from(*label)).collect();
    Arc::new(Labels { name: Some(name(SHAPES, called)), labels })
}

fn variant(called: &str, cases: &[(&str, Option<Type>)]) -> Type {
    let cases = cases.iter().map(|(name, ty)| Case { name: (*name).into(), ty: ty.clone() }).collect();
    Type::Variant(Arc::new(Variant { name: Some(name(SHAPES, called)), cases }))
}

pub fn point() -> Type {
    record("point", &[("x", Type::S32), ("y", Type::S32), ("label", option(Type::String))])
}

fn choice() -> Type {
    record("choice", &[("a", option(Type::U8)), ("b", option(Type::U8))])
}

pub fn shape() -> Type {
    variant(
        "shape",
        &[("circle", Some(Type::F64)), ("rect", Some(tuple(&[Type::F64, Type::F64]))), ("empty", None), ("none", None)],
    )
}

fn color() -> Type {
    Type::Enum(labels("color", &["red", "green", "blue"]))
}

fn perms() -> Type {
    Type::Flags(labels("perms", &["read", "write", "sticky-bit"]))
}

pub fn counter() -> Resource {
    Resource { name: name(STORE, "counter"), id: ResourceId::Defined(3, 0) }
}

fn connection(version: &str) -> Resource {
    let name = name(&DB.replace("0.2.0", version), "connection");
    Resource { id: ResourceId::Imported(name.clone()), name }
}

fn function(path: &str, name: &str, params: &[(&str, Type)], result: Option<Type>) -> Arc<Function> {
    let params = params.iter().map(|(name, ty)| Param { name: (*name).into(), ty: ty.clone() }).collect();
    let path = path.split('#').filter(|segment| !segment.is_empty()).map(Arc::from).collect();
    Arc::new(Function { path, name: name.into(), params, result, is_async: false })
}

fn echo(path: &str, kind: &str, ty: Type) -> Arc<Function> {
    function(path, &format!("echo-{kind}"), &[("v", ty.clone())], Some(ty))
}

fn kit() -> Vec<Arc<Function>> {
    use Type::*;
    let own = || Own(counter());
    let lent = || Borrow(counter());
    let two = [("a", S32), ("b", S32)];
    let mut all = vec![
        function("", "add", &two, Some(S32)),
        function("", "nothing", &[], None),
        function("", "greet", &[("name", String), ("title", option(String))], Some(String)),
        function("", "divide", &two, Some(result(Some(S32), Some(String)))),
        function("", "check", &[("ok", Bool)], Some(result(None, Some(String)))),
        function("", "find", &[("key", String)], Some(option(U32))),
        function("", "none", &[], Some(U8)),
        function("", "pair", &[], Some(tuple(&[U8, String]))),
        function("", "bytes", &[("v", ty_list(U8))], Some(ty_list(U8))),
        function("", "feed", &[("v", Stream(Some(Arc::new(U8))))], Some(U32)),
        function("", "feed-strings", &[("v", Stream(Some(Arc::new(String))))], Some(U32)),
        function("", "await", &[("v", Future(Some(Arc::new(String))))], Some(String)),
        function("outer#inner", "deep", &[], Some(U8)),
        function("test:kit/a", "twice", &[], Some(U8)),
        function("test:kit/b", "twice", &[], Some(U8)),
        function(SHAPES, "circle", &[("r", F64)], Some(shape())),
        function(SHAPES, "red", &[], Some(color())),
        function(STORE, "[constructor]counter", &[("n", U32)], Some(own())),
        function(STORE, "[static]counter.open", &[("n", U32)], Some(own())),
        function(STORE, "[method]counter.get", &[("self", lent())], Some(U32)),
        function(STORE, "[method]counter.inc", &[("self", lent()), ("by", U32)], Some(own())),
        function(STORE, "[method]counter.eat", &[("self", lent()), ("other", own())], Some(U32)),
        function(STORE, "into-value", &[("c", own())], Some(U32)),
        function(STORE, "both", &[("a", own()), ("b", lent())], Some(U32)),
        function(STORE, "sum", &[("a", lent()), ("b", lent())], Some(U32)),
        function(STORE, "swallow", &[("l", ty_list(own()))], Some(U32)),
        function(STORE, "counters", &[], Some(ty_list(own()))),
        function("", "replace", &[("c", Borrow(connection("0.2.0")))], Some(Bool)),
    ];
    for (kind, ty) in echoed() {
        all.push(echo(SHAPES, kind, ty));
    }
    all
}

fn echoed() -> Vec<(&'static str, Type)> {
    use Type::*;
    vec![
        ("u8", U8),
        ("f32", F32),
        ("f64", F64),
        ("bool", Bool),
        ("char", Char),
        ("string", String),
        ("list", ty_list(S16)),
        ("fixed", FixedList(Arc::new(U8), 3)),
        ("map", Map(Arc::new(String), Arc::new(U8))),
        ("bool-map", Map(Arc::new(Bool), Arc::new(U8))),
        ("tuple", tuple(&[U8, String])),
        ("point", point()),
        ("choice", choice()),
        ("shape", shape()),
        ("color", color()),
        ("perms", perms()),
        ("option", option(U8)),
        ("option-shape", option(shape())),
        ("nested", option(option(U8))),
        ("result", result(Some(U8), Some(String))),
        ("empty-result", result(None, None)),
        ("points", ty_list(point())),
    ]
}

fn other() -> Vec<Arc<Function>> {
    vec![
        function("", "add", &[("a", Type::U8), ("b", Type::U8)], Some(Type::U8)),
        function("x:y/z@1.0.0", "alone", &[], Some(Type::U8)),
        function("", "log", &[("n", Type::U8)], None),
    ]
}

fn db(version: &str) -> Vec<Arc<Function>> {
    let interface = DB.replace("0.2.0", version);
    let (own, lent) = (Type::Own(connection(version)), Type::Borrow(connection(version)));
    vec![
        function(&interface, "[constructor]connection", &[], Some(own)),
        function(
            &interface,
            "[method]connection.get",
            &[("self", lent), ("key", Type::String)],
            Some(option(Type::String)),
        ),
        function("", "print", &[("msg", Type::String)], None),
    ]
}

fn db_types() -> Vec<Extern> {
    vec![instance(DB, vec![resource_item(&connection("0.2.0"))])]
}

fn shape_types() -> Vec<Extern> {
    let named = [point(), choice(), shape(), color(), perms()];
    named
        .into_iter()
        .filter_map(|ty| Some(Extern { name: ty.name()?.name.clone(), item: Item::Type(ty.clone()) }))
        .collect()
}

fn core_exports() -> Vec<Extern> {
    vec![Extern { name: "core-add".into(), item: Item::Core("func(i32, i32) -> i32".into()) }]
}

fn instance(name: &str, items: Vec<Extern>) -> Extern {
    Extern { name: name.into(), item: Item::Instance(items) }
}

fn resource_item(resource: &Resource) -> Extern {
    Extern { name: resource.name.name.clone(), item: Item::Resource(resource.clone()) }
}

fn component(
    id: u32,
    kind: FileKind,
    exported_functions: Vec<Arc<Function>>,
    imported_functions: Vec<Arc<Function>>,
    imports: Vec<Extern>,
    exports: Vec<Extern>,
) -> Arc<Component> {
    let core = CoreModule {
        bytes: bytes::Bytes::new(),
        imports: Vec::new(),
        exports: exports.clone(),
        made: Err("no".into()),
    };
    Arc::new(Component {
        id,
        path: "test.wasm".into(),
        kind,
        bytes: bytes::Bytes::new(),
        is_text: false,
        core: (kind == FileKind::CoreModule).then(|| Box::new(core)),
        imports,
        exports,
        imported_functions,
        exported_functions,
        extra_features: Vec::new(),
        calls: Default::default(),
    })
}

/// Answers calls in the engine's stead.
#[derive(Default)]
pub struct Fake {
    /// The calls so far: whose, which, with what.
    pub calls: Vec<String>,
    /// Handles and what took them.
    pub moved: HashMap<u32, String>,
    /// The number of the newest handle.
    pub handles: u32,
    /// The results of the tasks that nobody has taken.
    pub tasks: HashMap<u32, Option<Value>>,
    /// What the streams and futures carry that were made for arguments.
    pub streams: HashMap<u32, Value>,
}

impl Fake {
    fn handle(&mut self) -> Value {
        self.handles += 1;
        Value::Handle(self.handles)
    }
}

impl Caller for Fake {
    fn usable(&self, handle: u32) -> Result<()> {
        match self.moved.get(&handle) {
            Some(by) => Err(Error::new(Kind::Handle, format!("handle #{handle} was moved by `{by}`"))),
            None => Ok(()),
        }
    }

    fn start(&mut self, target: Target, function: &Arc<Function>, args: &[Value], what: &str) -> Result<u32> {
        let result = self.call(target, function, args, what)?;
        self.handles += 1;
        self.tasks.insert(self.handles, result);
        Ok(self.handles)
    }

    fn await_task(&mut self, task: u32, what: &str) -> Result<Option<Value>> {
        self.moved.insert(task, what.to_owned());
        self.tasks.remove(&task).ok_or_else(|| Error::new(Kind::Handle, "no such task"))
    }

    fn stream_file(&mut self, path: &str) -> Result<u32> {
        let bytes = std::fs::read(path).map_err(|error| Error::new(Kind::Io, error.to_string()))?;
        self.stream_of(&Type::U8, Value::Bytes(bytes))
    }

    fn stream_of(&mut self, _ty: &Type, content: Value) -> Result<u32> {
        self.handles += 1;
        self.streams.insert(self.handles, content);
        Ok(self.handles)
    }

    fn discard(&mut self, number: u32) {
        self.streams.remove(&number);
    }

    fn make_ends(&mut self, _ty: &Type) -> Result<(u32, u32)> {
        self.handles += 2;
        Ok((self.handles - 1, self.handles))
    }

    fn call(&mut self, target: Target, function: &Function, args: &[Value], what: &str) -> Result<Option<Value>> {
        let whose = if target == Target::Host { "host " } else { "" };
        let in_streams = |arg: &Value| match arg {
            Value::Handle(number) => self.streams.get(number).unwrap_or(arg).clone(),
            _ => arg.clone(),
        };
        let args: Vec<Value> = args.iter().map(in_streams).collect();
        self.calls.push(format!("{whose}{what} {args:?}"));
        assert_eq!(args.len(), function.params.len(), "{what}: a value for each parameter");
        let args = &args[..];
        for (arg, param) in args.iter().zip(&function.params) {
            if let (Value::Handle(number), Type::Own(_)) = (arg, &param.ty) {
                self.moved.insert(*number, what.to_owned());
            }
        }
        let text = |text: &str| Value::String(text.to_owned());
        Ok(Some(match (&*function.name, args) {
            ("add", [Value::S32(a), Value::S32(b)]) => Value::S32(a + b),
            ("add", [Value::U8(a), Value::U8(b)]) => Value::U8(a + b),
            ("divide", [Value::S32(a), Value::S32(0)]) => {
                Value::Result(Err(Some(Box::new(text(&format!("cannot divide {a} by 0"))))))
            }
            ("divide", [Value::S32(a), Value::S32(b)]) => Value::Result(Ok(Some(Box::new(Value::S32(a / b))))),
            ("check", [Value::Bool(true)]) => Value::Result(Ok(None)),
            ("check", _) => Value::Result(Err(Some(Box::new(text("no"))))),
            ("find", [Value::String(key)]) if key == "x" => Value::Option(Some(Box::new(Value::U32(7)))),
            ("find", _) => Value::Option(None),
            ("greet", [Value::String(name), Value::Option(title)]) => match title.as_deref() {
                Some(Value::String(title)) => text(&format!("{title} {name}")),
                _ => text(name),
            },
            ("pair", _) => Value::Tuple(vec![Value::U8(1), text("one")]),
            ("counters", _) => Value::List(vec![self.handle(), self.handle()]),
            ("circle", [r]) => Value::Variant(0, Some(Box::new(r.clone()))),
            ("red", _) => Value::Enum(2),
            ("feed" | "feed-strings", [Value::Bytes(bytes)]) => Value::U32(bytes.len() as u32),
            ("feed" | "feed-strings", [Value::List(items)]) => Value::U32(items.len() as u32),
            ("[method]connection.get", _) => Value::Option(Some(Box::new(text("v")))),
            ("replace", _) => Value::Bool(true),
            ("nothing" | "print" | "log", _) => return Ok(None),
            (name, [first, ..]) if name.starts_with("echo-") || name == "await" || name == "bytes" => first.clone(),
            (_, [Value::Handle(number), ..]) if matches!(function.result, Some(Type::U32)) => Value::U32(*number),
            _ => match &function.result {
                Some(Type::Own(_)) => self.handle(),
                Some(Type::U8) => Value::U8(9),
                _ => Value::U32(0),
            },
        }))
    }
}

/// A session without its engine.
pub struct Shell {
    pub components: Components,
    pub variables: Variables,
    pub fake: Fake,
}

impl Shell {
    pub fn new() -> Shell {
        Shell { components: components(), variables: Variables::default(), fake: Fake::default() }
    }
}
