//! Following the steps of a component: imports, instances, aliases, exports.

use std::collections::HashMap;
use std::rc::Rc;

use wasmparser::{
    ComponentAlias, ComponentInstance, ComponentOuterAliasKind, ComponentTypeRef, ExternalKind, TypeBounds,
};

use super::build::{Builder, Outcome, Resource, unresolved};
use super::graph::Cause;
use super::module::Sort;
use super::scope::{Component, CoreItem, Instance, Item, Module, Scope, Type};
use super::sections::Step;

/// What an instance is given, by name.
type Arguments<'a> = HashMap<&'a str, Item<'a>>;

impl<'a> Builder<'_, 'a> {
    /// Instantiates a component, defined in the scope `around`; the outermost has no arguments but what is outside. The scope.
    pub(super) fn instantiate(
        &mut self,
        definition: usize,
        around: Option<usize>,
        arguments: Option<&Arguments<'a>>,
    ) -> Outcome<usize> {
        self.spend(1)?;
        let at = self.scopes.len();
        self.graph.components.push(self.component_name(definition));
        let component = self.graph.components.len() - 1;
        self.scopes.push(Scope { around, component, ..Scope::default() });
        let definitions = self.definitions;
        for step in &definitions.components[definition].steps {
            self.spend(1)?;
            self.step(definition, at, step, arguments)?;
        }
        Ok(at)
    }

    fn component_name(&self, definition: usize) -> String {
        let own = self.definitions.components[definition].name;
        match (definition, self.component_names[definition].or(own)) {
            (0, _) => String::new(),
            (_, Some(name)) => name.to_owned(),
            (_, None) => format!("component {definition}"),
        }
    }

    fn step(
        &mut self,
        definition: usize,
        at: usize,
        step: &Step<'a>,
        arguments: Option<&Arguments<'a>>,
    ) -> Outcome<()> {
        match step {
            Step::CoreModule(module) => self.define_module(definition, at, *module),
            Step::Component(inner) => {
                let index = self.scopes[at].components.len() as u32;
                let names = &self.definitions.components[definition].component_names;
                self.component_names[*inner] = names.get(&index).copied();
                self.scopes[at].components.push(Component::Defined { definition: *inner, scope: at });
            }
            Step::CoreInstance(instance) => {
                let instance = self.core_instance(at, instance)?;
                self.scopes[at].core_instances.push(instance);
            }
            Step::Instance(instance) => {
                let instance = self.instance(at, instance)?;
                self.scopes[at].instances.push(instance);
            }
            Step::Alias(alias) => self.alias(at, alias)?,
            Step::Canonical(function) => self.canonical(at, function)?,
            Step::Import(import) => {
                let item = match arguments {
                    None => self.root_import(at, import)?,
                    Some(arguments) => self.argument(at, import, arguments)?,
                };
                self.scopes[at].push(item);
            }
            Step::Export(export) => self.export(at, export)?,
            Step::Resource(destructor) => {
                let destructor = match destructor {
                    Some(index) => Some(self.core_function(at, *index)?),
                    None => None,
                };
                self.resources.push(Resource { name: None, destructor });
                self.scopes[at].types.push(Type::Resource(self.resources.len() - 1));
            }
            Step::Type => self.scopes[at].types.push(Type::Plain),
            Step::Start(index) => {
                let function = self.scopes[at].functions.get(*index as usize).copied();
                let name = self.graph.components[self.scopes[at].component].clone();
                let node = function.ok_or_else(|| unresolved("a start function is missing"))?;
                self.root(Cause::Start(name), node);
            }
        }
        Ok(())
    }

    fn define_module(&mut self, definition: usize, at: usize, module: usize) {
        let index = self.scopes[at].modules.len() as u32;
        let around = &self.definitions.components[definition];
        if let (None, Some(name)) = (self.definitions.module_names[module], around.module_names.get(&index)) {
            self.graph.module_names[module] = (*name).to_owned();
        }
        self.scopes[at].modules.push(Module::Defined(module));
    }

    /// An import of the outermost component.
    fn root_import(&mut self, at: usize, import: &wasmparser::ComponentImport<'a>) -> Outcome<Item<'a>> {
        match import.ty {
            ComponentTypeRef::Type(TypeBounds::Eq(index)) => self.same_type(at, index),
            ty => Ok(self.imported(None, import.name.name, ty.kind())),
        }
    }

    /// An import of a component that is instantiated in the file.
    fn argument(
        &mut self,
        at: usize,
        import: &wasmparser::ComponentImport<'a>,
        arguments: &Arguments<'a>,
    ) -> Outcome<Item<'a>> {
        let name = import.name.name;
        match (arguments.get(name), import.ty) {
            (Some(item), _) => Ok(item.clone()),
            (None, ComponentTypeRef::Type(TypeBounds::Eq(index))) => self.same_type(at, index),
            (None, _) => Err(unresolved(format!("nothing is given for the import `{name}`"))),
        }
    }

    fn same_type(&self, at: usize, index: u32) -> Outcome<Item<'a>> {
        let ty = self.scopes[at].types.get(index as usize).cloned();
        ty.map(Item::Type).ok_or_else(|| unresolved("a type is missing"))
    }

    fn instance(&mut self, at: usize, instance: &ComponentInstance<'a>) -> Outcome<Instance<'a>> {
        match instance {
            ComponentInstance::Instantiate { component_index, args } => {
                let component = self.scopes[at].components.get(*component_index as usize).cloned();
                let arguments = self.arguments(at, args)?;
                self.spend(args.len())?;
                match component {
                    Some(Component::Defined { definition, scope }) => {
                        let inner =
                            self.deeper(|builder| builder.instantiate(definition, Some(scope), Some(&arguments)))?;
                        Ok(Instance::Exports(Rc::new(self.scopes[inner].exports.clone())))
                    }
                    Some(Component::Unknown(import)) => self.unknown_instance(import, &arguments),
                    None => Err(unresolved("a component is missing")),
                }
            }
            ComponentInstance::FromExports(exports) => {
                self.spend(exports.len())?;
                let scope = &self.scopes[at];
                let items =
                    exports.iter().map(|export| Some((export.name.name, scope.get(export.kind, export.index)?)));
                let items =
                    items.collect::<Option<_>>().ok_or_else(|| unresolved("an item of an instance is missing"))?;
                Ok(Instance::Exports(Rc::new(items)))
            }
        }
    }

    fn alias(&mut self, at: usize, alias: &ComponentAlias<'a>) -> Outcome<()> {
        match alias {
            ComponentAlias::InstanceExport { kind, instance_index, name } => {
                let instance = self.scopes[at].instances.get(*instance_index as usize).cloned();
                let instance = instance.ok_or_else(|| unresolved("an instance is missing"))?;
                let item = self.member(&instance, name, *kind)?;
                self.scopes[at].push(item);
            }
            ComponentAlias::CoreInstanceExport { kind, instance_index, name } => {
                self.core_alias(at, *kind, *instance_index, name)?;
            }
            ComponentAlias::Outer { kind, count, index } => {
                if let Some(item) = self.outer(at, *kind, *count, *index)? {
                    self.scopes[at].push(item);
                }
            }
        }
        Ok(())
    }

    fn core_alias(&mut self, at: usize, kind: ExternalKind, instance: u32, name: &str) -> Outcome<()> {
        let instance = self.scopes[at].core_instances.get(instance as usize).cloned();
        let instance = instance.ok_or_else(|| unresolved("a core instance is missing"))?;
        match self.core_member(&instance, name, Sort::from(kind))? {
            CoreItem::Function(node) => self.scopes[at].core_functions.push(node),
            CoreItem::Table(table) => self.scopes[at].core_tables.push(table),
            CoreItem::Other => {}
        }
        Ok(())
    }

    /// An item of a component around this one.
    fn outer(&self, at: usize, kind: ComponentOuterAliasKind, count: u32, index: u32) -> Outcome<Option<Item<'a>>> {
        let mut from = Some(at);
        for _ in 0..count {
            from = from.and_then(|scope| self.scopes[scope].around);
        }
        let scope = from.map(|scope| &self.scopes[scope]).ok_or_else(|| unresolved("a component around is missing"))?;
        let index = index as usize;
        let item = match kind {
            ComponentOuterAliasKind::CoreModule => scope.modules.get(index).copied().map(Item::Module),
            ComponentOuterAliasKind::Component => scope.components.get(index).cloned().map(Item::Component),
            ComponentOuterAliasKind::Type => scope.types.get(index).cloned().map(Item::Type),
            ComponentOuterAliasKind::CoreType => return Ok(None),
        };
        item.map(Some).ok_or_else(|| unresolved("an item of a component around is missing"))
    }

    fn export(&mut self, at: usize, export: &wasmparser::ComponentExport<'a>) -> Outcome<()> {
        let name = export.name.name;
        let item = self.scopes[at].get(export.kind, export.index).ok_or_else(|| unresolved("an export is missing"))?;
        if let Item::Type(Type::Resource(place)) = item {
            self.resources[place].name.get_or_insert_with(|| name.to_owned());
        }
        self.scopes[at].exports.insert(name, item.clone());
        self.scopes[at].push(item);
        Ok(())
    }
}
