//! A request from the prompt: sent to a component's current instance, its response collected.

use std::fs::File;
use std::io::Read;
use std::pin::pin;

use bytes::Bytes;
use futures::future::{Either, FutureExt, select};
use futures::stream;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body::Frame;
use http_body_util::{BodyExt, Empty, Full, StreamBody};
use tokio::sync::oneshot;
use wasmtime_wasi_http::{Error as HttpError, WasiBody};

use super::exchange::{Answer, Asked, Logged, Until, exchange};
use crate::engine::store::Failed;
use crate::engine::{Engine, link, not_loaded};
use crate::error::{Error, Kind, Result};
use crate::model::HttpHandler;

/// The most of a response's body that is kept, in bytes.
pub const MOST_BODY: usize = 64 << 20;

/// How much of a file is read at once, in bytes.
const CHUNK: usize = 64 << 10;

/// The body of a request.
pub enum RequestBody {
    /// None.
    Empty,
    /// These bytes.
    Bytes(Vec<u8>),
    /// What a file holds, read as the guest takes it.
    File(File),
}

/// A response, as far as it came.
#[derive(Debug, Default)]
pub struct HttpResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
    /// There was more of the body than is kept.
    pub cut: bool,
    /// What stood behind the body.
    pub trailers: HeaderMap,
    /// Why there is no more of it: the guest failed, or was stopped.
    pub failure: Option<Error>,
}

impl Engine {
    /// Sends a request to a component's current instance. What the guest keeps, it has at the next call.
    pub fn http(&mut self, id: u32, request: Request<RequestBody>) -> Result<HttpResponse> {
        let (handler, name) = self.http_handler(id)?;
        let request = request.map(RequestBody::into_body);
        let number = self.stores.ready(&self.around, &mut self.programs, id)?;
        let mut taken = Taken::default();
        let ended = self.send(number, id, &handler, request, &mut taken);
        let ended = self.stores.settle(&self.around, number, ended);
        match (taken.response, taken.refused, ended) {
            (Some(response), _, Ok(())) => Ok(response),
            (Some(response), _, Err(error)) => Ok(HttpResponse { failure: Some(error), ..response }),
            (None, _, Err(error)) => Err(error),
            (None, Some(code), Ok(())) => {
                Err(Error::new(Kind::Io, format!("{name} answered with an error in the place of a response: {code}")))
            }
            (None, None, Ok(())) => Err(no_answer(&name).help(
                "`.reset` gives it a fresh instance, as servers do for each request: some components answer one alone",
            )),
        }
    }

    /// How a component answers requests, and its name.
    pub(super) fn http_handler(&self, id: u32) -> Result<(HttpHandler, String)> {
        let program = self.programs.get(&id).ok_or_else(|| not_loaded(id))?;
        program.check_kind()?;
        if let Some(handler) = program.component.http_handler() {
            if link::wasi_is_replaced(&self.around.host, &program.component) {
                let (made, help) = match self.around.host.providers.replayed(id) {
                    Some(_) => (
                        "its imports are answered by a recording, which has no place for a request from here",
                        "`.unprovide all` ends the replay",
                    ),
                    None => (
                        "a request is a resource of WASI, and all of that is answered by others",
                        "`.unprovide wasi` lets WASI answer again",
                    ),
                };
                return Err(
                    Error::new(Kind::Provider, format!("{} cannot be sent a request: {made}", program.name)).help(help)
                );
            }
            return Ok((handler, program.name.clone()));
        }
        let exported: Vec<&str> = program.component.http_exports().collect();
        let error = Error::new(Kind::Name, format!("{} exports no handler of HTTP requests", program.name))
            .help("a handler is wasi:http/incoming-handler@0.2.x or wasi:http/handler@0.3.x");
        Err(if exported.is_empty() { error } else { error.note(format!("it exports {}", exported.join(", "))) })
    }

    fn send(
        &mut self,
        number: u32,
        id: u32,
        handler: &HttpHandler,
        request: Request<WasiBody>,
        taken: &mut Taken,
    ) -> std::result::Result<(), Failed> {
        let around = &self.around;
        let live = self.stores.get_mut(number)?;
        live.begin(&around.limits)?;
        live.history.block("`.http` sent it a request");
        let name = live.name(id);
        let (store, instance) = live.parts(id)?;
        let (answer, answered) = oneshot::channel();
        let logged = Logged::begin(&around.host, &name, handler, &request);
        let asked = Asked { request, until: Until::Taken, answer, status: logged.status() };
        let driven = around.runner.drive(&around.limits, async {
            let guest = pin!(exchange(store, &instance, handler, asked));
            let taking = pin!(taken.take(answered));
            match select(guest, taking).await {
                // Of a guest that is done nothing more can come: what it has written is there.
                Either::Left((ended, taking)) => {
                    let is_whole = taking.now_or_never().is_some();
                    ended.map(|()| is_whole)
                }
                Either::Right(((), guest)) => guest.await.map(|()| true),
            }
        });
        let ended = driven.map_err(|stop| live.failed(around, &name, stop));
        logged.end(&ended);
        let is_whole = ended.map_err(Failed::Inside)?;
        if let Some(response) = taken.response.as_mut().filter(|_| !is_whole) {
            let unfinished = format!("{name} never finished the body: it returned and left it open");
            response.failure = Some(Error::new(Kind::Trap, unfinished));
        }
        Ok(())
    }
}

/// A handler that returned and gave nothing.
pub(super) fn no_answer(name: &str) -> Error {
    Error::new(Kind::Trap, format!("{name} never answered: it returned without setting its response-outparam"))
}

/// What has come of a response so far.
#[derive(Default)]
struct Taken {
    response: Option<HttpResponse>,
    /// The error code that came instead.
    refused: Option<String>,
}

impl Taken {
    /// Waits for the answer and reads its body.
    async fn take(&mut self, answered: oneshot::Receiver<Answer>) {
        match answered.await {
            Ok(Ok(response)) => self.read(response).await,
            Ok(Err(code)) => self.refused = Some(code),
            Err(_) => {}
        }
    }

    async fn read(&mut self, response: Response<WasiBody>) {
        let (head, mut body) = response.into_parts();
        let response = self.response.insert(HttpResponse {
            status: head.status,
            headers: head.headers,
            ..HttpResponse::default()
        });
        while let Some(frame) = body.frame().await {
            match frame.map(Frame::into_data) {
                Ok(Ok(data)) => {
                    let room = MOST_BODY.saturating_sub(response.body.len());
                    response.body.extend_from_slice(&data[..data.len().min(room)]);
                    if data.len() > room {
                        response.cut = true;
                        return;
                    }
                }
                Ok(Err(frame)) => response.trailers = frame.into_trailers().unwrap_or_default(),
                Err(error) => {
                    response.failure =
                        Some(Error::new(Kind::Io, "the body ended before it was complete").cause(error.to_string()));
                    return;
                }
            }
        }
    }
}

impl RequestBody {
    fn into_body(self) -> WasiBody {
        match self {
            RequestBody::Empty => Empty::new().map_err(|never| match never {}).boxed_unsync(),
            RequestBody::Bytes(bytes) => Full::new(Bytes::from(bytes)).map_err(|never| match never {}).boxed_unsync(),
            RequestBody::File(mut file) => {
                let chunks = std::iter::from_fn(move || {
                    let mut chunk = vec![0; CHUNK];
                    match file.read(&mut chunk) {
                        Ok(0) => None,
                        Ok(read) => {
                            chunk.truncate(read);
                            Some(Ok(Frame::data(Bytes::from(chunk))))
                        }
                        Err(error) => Some(Err(HttpError::InternalError(Some(error.to_string())))),
                    }
                });
                StreamBody::new(stream::iter(chunks)).boxed_unsync()
            }
        }
    }
}
