//! Imports that a person answers, who here is a list of answers.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::Bench;
use crate::engine::{Choice, Engine, Options, Selection, Target, lock};
use crate::error::{Error, Kind};
use crate::frontend::{Answer, Channel, FRESH, Frontend, Interrupt, Progress, Question};
use crate::model::{Component, FeatureSet};
use crate::value::Value;

const CUSTOMER: &str = include_str!("../../../tests/guests/customer.wat");

/// Answers from a list, and keeps what was asked.
struct Scripted {
    is_there: bool,
    answers: Mutex<VecDeque<Answer>>,
    asked: Mutex<Vec<Question>>,
}

impl Frontend for Scripted {
    fn guest_output(&self, _channel: Channel, _bytes: &[u8]) {}

    fn progress(&self, _progress: Option<Progress<'_>>) {}

    fn is_interactive(&self) -> bool {
        self.is_there
    }

    fn ask(&self, question: &Question) -> Answer {
        lock(&self.asked).push(question.clone());
        lock(&self.answers).pop_front().expect("an answer is left")
    }
}

struct Shop {
    engine: Engine,
    component: Arc<Component>,
    person: Arc<Scripted>,
}

impl Shop {
    fn new(is_there: bool) -> Shop {
        let bytes = wat::parse_str(CUSTOMER).expect("it is WAT");
        let component = Component::from_bytes(&bytes, Path::new("c.wasm"), 1, FeatureSet::all()).expect("it loads");
        let component = Arc::new(component);
        let person = Arc::new(Scripted { is_there, answers: Mutex::default(), asked: Mutex::default() });
        let options = Options { cache: None, frontend: person.clone(), interrupt: Interrupt::default() };
        let mut engine = Engine::new(options).expect("the runtime starts");
        engine.add(component.clone(), "customer");
        Shop { engine, component, person }
    }

    /// Calls an export while the person has these answers, all of which are needed.
    fn call(&mut self, name: &str, args: &[Value], answers: Vec<Answer>) -> Result<Option<Value>, Error> {
        *lock(&self.person.answers) = answers.into();
        let function = Bench::find(&self.component.exported_functions, name);
        let result = self.engine.call(Target::Component(1), &function, args, name);
        assert!(lock(&self.person.answers).is_empty(), "{name} asked too little");
        result
    }

    /// The functions asked about since the last time, and why again.
    fn asked(&self) -> Vec<(String, Option<String>)> {
        let asked = std::mem::take(&mut *lock(&self.person.asked));
        asked.into_iter().map(|q| (q.function.name.to_string(), q.problem.map(|e| e.message.clone()))).collect()
    }
}

const TWO: &[Value] = &[Value::S32(2), Value::S32(3)];

fn value(value: Value) -> Answer {
    Answer::Value(Some(value))
}

#[test]
fn an_answer_is_the_result() {
    let mut shop = Shop::new(true);
    let five = Value::S32(5);
    assert_eq!(shop.call("add", TWO, vec![value(five.clone())]).expect("answered"), Some(five));
    let question = lock(&shop.person.asked).pop().expect("it was asked");
    assert_eq!((question.args.as_slice(), question.caller), (TWO, Some(1)));
    assert_eq!(shop.call("close", &[], vec![Answer::Value(None)]).expect("answered"), None);
}

#[test]
fn traps_and_interruptions_end_the_call() {
    let mut shop = Shop::new(true);
    let error = shop.call("add", TWO, vec![Answer::Trap("no".into())]).expect_err("it traps");
    assert_eq!((error.kind, error.message.as_str()), (Kind::Trap, "demo:host/shop#add was answered by a trap: no"));
    let error = shop.call("add", TWO, vec![Answer::Cancelled]).expect_err("it is cancelled");
    assert_eq!(error.kind, Kind::Cancelled);
    let error = shop.call("add", TWO, vec![Answer::Nobody]).expect_err("it traps");
    assert!(error.kind == Kind::Trap && error.message.ends_with("the import demo:host/shop#add"), "{error}");
}

#[test]
fn nobody_is_asked_where_nobody_is() {
    let mut shop = Shop::new(false);
    let all = Selection { component: None, interface: Some("demo:host/shop".into()), function: None };
    shop.engine.provide(all, Choice::Ask);
    let error = shop.call("add", TWO, Vec::new()).expect_err("it traps");
    assert!(error.kind == Kind::Trap && error.message.starts_with("nobody is at a terminal"), "{error}");
    shop.call("keep", &[Value::U32(1)], Vec::new()).expect("a constructor needs nobody");
}

#[test]
fn always_lasts_until_it_is_taken_back() {
    let mut shop = Shop::new(true);
    let (nine, add) = (Value::S32(9), || vec![("add".to_owned(), None)]);
    let one = Selection { component: None, interface: Some("demo:host/shop".into()), function: Some("add".into()) };
    shop.call("add", TWO, vec![Answer::Always(Some(nine.clone()))]).expect("answered");
    assert_eq!(shop.call("add", TWO, Vec::new()).expect("answered"), Some(nine.clone()));
    assert_eq!(shop.asked(), add());
    assert!(shop.engine.unprovide(&one).is_some(), "there was something to take back");
    assert!(shop.engine.unprovide(&one).is_none(), "and only once");
    shop.call("add", TWO, vec![Answer::Always(Some(nine.clone()))]).expect("answered");
    shop.engine.reset_host();
    shop.call("add", TWO, vec![value(nine)]).expect("answered");
    assert_eq!(shop.asked().len(), 2);
}

#[test]
fn a_handle_that_cannot_be_given_is_asked_for_again() {
    let mut shop = Shop::new(true);
    let ok = |number| value(Value::Result(Ok(Some(Box::new(Value::Handle(number))))));
    let price = || value(Value::U32(1));
    shop.call("found", &[Value::U32(1)], vec![ok(99), ok(FRESH), price()]).expect("answered");
    let problem = Some("#99 is no handle any more".to_owned());
    let expected = [("find", None), ("find", problem), ("[method]item.price", None)];
    assert_eq!(shop.asked(), expected.map(|(name, problem)| (name.to_owned(), problem)));
    let item = Bench::find(&shop.component.imported_functions, "[constructor]item");
    let made = shop.engine.call(Target::Host, &item, &[Value::U32(1)], "item").expect("made");
    let Some(Value::Handle(number)) = made else { panic!("no handle: {made:?}") };
    shop.call("found", &[Value::U32(1)], vec![ok(number), price()]).expect("answered");
    let error = shop.engine.check_handle(number).expect_err("it was given away");
    assert!(error.message.contains("moved: `the answer to find` took it"), "{error}");
}

#[test]
fn what_a_guest_gives_away_is_the_shells() {
    let mut shop = Shop::new(true);
    shop.call("sell", &[Value::U32(1)], vec![value(Value::U32(2))]).expect("answered");
    let handles = shop.engine.handles();
    let [item] = handles.as_slice() else { panic!("{handles:?}") };
    assert_eq!((item.type_name.as_str(), item.holder.as_str()), ("item", "shell"));
    shop.engine.drop_handle(item.number).expect("it is ours to drop");
}
