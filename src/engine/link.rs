//! A component's imports connected to who answers them.
//!
//! WASI is linked directly; every other function goes through [`Host::answer`]. Nothing is refused for want of a provider.

use std::collections::HashSet;
use std::sync::Arc;

use wasmtime::component::{InstancePre, Linker, LinkerInstance, ResourceType};
use wasmtime::{Engine, StoreContextMut};

use super::calling_store::{AsyncCall, SyncCall, answer};
use super::forwarding::{DroppedResource, ForwarderPre};
use super::handle_table::Holder;
use super::host::Host;
use super::lock;
use super::store_state::StoreState;
use super::wasi_resources::WasiKind;
use super::{implemented_by_wasi, trap, wasi, wasi_interfaces};
use crate::crossing::Way;
use crate::error::{Error, Kind, Result};
use crate::model::{Component, Extern, Function, Item, ResourceId};
use crate::value::Value;

/// A linker in which everything that the component imports is defined.
pub fn linker(engine: &Engine, component: &Component, host: &Host) -> Result<Linker<StoreState>> {
    let mut linker = Linker::new(engine);
    let is_replaced = wasi_is_replaced(host, component);
    host.set_without_wasi(component.id, is_replaced);
    if !is_replaced {
        let names = component.imports.iter().map(|import| &*import.name);
        wasi::link(&mut linker, names).map_err(|e| refused("WASI", &e))?;
    }
    linker.allow_shadowing(true);
    let mut define = Define { host, component: component.id, is_replaced, seen: HashSet::new() };
    for import in &component.imports {
        define.item(&mut linker.root(), import, true)?;
    }
    Ok(linker)
}

/// A component with its imports connected.
#[derive(Clone)]
pub struct Linked {
    /// What can be instantiated.
    pub pre: InstancePre<StoreState>,
    /// What has to be instantiated before, where the component's calls of WASI are watched.
    pub forwarder: Option<Arc<ForwarderPre>>,
}

impl Linked {
    /// The runtime that it is compiled for.
    pub fn engine(&self) -> &Engine {
        self.pre.engine()
    }
}

/// How a component reaches WASI where somebody stands between; nothing where it is linked directly.
pub fn forwarder(engine: &Engine, component: &Component, host: &Host) -> Result<Option<Arc<ForwarderPre>>> {
    let imports_wasi = component.imports.iter().any(|import| wasi_interfaces::implements(&import.name));
    match host.log.is_on() && imports_wasi && !wasi_is_replaced(host, component) {
        true => ForwarderPre::new(engine, component).map(|forwarder| Some(Arc::new(forwarder))),
        false => Ok(None),
    }
}

struct Define<'a> {
    host: &'a Host,
    component: u32,
    /// Somebody makes resources in the place of WASI's.
    is_replaced: bool,
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
        if self.host.log.is_on() {
            self.wasi_drops(&mut instance, name, items)?;
        }
        taken.into_iter().try_for_each(|function| self.function(&mut instance, &function.name, function.clone()))
    }

    fn item(&mut self, linker: &mut LinkerInstance<'_, StoreState>, import: &Extern, at_root: bool) -> Result<()> {
        let name = &*import.name;
        match &import.item {
            Item::Function(function) => self.function(linker, name, function.clone()),
            Item::Instance(items) if at_root && !self.is_replaced && wasi_interfaces::implements(name) => {
                self.wasi(linker, name, items)
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
                let ty = ResourceType::host_dynamic(tag);
                let (component, function) = (self.component, Arc::new(Function::drop_of(resource)));
                let defined = linker.resource_async(name, ty, move |store, rep| {
                    let function = function.clone();
                    Box::new(async move { destroy(store, component, &function, rep).await })
                });
                defined.map_err(|e| refused(name, &e))
            }
            Item::Type(_) | Item::Other(_) => Ok(()),
            Item::Component(_) | Item::CoreModule(_) | Item::Core(_) => {
                Err(Error::new(Kind::Load, format!("the import {name} is a component or module"))
                    .help("the runtime cannot provide those; compose the component with what it needs"))
            }
        }
    }
}

/// Whether a component gets nothing from the runtime's WASI, so that others make resources in the place of its: a recording, or
/// whoever was chosen for each function of it. Linked components are no such others, since WASI's resources pass through them.
pub fn wasi_is_replaced(host: &Host, component: &Component) -> bool {
    if host.providers.replayed(component.id).is_some() {
        return true;
    }
    let mut of_wasi = component.imported_functions.iter().filter(|function| implemented_by_wasi(function)).peekable();
    let is_replaced = |function: &Arc<Function>| {
        host.providers.chosen(component.id, function).is_some_and(|provider| provider.linked().is_none())
    };
    of_wasi.peek().is_some() && of_wasi.all(is_replaced)
}

/// Whether somebody was chosen to answer this import in the place of the runtime's WASI, or a rule denies it: both have to be
/// asked at the call.
pub fn taken_from_wasi(host: &Host, component: u32, function: &Function) -> bool {
    implemented_by_wasi(function)
        && (host.log.is_on() || host.providers.chosen(component, function).is_some() || host.denied(function).is_some())
}

impl Define<'_> {
    /// The resources that an interface of WASI defines, so that it is seen when a guest drops one.
    fn wasi_drops(&self, linker: &mut LinkerInstance<'_, StoreState>, name: &str, items: &[Extern]) -> Result<()> {
        for item in items {
            let Item::Resource(resource) = &item.item else { continue };
            let owner = resource.name.interface.as_deref();
            let Some(kind) = WasiKind::named(&resource.name).filter(|_| owner == Some(name)) else { continue };
            let dropped = Arc::new(DroppedResource::new(self.component, kind, resource));
            let defined = linker.resource_async(&item.name, (kind.ty)(), move |store, rep| {
                let dropped = dropped.clone();
                Box::new(async move { dropped.destroy(store, rep).await })
            });
            defined.map_err(|e| refused(name, &e))?;
        }
        Ok(())
    }

    fn function(&self, linker: &mut LinkerInstance<'_, StoreState>, name: &str, function: Arc<Function>) -> Result<()> {
        let component = self.component;
        let defined = if function.is_async {
            linker.func_new_concurrent(name, move |accessor, ty, params, results| {
                let function = function.clone();
                Box::pin(
                    async move { answer(AsyncCall::new(accessor, component), &function, &ty, params, results).await },
                )
            })
        } else {
            linker.func_new_async(name, move |mut store, ty, params, results| {
                let function = function.clone();
                Box::new(
                    async move { answer(SyncCall::new(&mut store, component), &function, &ty, params, results).await },
                )
            })
        };
        defined.map_err(|e| refused(name, &e))
    }
}

/// A guest has dropped a resource of the host: whoever made it runs the destructor.
async fn destroy(
    mut store: StoreContextMut<'_, StoreState>,
    component: u32,
    function: &Arc<Function>,
    rep: u32,
) -> wasmtime::Result<()> {
    let (host, holder) = (store.data().host.clone(), Holder::Instance(component, store.data().number));
    let owner = host.log.is_on().then(|| lock(&host.handles).resource(rep).and_then(|held| held.guest)).flatten();
    let owner = owner.map_or_else(|| "host".into(), |guest| host.component_name(guest.owner));
    let logged = host.begin_call(Way::Drop, holder, &owner, function, &[Value::Handle(rep)]);
    let dropped = match host.forget_resource(rep) {
        Some(guest) => guest.any.resource_drop_async(&mut store).await,
        None => Ok(()),
    };
    if let Some(logged) = logged {
        logged.end(&ended(store.data(), component, &dropped));
    }
    dropped
}

/// How a drop by a component ended, for the log.
pub fn ended(state: &StoreState, component: u32, dropped: &wasmtime::Result<()>) -> Result<Option<Value>> {
    let name = state.name_of(component);
    dropped.as_ref().map(|()| None).map_err(|error| trap::explain(error, &state.situation(&name)))
}

fn refused(name: &str, error: &wasmtime::Error) -> Error {
    Error::new(Kind::Internal, format!("{name} cannot be linked")).cause(format!("{error:#}"))
}
