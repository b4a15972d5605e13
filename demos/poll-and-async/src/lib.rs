//! Waiting by `poll`, which stops the whole instance, beside waiting by `await`, which stops one task of it.

wit_bindgen::generate!({
    world: "wasi-mindmap:poll-and-async/poll-and-async",
    path: "wit",
    generate_all,
});

use futures::future::select_all;
use wasi::clocks0_2_12::monotonic_clock::subscribe_duration;
use wasi::clocks0_3_0::monotonic_clock::wait_for;
use wasi::io::poll::{Pollable, poll};

struct PollAndAsync;

impl Guest for PollAndAsync {
    fn wait_by_poll(ms: u32) {
        let pollable = subscribe_duration(nanoseconds(ms));
        poll(&[&pollable]);
        drop(pollable);
    }

    async fn wait_by_await(ms: u32) {
        wait_for(nanoseconds(ms)).await;
    }

    fn first_by_poll(ms: Vec<u32>) -> u32 {
        let pollables: Vec<Pollable> = ms.into_iter().map(|ms| subscribe_duration(nanoseconds(ms))).collect();
        let ready = poll(&pollables.iter().collect::<Vec<_>>());
        ready[0]
    }

    async fn first_by_await(ms: Vec<u32>) -> u32 {
        let waits = ms.into_iter().map(|ms| Box::pin(wait_for(nanoseconds(ms))));
        let ((), first, _others) = select_all(waits).await;
        first as u32
    }
}

fn nanoseconds(ms: u32) -> u64 {
    u64::from(ms) * 1_000_000
}

export!(PollAndAsync);
