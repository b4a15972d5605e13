//! One instance that answers all requests: several at a time where its handler is async, one after the other where not.
//!
//! An instance that fails is given up, with all the requests that it was at work on; the next request gets a new one.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Instant;

use futures::future::{Either, select};
use futures::stream::{FuturesUnordered, StreamExt};
use http::Request;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;
use wasmtime::Store;
use wasmtime::component::Instance;
use wasmtime_wasi_http::WasiBody;
use wasmtime_wasi_http::p3::bindings::Service;

use super::alone::{in_time, late};
use super::exchange::{Answer, Asked, Logged, Until, answer_v3, exchange};
use super::site::Ended;
use crate::engine::program::Surroundings;
use crate::engine::runner::Stop;
use crate::engine::store_state::StoreState;
use crate::engine::stores::Recipe;
use crate::engine::ticker::TICK;
use crate::error::Error;
use crate::model::HttpHandler;

/// A request and whom its answer goes to.
pub struct Job {
    /// The request.
    pub request: Request<WasiBody>,
    /// Gets the answer.
    pub answer: oneshot::Sender<Answer>,
    /// Learns how the guest ended it.
    pub end: oneshot::Sender<Ended>,
}

/// The instance that answers.
struct Worker<'a> {
    around: &'a Surroundings,
    name: &'a str,
    handler: HttpHandler,
    /// The requests under way.
    open: RefCell<BTreeMap<u64, Open<'a>>>,
    /// How many requests there were.
    last: Cell<u64>,
}

/// A request under way.
struct Open<'a> {
    since: Instant,
    logged: Logged<'a>,
    /// Learns how it ends.
    end: oneshot::Sender<Ended>,
}

/// Why an instance is given up.
enum Broken {
    /// It failed.
    Failed(wasmtime::Error),
    /// It did not come to an end.
    Late(Error),
}

/// Answers requests until there can be no more.
pub async fn answer_all(
    around: &Surroundings,
    recipe: &Recipe,
    id: u32,
    name: &str,
    handler: HttpHandler,
    mut queue: UnboundedReceiver<Job>,
) {
    let worker = Worker { around, name, handler, open: RefCell::default(), last: Cell::new(0) };
    while let Some(first) = queue.recv().await {
        let asked = worker.begin(first);
        let mut made = match recipe.make(around).await {
            Ok(made) => made,
            Err(error) => {
                worker.give_up(&error);
                continue;
            }
        };
        let live = &mut made.live;
        let (store, instance) = match live.begin(&around.limits).and_then(|()| live.parts(id)) {
            Ok(parts) => parts,
            Err(error) => {
                worker.give_up(&error);
                continue;
            }
        };
        let broken = match worker.handler {
            HttpHandler::V2(_) => worker.in_turn(store, &instance, asked, &mut queue).await,
            HttpHandler::V3(_) => worker.together(store, &instance, asked, &mut queue).await,
        };
        worker.give_up(&match broken {
            None => return,
            Some(Broken::Failed(error)) => live.failed(around, name, Stop::Error(error)),
            Some(Broken::Late(error)) => error,
        });
        around.frontend.note(&format!("the next request gets a fresh instance of {name}"));
    }
}

impl Open<'_> {
    fn end(self, ended: Ended) {
        self.logged.end(&ended);
        let _ = self.end.send(ended);
    }
}

impl Worker<'_> {
    /// Takes a request on: its number, and what the handler is asked.
    fn begin(&self, Job { request, answer, end }: Job) -> (u64, Asked) {
        let number = self.last.get() + 1;
        self.last.set(number);
        let logged = Logged::begin(&self.around.host, self.name, &self.handler, &request);
        let asked = Asked { request, until: Until::Taken, answer, status: logged.status() };
        self.open.borrow_mut().insert(number, Open { since: Instant::now(), logged, end });
        (number, asked)
    }

    /// A request is over.
    fn end(&self, number: u64, ended: Ended) {
        if let Some(open) = self.open.borrow_mut().remove(&number) {
            open.end(ended);
        }
    }

    /// All requests under way are over.
    fn give_up(&self, error: &Error) {
        for open in std::mem::take(&mut *self.open.borrow_mut()).into_values() {
            open.end(Err(error.clone()));
        }
    }

    /// One request after the other, until the instance breaks.
    async fn in_turn(
        &self,
        store: &mut Store<StoreState>,
        instance: &Instance,
        first: (u64, Asked),
        queue: &mut UnboundedReceiver<Job>,
    ) -> Option<Broken> {
        let (mut number, mut asked) = first;
        loop {
            let mut failure = None;
            let ended = in_time(&self.around.limits, self.name, async {
                failure = exchange(store, instance, &self.handler, asked).await.err();
                Ok(())
            });
            match (ended.await, failure) {
                (_, Some(error)) => return Some(Broken::Failed(error)),
                // It sits in the middle of a call: nobody can enter it again.
                (Err(error), None) => return Some(Broken::Late(error)),
                (Ok(()), None) => self.end(number, Ok(())),
            }
            (number, asked) = self.begin(queue.recv().await?);
        }
    }

    /// Several requests at a time, until the instance breaks.
    async fn together(
        &self,
        store: &mut Store<StoreState>,
        instance: &Instance,
        first: (u64, Asked),
        queue: &mut UnboundedReceiver<Job>,
    ) -> Option<Broken> {
        let service = match Service::new(&mut *store, instance) {
            Ok(service) => service,
            Err(error) => return Some(Broken::Failed(error)),
        };
        let served = store.run_concurrent(async |accessor| -> wasmtime::Result<()> {
            let answer = |(number, asked): (u64, Asked)| {
                let service = &service;
                async move {
                    let mut failure = None;
                    let ended = in_time(&self.around.limits, self.name, async {
                        failure = answer_v3(accessor, service, asked).await.err();
                        Ok(())
                    });
                    let ended = ended.await;
                    match failure {
                        Some(error) => Err(error),
                        None => {
                            self.end(number, ended);
                            Ok(())
                        }
                    }
                }
            };
            let mut running = FuturesUnordered::from_iter([answer(first)]);
            loop {
                tokio::select! {
                    job = queue.recv() => match job {
                        Some(job) => running.push(answer(self.begin(job))),
                        None => return Ok(()),
                    },
                    Some(ended) = running.next(), if !running.is_empty() => ended?,
                }
            }
        });
        // A guest that computes lets nothing inside its store go on, the clock of its own request included.
        match select(pin!(served), pin!(self.stuck())).await {
            Either::Left((served, _)) => served.and_then(|served| served).err().map(Broken::Failed),
            Either::Right((error, _)) => Some(Broken::Late(error)),
        }
    }

    /// Waits until a request has been under way for too long.
    async fn stuck(&self) -> Error {
        let Some(timeout) = self.around.limits.timeout else { return std::future::pending().await };
        loop {
            tokio::time::sleep(TICK).await;
            let oldest = self.open.borrow().values().map(|open| open.since).min();
            if oldest.is_some_and(|since| since.elapsed() > timeout + 10 * TICK) {
                return late(self.name, timeout);
            }
        }
    }
}
