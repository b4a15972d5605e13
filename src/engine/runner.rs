//! Driving what the runtime does, with a hand on the brake.
//!
//! A guest that computes is stopped through the epoch, which gives a backtrace. A guest that sits in a call of the host cannot be
//! reached that way: after a grace period its future is dropped, and its instance with it.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::mpsc::UnboundedReceiver;
use wasmtime::{Store, UpdateDeadline};

use super::config::Runtimes;
use super::limits::Limits;
use super::lock;
use super::loops::Loops;
use super::questions::{Asked, Questions};
use super::ticker::{TICK, Ticker};
use super::trap::Stopped;
use crate::error::{Error, Kind, Result};
use crate::frontend::{Frontend, Interrupt};

/// How long a guest that was asked to stop may sit in a call of the host.
const GRACE: Duration = Duration::from_millis(200);

/// How long guests are let alone after a wait was to stop: one that computes may come to its end.
const PATIENCE: Duration = Duration::from_secs(1);

/// A wait that takes longer than this is shown, and how often.
const SHOW_AFTER: Duration = Duration::from_millis(400);
const SHOW_EVERY: Duration = Duration::from_millis(250);

/// How a driven future ended without a result.
pub enum Stop {
    /// The runtime says why.
    Error(wasmtime::Error),
    /// It was dropped because it did not end in time.
    Abandoned,
}

/// Why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// What was waited for has come.
    Met,
    /// Its own time was over.
    TimeOver,
    /// It was stopped from outside.
    Stopped(Stopped),
    /// All stores failed, so that nothing can come any more.
    Failed,
}

/// What is waited for.
pub struct Wait<'a> {
    /// For how long at most.
    pub time: Option<Duration>,
    /// Whether it has come.
    pub met: &'a dyn Fn() -> bool,
    /// Shown to a person when it takes long.
    pub show: &'a dyn Fn(Option<f32>),
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
    spared: Mutex<Spared>,
}

/// Whether guests go on when the brake is pulled: a wait that ends must not cost an instance.
#[derive(Clone, Copy)]
enum Spared {
    No,
    /// From when it was pulled on, until their time is over.
    Yes(Option<Instant>),
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

    /// Whether a guest that runs has to stop.
    fn stops_guests(&self) -> bool {
        if self.pulled().is_none() {
            return false;
        }
        let mut spared = lock(&self.spared);
        match *spared {
            Spared::No => true,
            Spared::Yes(None) => {
                *spared = Spared::Yes(Some(Instant::now() + PATIENCE));
                false
            }
            Spared::Yes(Some(until)) => Instant::now() > until,
        }
    }

    fn set(&self, limits: &Limits, spared: Spared) {
        self.stopped.store(0, Ordering::SeqCst);
        *lock(&self.deadline) = limits.timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        *lock(&self.spared) = spared;
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
        let brake =
            Brake { interrupt, deadline: Mutex::new(None), stopped: AtomicU8::new(0), spared: Mutex::new(Spared::No) };
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
            Ok(if brake.stops_guests() { UpdateDeadline::Interrupt } else { UpdateDeadline::Yield(1) })
        });
    }

    /// Drives a future under these bounds of time.
    pub fn drive<T>(
        &self,
        limits: &Limits,
        future: impl Future<Output = wasmtime::Result<T>>,
    ) -> std::result::Result<T, Stop> {
        self.drive_beside(limits, future, &mut Loops::default())
    }

    /// Drives a future, and beside it the loops of other stores; they are asked to end when it has ended.
    pub fn drive_beside<T>(
        &self,
        limits: &Limits,
        future: impl Future<Output = wasmtime::Result<T>>,
        loops: &mut Loops<'_>,
    ) -> std::result::Result<T, Stop> {
        let runtime = self.runtime.as_ref().ok_or(Stop::Abandoned)?;
        self.brake.set(limits, Spared::No);
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
            let mut result = None;
            loop {
                let both = poll_fn(|context| {
                    let loops_ended = loops.poll(context);
                    if result.is_none()
                        && let Poll::Ready(ready) = future.as_mut().poll(context)
                    {
                        result = Some(ready);
                        loops.leave();
                        return loops.poll(context);
                    }
                    if result.is_some() { loops_ended } else { Poll::Pending }
                });
                let ended = self.tick(&mut questions, both).await;
                let given_up =
                    !ended && self.brake.pulled().is_some() && asked.get_or_insert_with(Instant::now).elapsed() > GRACE;
                if ended || given_up {
                    return result.map_or(Err(Stop::Abandoned), |result| result.map_err(Stop::Error));
                }
            }
        })
    }

    /// Runs the loops of stores until what is waited for has come, or the wait is to end for another reason.
    pub fn wait(&self, limits: &Limits, loops: &mut Loops<'_>, wait: &Wait<'_>) -> Waited {
        let Some(runtime) = self.runtime.as_ref() else { return Waited::Failed };
        self.brake.set(limits, Spared::Yes(None));
        let _running = self.ticker.running();
        let began = Instant::now();
        let mut shown: Option<Instant> = None;
        let waited = runtime.block_on(async {
            let mut questions = self.questions.lock().await;
            let mut waited: Option<Waited> = None;
            let mut asked: Option<Instant> = None;
            loop {
                let loops_end = poll_fn(|context| {
                    // What comes may come while they run, and be there before.
                    for _ in 0..2 {
                        let come = if loops.any_failed() { Some(Waited::Failed) } else { met(wait) };
                        if let (None, Some(end)) = (waited, come) {
                            waited = Some(end);
                            loops.leave();
                        }
                        if loops.poll(context).is_ready() && waited.is_some() {
                            return Poll::Ready(());
                        }
                    }
                    Poll::Pending
                });
                let ended = self.tick(&mut questions, loops_end).await;
                if let (true, Some(waited)) = (ended, waited) {
                    return waited;
                }
                let over = wait.time.is_some_and(|time| began.elapsed() >= time).then_some(Waited::TimeOver);
                let stopped = self.brake.pulled().map(Waited::Stopped);
                if let Some(end) = stopped.or(over) {
                    loops.leave();
                    let first = *waited.get_or_insert(end);
                    let patience = asked.get_or_insert_with(Instant::now).elapsed();
                    if stopped.is_some() && patience > PATIENCE + GRACE {
                        return first;
                    }
                }
                if began.elapsed() > SHOW_AFTER && shown.is_none_or(|last| last.elapsed() >= SHOW_EVERY) {
                    shown = Some(Instant::now());
                    (wait.show)(Some(began.elapsed().as_secs_f32()));
                }
            }
        });
        if shown.is_some() {
            (wait.show)(None);
        }
        waited
    }

    /// Lets the loops of stores go on as far as they get without waiting for anything outside. Whether a guest's code held them
    /// up all the same, behind which more may go on.
    pub fn settle_down(&self, limits: &Limits, loops: &mut Loops<'_>) -> bool {
        let Some(runtime) = self.runtime.as_ref() else { return false };
        self.brake.set(limits, Spared::No);
        let _running = self.ticker.running();
        {
            let _context = runtime.enter();
            loops.settle_down();
        }
        loops.leave();
        if loops.poll(&mut Context::from_waker(Waker::noop())).is_ready() {
            return false;
        }
        // Whatever has not come to a halt is in the middle of a guest's code: it must come out of there.
        let none = || false;
        let show = |_: Option<f32>| ();
        self.wait(limits, loops, &Wait { time: Some(Duration::ZERO), met: &none, show: &show });
        true
    }
}

fn met(wait: &Wait<'_>) -> Option<Waited> {
    (wait.met)().then_some(Waited::Met)
}

impl Runner {
    /// Waits for this, but no longer than a tick or until a question is answered; whether it has come.
    async fn tick(&self, questions: &mut UnboundedReceiver<Asked>, awaited: impl Future<Output = ()>) -> bool {
        tokio::select! {
            biased;
            () = awaited => return true,
            Some(question) = questions.recv() => self.put(question),
            () = tokio::time::sleep(TICK) => {}
        }
        false
    }

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
