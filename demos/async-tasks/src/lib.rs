//! Async exports: while one waits, the others go on, in one instance and without threads.

wit_bindgen::generate!({
    world: "wasi-mindmap:async-tasks/async-tasks",
    path: "wit",
    generate_all,
});

use std::cell::RefCell;
use std::future::pending;

use exports::wasi_mindmap::async_tasks::tasks::{Failure, Guest};
use futures::channel::oneshot;
use wasi::clocks::monotonic_clock::wait_for;
use wit_bindgen::{FutureReader, StreamReader, spawn_local, yield_async};

thread_local! {
    static HISTORY: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static WAITING: RefCell<Option<Waiting>> = const { RefCell::new(None) };
}

/// A task that is in `meet` and has met nobody yet.
struct Waiting {
    name: String,
    other: oneshot::Sender<String>,
}

struct AsyncTasks;

impl Guest for AsyncTasks {
    async fn step(name: String, times: u32) -> Vec<String> {
        for number in 1..=times {
            remember(format!("{name} {number}"));
            yield_async().await;
        }
        Self::history()
    }

    async fn meet(name: String) -> String {
        match WAITING.take() {
            Some(waiting) if !waiting.other.is_canceled() => {
                remember(format!("{name} met {}", waiting.name));
                // It is there to receive: that it has not gone has just been asked.
                let _ = waiting.other.send(name);
                waiting.name
            }
            _ => {
                remember(format!("{name} waits"));
                let (other, receiver) = oneshot::channel();
                WAITING.set(Some(Waiting { name, other }));
                receiver.await.expect("nobody drops a sender without sending")
            }
        }
    }

    async fn slow(ms: u32) -> u32 {
        remember(format!("slow {ms} begins"));
        wait_for(nanoseconds(ms)).await;
        remember(format!("slow {ms} is done"));
        ms
    }

    fn history() -> Vec<String> {
        HISTORY.with_borrow(Vec::clone)
    }

    async fn later(text: String, ms: u32) -> FutureReader<String> {
        let (writer, reader) = wit_future::new(|| unreachable!("the task below holds it until it has written"));
        spawn_local(async move {
            wait_for(nanoseconds(ms)).await;
            // Whoever dropped the other end does not want it.
            let _ = writer.write(text).await;
        });
        reader
    }

    async fn never() -> FutureReader<String> {
        let (writer, reader) = wit_future::new(|| unreachable!("it is never dropped"));
        std::mem::forget(writer);
        reader
    }

    async fn ticks(every_ms: u32, count: Option<u32>) -> StreamReader<u32> {
        let (mut writer, reader) = wit_stream::new();
        spawn_local(async move {
            for number in 1..=count.unwrap_or(u32::MAX) {
                wait_for(nanoseconds(every_ms)).await;
                let refused = writer.write_one(number).await;
                if refused.is_some() {
                    remember(format!("nobody takes tick {number}"));
                    break;
                }
            }
        });
        reader
    }

    async fn hang() {
        pending().await
    }

    async fn fail(how: Failure) -> Result<(), String> {
        yield_async().await;
        match how {
            Failure::Error => Err("asked to fail".to_string()),
            Failure::Panic => panic!("asked to panic"),
        }
    }
}

fn remember(event: String) {
    HISTORY.with_borrow_mut(|history| history.push(event));
}

fn nanoseconds(ms: u32) -> u64 {
    u64::from(ms) * 1_000_000
}

export!(AsyncTasks);
