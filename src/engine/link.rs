//! A component's imports connected to who answers them.
//!
//! WASI is linked directly; every other function goes through [`Host::answer`]. Nothing is refused for want of a provider.

use std::collections::HashSet;
use std::sync::Arc;

use wasmtime::component::types::ComponentFunc;
use wasmtime::component::{Linker, LinkerInstance, ResourceType, Val};
use wasmtime::{AsContextMut, Engine, StoreContextMut};

use super::host::StoreState;
use super::import_handles::ImportHandles;
use super::lift::lift;
use super::lower::lower;
use super::wasi;
use crate::error::{Error, Kind, Result};
use crate::model::{Component, Extern, Function, Item, ResourceId};

/// A linker in which everything that the component imports is defined.
pub fn linker(engine: &Engine, component: &Component, host: &super::host::Host) -> Result<Linker<StoreState>> {
    let mut linker = Linker::new(engine);
    let names = component.imports.iter().map(|import| &*import.name);
    wasi::link(&mut linker, names).map_err(|e| refused("WASI", &e))?;
    let mut define = Define { host, seen: HashSet::new() };
    for import in &component.imports {
        define.item(&mut linker.root(), import, true)?;
    }
    Ok(linker)
}

struct Define<'a> {
    host: &'a super::host::Host,
    /// Resource types that an earlier import brought in: later ones only refer to them.
    seen: HashSet<ResourceId>,
}

impl Define<'_> {
    fn item(&mut self, linker: &mut LinkerInstance<'_, StoreState>, import: &Extern, at_root: bool) -> Result<()> {
        let name = &*import.name;
        match &import.item {
            Item::Function(function) => function_import(linker, name, function.clone()),
            Item::Instance(items) if at_root && wasi::implements(name) => {
                self.seen.extend(items.iter().filter_map(|item| match &item.item {
                    Item::Resource(resource) => Some(resource.id.clone()),
                    _ => None,
                }));
                Ok(())
            }
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

fn function_import(linker: &mut LinkerInstance<'_, StoreState>, name: &str, function: Arc<Function>) -> Result<()> {
    let defined = if function.is_async {
        linker.func_new_concurrent(name, move |accessor, ty, params, results| {
            let function = function.clone();
            Box::pin(async move {
                let (host, holder, args) = accessor.with(|mut access| {
                    let mut store = access.as_context_mut();
                    let (host, holder) = (store.data().host.clone(), store.data().holder());
                    arguments(&mut store, &function, params).map(|args| (host, holder, args))
                })?;
                let value = host.answer(&function, args, holder).await;
                accessor.with(|mut access| result(&mut access.as_context_mut(), &ty, value, results))
            })
        })
    } else {
        linker.func_new_async(name, move |mut store, ty, params, results| {
            let function = function.clone();
            Box::new(async move {
                let (host, holder) = (store.data().host.clone(), store.data().holder());
                let args = arguments(&mut store, &function, params)?;
                let value = host.answer(&function, args, holder).await;
                result(&mut store, &ty, value, results)
            })
        })
    };
    defined.map_err(|e| refused(name, &e))
}

fn arguments(
    store: &mut StoreContextMut<'_, StoreState>,
    function: &Function,
    params: &[Val],
) -> Result<Vec<crate::value::Value>> {
    let host = store.data().host.clone();
    let mut handles = ImportHandles { store, host };
    params.iter().zip(&function.params).map(|(val, param)| lift(val.clone(), &param.ty, &mut handles)).collect()
}

fn result(
    store: &mut StoreContextMut<'_, StoreState>,
    ty: &ComponentFunc,
    value: Result<Option<crate::value::Value>>,
    results: &mut [Val],
) -> wasmtime::Result<()> {
    let host = store.data().host.clone();
    let mut handles = ImportHandles { store, host };
    if let (Some(slot), Some(ty)) = (results.first_mut(), ty.results().next()) {
        let value = value?.ok_or_else(|| Error::new(Kind::Provider, "the provider returned nothing"))?;
        *slot = lower(&value, &ty, &mut handles)?;
    } else {
        value?;
    }
    Ok(())
}

fn refused(name: &str, error: &wasmtime::Error) -> Error {
    Error::new(Kind::Internal, format!("{name} cannot be linked")).cause(format!("{error:#}"))
}
