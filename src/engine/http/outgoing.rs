//! Requests that guests send, through the runtime's own `wasi:http`, each under the policy.
//!
//! What is not granted the guest learns as an error, `HTTP-request-denied`, which is what its interface has for that; the user
//! learns it too, with the host and what would grant it.

use std::future::Future;
use std::sync::{Arc, Mutex};

use http::uri::Scheme;
use http::{Request, Response, Uri};
use http_body_util::BodyExt;
use wasmtime_wasi_http::{
    Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView, default_send_request,
};

use super::grant::HttpGrant;
use crate::engine::lock;
use crate::engine::store_state::StoreState;
use crate::frontend::Frontend;

/// Which requests guests may send: asked at each of them, so a grant needs no fresh instance.
pub struct HttpPolicy {
    grants: Mutex<Vec<HttpGrant>>,
    frontend: Arc<dyn Frontend>,
}

impl HttpPolicy {
    /// Nothing is granted; the user learns of refusals from this driver.
    pub fn new(frontend: Arc<dyn Frontend>) -> HttpPolicy {
        HttpPolicy { grants: Mutex::default(), frontend }
    }

    /// What is granted from now on.
    pub fn set(&self, grants: &[HttpGrant]) {
        *lock(&self.grants) = grants.to_vec();
    }

    /// Why this request may not be sent, if it may not.
    fn refusal(&self, uri: &Uri) -> Option<String> {
        let Some(authority) = uri.authority() else {
            return Some("a request without a host was denied: no rule can grant it".to_owned());
        };
        let default = if uri.scheme() == Some(&Scheme::HTTP) { 80 } else { 443 };
        let (host, port) = (authority.host(), authority.port_u16().unwrap_or(default));
        // A user name is nobody's host, but could be taken for one.
        if authority.as_str().contains('@') {
            return Some(format!("a request to {host}:{port} was denied: it names a user, which no rule can grant"));
        }
        if lock(&self.grants).iter().any(|grant| grant.means(host, port)) {
            return None;
        }
        Some(format!("a request to {host}:{port} was denied: no rule grants it, `.allow http {host}:{port}` would"))
    }
}

/// A store's own part of `wasi:http`.
pub struct HttpState {
    context: WasiHttpCtx,
    sender: Sender,
}

impl HttpState {
    /// A guest that may send what this policy grants.
    pub fn new(policy: Arc<HttpPolicy>) -> HttpState {
        HttpState { context: WasiHttpCtx::new(), sender: Sender(policy) }
    }
}

impl WasiHttpView for StoreState {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.http.sender, table: &mut self.wasi_table, ctx: &mut self.http.context }
    }
}

/// Sends what the policy grants.
struct Sender(Arc<HttpPolicy>);

/// What becomes of the connection behind a response.
type Connection = Box<dyn Future<Output = Result<(), Error>> + Send>;

impl WasiHttpHooks for Sender {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _processed: Connection,
    ) -> Box<dyn Future<Output = Result<(Response<WasiBody>, Connection), Error>> + Send> {
        if let Some(refusal) = self.0.refusal(request.uri()) {
            self.0.frontend.note(&refusal);
            return Box::new(std::future::ready(Err(Error::HttpRequestDenied)));
        }
        Box::new(async move {
            let (response, connection) = default_send_request(request, options).await?;
            Ok((response.map(BodyExt::boxed_unsync), Box::new(connection) as Connection))
        })
    }
}
