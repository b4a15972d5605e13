//! HTTP on both sides of a guest: the requests that it sends, and those that it is sent.
//!
//! `grant.rs` says which hosts guests may send requests to, `outgoing.rs` asks it at each request.

mod grant;
mod outgoing;

pub use grant::HttpGrant;
pub use outgoing::{HttpPolicy, HttpState};
