//! Components that answer each other's imports: resources in both directions, shared fates, one runtime for all.

use std::path::Path;
use std::sync::Arc;

use super::Recorder;
use crate::engine::provider::{Linked, Selection};
use crate::engine::{Choice, Engine, Options, Target};
use crate::error::{Error, Kind};
use crate::frontend::Interrupt;
use crate::model::{Component, FeatureSet, Function};
use crate::value::Value;

/// Makes resources that know a number; `dropped` is the sum of those that are gone.
const MAKER: &str = r#"(component
  (core module $d
    (global $n (mut i32) (i32.const 0))
    (func (export "dtor") (param i32) (global.set $n (i32.add (global.get $n) (local.get 0))))
    (func (export "dropped") (result i32) (global.get $n)))
  (core instance $d (instantiate $d))
  (type $conn (resource (rep i32) (dtor (func $d "dtor"))))
  (core func $new (canon resource.new $conn))
  (core func $drop (canon resource.drop $conn))
  (core module $m
    (import "" "new" (func $new (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "get") (param i32) (result i32) (local.get 0))
    (func (export "eat") (param i32) (call $drop (local.get 0)))
    (func (export "fail") unreachable))
  (core instance $m (instantiate $m (with "" (instance (export "new" (func $new)) (export "drop" (func $drop))))))
  (export $c "conn" (type $conn))
  (func $make (param "n" u32) (result (own $c)) (canon lift (core func $m "make")))
  (func $get (param "self" (borrow $c)) (result u32) (canon lift (core func $m "get")))
  (func $eat (param "c" (own $c)) (canon lift (core func $m "eat")))
  (export "[constructor]conn" (func $make))
  (export "[method]conn.get" (func $get))
  (export "eat" (func $eat))
  (func (export "fail") (canon lift (core func $m "fail")))
  (func (export "dropped") (result u32) (canon lift (core func $d "dropped"))))"#;

/// Imports what the other makes, and passes it about.
const USER: &str = r#"(component
  (import "conn" (type $conn (sub resource)))
  (import "[constructor]conn" (func $make (param "n" u32) (result (own $conn))))
  (import "[method]conn.get" (func $get (param "self" (borrow $conn)) (result u32)))
  (import "eat" (func $eat (param "c" (own $conn))))
  (import "fail" (func $fail))
  (core func $make (canon lower (func $make)))
  (core func $get (canon lower (func $get)))
  (core func $eat (canon lower (func $eat)))
  (core func $fail (canon lower (func $fail)))
  (core func $drop (canon resource.drop $conn))
  (core module $m
    (import "" "make" (func $make (param i32) (result i32)))
    (import "" "get" (func $get (param i32) (result i32)))
    (import "" "eat" (func $eat (param i32)))
    (import "" "fail" (func $fail))
    (import "" "drop" (func $drop (param i32)))
    (global $calls (mut i32) (i32.const 0))
    (func (export "make") (param i32) (result i32)
      (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
      (call $make (local.get 0)))
    (func (export "make-and-drop") (param i32) (result i32) (local $h i32) (local $v i32)
      (local.set $h (call $make (local.get 0)))
      (local.set $v (call $get (local.get $h)))
      (call $drop (local.get $h))
      (local.get $v))
    (func (export "peek") (param i32) (result i32) (local $v i32)
      (local.set $v (call $get (local.get 0)))
      (call $drop (local.get 0))
      (local.get $v))
    (func (export "give") (param i32) (call $eat (local.get 0)))
    (func (export "calls") (result i32) (global.get $calls))
    (func (export "fail") (call $fail)))
  (core instance $m (instantiate $m (with "" (instance
    (export "make" (func $make)) (export "get" (func $get)) (export "eat" (func $eat)) (export "fail" (func $fail))
    (export "drop" (func $drop))))))
  (func (export "make") (param "n" u32) (result (own $conn)) (canon lift (core func $m "make")))
  (func (export "make-and-drop") (param "n" u32) (result u32) (canon lift (core func $m "make-and-drop")))
  (func (export "peek") (param "c" (borrow $conn)) (result u32) (canon lift (core func $m "peek")))
  (func (export "give") (param "c" (own $conn)) (canon lift (core func $m "give")))
  (func (export "calls") (result u32) (canon lift (core func $m "calls")))
  (func (export "fail-there") (canon lift (core func $m "fail"))))"#;

const MAKER_ID: u32 = 1;
const USER_ID: u32 = 2;

struct Pair {
    engine: Engine,
    maker: Arc<Component>,
    user: Arc<Component>,
}

impl Pair {
    fn linked(maker: &str, user: &str) -> Pair {
        let load = |wat: &str, id| {
            let bytes = wat::parse_str(wat).expect("it is well-formed");
            Arc::new(Component::from_bytes(&bytes, Path::new("x.wasm"), id, FeatureSet::all()).expect("it loads"))
        };
        let (maker, user) = (load(maker, MAKER_ID), load(user, USER_ID));
        let options = Options { cache: None, frontend: Arc::new(Recorder::default()), interrupt: Interrupt::default() };
        let mut engine = Engine::new(options).expect("the runtime starts");
        engine.add(maker.clone(), "maker");
        engine.add(user.clone(), "user");
        let mut pair = Pair { engine, maker, user };
        pair.link();
        pair
    }

    fn link(&mut self) -> Vec<(String, usize)> {
        let export = |import: &Arc<Function>| {
            let exports = &self.maker.exported_functions;
            let export = exports.iter().find(|export| export.name == import.name).expect("it is exported");
            (import.clone(), export.clone())
        };
        let pairs = self.user.imported_functions.iter().map(export).collect();
        let linked = Linked { component: MAKER_ID, name: "component maker".into(), export: "".into(), pairs };
        self.engine.provide(selection(), Choice::Provider(Arc::new(linked)))
    }

    fn call(&mut self, component: u32, name: &str, args: &[Value]) -> Result<Option<Value>, Error> {
        let loaded = if component == MAKER_ID { &self.maker } else { &self.user };
        let function = super::Bench::find(&loaded.exported_functions, name);
        self.engine.call(Target::Component(component), &function, args, name)
    }

    fn number(&mut self, component: u32, name: &str, args: &[Value]) -> u32 {
        match self.call(component, name, args) {
            Ok(Some(Value::U32(number) | Value::Handle(number))) => number,
            other => panic!("expected a number, found {other:?}"),
        }
    }
}

fn selection() -> Selection {
    Selection { component: Some(USER_ID), interface: None, function: None }
}

#[test]
fn resources_cross_in_both_directions() {
    let mut pair = Pair::linked(MAKER, USER);
    assert_eq!(pair.number(USER_ID, "make-and-drop", &[Value::U32(7)]), 7);
    assert_eq!(pair.number(MAKER_ID, "dropped", &[]), 7);
    // Made by the one, passed through the other, used and lent and dropped here and there.
    let handle = Value::Handle(pair.number(USER_ID, "make", &[Value::U32(30)]));
    assert_eq!(pair.number(MAKER_ID, "[method]conn.get", std::slice::from_ref(&handle)), 30);
    assert_eq!(pair.number(USER_ID, "peek", std::slice::from_ref(&handle)), 30);
    assert_eq!(pair.number(USER_ID, "peek", std::slice::from_ref(&handle)), 30);
    let made = Value::Handle(pair.number(MAKER_ID, "[constructor]conn", &[Value::U32(100)]));
    assert_eq!(pair.number(USER_ID, "peek", std::slice::from_ref(&made)), 100);
    assert_eq!(pair.call(USER_ID, "give", std::slice::from_ref(&made)).unwrap(), None);
    assert_eq!(pair.number(MAKER_ID, "dropped", &[]), 107);
    let error = pair.call(USER_ID, "peek", &[made]).expect_err("it is gone");
    assert!(error.message.contains("moved"), "{}", error.message);
    let Value::Handle(number) = handle else { unreachable!() };
    pair.engine.drop_handle(number).unwrap();
    assert_eq!(pair.number(MAKER_ID, "dropped", &[]), 137);
    let live: Vec<_> = pair.engine.handles().into_iter().filter(|info| info.state.word() == "live").collect();
    assert!(live.is_empty(), "{live:?}");
}

#[test]
fn linked_components_live_and_trap_together() {
    let mut pair = Pair::linked(MAKER, USER);
    let handle = pair.number(USER_ID, "make", &[Value::U32(5)]);
    assert_eq!(pair.engine.handle(handle).unwrap().owner, "maker");
    assert_eq!(pair.number(USER_ID, "calls", &[]), 1);
    let error = pair.call(USER_ID, "fail-there", &[]).expect_err("it traps");
    assert_eq!((error.kind, &*error.message), (Kind::Trap, "maker trapped: wasm `unreachable` instruction executed"));
    assert_eq!(error.backtrace.len(), 2, "a frame of each: {:?}", error.backtrace);
    let note = "the next call gets a fresh instance of maker and user; 1 handle of the old one is stale";
    assert_eq!(error.notes, [note]);
    assert_eq!(pair.number(USER_ID, "calls", &[]), 0);
    assert_eq!(pair.engine.check_handle(handle).expect_err("it is stale").kind, Kind::Handle);
}

#[test]
fn a_link_brings_living_instances_together_and_may_be_undone() {
    let mut pair = Pair::linked(MAKER, USER);
    pair.engine.unprovide(&selection()).expect("it was chosen");
    let made = pair.number(MAKER_ID, "[constructor]conn", &[Value::U32(1)]);
    assert_eq!(pair.number(USER_ID, "calls", &[]), 0);
    let error = pair.call(USER_ID, "peek", &[Value::Handle(made)]).expect_err("they are strangers");
    assert_eq!(error.message, format!("#{made} belongs to maker, and user is not linked to it"));
    // The importer moves in with the one that answers, which keeps its state.
    assert_eq!(pair.link(), [("user".to_owned(), 0)]);
    assert_eq!(pair.number(USER_ID, "peek", &[Value::Handle(made)]), 1);
    assert_eq!(pair.engine.answering(USER_ID), [MAKER_ID]);
    assert_eq!(pair.engine.together_with(USER_ID), [MAKER_ID, USER_ID]);
    pair.engine.remove(MAKER_ID);
    // Without a provider a constructor makes handles by itself, and the rest traps.
    let made = pair.number(USER_ID, "make", &[Value::U32(1)]);
    let error = pair.call(USER_ID, "peek", &[Value::Handle(made)]).expect_err("nobody answers");
    assert_eq!(error.message, "the import [method]conn.get is not provided");
}

#[test]
fn what_the_quick_compiler_refuses_takes_the_others_along() {
    // Tail calls are Cranelift's.
    let tail = MAKER.replace("(result i32) (call $new (local.get 0))", "(result i32) (return_call $new (local.get 0))");
    assert_ne!(tail, MAKER);
    let mut pair = Pair::linked(&tail, USER);
    assert_eq!(pair.number(USER_ID, "calls", &[]), 0);
    assert_eq!(pair.number(USER_ID, "make-and-drop", &[Value::U32(7)]), 7);
    let mut pair = Pair::linked(&tail, USER);
    assert_eq!(pair.number(MAKER_ID, "dropped", &[]), 0);
    assert_eq!(pair.number(USER_ID, "make-and-drop", &[Value::U32(8)]), 8);
}
