//! One request to an instance that answers requests, and its response.
//!
//! The response's head is known while the guest still runs, and its body is what the guest goes on writing: so the answer goes out
//! through a channel, and whoever waits for the guest also takes the body.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use heck::ToKebabCase;
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use tokio::sync::oneshot;
use wasmtime::Store;
use wasmtime::component::Instance;
use wasmtime_wasi_http::p2::bindings::Proxy;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::p3::bindings::Service;
use wasmtime_wasi_http::{Error, WasiBody, WasiHttpView, p3};

use crate::engine::host::StoreState;
use crate::engine::lock;
use crate::model::HttpHandler;

/// What a handler gave: a response, or an error code.
pub type Answer = Result<Response<WasiBody>, String>;

/// When a guest is done with a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// The response's body is taken: what the guest began beside it goes on when it is called again.
    Taken,
    /// None of its tasks is left.
    Idle,
}

/// Sends a request to a handler. The answer, if there is one, goes to `answer`; this ends when the guest is done.
pub async fn exchange(
    store: &mut Store<StoreState>,
    instance: &Instance,
    handler: HttpHandler,
    request: Request<WasiBody>,
    until: Until,
    answer: oneshot::Sender<Answer>,
) -> wasmtime::Result<()> {
    match handler {
        HttpHandler::V2 => exchange_v2(store, instance, request, answer).await,
        HttpHandler::V3 => exchange_v3(store, instance, request, until, answer).await,
    }
}

async fn exchange_v2(
    store: &mut Store<StoreState>,
    instance: &Instance,
    request: Request<WasiBody>,
    answer: oneshot::Sender<Answer>,
) -> wasmtime::Result<()> {
    let proxy = Proxy::new(&mut *store, instance)?;
    let request = store.data_mut().http().new_incoming_request(Scheme::Http, request)?;
    // A guest may leak what it was to answer through: then nobody answers, and who waits has to learn that when it returns.
    let answer = Arc::new(Mutex::new(Some(answer)));
    let shared = answer.clone();
    let out = store.data_mut().http().new_response_outparam_from_callback(move |response| {
        if let Some(answer) = lock(&shared).take() {
            let _ = answer.send(response.map_err(|code| code_text(&code)));
        }
    })?;
    let handled = proxy.wasi_http_incoming_handler().call_handle(&mut *store, request, out).await;
    lock(&answer).take();
    handled
}

async fn exchange_v3(
    store: &mut Store<StoreState>,
    instance: &Instance,
    request: Request<WasiBody>,
    until: Until,
    answer: oneshot::Sender<Answer>,
) -> wasmtime::Result<()> {
    let service = Service::new(&mut *store, instance)?;
    let (request, sent) = p3::Request::from_http(store.data_mut().http().hooks, request);
    let handled = store.run_concurrent(async move |accessor| -> wasmtime::Result<()> {
        let response = match service.handle(accessor, request).await? {
            Ok(response) => response,
            Err(code) => {
                let _ = answer.send(Err(code_text(&code)));
                return Ok(());
            }
        };
        let response = accessor.with(|store| response.into_http(store, sent))?;
        let (taken, is_taken) = oneshot::channel();
        let response = response.map(|body| Watched { body, _taken: taken }.boxed_unsync());
        let _ = answer.send(Ok(response));
        let _ = is_taken.await;
        if until == Until::Idle {
            std::future::poll_fn(|context| accessor.poll_no_interesting_tasks(context)).await;
        }
        Ok(())
    });
    handled.await?
}

/// `internal-error(some("why"))`, of what the runtime writes as `ErrorCode::InternalError(Some("why"))`.
fn code_text(code: &impl std::fmt::Debug) -> String {
    let text = format!("{code:?}");
    let text = text.strip_prefix("ErrorCode::").unwrap_or(&text);
    let payload = text.find('(').unwrap_or(text.len());
    let (name, payload) = text.split_at(payload);
    format!("{}{}", name.to_kebab_case(), payload.replace("Some(", "some(").replace("None", "none"))
}

/// A body that says when it is gone: read to its end, or given up.
struct Watched {
    body: WasiBody,
    _taken: oneshot::Sender<()>,
}

impl Body for Watched {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
