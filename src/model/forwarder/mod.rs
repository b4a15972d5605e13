//! A component that passes calls on: for each imported function one exported function of the same type, which calls it.
//!
//! The runtime's own implementations of interfaces can be called by guests alone. So whoever wants to stand between a guest and
//! them (to watch, to count, to record) calls this component instead, which the runtime's linker takes like any other guest.
//! Bytes to bytes, from the validated types: nothing is compiled, and no WIT is needed. `scope.rs` writes types, `flat.rs` knows
//! how the canonical ABI passes them, `core.rs` writes the core modules.

mod core;
mod flat;
mod scope;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use wasm_encoder::{
    CanonicalOption, ComponentBuilder, ComponentExportKind, ComponentTypeRef, ComponentValType, ExportKind,
    InstanceType, ModuleArg, TypeBounds,
};

use super::type_writer::Space;
use super::{Extern, Function, Item, ResourceId, Type, TypeName};
use core::{Forwarded, Passed};
use flat::Signature;
use scope::{Inside, Root, Scope};

/// A component that passes calls on.
#[derive(Debug)]
pub struct Forwarder {
    /// The binary.
    pub bytes: Vec<u8>,
    /// Its export for a function, by the function's full name.
    pub functions: HashMap<String, String>,
    /// Its export that drops a resource of a type, by the type's full name.
    pub drops: HashMap<String, String>,
}

/// Passes on the functions of those imported interfaces for which `wanted` holds. Left out is what cannot be passed on: functions
/// of other interfaces' resources that are not wanted, and those that borrow a handle deep inside of an argument.
pub fn forwarder(imports: &[Extern], wanted: impl Fn(&str) -> bool) -> Forwarder {
    let mut build = Build { root: Root::new(ComponentBuilder::default()), plan: Vec::new() };
    for import in imports.iter().filter(|import| wanted(&import.name)) {
        if let Item::Instance(items) = &import.item {
            build.import(&import.name, items);
        }
    }
    build.finish()
}

/// One function on its way through.
struct Planned {
    function: Arc<Function>,
    signature: Signature,
    /// The imported function's index.
    imported: u32,
}

struct Build {
    root: Root,
    plan: Vec<Planned>,
}

impl Build {
    /// Imports an interface with those of its functions that can be passed on, and its resources.
    fn import(&mut self, name: &str, items: &[Extern]) {
        let mut scope = Scope::new(Inside::new(InstanceType::new(), self.root.resources()));
        let mut own = Vec::new();
        for item in items {
            if let Item::Resource(resource) = &item.item
                && let ResourceId::Imported(owner) = &resource.id
                && owner.interface.as_deref() == Some(name)
                && *owner.name == *item.name
            {
                scope.place.define_resource(owner);
                own.push(owner.clone());
            }
        }
        let mut passed = Vec::new();
        for item in items {
            if let Item::Function(function) = &item.item
                && let Some(signature) = Signature::of(function)
                && let Some(ty) = scope.function(function)
            {
                scope.place.export(&function.name, ComponentTypeRef::Func(ty));
                passed.push((function.clone(), signature));
            }
        }
        if passed.is_empty() && own.is_empty() {
            return;
        }
        let instance = self.root.import_instance(name, &scope.place.finish());
        own.into_iter().for_each(|resource| self.root.alias_resource(instance, resource));
        for (function, signature) in passed {
            let imported = self.root.builder.alias_export(instance, &function.name, ComponentExportKind::Func);
            self.plan.push(Planned { function, signature, imported });
        }
    }

    fn finish(mut self) -> Forwarder {
        let memory = self.root.builder.core_module(None, &core::memory());
        let memory = self.root.builder.core_instantiate(None, memory, []);
        let items = Memory::of(&mut self.root.builder, memory);
        let resources: Vec<(TypeName, u32)> = self.root.all_resources();
        let dropped = self.dropped();
        let drops: HashMap<TypeName, u32> =
            resources.iter().map(|(name, ty)| (name.clone(), self.root.builder.resource_drop(*ty))).collect();
        let mut args: Vec<(String, ExportKind, u32)> = vec![("memory".into(), ExportKind::Memory, items.memory)];
        for (number, planned) in self.plan.iter().enumerate() {
            let lowered = self.root.builder.lower_func(None, planned.imported, items.lower());
            args.push((core::imported(number), ExportKind::Func, lowered));
        }
        let needed: Vec<&TypeName> =
            resources.iter().map(|(name, _)| name).filter(|name| dropped.contains(*name)).collect();
        for (number, name) in needed.iter().enumerate() {
            args.push((core::dropped(number), ExportKind::Func, drops[*name]));
        }
        let forwarded: Vec<Forwarded<'_>> = self.plan.iter().map(|planned| planned.forwarded(&needed)).collect();
        let module = self.root.builder.core_module(None, &core::forwarding(&forwarded, needed.len()));
        let args = args.iter().map(|(name, kind, index)| (name.as_str(), *kind, *index));
        let host = self.root.builder.core_instantiate_exports(None, args);
        let core = self.root.builder.core_instantiate(None, module, [(core::HOST, ModuleArg::Instance(host))]);
        self.exports(core, &items, &drops)
    }

    /// Resources that some function borrows.
    fn dropped(&self) -> HashSet<TypeName> {
        self.plan.iter().flat_map(|planned| &planned.signature.borrows).map(|borrow| borrow.resource.clone()).collect()
    }

    fn exports(self, core: u32, items: &Memory, drops: &HashMap<TypeName, u32>) -> Forwarder {
        let Build { root, plan } = self;
        let mut scope = Scope::new(root);
        let mut forwarder = Forwarder { bytes: Vec::new(), functions: HashMap::new(), drops: HashMap::new() };
        for (number, planned) in plan.iter().enumerate() {
            let Some(ty) = scope.function(&planned.function) else { continue };
            let name = format!("f{number}");
            let builder = &mut scope.place.builder;
            let forwarding = builder.core_alias_export(None, core, &core::exported(number), ExportKind::Func);
            let lifted = builder.lift_func(None, forwarding, ty, items.lift(&planned.signature));
            builder.export(name.as_str(), ComponentExportKind::Func, lifted, None);
            forwarder.functions.insert(planned.function.full_name(), name);
        }
        let mut resources: Vec<(&TypeName, &u32)> = drops.iter().collect();
        resources.sort_by_key(|(_, drop)| **drop);
        for (number, (resource, drop)) in resources.into_iter().enumerate() {
            let Some(own) = scope.own(resource) else { continue };
            let ty = scope.define(|encoder| {
                encoder.function().params([("r", ComponentValType::Type(own))]).result(None);
            });
            let name = format!("d{number}");
            let builder = &mut scope.place.builder;
            let lifted = builder.lift_func(None, *drop, ty, []);
            builder.export(name.as_str(), ComponentExportKind::Func, lifted, None);
            forwarder.drops.insert(resource.full_name(), name);
        }
        forwarder.bytes = scope.place.builder.finish();
        forwarder
    }
}

impl Planned {
    fn forwarded(&self, drops: &[&TypeName]) -> Forwarded<'_> {
        let number = |resource: &TypeName| drops.iter().position(|known| *known == resource);
        let borrows = self.signature.borrows.iter();
        let passed = borrows.filter_map(|borrow| Some(Passed { borrow, drop: number(&borrow.resource)? })).collect();
        Forwarded { signature: &self.signature, passed }
    }
}

/// What lifting and lowering needs of the memory module.
struct Memory {
    memory: u32,
    realloc: u32,
    /// What ends a call, for each type that a core function may return.
    post_returns: Vec<u32>,
}

impl Memory {
    fn of(builder: &mut ComponentBuilder, instance: u32) -> Memory {
        let memory = builder.core_alias_export(None, instance, core::MEMORY, ExportKind::Memory);
        let realloc = builder.core_alias_export(None, instance, core::REALLOC, ExportKind::Func);
        let ends = 0..core::RETURNS.len();
        let post_returns =
            ends.map(|n| builder.core_alias_export(None, instance, &core::ended(n), ExportKind::Func)).collect();
        Memory { memory, realloc, post_returns }
    }

    fn lower(&self) -> [CanonicalOption; 3] {
        [CanonicalOption::UTF8, CanonicalOption::Memory(self.memory), CanonicalOption::Realloc(self.realloc)]
    }

    fn lift(&self, signature: &Signature) -> Vec<CanonicalOption> {
        let end = core::RETURNS.iter().position(|returns| *returns == signature.returned());
        let mut options = self.lower().to_vec();
        options.extend(end.map(|end| CanonicalOption::PostReturn(self.post_returns[end])));
        options
    }
}

/// A resource type that may have any host's type in its place.
const RESOURCE: ComponentTypeRef = ComponentTypeRef::Type(TypeBounds::SubResource);

/// The resource behind a handle.
fn resource_of(ty: &Type) -> Option<&TypeName> {
    match ty {
        Type::Own(resource) | Type::Borrow(resource) => match &resource.id {
            ResourceId::Imported(name) => Some(name),
            ResourceId::Defined(..) => None,
        },
        _ => None,
    }
}
