//! Another component's exports answer.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Export, ImportCall, Provider};
use crate::error::{Error, Kind, Result};
use crate::model::Function;
use crate::value::Value;

/// A component that is linked: which of its exports answers which import.
#[derive(Debug)]
pub struct Linked {
    /// The number of the component that answers.
    pub component: u32,
    /// What it is called as a provider: `component kv`.
    pub name: String,
    /// Its export that answers: an interface, or an item at its root.
    pub export: Arc<str>,
    /// An imported function, and the exported one that answers it: their types are the same.
    pub pairs: Vec<(Arc<Function>, Arc<Function>)>,
}

impl Linked {
    /// The export that answers this import.
    pub fn export(&self, import: &Function) -> Option<&Arc<Function>> {
        let same = |known: &Function| known.name == import.name && known.path == import.path;
        self.pairs.iter().find(|(known, _)| same(known)).map(|(_, export)| export)
    }
}

#[async_trait]
impl Provider for Linked {
    fn name(&self) -> &str {
        &self.name
    }

    fn answers(&self, function: &Function) -> bool {
        self.export(function).is_some()
    }

    fn linked(&self) -> Option<&Linked> {
        Some(self)
    }

    async fn call(&self, call: ImportCall<'_>) -> Result<Option<Value>> {
        let export = self.export(call.function).ok_or_else(|| {
            Error::new(Kind::Provider, format!("{} exports nothing for {}", self.name, call.function.full_name()))
        })?;
        let store = call
            .store
            .ok_or_else(|| Error::new(Kind::Internal, format!("{} is called from outside its store", self.name)))?;
        store.call_export(Export { component: self.component, function: export }, call.function, call.args).await
    }
}
