//! A component's imports connected to who answers them.
//!
//! WASI is linked directly; every other function goes through [`Host::answer`]. Nothing is refused for want of a provider.

use std::collections::HashSet;
use std::sync::Arc;

use wasmtime::component::types::ComponentFunc;
use wasmtime::component::{Linker, LinkerInstance, ResourceAny, ResourceType, Val};
use wasmtime::{AsContextMut, Engine, StoreContextMut};

use super::handle_table::Holder;
use super::host::{Host, StoreState};
use super::import_handles::ImportHandles;
use super::lift::lift;
use super::lower::lower;
use super::{wasi, wasi_interfaces};
use crate::error::{Error, Kind, Result};
use crate::model::{Component, Extern, Function, Item, ResourceId};
use crate::value::Value;

/// A linker in which everything that the component imports is defined.
pub fn linker(engine: &Engine, component: &Component, host: &Host) -> Result<Linker<StoreState>> {
    let mut linker = Linker::new(engine);
    let names = component.imports.iter().map(|import| &*import.name);
    wasi::link(&mut linker, names).map_err(|e| refused("WASI", &e))?;
    linker.allow_shadowing(true);
    let mut define = Define { host, component: component.id, seen: HashSet::new() };
    for import in &component.imports {
        define.item(&mut linker.root(), import, true)?;
    }
    Ok(linker)
}

struct Define<'a> {
    host: &'a Host,
    component: u32,
    /// Resource types that an earlier import brought in: later ones only refer to them.
    seen: HashSet<ResourceId>,
}

impl Define<'_> {
    /// An interface of WASI: linked already, apart from the functions that somebody else was chosen for. Those are put over
    /// the runtime's own under its own name; under the guest's they would hide the rest of the interface.
    fn wasi(&mut self, linker: &mut LinkerInstance<'_, StoreState>, name: &str, items: &[Extern]) -> Result<()> {
        let mut taken = Vec::new();
        for item in items {
            match &item.item {
                Item::Resource(resource) => drop(self.seen.insert(resource.id.clone())),
                Item::Function(function) if taken_from_wasi(self.host, self.component, function) => {
                    taken.push(function)
                }
                _ => {}
            }
        }
        if taken.is_empty() {
            return Ok(());
        }
        let mut instance = linker.instance(&wasi_interfaces::own_name(name)).map_err(|e| refused(name, &e))?;
        taken.into_iter().try_for_each(|function| function_import(&mut instance, &function.name, function.clone()))
    }

    fn item(&mut self, linker: &mut LinkerInstance<'_, StoreState>, import: &Extern, at_root: bool) -> Result<()> {
        let name = &*import.name;
        match &import.item {
            Item::Function(function) => function_import(linker, name, function.clone()),
            Item::Instance(items) if at_root && wasi_interfaces::implements(name) => self.wasi(linker, name, items),
            Item::Instance(items) => {
                let mut instance = linker.instance(name).map_err(|e| refused(name, &e))?;
                items.iter().try_for_each(|item| self.item(&mut instance, item, false))
            }
            Item::Resource(resource) => {
                if !self.seen.insert(resource.id.clone()) {
                    return Ok(());
                }
                let tag = self.host.resource_tag(&resource.name);
                let destroy = |store: StoreContextMut<'_, StoreState>, rep| {
                    store.data().host.drop_resource(rep);
                    Ok(())
                };
                linker.resource(name, ResourceType::host_dynamic(tag), destroy).map_err(|e| refused(name, &e))
            }
            Item::Type(_) | Item::Other(_) => Ok(()),
            Item::Component(_) | Item::CoreModule(_) | Item::Core(_) => {
                Err(Error::new(Kind::Load, format!("the import {name} is a component or module"))
                    .help("the runtime cannot provide those; compose the component with what it needs"))
            }
        }
    }
}

/// Whether somebody was chosen to answer this import in the place of the runtime's WASI, or a rule denies it: both have to be
/// asked at the call.
pub fn taken_from_wasi(host: &Host, component: u32, function: &Function) -> bool {
    function.path.first().is_some_and(|interface| wasi_interfaces::implements(interface))
        && (host.providers.chosen(component, function).is_some() || host.denied(function).is_some())
}

fn function_import(linker: &mut LinkerInstance<'_, StoreState>, name: &str, function: Arc<Function>) -> Result<()> {
    let defined = if function.is_async {
        linker.func_new_concurrent(name, move |accessor, ty, params, results| {
            let function = function.clone();
            Box::pin(async move {
                let call =
                    accessor.with(|mut access| Incoming::read(&mut access.as_context_mut(), &function, params))?;
                let (value, foreign) = call.answer(&function).await;
                if !foreign.is_empty() {
                    return Err(Error::new(Kind::Provider, "an async import cannot take resources of WASI").into());
                }
                accessor.with(|mut access| write(&mut access.as_context_mut(), &ty, value, results))
            })
        })
    } else {
        linker.func_new_async(name, move |mut store, ty, params, results| {
            let function = function.clone();
            Box::new(async move {
                let call = Incoming::read(&mut store, &function, params)?;
                let (value, foreign) = call.answer(&function).await;
                for any in foreign {
                    // A borrow must be given back before the call ends; what was owned ends here, since nobody else can.
                    any.resource_drop_async(&mut store).await?;
                }
                write(&mut store, &ty, value, results)
            })
        })
    };
    defined.map_err(|e| refused(name, &e))
}

/// One call of an import by a guest, on its way to whoever answers.
struct Incoming {
    host: Arc<Host>,
    holder: Holder,
    args: Vec<Value>,
    /// Handles among the arguments that the runtime made and no provider understands.
    foreign: Vec<ResourceAny>,
}

impl Incoming {
    fn read(store: &mut StoreContextMut<'_, StoreState>, function: &Function, params: &[Val]) -> Result<Incoming> {
        let (host, holder) = (store.data().host.clone(), store.data().holder());
        // Before the arguments are read: a denied call must not fail for another reason.
        host.permit(function)?;
        let mut handles = ImportHandles { store, host: host.clone(), foreign: Vec::new() };
        let args = params.iter().zip(&function.params).map(|(val, param)| lift(val.clone(), &param.ty, &mut handles));
        let args = args.collect::<Result<_>>()?;
        Ok(Incoming { foreign: handles.foreign, host, holder, args })
    }

    async fn answer(self, function: &Function) -> (Result<Option<Value>>, Vec<ResourceAny>) {
        (self.host.answer(function, self.args, self.holder).await, self.foreign)
    }
}

/// Puts what the provider gave into the call's result.
fn write(
    store: &mut StoreContextMut<'_, StoreState>,
    ty: &ComponentFunc,
    value: Result<Option<Value>>,
    results: &mut [Val],
) -> wasmtime::Result<()> {
    let value = value?;
    if let (Some(slot), Some(ty)) = (results.first_mut(), ty.results().next()) {
        let value = value.ok_or_else(|| Error::new(Kind::Provider, "the provider returned nothing"))?;
        let host = store.data().host.clone();
        *slot = lower(&value, &ty, &mut ImportHandles { store, host, foreign: Vec::new() })?;
    }
    Ok(())
}

fn refused(name: &str, error: &wasmtime::Error) -> Error {
    Error::new(Kind::Internal, format!("{name} cannot be linked")).cause(format!("{error:#}"))
}
