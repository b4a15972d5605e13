//! Streams, futures and tasks: every payload makes its way through a pump, and what fails beside a line costs no more than it must.

use proptest::prelude::*;

use super::*;
use crate::engine::{Taken, TaskState};
use crate::value::strategies::{Lists, typed};

/// A component that waits for a future, and one with nothing but a function that traps.
const GUEST: &str = r#"(component
  (core module $m
    (func (export "trap") unreachable)
    (func (export "seven") (result i32) (i32.const 7))
    (func (export "spin") (loop $again (br $again))))
  (core instance $i (instantiate $m))
  (func (export "trap") (canon lift (core func $i "trap")))
  (func (export "spin") async (canon lift (core func $i "spin")))
  (func (export "seven") async (result u32) (canon lift (core func $i "seven"))))"#;

fn bench() -> Bench {
    Bench::new(GUEST.as_bytes())
}

fn stream(item: Type) -> Type {
    Type::Stream(Some(Arc::new(item)))
}

impl Bench {
    /// The number of a store with an instance in it.
    fn store(&mut self) -> u32 {
        self.engine.stores.ready(&self.engine.around, &mut self.engine.programs, 1).expect("an instance")
    }

    /// A stream or future of this type whose readable end has been through the store.
    fn through_store(&mut self, ty: &Type) -> (u32, u32) {
        let store = self.store();
        let (writable, readable) = self.engine.make_ends(ty).expect("it can be moved");
        self.engine.bring(&[Value::Handle(readable)], store).expect("it is brought");
        (writable, readable)
    }

    fn read(&mut self, readable: u32, most: Option<usize>) -> Taken {
        self.engine.read(readable, most).expect("it is read")
    }

    fn start(&mut self, name: &str) -> u32 {
        let function = Bench::find(&self.component.exported_functions, name);
        self.engine.start(Target::Component(1), &function, &[], &format!("{name}()")).expect("it starts")
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn items_of_every_type_pass_a_store(typed in typed(Lists::FixedAndMaps), count in 1..4_usize) {
        let mut bench = bench();
        if typed.ty == Type::Char {
            prop_assert!(bench.engine.make_ends(&stream(Type::Char)).is_err());
            return Ok(());
        }
        let (writable, readable) = bench.through_store(&stream(typed.ty.clone()));
        let items = match &typed.value {
            Value::U8(byte) => Value::Bytes(vec![*byte; count]),
            value => Value::List(vec![value.clone(); count]),
        };
        bench.engine.write(writable, items.clone()).expect("it is written");
        bench.engine.close(writable).expect("it is closed");
        let taken = bench.read(readable, None);
        prop_assert_eq!(taken.value, items, "{}", typed.ty);
        prop_assert!(taken.ended.is_some() && !taken.is_open);

        let (writable, readable) = bench.through_store(&Type::Future(Some(Arc::new(typed.ty.clone()))));
        bench.engine.write(writable, Value::List(vec![typed.value.clone()])).expect("it is resolved");
        prop_assert_eq!(bench.read(readable, None).value, typed.value, "{}", typed.ty);
    }
}

#[test]
fn many_items_pass_in_order_and_few_at_a_time() {
    let mut bench = bench();
    let (writable, readable) = bench.through_store(&stream(Type::U32));
    let numbers = |range: std::ops::Range<u32>| Value::List(range.map(Value::U32).collect());
    bench.engine.write(writable, numbers(0..10_000)).expect("it is written");
    bench.engine.close(writable).expect("it is closed");
    assert_eq!(bench.read(readable, Some(3)).value, numbers(0..3));
    assert_eq!(bench.read(readable, Some(5_000)).value, numbers(3..5_003));
    assert_eq!(bench.read(readable, None).value, numbers(5_003..10_000));
    let end = bench.read(readable, None);
    assert_eq!(end.value, numbers(0..0));
    assert_eq!(end.ended.as_deref(), Some("the guest dropped the writable end"));
}

#[test]
fn nobody_reads_ahead() {
    let mut bench = bench();
    let (writable, readable) = bench.through_store(&stream(Type::U8));
    let left = |bench: &mut Bench| bench.engine.write(writable, Value::Bytes(Vec::new())).expect("it is open").waiting;
    bench.engine.write(writable, Value::Bytes(vec![7; 1 << 20])).expect("it is written");
    assert_eq!(left(&mut bench), 1 << 20, "nothing moves before it is asked for");
    assert_eq!(bench.read(readable, Some(10)).value, Value::Bytes(vec![7; 10]));
    let taken = (1 << 20) - left(&mut bench);
    assert!((10..=128 << 10).contains(&taken), "{taken} bytes were taken for ten");
    bench.engine.drop_handle(readable).expect("it is dropped");
    let refused = bench.engine.write(writable, Value::Bytes(vec![7])).expect_err("nobody reads");
    assert_eq!(refused.kind, Kind::Handle);
    assert!(refused.message.contains("nobody reads"), "{refused}");
}

#[test]
fn a_reader_that_waits_can_be_dropped() {
    for item in [Type::U8, Type::String] {
        let mut bench = bench();
        bench.engine.set_limits(Limits { timeout: Some(Duration::from_millis(30)), ..Limits::default() });
        let (writable, readable) = bench.through_store(&stream(item.clone()));
        // The shell's own writable end is not waited for; another holder's would be.
        let channel = match &lock(&bench.engine.around.host.handles).live(writable).expect("it is live").held {
            crate::engine::handle_table::Held::Writer(channel) => channel.clone(),
            _ => panic!("a writable end"),
        };
        lock(&bench.engine.around.host.handles).end(writable, HandleState::Dropped);
        let error = bench.engine.read(readable, Some(1)).expect_err("nothing comes");
        assert_eq!(error.kind, Kind::Limit, "{error}");
        bench.engine.drop_handle(readable).expect("it is dropped");
        // Who writes learns of it at the next item.
        match item {
            Type::U8 => channel.push_bytes(b"x"),
            _ => channel.push_values(vec![Value::String("x".into())]),
        }
        bench.engine.advance();
        assert_ne!(channel.look().reader, crate::engine::stream::End::Open, "the writer sees it: {item}");
        assert!(!bench.engine.stores.any_busy(), "{item}");
        assert_eq!(bench.call("seven", &[]).expect("the instance lives"), Some(Value::U32(7)));
    }
}

#[test]
fn payloads_that_cannot_be_moved_are_refused_before_anything_runs() {
    let mut bench = bench();
    for item in [stream(Type::U8), Type::ErrorContext, Type::List(Arc::new(stream(Type::U8)))] {
        let error = bench.engine.make_ends(&stream(item)).expect_err("it cannot be moved");
        assert_eq!(error.kind, Kind::Type);
        assert!(error.notes.iter().any(|note| note.contains("records")), "it says which can: {:?}", error.notes);
    }
    let mut bomb = Type::Tuple(Arc::new([Type::U8, Type::U8]));
    for _ in 0..40 {
        bomb = Type::Tuple(Arc::new([bomb.clone(), bomb]));
    }
    let error = bench.engine.make_ends(&stream(bomb)).expect_err("a type with a million parts");
    assert_eq!(error.kind, Kind::Type, "{error}");
}

#[test]
fn a_trap_loses_the_tasks_of_its_store_and_says_which() {
    let mut bench = bench();
    let task = bench.start("seven");
    let info = bench.engine.tasks();
    assert_eq!(info.iter().map(|info| (info.number, info.state)).collect::<Vec<_>>(), [(task, TaskState::Running)]);
    let error = bench.call("trap", &[]).expect_err("it traps");
    assert_eq!(error.kind, Kind::Trap);
    assert!(bench.engine.tasks().is_empty(), "no task outlives its store");
    let error = bench.engine.await_task(task, "$a?").expect_err("it is lost");
    assert_eq!(error.kind, Kind::Handle, "{error}");
    let task = bench.start("seven");
    assert_eq!(bench.engine.await_task(task, "$a?").expect("a fresh instance"), Some(Value::U32(7)));
}

#[test]
fn a_task_that_computes_without_end_is_stopped_by_the_time_limit() {
    let mut bench = bench();
    bench.engine.set_limits(Limits { timeout: Some(Duration::from_millis(50)), ..Limits::default() });
    let task = bench.start("spin");
    let began = Instant::now();
    let error = bench.engine.await_task(task, "$a?").expect_err("it never ends");
    assert_eq!(error.kind, Kind::Limit, "{error}");
    assert!(began.elapsed() < Duration::from_secs(30));
    assert!(bench.engine.tasks().is_empty());
    assert_eq!(bench.call("seven", &[]).expect("a fresh instance"), Some(Value::U32(7)));
}

#[test]
fn a_cancelled_task_is_abandoned_until_it_ends() {
    let mut bench = bench();
    let task = bench.start("seven");
    assert_eq!(bench.engine.cancel_task(task).expect("it is there"), TaskState::Running);
    assert_eq!(bench.engine.tasks()[0].state, TaskState::Abandoned);
    assert!(bench.engine.await_task(task, "$a?").expect_err("its result is given up").message.contains("cancelled"));
    bench.engine.give_time(None).expect("nothing fails");
    bench.engine.advance();
    assert!(bench.engine.tasks().is_empty());
}
