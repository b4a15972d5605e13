//! HTTP on both sides of a guest: the requests that it sends, and those that it is sent.
//!
//! `grant.rs` says which hosts guests may send requests to, `outgoing.rs` asks it at each request. `exchange.rs` sends one request
//! to a handler; `request.rs` does that for the prompt, `serve.rs` and `site.rs` for whoever connects.

mod alone;
mod clock;
mod exchange;
mod grant;
mod outgoing;
mod request;
mod serve;
mod shared;
mod site;
mod watched;

pub use grant::HttpGrant;
pub use outgoing::{HttpPolicy, HttpState};
pub use request::{HttpResponse, MOST_BODY, RequestBody};
pub use serve::Served;
