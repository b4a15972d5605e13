//! The resources: counters, and cursors that run up to a counter's value.

use std::cell::{Cell, RefCell};

use crate::KitchenSink;
use crate::exports::wasi_mindmap::kitchen_sink::store::{
    Counter as CounterHandle, CounterBorrow, Cursor as CursorHandle, Guest, GuestCounter, GuestCursor, Point,
};

thread_local! {
    static LIVE: Cell<u32> = const { Cell::new(0) };
}

pub struct Counter {
    value: Cell<u32>,
    label: RefCell<Option<String>>,
}

impl Counter {
    fn starting_at(value: u32) -> Counter {
        LIVE.set(LIVE.get() + 1);
        Counter { value: Cell::new(value), label: RefCell::default() }
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        LIVE.set(LIVE.get() - 1);
    }
}

pub struct Cursor {
    next: Cell<u32>,
    end: u32,
}

impl GuestCounter for Counter {
    fn new(start: u32) -> Counter {
        Counter::starting_at(start)
    }

    fn increment(&self, by: u32) -> u32 {
        self.value.set(self.value.get().wrapping_add(by));
        self.value.get()
    }

    fn value(&self) -> u32 {
        self.value.get()
    }

    fn label(&self) -> Option<String> {
        self.label.borrow().clone()
    }

    fn set_label(&self, label: String) {
        *self.label.borrow_mut() = Some(label);
    }

    fn from_point(p: Point) -> CounterHandle {
        CounterHandle::new(Counter::starting_at(p.x.wrapping_add(p.y) as u32))
    }

    fn live_count() -> u32 {
        LIVE.get()
    }
}

impl GuestCursor for Cursor {
    fn next(&self) -> Option<u32> {
        let next = self.next.get();
        if next >= self.end {
            return None;
        }
        self.next.set(next + 1);
        Some(next)
    }
}

impl Guest for KitchenSink {
    type Counter = Counter;
    type Cursor = Cursor;

    fn echo_own(c: CounterHandle) -> CounterHandle {
        c
    }

    fn into_value(c: CounterHandle) -> u32 {
        c.into_inner::<Counter>().value.get()
    }

    fn sum(a: CounterBorrow<'_>, b: CounterBorrow<'_>) -> u32 {
        a.get::<Counter>().value().wrapping_add(b.get::<Counter>().value())
    }

    fn make_many(n: u32) -> Vec<CounterHandle> {
        (0..n).map(|start| CounterHandle::new(Counter::starting_at(start))).collect()
    }

    fn merge(counters: Vec<CounterHandle>) -> Option<CounterHandle> {
        if counters.is_empty() {
            return None;
        }
        let total = counters.iter().map(|counter| counter.get::<Counter>().value.get()).sum();
        Some(CounterHandle::new(Counter::starting_at(total)))
    }

    fn cursor_over(c: CounterBorrow<'_>) -> Result<CursorHandle, String> {
        match c.get::<Counter>().value() {
            0 => Err("the counter is at zero".into()),
            end => Ok(CursorHandle::new(Cursor { next: Cell::new(0), end })),
        }
    }
}
