//! A component that works with resources of another: it makes them there, keeps them, and passes them on.

wit_bindgen::generate!({
    world: "wasi-mindmap:counting/counting",
    path: ["../wit", "wit"],
    generate_all,
});

use std::cell::RefCell;

use wasi_mindmap::kitchen_sink::store::{self, Point};

thread_local! {
    static KEPT: RefCell<Vec<Counter>> = const { RefCell::new(Vec::new()) };
}

struct Counting;

impl Guest for Counting {
    fn drive() -> Vec<String> {
        let before = Counter::live_count();
        let counter = Counter::new(5);
        counter.set_label("five");
        let point = Counter::from_point(Point { x: 3, y: 4 });
        let cursor = store::cursor_over(&point);
        let seen: Vec<u32> = cursor.iter().flat_map(|cursor| std::iter::from_fn(|| cursor.next())).collect();
        let merged = store::merge(store::make_many(4)).map(|merged| merged.value());
        let mut found = vec![
            format!("increment: {}", counter.increment(7)),
            format!("label: {:?}", counter.label()),
            format!("sum: {}", store::sum(&counter, &point)),
            format!("cursor: {seen:?}"),
            format!("no cursor: {:?}", store::cursor_over(&Counter::new(0)).err()),
            format!("merged: {merged:?}"),
            format!("merged none: {}", store::merge(Vec::new()).is_none()),
            format!("into value: {}", store::into_value(store::echo_own(counter))),
        ];
        drop((point, cursor));
        found.push(format!("left over: {}", Counter::live_count() - before));
        found
    }

    fn make(start: u32) -> Counter {
        Counter::new(start)
    }

    fn pass(c: Counter) -> Counter {
        c.increment(1);
        store::echo_own(c)
    }

    fn twice(c: &Counter) -> u32 {
        store::sum(c, c)
    }

    fn keep(c: Counter) {
        KEPT.with_borrow_mut(|kept| kept.push(c));
    }

    fn kept() -> Vec<Counter> {
        KEPT.take()
    }

    fn swap(p: Pair) -> Pair {
        match p.second {
            Some(second) => Pair { first: second, second: Some(p.first) },
            None => p,
        }
    }

    fn first_of(cs: Vec<Option<Counter>>) -> Result<Counter, String> {
        cs.into_iter().flatten().next().ok_or_else(|| "there is none".to_owned())
    }

    fn up_to(c: &Counter) -> Cursor {
        store::cursor_over(c).unwrap()
    }
}

export!(Counting);
