//! How host resources cross when a guest is the caller: a handle's number is then the resource's representation.

use std::sync::Arc;

use wasmtime::component::types::Type as RuntimeType;
use wasmtime::component::{FutureAny, ResourceAny, ResourceDynamic, ResourceType, StreamAny, Val};
use wasmtime::{AsContextMut, StoreContextMut};

use super::host::{Host, StoreState};
use super::lift::LiftHandle;
use super::lock;
use super::lower::LowerHandle;
use crate::error::{Error, Kind, Result};
use crate::model::{Resource, Type};
use crate::value::Value;

/// The handles of one call of an import.
pub struct ImportHandles<'a, 'b> {
    /// The calling store.
    pub store: &'a mut StoreContextMut<'b, StoreState>,
    /// The host.
    pub host: Arc<Host>,
    /// Handles that the runtime made (WASI's resources): a provider sees them as the number 0.
    pub foreign: Vec<ResourceAny>,
}

impl LiftHandle for ImportHandles<'_, '_> {
    fn resource(&mut self, any: ResourceAny, _resource: &Resource) -> Result<u32> {
        match any.try_into_resource_dynamic(self.store.as_context_mut()) {
            Ok(dynamic) => Ok(dynamic.rep()),
            Err(_) => {
                self.foreign.push(any);
                Ok(0)
            }
        }
    }

    fn stream(&mut self, _any: StreamAny, _ty: &Type) -> Result<u32> {
        Err(not_ours("a stream"))
    }

    fn future(&mut self, _any: FutureAny, _ty: &Type) -> Result<u32> {
        Err(not_ours("a future"))
    }
}

impl LowerHandle for ImportHandles<'_, '_> {
    fn resource(&mut self, number: u32, ty: ResourceType, _own: bool) -> Result<Val> {
        let resource = lock(&self.host.handles).resource(number).map(|held| held.resource.clone());
        let tag = resource.as_ref().map(|resource| self.host.resource_tag(resource));
        let Some(tag) = tag.filter(|tag| ResourceType::host_dynamic(*tag) == ty) else {
            return Err(Error::new(Kind::Provider, "the provider returned a resource of another type"));
        };
        let any = ResourceDynamic::new_own(number, tag)
            .try_into_resource_any(self.store.as_context_mut())
            .map_err(|e| Error::new(Kind::Limit, "no more resources can be passed to it").cause(format!("{e:#}")))?;
        let holder = self.store.data().holder();
        lock(&self.host.handles).give(number, holder);
        Ok(Val::Resource(any))
    }

    fn transfer(&mut self, _number: u32, _ty: &RuntimeType) -> Result<Val> {
        Err(not_ours("a stream or future"))
    }

    fn ready(&mut self, _content: &Value, _ty: &RuntimeType) -> Result<Val> {
        Err(not_ours("a stream or future"))
    }
}

fn not_ours(what: &str) -> Error {
    Error::new(Kind::Provider, format!("the guest passed {what} to an import that nobody provides"))
}
