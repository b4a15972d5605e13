//! How host resources cross when a guest is the caller: a handle's number is then the resource's representation.

use std::sync::Arc;

use wasmtime::component::types::Type as RuntimeType;
use wasmtime::component::{FutureAny, ResourceAny, ResourceDynamic, ResourceType, StreamAny, Val};
use wasmtime::{AsContextMut, StoreContextMut};

use super::carried::Carried;
use super::handle_table::{Held, Holder};
use super::host::Host;
use super::lift::LiftHandle;
use super::lock;
use super::lower::LowerHandle;
use super::store_state::StoreState;
use super::wasi_resources::WasiResource;
use crate::error::{Error, Kind, Result};
use crate::model::{Resource, Type};

/// The handles of one call of an import.
pub struct ImportHandles<'a, 'b> {
    /// The calling store.
    pub store: &'a mut StoreContextMut<'b, StoreState>,
    /// The host.
    pub host: Arc<Host>,
    /// The calling instance.
    pub holder: Holder,
    /// What no provider of the shell understands.
    pub carried: &'a mut Carried,
}

impl LiftHandle for ImportHandles<'_, '_> {
    fn resource(&mut self, any: ResourceAny, _resource: &Resource) -> Result<u32> {
        if let Some(resource) = WasiResource::from_runtime(any, self.store) {
            return Ok(self.carried.push_wasi(resource, false, self.store.data_mut()));
        }
        match any.try_into_resource_dynamic(self.store.as_context_mut()) {
            Ok(dynamic) => Ok(dynamic.rep()),
            Err(_) => Ok(self.carried.push(Held::Guest(any), self.store.data_mut())),
        }
    }

    fn stream(&mut self, any: StreamAny, _ty: &Type) -> Result<u32> {
        Ok(self.carried.push(Held::Stream(any), self.store.data_mut()))
    }

    fn future(&mut self, any: FutureAny, _ty: &Type) -> Result<u32> {
        Ok(self.carried.push(Held::Future(any), self.store.data_mut()))
    }
}

impl LowerHandle for ImportHandles<'_, '_> {
    fn resource(&mut self, number: u32, ty: ResourceType, own: bool) -> Result<Val> {
        if Carried::is(number) {
            return self.carried.resource(number, ty, own, self.store).map(Val::Resource);
        }
        let mut table = lock(&self.host.handles);
        let held = table.resource(number).ok_or_else(other_type)?;
        // WASI's own resources have one type for everybody: no stand-in is needed.
        if let Some(guest) = held.guest.filter(|guest| guest.any.ty() == ty) {
            table.remove_resource(number);
            return Ok(Val::Resource(guest.any));
        }
        if !self.host.is_resource_type(&held.resource, ty) {
            return Err(other_type());
        }
        let tag = self.host.resource_tag(&held.resource);
        let any = ResourceDynamic::new_own(number, tag)
            .try_into_resource_any(self.store.as_context_mut())
            .map_err(|e| Error::new(Kind::Limit, "no more resources can be passed to it").cause(format!("{e:#}")))?;
        table.give(number, self.holder);
        Ok(Val::Resource(any))
    }

    fn transfer(&mut self, number: u32, ty: &RuntimeType) -> Result<Val> {
        self.carried.transfer(number, ty)
    }
}

fn other_type() -> Error {
    Error::new(Kind::Provider, "the provider returned a resource of another type")
}
