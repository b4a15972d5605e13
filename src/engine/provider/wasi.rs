//! The runtime's own WASI answers, for a component whose calls are watched. Nobody watches what is linked to it directly.

use async_trait::async_trait;

use super::{ImportCall, Provider, internal};
use crate::engine::implemented_by_wasi;
use crate::error::Result;
use crate::model::Function;
use crate::value::Value;

/// What it is called.
pub const WASI: &str = "wasi";

/// WASI.
pub struct Wasi;

#[async_trait]
impl Provider for Wasi {
    fn name(&self) -> &str {
        WASI
    }

    fn answers(&self, function: &Function) -> bool {
        implemented_by_wasi(function)
    }

    async fn call(&self, call: ImportCall<'_>) -> Result<Option<Value>> {
        let store = call.store.ok_or_else(|| internal("WASI is called from outside a store"))?;
        store.call_wasi(call.function, call.args).await
    }
}
