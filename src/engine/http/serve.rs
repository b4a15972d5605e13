//! A server on a loopback address: what connects, and what becomes of each request.
//!
//! Everything runs in one event loop. `site.rs` answers one request with a fresh instance, `shared.rs` all with the same one.

use std::cell::Cell;
use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::time::Duration;

use futures::future::{FutureExt, LocalBoxFuture};
use futures::stream::{FuturesUnordered, StreamExt};
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use wasmtime_wasi_http::io::TokioIo;

use super::clock::Clock;
use super::shared;
use super::site::{Answerer, Site};
use crate::engine::Engine;
use crate::engine::limits::Limits;
use crate::engine::runner::Stop;
use crate::engine::ticker::TICK;
use crate::error::{Error, Kind, Result};

/// Connections that are open at once: further ones wait.
const MOST_CONNECTIONS: usize = 1_024;
/// The longest head of a request, in bytes.
const LONGEST_HEAD: usize = 64 << 10;
/// The most headers of a request.
const MOST_HEADERS: usize = 128;
/// How long a connection may take to send a request's head.
const HEAD_TIME: Duration = Duration::from_secs(30);

/// What a server did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// Requests that were answered, those that failed included.
    pub requests: u64,
    /// Requests that the component failed to answer.
    pub failures: u64,
}

/// Work of the event loop.
pub type Work<'a> = LocalBoxFuture<'a, ()>;

impl Engine {
    /// Serves a component until Ctrl-C; each request and where the server listens go to the driver as notes. With `shared`, one
    /// instance answers all requests, otherwise each gets its own.
    pub fn serve(&mut self, id: u32, address: SocketAddr, shared: bool) -> Result<Served> {
        let (handler, name) = self.http_handler(id)?;
        let recipe = self.stores.recipe(&self.around, &mut self.programs, id)?;
        let refused = |why: std::io::Error| Error::new(Kind::Io, format!("cannot listen on {address}: {why}"));
        let listener = TcpListener::bind(address).map_err(refused)?;
        listener.set_nonblocking(true).map_err(refused)?;
        let around = &self.around;
        let served = Cell::new(Served::default());
        // Each request has its own time; the server has all there is.
        let limits = Limits { timeout: None, ..around.limits };
        let driven = around.runner.drive(&limits, async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            let address = listener.local_addr()?;
            around.frontend.note(&format!("serving {name} on http://{address}/ until Ctrl-C"));
            let (later, mut begun) = unbounded_channel::<Work<'_>>();
            let mut work: FuturesUnordered<Work<'_>> = FuturesUnordered::new();
            let answerer = match shared {
                false => Answerer::Fresh(&recipe),
                true => {
                    let (jobs, queue) = unbounded_channel();
                    work.push(shared::answer_all(around, &recipe, id, &name, handler.clone(), queue).boxed_local());
                    Answerer::Shared(jobs)
                }
            };
            let site = Rc::new(Site { around, id, name: &name, handler, answerer, served: &served });
            let waiting = usize::from(shared);
            loop {
                tokio::select! {
                    accepted = listener.accept(), if work.len() < MOST_CONNECTIONS + waiting => {
                        match accepted {
                            Ok((stream, _)) => work.push(connection(site.clone(), stream, later.clone()).boxed_local()),
                            // It broke before it was there, or there are too many: a moment later it may be better.
                            Err(_) => tokio::time::sleep(TICK).await,
                        }
                    }
                    Some(begun) = begun.recv() => work.push(begun),
                    Some(()) = work.next(), if !work.is_empty() => {}
                    () = interrupted(&around.interrupt) => return Ok(()),
                }
            }
        });
        match driven {
            Ok(()) | Err(Stop::Abandoned) => Ok(served.get()),
            Err(Stop::Error(error)) => Err(Error::new(Kind::Io, "the server ended").cause(format!("{error:#}"))),
        }
    }
}

/// Answers the requests of one connection, one after the other.
async fn connection<'a>(site: Rc<Site<'a>>, stream: TcpStream, later: UnboundedSender<Work<'a>>) {
    // Small answers are not held back to be sent with more.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request: Request<Incoming>| {
        let (site, later) = (site.clone(), later.clone());
        async move { Ok::<_, Infallible>(site.answer(request, &later).await) }
    });
    let mut server = http1::Builder::new();
    server.timer(Clock).header_read_timeout(HEAD_TIME).max_buf_size(LONGEST_HEAD).max_headers(MOST_HEADERS);
    // How a connection ends is the client's affair.
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}

async fn interrupted(interrupt: &crate::frontend::Interrupt) {
    while !interrupt.is_raised() {
        tokio::time::sleep(TICK).await;
    }
}
