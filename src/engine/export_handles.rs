//! How resources cross when one component of a store calls what another exports.
//!
//! The caller knows a resource of the other component by a host resource that stands in for it; the other knows it by the handle
//! that the runtime gave out. Going in, the stand-in becomes the handle; coming out, a handle gets a stand-in.

use wasmtime::component::types::Type as RuntimeType;
use wasmtime::component::{FutureAny, ResourceAny, ResourceDynamic, ResourceType, StreamAny, Val};
use wasmtime::{AsContextMut, StoreContextMut};

use super::carried::Carried;
use super::handle_table::{GuestResource, Held, Holder};
use super::lift::LiftHandle;
use super::lock;
use super::lower::LowerHandle;
use super::store_state::StoreState;
use super::wasi_resources::WasiResource;
use crate::error::{Error, Kind, Result};
use crate::model::{Resource, Type};

/// The handles of one call from component to component.
pub struct ExportHandles<'a, 'b> {
    store: &'a mut StoreContextMut<'b, StoreState>,
    carried: &'a mut Carried,
    /// The calling instance.
    holder: Holder,
    /// The component that is called.
    owner: u32,
    /// What the store was given for host resources that are only lent; to be freed after the call.
    pub lent: Vec<ResourceAny>,
}

/// Frees the store's own entry for a resource that was lent; the resource itself lives on.
pub fn take_back(lent: ResourceAny, store: &mut StoreContextMut<'_, StoreState>) {
    if WasiResource::from_runtime(lent, store).is_none() {
        let _ = lent.try_into_resource_dynamic(store.as_context_mut());
    }
}

impl<'a, 'b> ExportHandles<'a, 'b> {
    /// For a call of what the component `owner` exports.
    pub fn new(
        store: &'a mut StoreContextMut<'b, StoreState>,
        carried: &'a mut Carried,
        holder: Holder,
        owner: u32,
    ) -> ExportHandles<'a, 'b> {
        ExportHandles { store, carried, holder, owner, lent: Vec::new() }
    }
}

impl LowerHandle for ExportHandles<'_, '_> {
    fn resource(&mut self, number: u32, ty: ResourceType, own: bool) -> Result<Val> {
        if Carried::is(number) {
            let any = self.carried.resource(number, ty, own, self.store)?;
            if !own {
                self.lent.push(any);
            }
            return Ok(Val::Resource(any));
        }
        let host = self.store.data().host.clone();
        let mut table = lock(&host.handles);
        let held = table.resource(number).ok_or_else(|| another(number))?;
        if let Some(guest) = held.guest.filter(|guest| guest.any.ty() == ty) {
            if own {
                table.remove_resource(number);
            }
            return Ok(Val::Resource(guest.any));
        }
        // A resource that both only import: the other gets to know it by the same stand-in.
        if !host.is_resource_type(&held.resource, ty) {
            return Err(another(number));
        }
        let tag = host.resource_tag(&held.resource);
        let any = ResourceDynamic::new_own(number, tag)
            .try_into_resource_any(self.store.as_context_mut())
            .map_err(|e| Error::new(Kind::Limit, "no more resources can be passed to it").cause(format!("{e:#}")))?;
        if own {
            table.give(number, Holder::Instance(self.owner, self.store.data().number));
        } else {
            self.lent.push(any);
        }
        Ok(Val::Resource(any))
    }

    fn transfer(&mut self, number: u32, ty: &RuntimeType) -> Result<Val> {
        self.carried.transfer(number, ty)
    }
}

impl LiftHandle for ExportHandles<'_, '_> {
    fn resource(&mut self, any: ResourceAny, resource: &Resource) -> Result<u32> {
        if let Some(made) = WasiResource::from_runtime(any, self.store) {
            return Ok(self.carried.push_wasi(made, true, self.store.data_mut()));
        }
        if let Ok(dynamic) = any.try_into_resource_dynamic(self.store.as_context_mut()) {
            return Ok(dynamic.rep());
        }
        let guest = GuestResource { any, owner: self.owner };
        lock(&self.store.data().host.handles).stand_in(&resource.name, self.holder, guest)
    }

    fn stream(&mut self, any: StreamAny, _ty: &Type) -> Result<u32> {
        Ok(self.carried.push(Held::Stream(any), self.store.data_mut()))
    }

    fn future(&mut self, any: FutureAny, _ty: &Type) -> Result<u32> {
        Ok(self.carried.push(Held::Future(any), self.store.data_mut()))
    }
}

fn another(number: u32) -> Error {
    Error::new(Kind::Provider, format!("#{number} was not made by the component that is to answer"))
}
