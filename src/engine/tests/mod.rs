//! The engine by itself: what is called, what is refused before it runs, what survives a failure.

mod asked;
mod linked;
mod streams;

use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::{Engine, HandleState, Limits, Options, Target, lock};
use crate::error::{Error, Kind};
use crate::frontend::{Channel, Frontend, Interrupt, Progress};
use crate::model::FeatureSet;
use crate::model::{Component, Function, Type};
use crate::value::Value;

/// Keeps what guests write.
#[derive(Default)]
struct Recorder(Mutex<Vec<u8>>);

impl Frontend for Recorder {
    fn guest_output(&self, _channel: Channel, bytes: &[u8]) {
        lock(&self.0).extend_from_slice(bytes);
    }

    fn progress(&self, _progress: Option<Progress<'_>>) {}

    fn is_interactive(&self) -> bool {
        false
    }
}

struct Bench {
    engine: Engine,
    component: Arc<Component>,
    recorder: Arc<Recorder>,
    interrupt: Interrupt,
}

impl Bench {
    fn new(bytes: &[u8]) -> Bench {
        let component = Component::from_bytes(bytes, Path::new("guest.wasm"), 1, FeatureSet::all()).expect("it loads");
        let component = Arc::new(component);
        let (recorder, interrupt) = (Arc::new(Recorder::default()), Interrupt::default());
        let options = Options { cache: None, frontend: recorder.clone(), interrupt: interrupt.clone() };
        let mut engine = Engine::new(options).expect("the runtime starts");
        engine.add(component.clone(), "guest");
        Bench { engine, component, recorder, interrupt }
    }

    fn demo(name: &str) -> Bench {
        let path = format!("{}/demos/{name}/{name}.wasm", env!("CARGO_MANIFEST_DIR"));
        Bench::new(&std::fs::read(path).expect("the demo is there"))
    }

    fn find(functions: &[Arc<Function>], name: &str) -> Arc<Function> {
        functions.iter().find(|function| &*function.name == name).expect("the function is there").clone()
    }

    fn call(&mut self, name: &str, args: &[Value]) -> Result<Option<Value>, Error> {
        let function = Bench::find(&self.component.exported_functions, name);
        self.engine.call(Target::Component(1), &function, args, name)
    }

    fn call_host(&mut self, name: &str, args: &[Value]) -> Result<Option<Value>, Error> {
        let function = Bench::find(&self.component.imported_functions, name);
        self.engine.call(Target::Host, &function, args, name)
    }

    /// The number of the handle that a call returned.
    fn handle(outcome: Result<Option<Value>, Error>) -> u32 {
        match outcome {
            Ok(Some(Value::Handle(number))) => number,
            other => panic!("expected a handle, found {other:?}"),
        }
    }
}

const TROUBLE: &str = r#"(component
  (core module $m
    (memory (export "memory") 1)
    (global $calls (mut i32) (i32.const 0))
    (func (export "count") (result i32)
      (global.set $calls (i32.add (global.get $calls) (i32.const 1))) (global.get $calls))
    (func (export "trap") unreachable)
    (func (export "spin") (loop $l (br $l)))
    (func (export "grow") (result i32) (memory.grow (i32.const 1000))))
  (core instance $i (instantiate $m))
  (func (export "count") (result u32) (canon lift (core func $i "count")))
  (func (export "trap") (canon lift (core func $i "trap")))
  (func (export "spin") (canon lift (core func $i "spin")))
  (func (export "grow") (result s32) (canon lift (core func $i "grow"))))"#;

fn kind(outcome: Result<Option<Value>, Error>) -> Kind {
    outcome.expect_err("it fails").kind
}

#[test]
fn a_core_module_runs_as_a_component() {
    let mut bench = Bench::new(
        br#"(module
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (memory (export "memory") 1)
            (data (i32.const 0) "\08\00\00\00\03\00\00\00hi\n")
            (func (export "twice") (param i32) (result i32) (i32.add (local.get 0) (local.get 0)))
            (func (export "_start")
                (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))
                (call $exit (i32.const 7))))"#,
    );
    assert_eq!(bench.call("twice", &[Value::S32(-4)]).unwrap(), Some(Value::S32(-8)));
    // WASI 0.2 knows success and failure, and no other status.
    assert_eq!(bench.engine.run(1, &[]).unwrap(), 1);
    assert_eq!(*lock(&bench.recorder.0), b"hi\n");
    let mut bench = Bench::new(br#"(module (import "env" "memory" (memory 1)))"#);
    let error = bench.engine.run(1, &[]).expect_err("it runs");
    assert_eq!(error.message, "guest is a core module of which no component can be made");
    assert_eq!(error.causes, ["it imports env.memory, which is a memory"]);
}

#[test]
fn the_stack_holds_what_interpreters_need() {
    // The calls that lie on the stack at once, each with its frame: CPython begins with more than the usual 512 KiB.
    let depth = r#"(module (func $depth (export "depth") (param i32) (result i32)
        (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 0))
            (else (i32.add (i32.const 1) (call $depth (i32.sub (local.get 0) (i32.const 1))))))))"#;
    let mut bench = Bench::new(depth.as_bytes());
    assert_eq!(bench.call("depth", &[Value::S32(12_000)]).unwrap(), Some(Value::S32(12_000)));
    assert_eq!(kind(bench.call("depth", &[Value::S32(10_000_000)])), Kind::Trap);
}

#[test]
fn an_instance_lives_across_calls() {
    let mut bench = Bench::new(TROUBLE.as_bytes());
    assert_eq!(bench.call("count", &[]).unwrap(), Some(Value::U32(1)));
    assert_eq!(bench.call("count", &[]).unwrap(), Some(Value::U32(2)));
    assert_eq!(bench.engine.reset(1), 0);
    assert_eq!(bench.call("count", &[]).unwrap(), Some(Value::U32(1)));
}

#[test]
fn a_trap_costs_the_instance_and_says_so() {
    let mut bench = Bench::new(TROUBLE.as_bytes());
    bench.call("count", &[]).unwrap();
    let error = bench.call("trap", &[]).expect_err("it traps");
    assert_eq!(error.kind, Kind::Trap);
    assert!(error.message.contains("unreachable"), "{error:?}");
    assert!(error.notes.iter().any(|note| note.contains("fresh instance of guest")), "{error:?}");
    assert!(!error.backtrace.is_empty());
    assert_eq!(bench.call("count", &[]).unwrap(), Some(Value::U32(1)));
}

#[test]
fn a_wrong_value_is_refused_before_anything_runs() {
    let mut bench = Bench::demo("adder");
    assert_eq!(kind(bench.call("add", &[Value::S32(1), Value::String("x".into())])), Kind::Type);
    assert_eq!(kind(bench.call("add", &[Value::S32(1)])), Kind::Type);
    assert_eq!(bench.call("add", &[Value::S32(1), Value::S32(2)]).unwrap(), Some(Value::S32(3)));
}

#[test]
fn bounds_of_time_fuel_and_memory_end_the_call_alone() {
    let mut bench = Bench::new(TROUBLE.as_bytes());
    bench.engine.set_limits(Limits { timeout: Some(Duration::from_millis(50)), ..Limits::default() });
    let error = bench.call("spin", &[]).expect_err("it runs out of time");
    assert_eq!((error.kind, error.message.contains("50ms")), (Kind::Limit, true));
    bench.engine.set_limits(Limits { fuel: Some(1_000), ..Limits::default() });
    assert_eq!(kind(bench.call("spin", &[])), Kind::Limit);
    bench.engine.set_limits(Limits { memory: 1 << 20, ..Limits::default() });
    assert_eq!(bench.call("grow", &[]).unwrap(), Some(Value::S32(-1)));
    bench.engine.set_limits(Limits::default());
    bench.engine.reset(1);
    assert_eq!(bench.call("grow", &[]).unwrap(), Some(Value::S32(1)));
}

#[test]
fn an_interrupt_stops_a_loop_with_its_backtrace() {
    let mut bench = Bench::new(TROUBLE.as_bytes());
    bench.call("count", &[]).unwrap();
    let interrupt = bench.interrupt.clone();
    let start = Instant::now();
    let raiser = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(30));
        interrupt.raise();
    });
    let error = bench.call("spin", &[]).expect_err("it is interrupted");
    raiser.join().unwrap();
    assert_eq!(error.kind, Kind::Cancelled);
    assert!(!error.backtrace.is_empty());
    assert!(start.elapsed() < Duration::from_secs(20), "it hung");
    bench.interrupt.clear();
    assert_eq!(bench.call("count", &[]).unwrap(), Some(Value::U32(1)));
}

#[test]
fn builtins_answer_imports_and_host_calls_alike() {
    let mut bench = Bench::demo("kv-store");
    let replace = |bench: &mut Bench, value: &str| {
        bench.call("replace-value", &[Value::String("k".into()), Value::String(value.into())]).unwrap()
    };
    assert_eq!(replace(&mut bench, "one"), Some(Value::Option(None)));
    let connection = Bench::handle(bench.call_host("[constructor]connection", &[]));
    let get = |bench: &mut Bench| {
        bench.call_host("[method]connection.get", &[Value::Handle(connection), Value::String("k".into())])
    };
    assert_eq!(get(&mut bench).unwrap(), Some(Value::Option(Some(Box::new(Value::String("one".into()))))));
    assert!(String::from_utf8_lossy(&lock(&bench.recorder.0)).contains("one"), "log writes its message");
    bench.engine.drop_handle(connection).unwrap();
    assert_eq!(kind(get(&mut bench)), Kind::Handle);
    bench.engine.reset_host();
    bench.engine.reset(1);
    assert_eq!(replace(&mut bench, "two"), Some(Value::Option(None)));
}

#[test]
fn a_missing_import_traps_and_names_itself() {
    let text = r#"(component
      (import "a:b/c@1.2.3" (instance $i (export "f" (func (result u32)))))
      (core func $f (canon lower (func $i "f")))
      (core module $m (import "" "f" (func $f (result i32))) (func (export "g") (result i32) (call $f)))
      (core instance $n (instantiate $m (with "" (instance (export "f" (func $f))))))
      (func (export "g") (result u32) (canon lift (core func $n "g"))))"#;
    let mut bench = Bench::new(text.as_bytes());
    let error = bench.call("g", &[]).expect_err("nobody provides it");
    assert_eq!(error.kind, Kind::Trap);
    assert!(error.message.contains("a:b/c@1.2.3#f"), "{error:?}");
    assert!(error.help.iter().any(|line| line.contains("a:b/c@1.2.3")), "{error:?}");
    let function = bench.component.imported_functions[0].clone();
    assert_eq!(bench.engine.provider_of(1, &function), ("trap".into(), Some(1)));
}

#[test]
fn handles_are_moved_dropped_and_stale() {
    let text = include_bytes!("../../../demos/counter/counter.wasm");
    let mut bench = Bench::new(text);
    let constructor = bench.component.exported_functions.iter().find(|f| f.name.starts_with("[constructor]")).unwrap();
    let name = constructor.name.to_string();
    let args: Vec<Value> = constructor.params.iter().map(|param| zero(&param.ty)).collect();
    let first = Bench::handle(bench.call(&name, &args));
    let second = Bench::handle(bench.call(&name, &args));
    assert_ne!(first, second);
    bench.engine.drop_handle(first).unwrap();
    assert_eq!(bench.engine.handle(first).unwrap().state, HandleState::Dropped);
    assert_eq!(bench.engine.drop_handle(first).expect_err("twice").kind, Kind::Handle);
    assert_eq!(bench.engine.reset(1), 1);
    assert!(bench.engine.check_handle(second).unwrap_err().message.contains("stale"));
}

/// Takes, borrows, keeps and gives back a resource that the host makes.
const PASSES: &str = r#"(component
  (import "t:h/i" (instance $i
    (export "r" (type $r (sub resource)))
    (export "[constructor]r" (func (result (own $r))))))
  (alias export $i "r" (type $r))
  (core func $drop (canon resource.drop $r))
  (core module $m
    (import "" "drop" (func $drop (param i32)))
    (func (export "drop") (param i32) (call $drop (local.get 0)))
    (func (export "keep") (param i32))
    (func (export "same") (param i32) (result i32) (local.get 0)))
  (core instance $n (instantiate $m (with "" (instance (export "drop" (func $drop))))))
  (func (export "take") (param "x" (own $r)) (canon lift (core func $n "drop")))
  (func (export "look") (param "x" (borrow $r)) (canon lift (core func $n "drop")))
  (func (export "keep") (param "x" (own $r)) (canon lift (core func $n "keep")))
  (func (export "same") (param "x" (own $r)) (result (own $r)) (canon lift (core func $n "same"))))"#;

#[test]
fn a_host_resource_is_lent_moved_returned_and_outlives_a_reset() {
    let mut bench = Bench::new(PASSES.as_bytes());
    let first = Bench::handle(bench.call_host("[constructor]r", &[]));
    assert_eq!(bench.call("look", &[Value::Handle(first)]).unwrap(), None);
    assert_eq!(bench.call("look", &[Value::Handle(first)]).unwrap(), None);
    assert_eq!(bench.engine.handle(first).unwrap().lends, 0);
    assert_eq!(bench.engine.reset(1), 0, "a host handle is not the instance's");
    assert_eq!(bench.call("look", &[Value::Handle(first)]).unwrap(), None);

    let second = Bench::handle(bench.call("same", &[Value::Handle(first)]));
    let error = bench.engine.check_handle(first).unwrap_err();
    assert!(error.message.contains("moved: `same` took it"), "{error:?}");
    assert_eq!(bench.call("take", &[Value::Handle(second)]).unwrap(), None);
    assert_eq!(kind(bench.call("take", &[Value::Handle(second)])), Kind::Handle);
    assert!(
        bench.engine.handles().iter().all(|info| matches!(info.holder.as_str(), "shell" | "")),
        "the guest dropped it"
    );
}

#[test]
fn a_host_resource_that_a_guest_keeps_is_shown_and_ends_with_it() {
    let mut bench = Bench::new(PASSES.as_bytes());
    let handle = Bench::handle(bench.call_host("[constructor]r", &[]));
    bench.call("keep", &[Value::Handle(handle)]).unwrap();
    let held = |bench: &Bench| bench.engine.handles().into_iter().filter(|info| info.holder == "guest").count();
    assert_eq!(held(&bench), 1);
    bench.engine.reset(1);
    assert_eq!(held(&bench), 0);
}

#[test]
fn one_handle_cannot_be_taken_twice_in_a_call() {
    let text = PASSES.replace(
        r#"(func (export "take") (param "x" (own $r))"#,
        r#"(func (export "take") (param "x" (own $r)) (param "y" (own $r))"#,
    );
    let text =
        text.replace(r#"(func (export "drop") (param i32) (call"#, r#"(func (export "drop") (param i32 i32) (call"#);
    let text = text.replace(
        r#"(func (export "look") (param "x" (borrow $r))"#,
        r#"(func (export "look") (param "x" (own $r)) (param "y" (borrow $r))"#,
    );
    let mut bench = Bench::new(text.as_bytes());
    let handle = Bench::handle(bench.call_host("[constructor]r", &[]));
    assert_eq!(kind(bench.call("take", &[Value::Handle(handle), Value::Handle(handle)])), Kind::Handle);
    assert_eq!(kind(bench.call("look", &[Value::Handle(handle), Value::Handle(handle)])), Kind::Handle);
    assert!(bench.engine.check_handle(handle).is_ok(), "a refused call takes nothing");
}

fn zero(ty: &Type) -> Value {
    match ty {
        Type::U32 => Value::U32(0),
        Type::S32 => Value::S32(0),
        Type::String => Value::String(String::new()),
        other => panic!("no zero for {other}"),
    }
}

/// The same functions, with resources that all look alike and without the names of types.
fn shapes(functions: &[Function]) -> Vec<String> {
    functions.iter().map(|function| format!("{} {}", function.full_name(), shape(function))).collect()
}

fn shape(function: &Function) -> String {
    let params: Vec<String> = function.params.iter().map(|p| format!("{}: {}", p.name, type_shape(&p.ty))).collect();
    let result = function.result.as_ref().map(type_shape);
    format!("{}({}) -> {result:?}", function.is_async, params.join(", "))
}

fn type_shape(ty: &Type) -> String {
    let all = |types: &mut dyn Iterator<Item = String>| types.collect::<Vec<_>>().join(", ");
    match ty {
        Type::List(item) => format!("list<{}>", type_shape(item)),
        Type::FixedList(item, n) => format!("list<{}, {n}>", type_shape(item)),
        Type::Map(key, value) => format!("map<{}, {}>", type_shape(key), type_shape(value)),
        Type::Tuple(items) => format!("tuple<{}>", all(&mut items.iter().map(type_shape))),
        Type::Option(item) => format!("option<{}>", type_shape(item)),
        Type::Result(r) => format!("result<{:?}, {:?}>", r.ok.as_ref().map(type_shape), r.err.as_ref().map(type_shape)),
        Type::Record(r) => {
            format!("{{{}}}", all(&mut r.fields.iter().map(|f| format!("{}: {}", f.name, type_shape(&f.ty)))))
        }
        Type::Variant(v) => {
            let case = |c: &crate::model::types::Case| format!("{}({:?})", c.name, c.ty.as_ref().map(type_shape));
            format!("variant {{{}}}", all(&mut v.cases.iter().map(case)))
        }
        Type::Enum(l) => format!("enum {:?}", l.labels),
        Type::Flags(l) => format!("flags {:?}", l.labels),
        Type::Own(_) => "own".into(),
        Type::Borrow(_) => "borrow".into(),
        Type::Stream(item) => format!("stream<{:?}>", item.as_deref().map(type_shape)),
        Type::Future(item) => format!("future<{:?}>", item.as_deref().map(type_shape)),
        plain => plain.to_string(),
    }
}

#[test]
fn the_runtimes_walk_and_the_bytes_agree_on_the_exports() {
    for demo in ["adder", "interfaced-adder", "kv-store", "counter", "kitchen-sink"] {
        let mut bench = Bench::demo(demo);
        let walked = bench.engine.walk_exports(1).unwrap();
        let read: Vec<Function> = bench.component.exported_functions.iter().map(|f| (**f).clone()).collect();
        assert_eq!(shapes(&walked), shapes(&read), "{demo}");
    }
}
