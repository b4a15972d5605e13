//! The event loops of stores: what runs beside a call, and what runs while the shell only waits.
//!
//! A store's tasks advance only while its loop runs. A loop is left by asking, not by dropping it: dropped in the middle of a
//! guest's code it would spoil the store.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use wasmtime::Store;

use super::runner::Stop;
use super::store_state::StoreState;

/// How often [`Loops::settle_down`] polls at most, and how long.
const MOST_POLLS: usize = 1_000;
const LONGEST: Duration = Duration::from_millis(100);

/// A loop's way to its end.
type Loop<'a> = Pin<Box<dyn Future<Output = wasmtime::Result<()>> + 'a>>;

/// The loops of several stores, by their numbers.
#[derive(Default)]
pub struct Loops<'a> {
    running: Vec<(u32, Loop<'a>)>,
    leave: Rc<Cell<bool>>,
    failed: Vec<(u32, Stop)>,
}

impl<'a> Loops<'a> {
    /// Runs a store's loop with the others, until [`Loops::leave`].
    pub fn add(&mut self, number: u32, store: &'a mut Store<StoreState>) {
        let leave = self.leave.clone();
        let until_left = async move {
            let left = |_: &mut Context<'_>| if leave.get() { Poll::Ready(()) } else { Poll::Pending };
            store.run_concurrent(async move |_| poll_fn(left).await).await
        };
        self.running.push((number, Box::pin(until_left)));
    }

    /// Lets them go on; ready once all have ended.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let failed = &mut self.failed;
        self.running.retain_mut(|(number, running)| match running.as_mut().poll(context) {
            Poll::Pending => true,
            Poll::Ready(Ok(())) => false,
            Poll::Ready(Err(error)) => {
                failed.push((*number, Stop::Error(error)));
                false
            }
        });
        if self.running.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Asks all of them to end; each does at its next poll, unless a guest's code or a call of the host holds its store.
    pub fn leave(&self) {
        self.leave.set(true);
    }

    /// Whether a store has failed.
    pub fn any_failed(&self) -> bool {
        !self.failed.is_empty()
    }

    /// The stores whose loops failed. Those that have not ended are given up, and are lost with that.
    pub fn end(mut self) -> Vec<(u32, Stop)> {
        self.leave();
        let _ = self.poll(&mut Context::from_waker(Waker::noop()));
        self.failed.extend(self.running.drain(..).map(|(number, _)| (number, Stop::Abandoned)));
        self.failed
    }

    /// Lets them go on until nothing more happens by itself, within bounds; nobody waits for the outside world.
    pub fn settle_down(&mut self) {
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(woken.clone());
        let began = Instant::now();
        for _ in 0..MOST_POLLS {
            woken.0.store(false, Ordering::SeqCst);
            let polled = self.poll(&mut Context::from_waker(&waker));
            if polled.is_ready() || !woken.0.load(Ordering::SeqCst) || began.elapsed() > LONGEST {
                return;
            }
        }
    }
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}
