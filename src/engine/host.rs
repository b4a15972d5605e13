//! The host's side of all stores: handles, providers, counts.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use wasmtime::component::ResourceType;

use super::call_log::{CallLog, Opened};
use super::denial::Denial;
use super::handle_table::{GuestResource, HandleTable, Holder};
use super::http::HttpPolicy;
use super::lock;
use super::provider::{CallingStore, ImportCall, Providers};
use super::questions::Asker;
use super::recording::Recorder;
use crate::crossing::Way;
use crate::error::{Error, Result};
use crate::frontend::Frontend;
use crate::model::interface::compatible_interface;
use crate::model::{Function, TypeName};
use crate::value::Value;

/// Who calls where no component does.
pub const SHELL: &str = "shell";

/// What all stores share.
pub struct Host {
    /// Handles and host resources.
    pub handles: Mutex<HandleTable>,
    /// Who answers imports.
    pub providers: Providers,
    /// What the policy forbids.
    pub denials: Mutex<Vec<Denial>>,
    /// Which HTTP requests guests may send.
    pub http: Arc<HttpPolicy>,
    /// What crossed.
    pub log: CallLog,
    /// The components' names, by their numbers.
    names: Mutex<BTreeMap<u32, Arc<str>>>,
    /// How often each import was called: by component and the function's full name.
    calls: Mutex<HashMap<(u32, String), u64>>,
    /// Who was asked and has not answered, by the store that asks (0 for the shell): after a call that was given up, why.
    waiting: Mutex<Vec<(u32, Arc<str>)>>,
    /// The components of which nothing is left to the runtime's WASI, so that others make its resources.
    without_wasi: Mutex<BTreeSet<u32>>,
    /// The host's resource types; the index is the number that the runtime knows one by.
    resource_types: Mutex<Vec<TypeName>>,
}

impl Host {
    /// A host that nobody has called.
    pub fn new(frontend: Arc<dyn Frontend>, asker: Asker, recorder: Arc<Recorder>) -> Host {
        Host {
            handles: Mutex::default(),
            providers: Providers::new(frontend.clone(), asker),
            denials: Mutex::default(),
            http: Arc::new(HttpPolicy::new(frontend.clone())),
            log: CallLog::new(recorder, frontend),
            names: Mutex::default(),
            calls: Mutex::default(),
            waiting: Mutex::default(),
            without_wasi: Mutex::default(),
            resource_types: Mutex::default(),
        }
    }

    /// The number by which the runtime knows a host resource type. Compatible versions of an interface have the same types.
    pub fn resource_tag(&self, resource: &TypeName) -> u32 {
        let interface = resource.interface.as_deref().map(compatible_interface);
        let same = |known: &TypeName| {
            known.name == resource.name && known.interface.as_deref().map(compatible_interface) == interface
        };
        let mut types = lock(&self.resource_types);
        let index = types.iter().position(same).unwrap_or_else(|| {
            types.push(resource.clone());
            types.len() - 1
        });
        u32::try_from(index).unwrap_or(u32::MAX)
    }

    /// A component is linked so that the runtime's WASI makes its resources, or that others do.
    pub fn set_without_wasi(&self, component: u32, without: bool) {
        let mut all = lock(&self.without_wasi);
        let _ = if without { all.insert(component) } else { all.remove(&component) };
    }

    /// Whether others than the runtime's WASI make the resources of WASI that this one gets; the shell takes anybody's.
    pub fn makes_wasi(&self, holder: Holder) -> bool {
        match holder {
            Holder::Instance(component, _) => lock(&self.without_wasi).contains(&component),
            Holder::Shell => true,
        }
    }

    /// Whether the runtime knows this host resource type as `ty`.
    pub fn is_resource_type(&self, resource: &TypeName, ty: ResourceType) -> bool {
        ResourceType::host_dynamic(self.resource_tag(resource)) == ty
    }

    /// The host resource type that the runtime knows by this type.
    pub fn resource_of_type(&self, ty: ResourceType) -> Option<TypeName> {
        let types = lock(&self.resource_types);
        (0..).zip(types.iter()).find(|(tag, _)| ResourceType::host_dynamic(*tag) == ty).map(|(_, name)| name.clone())
    }

    /// The rule that forbids this import, if there is one.
    pub fn denied(&self, function: &Function) -> Option<Denial> {
        lock(&self.denials).iter().find(|denial| denial.means(function)).cloned()
    }

    /// An error if the policy forbids this import.
    pub fn permit(&self, function: &Function) -> Result<()> {
        self.denied(function).map_or(Ok(()), |denial| Err(denial.error(function)))
    }

    /// A guest calls what the policy forbids: that counts and is logged like any other call. The error that it meets.
    pub fn refuse(&self, denial: &Denial, function: &Arc<Function>, args: &[Value], holder: Holder) -> Error {
        self.count_call(function, holder);
        let error = denial.error(function);
        if let Some(call) = self.begin_call(Way::Import, holder, "denied", function, args) {
            call.end(&Err(error.clone()));
        }
        error
    }

    /// The number of the component that calls; 0 for the shell.
    fn count_call(&self, function: &Function, holder: Holder) -> u32 {
        let component = match holder {
            Holder::Instance(component, _) => component,
            Holder::Shell => 0,
        };
        *lock(&self.calls).entry((component, function.full_name())).or_default() += 1;
        component
    }

    /// A call of an import begins, or a drop of what was imported; nothing where nobody wants to know.
    pub fn begin_call(
        &self,
        way: Way,
        holder: Holder,
        answerer: &str,
        function: &Arc<Function>,
        args: &[Value],
    ) -> Option<Opened<'_>> {
        if !self.log.is_on() {
            return None;
        }
        let caller = match holder {
            Holder::Instance(component, _) => self.component_name(component),
            Holder::Shell => SHELL.into(),
        };
        self.log.begin(way, &caller, answerer, function, args)
    }

    /// A component is called so from now on.
    pub fn name_component(&self, component: u32, name: &str) {
        lock(&self.names).insert(component, name.into());
    }

    /// What a component is called.
    pub fn component_name(&self, component: u32) -> Arc<str> {
        lock(&self.names).get(&component).cloned().unwrap_or_else(|| "?".into())
    }

    /// Answers a call of an import: the one door through which all of them go. Denials win over every provider.
    /// `store` is the one that the call comes from, if a guest calls.
    pub async fn answer<'a>(
        &'a self,
        function: &'a Arc<Function>,
        args: Vec<Value>,
        holder: Holder,
        store: Option<&'a mut (dyn CallingStore + 'a)>,
    ) -> Result<Option<Value>> {
        self.permit(function)?;
        lock(&self.handles).check_resources(&args)?;
        let (component, asking) = match holder {
            Holder::Instance(component, store) => (component, store),
            Holder::Shell => (0, 0),
        };
        *lock(&self.calls).entry((component, function.full_name())).or_default() += 1;
        let provider = self.providers.find(component, function);
        let logged = self.begin_call(Way::Import, holder, provider.name(), function, &args);
        let mut answer = provider.call(ImportCall {
            function,
            args,
            holder,
            handles: &self.handles,
            makes_wasi: self.makes_wasi(holder),
            store,
        });
        // Most providers answer at once: nothing is noted of those.
        let mut waits: Option<Arc<str>> = None;
        let answer = std::future::poll_fn(|context| {
            let polled = answer.as_mut().poll(context);
            if polled.is_pending() && waits.is_none() {
                let who: Arc<str> = format!("{}, answering {}", provider.name(), function.full_name()).into();
                lock(&self.waiting).push((asking, who.clone()));
                waits = Some(who);
            }
            polled
        })
        .await;
        if let Some(answered) = waits {
            lock(&self.waiting).retain(|(_, who)| !Arc::ptr_eq(who, &answered));
        }
        if let Some(logged) = logged {
            logged.end(&answer);
        }
        answer
    }

    /// Which provider a call from this store is waiting for now, if one is.
    pub fn waiting(&self, asking: u32) -> Option<String> {
        lock(&self.waiting).iter().rev().find(|(store, _)| *store == asking).map(|(_, who)| who.to_string())
    }

    /// Which provider a call from this store (0 for the shell) that was given up was waiting for, if it was for one.
    pub fn take_waiting(&self, asking: u32) -> Option<String> {
        let mut waiting = lock(&self.waiting);
        let last = waiting.iter().rev().find(|(store, _)| *store == asking).map(|(_, who)| who.to_string());
        waiting.retain(|(store, _)| *store != asking);
        last
    }

    /// How often a component called an import.
    pub fn calls(&self, component: u32, function: &Function) -> u64 {
        lock(&self.calls).get(&(component, function.full_name())).copied().unwrap_or(0)
    }

    /// Ends a host resource: its provider runs the destructor.
    pub fn drop_resource(&self, rep: u32) {
        self.forget_resource(rep);
    }

    /// As [`Host::drop_resource`]; where it stood for a component's resource, that one is left to be dropped in its store.
    pub fn forget_resource(&self, rep: u32) -> Option<GuestResource> {
        let removed = lock(&self.handles).remove_resource(rep)?;
        if removed.guest.is_none() && !removed.has_ended {
            self.providers.drop_resource(&removed.resource, rep);
        }
        removed.guest
    }
}
