//! One request to an instance that answers requests, and its response.
//!
//! The response's head is known while the guest still runs, and its body is what the guest goes on writing: so the answer goes out
//! through a channel, and whoever waits for the guest also takes the body.

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use futures::FutureExt;
use heck::ToKebabCase;
use http::{Request, Response};
use http_body_util::BodyExt;
use tokio::sync::oneshot;
use wasmtime::Store;
use wasmtime::component::{Accessor, Instance};
use wasmtime_wasi_http::p2::bindings::Proxy;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::p3::bindings::Service;
use wasmtime_wasi_http::{WasiBody, WasiHttpView, p3};

use super::watched::Watched;
use crate::crossing::Way;
use crate::engine::call_log::Opened;
use crate::engine::host::{Host, SHELL};
use crate::engine::lock;
use crate::engine::store_state::StoreState;
use crate::error::{Error, Kind};
use crate::model::{Function, HttpHandler, Param, Type};
use crate::value::Value;

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

/// A request, and where its answer goes.
pub struct Asked {
    /// The request.
    pub request: Request<WasiBody>,
    /// When the guest is done with it.
    pub until: Until,
    /// Gets the answer, if there is one.
    pub answer: oneshot::Sender<Answer>,
    /// Gets its status, for the log.
    pub status: Arc<AtomicU16>,
}

/// Sends a request to a handler; this ends when the guest is done.
pub async fn exchange(
    store: &mut Store<StoreState>,
    instance: &Instance,
    handler: &HttpHandler,
    asked: Asked,
) -> wasmtime::Result<()> {
    match handler {
        HttpHandler::V2(_) => exchange_v2(store, instance, asked).await,
        HttpHandler::V3(_) => {
            let service = Service::new(&mut *store, instance)?;
            store.run_concurrent(async move |accessor| answer_v3(accessor, &service, asked).await).await?
        }
    }
}

async fn exchange_v2(
    store: &mut Store<StoreState>,
    instance: &Instance,
    Asked { request, answer, status, .. }: Asked,
) -> wasmtime::Result<()> {
    let proxy = Proxy::new(&mut *store, instance)?;
    let request = store.data_mut().http().new_incoming_request(Scheme::Http, request)?;
    // A guest may leak what it was to answer through: then nobody answers, and who waits has to learn that when it returns.
    let answer = Arc::new(Mutex::new(Some(answer)));
    let shared = answer.clone();
    let out = store.data_mut().http().new_response_outparam_from_callback(move |response| {
        if let Some(answer) = lock(&shared).take() {
            status.store(response.as_ref().map_or(0, |response| response.status().as_u16()), Ordering::Relaxed);
            let _ = answer.send(response.map_err(|code| code_text(&code)));
        }
    })?;
    let handled = proxy.wasi_http_incoming_handler().call_handle(&mut *store, request, out).await;
    lock(&answer).take();
    handled
}

/// Sends a request to a handler of WASI 0.3, in a store that may be at work on others.
pub async fn answer_v3(accessor: &Accessor<StoreState>, service: &Service, asked: Asked) -> wasmtime::Result<()> {
    let Asked { request, until, answer, status } = asked;
    let (request, sent) = accessor.with(|mut store| {
        let (request, sent) = p3::Request::from_http(store.get().http().hooks, request);
        (request, sent.boxed())
    });
    let response = match service.handle(accessor, request).await? {
        Ok(response) => response,
        Err(code) => {
            let _ = answer.send(Err(code_text(&code)));
            return Ok(());
        }
    };
    status.store(response.status.as_u16(), Ordering::Relaxed);
    let response = accessor.with(|store| response.into_http(store, sent))?;
    let (taken, is_taken) = oneshot::channel();
    let response = response.map(|body| Watched::new(body, None, Arc::default(), taken).boxed_unsync());
    let _ = answer.send(Ok(response));
    let _ = is_taken.await;
    if until == Until::Idle {
        std::future::poll_fn(|context| accessor.poll_no_interesting_tasks(context)).await;
    }
    Ok(())
}

/// A request in the log of calls: what a handler is given and gives is shown there as its first line and its status.
///
/// Whoever has the store holds it, and knows how the guest failed if it did.
pub struct Logged<'a> {
    opened: Option<Opened<'a>>,
    status: Arc<AtomicU16>,
}

impl<'a> Logged<'a> {
    /// A request goes to the component of this name.
    pub fn begin(host: &'a Host, name: &str, handler: &HttpHandler, request: &Request<WasiBody>) -> Logged<'a> {
        let status = Arc::default();
        if !host.log.is_on() {
            return Logged { opened: None, status };
        }
        let function = Function {
            path: vec![handler.interface().clone()],
            name: "handle".into(),
            params: vec![Param { name: "request".into(), ty: Type::String }],
            result: Some(Type::U16),
            is_async: false,
        };
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let line = Value::String(format!("{} {path}", request.method()));
        Logged { opened: host.log.begin(Way::Export, SHELL, name, &Arc::new(function), &[line]), status }
    }

    /// Where the response's status goes.
    pub fn status(&self) -> Arc<AtomicU16> {
        self.status.clone()
    }

    /// The guest is done with it.
    pub fn end<T>(self, ended: &Result<T, Error>) {
        let Some(opened) = self.opened else { return };
        opened.end(&match (ended, self.status.load(Ordering::Relaxed)) {
            (Ok(_), 0) => Err(Error::new(Kind::Io, "no response")),
            (Ok(_), status) => Ok(Some(Value::U16(status))),
            (Err(error), _) => Err(error.clone()),
        });
    }
}

/// `internal-error(some("why"))`, of what the runtime writes as `ErrorCode::InternalError(Some("why"))`.
fn code_text(code: &impl std::fmt::Debug) -> String {
    let text = format!("{code:?}");
    let text = text.strip_prefix("ErrorCode::").unwrap_or(&text);
    let payload = text.find('(').unwrap_or(text.len());
    let (name, payload) = text.split_at(payload);
    format!("{}{}", name.to_kebab_case(), payload.replace("Some(", "some(").replace("None", "none"))
}
