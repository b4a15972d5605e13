//! Driving what the runtime does, with a hand on the brake.
//!
//! A guest that computes is stopped through the epoch, which gives a backtrace. A guest that sits in a call of the host cannot be
//! reached that way: after a grace period its future is dropped, and its instance with it.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use wasmtime::{Store, UpdateDeadline};

use super::config::Runtimes;
use super::limits::Limits;
use super::lock;
use super::questions::{Asked, Questions};
use super::ticker::{TICK, Ticker};
use super::trap::Stopped;
use crate::error::{Error, Kind, Result};
use crate::frontend::{Frontend, Interrupt};

/// How long a guest that was asked to stop may sit in a call of the host.
const GRACE: Duration = Duration::from_millis(200);

/// How a driven future ended without a result.
pub enum Stop {
    /// The runtime says why.
    Error(wasmtime::Error),
    /// It was dropped because it did not end in time.
    Abandoned,
}

/// Runs futures of the runtime to their end.
pub struct Runner {
    // An option only so that dropping the runner need not wait for system calls that still run.
    runtime: Option<Runtime>,
    ticker: Ticker,
    brake: Arc<Brake>,
    questions: Questions,
    frontend: Arc<dyn Frontend>,
}

/// Says when the call that runs must stop.
pub struct Brake {
    interrupt: Interrupt,
    deadline: Mutex<Option<Instant>>,
    stopped: AtomicU8,
}

impl Brake {
    /// Whether to stop now, and why.
    fn pulled(&self) -> Option<Stopped> {
        let why = if self.interrupt.is_raised() {
            Stopped::Interrupt
        } else if lock(&self.deadline).is_some_and(|deadline| Instant::now() >= deadline) {
            Stopped::Timeout
        } else {
            return None;
        };
        self.stopped.store(why as u8 + 1, Ordering::SeqCst);
        Some(why)
    }

    /// The time that a person took is not the guest's.
    fn forgive(&self, time: Duration) {
        let mut deadline = lock(&self.deadline);
        *deadline = deadline.and_then(|deadline| deadline.checked_add(time));
    }

    /// Why the last call was stopped, if it was.
    pub fn stopped(&self) -> Option<Stopped> {
        match self.stopped.load(Ordering::SeqCst) {
            0 => None,
            1 => Some(Stopped::Interrupt),
            _ => Some(Stopped::Timeout),
        }
    }
}

impl Runner {
    /// A runner for these runtimes; Ctrl-C arrives through `interrupt`. It puts the questions to the driver.
    pub fn new(
        runtimes: &Arc<Runtimes>,
        interrupt: Interrupt,
        questions: Questions,
        frontend: Arc<dyn Frontend>,
    ) -> Result<Runner> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| Error::new(Kind::Internal, "no event loop").cause(e.to_string()))?;
        let brake = Brake { interrupt, deadline: Mutex::new(None), stopped: AtomicU8::new(0) };
        let (ticker, brake) = (Ticker::start(Arc::downgrade(runtimes)), Arc::new(brake));
        Ok(Runner { runtime: Some(runtime), ticker, brake, questions, frontend })
    }

    /// What stops a call.
    pub fn brake(&self) -> &Arc<Brake> {
        &self.brake
    }

    /// Makes a store's guests look at the brake whenever the epoch moves.
    pub fn watch<T>(&self, store: &mut Store<T>) {
        let brake = self.brake.clone();
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(move |_| {
            Ok(if brake.pulled().is_some() { UpdateDeadline::Interrupt } else { UpdateDeadline::Yield(1) })
        });
    }

    /// Drives a future under these bounds of time.
    pub fn drive<T>(
        &self,
        limits: &Limits,
        future: impl Future<Output = wasmtime::Result<T>>,
    ) -> std::result::Result<T, Stop> {
        let runtime = self.runtime.as_ref().ok_or(Stop::Abandoned)?;
        self.brake.stopped.store(0, Ordering::SeqCst);
        *lock(&self.brake.deadline) = limits.timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let _running = self.ticker.running();
        let _context = runtime.enter();
        let mut future = pin!(future);
        // Most calls are over at the first poll; the event loop is started only for the others.
        if let Poll::Ready(result) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return result.map_err(Stop::Error);
        }
        runtime.block_on(async {
            let mut questions = self.questions.lock().await;
            let mut asked: Option<Instant> = None;
            loop {
                tokio::select! {
                    biased;
                    result = &mut future => return result.map_err(Stop::Error),
                    Some(question) = questions.recv() => self.put(question),
                    () = tokio::time::sleep(TICK) => {}
                }
                if self.brake.pulled().is_some() && asked.get_or_insert_with(Instant::now).elapsed() > GRACE {
                    return Err(Stop::Abandoned);
                }
            }
        })
    }
}

impl Runner {
    /// Puts a question to the driver. Nothing else goes on meanwhile.
    fn put(&self, asked: Asked) {
        if asked.reply.is_closed() {
            return;
        }
        let began = Instant::now();
        let answer = self.frontend.ask(&asked.question);
        self.brake.forgive(began.elapsed());
        // The call that asked may be over, if its guest has many.
        let _ = asked.reply.send(answer);
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
