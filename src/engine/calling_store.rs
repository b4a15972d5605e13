//! The calling store, seen by a provider that answers from inside it: there it can call what another component exports.
//!
//! A guest's call of an import comes in two shapes, as the runtime has it: with the store in hand ([`SyncCall`]), or for an async
//! function with an accessor to it ([`AsyncCall`]), so that other tasks go on meanwhile.

use std::sync::Arc;

use async_trait::async_trait;
use wasmtime::component::types::ComponentFunc;
use wasmtime::component::{Accessor, Func, ResourceAny, Val};
use wasmtime::{AsContextMut, StoreContextMut};

use super::back;
use super::carried::Carried;
use super::export_handles::{ExportHandles, take_back};
use super::forwarding::Way;
use super::handle_table::Holder;
use super::import_handles::ImportHandles;
use super::instance::{self, Prepared};
use super::lift::lift;
use super::lower::lower;
use super::provider::{CallingStore, Export};
use super::store_state::StoreState;
use super::trap;
use crate::error::{Error, Kind, Result};
use crate::model::Function;
use crate::value::Value;

/// A guest's call of an import, in either shape.
#[async_trait]
pub trait GuestCall: Send {
    /// Lets something have the store, and look at whose call it is.
    fn with<R>(&mut self, act: impl FnOnce(&mut StoreContextMut<'_, StoreState>, &mut Caller) -> R) -> R
    where
        Self: Sized;

    /// Calls a function of the same store.
    async fn run(&mut self, func: Func, args: &[Val], results: &mut [Val]) -> wasmtime::Result<()>;

    /// Ends what came with the arguments, if nobody took it.
    async fn release(&mut self, answered: bool) -> wasmtime::Result<()>;
}

/// A call of an import that has the store in hand until it is answered.
pub struct SyncCall<'a, 'b> {
    store: &'a mut StoreContextMut<'b, StoreState>,
    caller: Caller,
}

/// A call of an async import.
pub struct AsyncCall<'a> {
    accessor: &'a Accessor<StoreState>,
    caller: Caller,
}

/// Whose call it is, and what it carries.
pub struct Caller {
    component: u32,
    /// What it carries.
    pub carried: Carried,
    /// How much of that came with the arguments.
    arguments: usize,
}

impl Caller {
    fn new(component: u32) -> Caller {
        Caller { component, carried: Carried::default(), arguments: 0 }
    }

    fn holder(&self, store: &StoreContextMut<'_, StoreState>) -> Holder {
        Holder::Instance(self.component, store.data().number)
    }

    fn handles<'a, 'b>(&'a mut self, store: &'a mut StoreContextMut<'b, StoreState>) -> ImportHandles<'a, 'b> {
        let (host, holder) = (store.data().host.clone(), self.holder(store));
        ImportHandles { store, host, holder, carried: &mut self.carried }
    }

    fn read(
        &mut self,
        store: &mut StoreContextMut<'_, StoreState>,
        function: &Function,
        params: &[Val],
    ) -> Result<Vec<Value>> {
        let mut handles = self.handles(store);
        let args = params.iter().zip(&function.params).map(|(val, param)| lift(val.clone(), &param.ty, &mut handles));
        let args = args.collect();
        self.arguments = self.carried.len();
        args
    }

    fn write(
        &mut self,
        store: &mut StoreContextMut<'_, StoreState>,
        ty: &ComponentFunc,
        value: Option<Value>,
        results: &mut [Val],
    ) -> Result<()> {
        if let (Some(slot), Some(ty)) = (results.first_mut(), ty.results().next()) {
            let value = value.ok_or_else(|| Error::new(Kind::Provider, "the provider returned nothing"))?;
            *slot = lower(&value, &ty, &mut self.handles(store))?;
        }
        Ok(())
    }
}

/// What comes back from whoever answers; in a store that goes back, what came back then.
async fn answered(call: &mut impl GuestCall, function: &Arc<Function>, params: &[Val]) -> Result<Option<Value>> {
    let (host, holder, goes_back) = call.with(|store, caller| {
        let state = store.data();
        (state.host.clone(), caller.holder(store), state.again.is_some())
    });
    let args = call.with(|store, caller| caller.read(store, function, params));
    // Denials win, also over arguments that cannot be read.
    if let Some(denial) = host.denied(function).filter(|_| !goes_back) {
        return Err(host.refuse(&denial, function, &args.unwrap_or_default(), holder));
    }
    let args = args?;
    match goes_back {
        true => back::answer(call, &host, function, args, holder).await,
        false => host.answer(function, args, holder, Some(call)).await,
    }
}

/// Answers a component's call of an import.
pub async fn answer(
    mut call: impl GuestCall,
    function: &Arc<Function>,
    ty: &ComponentFunc,
    params: &[Val],
    results: &mut [Val],
) -> wasmtime::Result<()> {
    let value = answered(&mut call, function, params).await;
    call.release(value.is_ok()).await?;
    Ok(call.with(|store, caller| caller.write(store, ty, value?, results))?)
}

impl<'a, 'b> SyncCall<'a, 'b> {
    /// A call by this component.
    pub fn new(store: &'a mut StoreContextMut<'b, StoreState>, component: u32) -> SyncCall<'a, 'b> {
        SyncCall { store, caller: Caller::new(component) }
    }
}

impl<'a> AsyncCall<'a> {
    /// A call by this component.
    pub fn new(accessor: &'a Accessor<StoreState>, component: u32) -> AsyncCall<'a> {
        AsyncCall { accessor, caller: Caller::new(component) }
    }
}

#[async_trait]
impl GuestCall for SyncCall<'_, '_> {
    fn with<R>(&mut self, act: impl FnOnce(&mut StoreContextMut<'_, StoreState>, &mut Caller) -> R) -> R {
        act(self.store, &mut self.caller)
    }

    async fn run(&mut self, func: Func, args: &[Val], results: &mut [Val]) -> wasmtime::Result<()> {
        func.call_async(&mut *self.store, args, results).await
    }

    // A borrow must be given back before the call ends.
    async fn release(&mut self, _answered: bool) -> wasmtime::Result<()> {
        self.caller.carried.release(self.caller.arguments, self.store).await
    }
}

#[async_trait]
impl GuestCall for AsyncCall<'_> {
    fn with<R>(&mut self, act: impl FnOnce(&mut StoreContextMut<'_, StoreState>, &mut Caller) -> R) -> R {
        let caller = &mut self.caller;
        self.accessor.with(|mut access| act(&mut access.as_context_mut(), caller))
    }

    async fn run(&mut self, func: Func, args: &[Val], results: &mut [Val]) -> wasmtime::Result<()> {
        func.call_concurrent(self.accessor, args, results).await
    }

    // Without the store in hand nothing can be dropped.
    async fn release(&mut self, answered: bool) -> wasmtime::Result<()> {
        match answered || self.caller.carried.is_empty() {
            true => Ok(()),
            false => Err(Error::new(Kind::Provider, "an async import cannot take resources of WASI").into()),
        }
    }
}

#[async_trait]
impl<C: GuestCall> CallingStore for C {
    async fn call_export(&mut self, export: Export<'_>, import: &Function, args: Vec<Value>) -> Result<Option<Value>> {
        let (func, mut passing) = self.with(|store, caller| {
            let prepared = instance::prepare(&mut *store, export.component, export.function)?;
            store.data_mut().may_go_on |= export.function.is_async;
            let passing = Passing::begin(store, caller, export.component, &prepared, args)?;
            Result::Ok((prepared.func, passing))
        })?;
        let called = self.run(func, &passing.args, passing.slots.results()).await;
        self.with(|store, caller| passing.end(store, caller, import, called))
    }

    async fn call_wasi(&mut self, import: &Function, args: Vec<Value>) -> Result<Option<Value>> {
        let (way, mut passing) = self.with(|store, caller| {
            caller.carried.check_alive(&args, store.data())?;
            let way = Way::to(&mut *store, caller.component, import)?;
            let owner = caller.component;
            let passing = Passing::begin(store, caller, owner, &way.prepared, args)?;
            way.busy(store.data_mut(), true);
            Result::Ok((way, passing))
        })?;
        let called = self.run(way.prepared.func, &passing.args, passing.slots.results()).await;
        self.with(|store, caller| {
            way.busy(store.data_mut(), false);
            passing.end(store, caller, import, called)
        })
    }
}

/// A call of an import that is passed on to a function in the same store.
struct Passing {
    /// The component that answers; for WASI, the one that asks.
    owner: u32,
    args: Vec<Val>,
    /// What the store was given for host resources that are only lent.
    lent: Vec<ResourceAny>,
    slots: Slots,
}

/// Room for a result, if there is one.
struct Slots {
    slots: [Val; 1],
    used: usize,
}

impl Slots {
    fn results(&mut self) -> &mut [Val] {
        &mut self.slots[..self.used]
    }
}

impl Passing {
    fn begin(
        store: &mut StoreContextMut<'_, StoreState>,
        caller: &mut Caller,
        owner: u32,
        prepared: &Prepared,
        args: Vec<Value>,
    ) -> Result<Passing> {
        let holder = caller.holder(store);
        let mut handles = ExportHandles::new(store, &mut caller.carried, holder, owner);
        let lowered: Result<Vec<Val>> =
            args.iter().zip(&*prepared.params).map(|(arg, ty)| lower(arg, ty, &mut handles)).collect();
        let lent = handles.lent;
        let slots = Slots { slots: [Val::Bool(false)], used: prepared.results };
        Ok(Passing { owner, args: lowered?, lent, slots })
    }

    fn end(
        self,
        store: &mut StoreContextMut<'_, StoreState>,
        caller: &mut Caller,
        import: &Function,
        called: wasmtime::Result<()>,
    ) -> Result<Option<Value>> {
        called.map_err(|error| failed(store, self.owner, &error))?;
        self.lent.into_iter().for_each(|any| take_back(any, store));
        let ([val], 1, Some(ty)) = (self.slots.slots, self.slots.used, &import.result) else { return Ok(None) };
        let holder = caller.holder(store);
        let mut handles = ExportHandles::new(store, &mut caller.carried, holder, self.owner);
        lift(val, ty, &mut handles).map(Some)
    }
}

/// Why what was called failed, with its part of the backtrace.
fn failed(store: &StoreContextMut<'_, StoreState>, owner: u32, error: &wasmtime::Error) -> Error {
    let state = store.data();
    let name = state.host.component_name(owner);
    trap::explain(error, &state.situation(&name))
}
