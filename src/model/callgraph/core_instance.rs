//! Connecting core modules: imports to what answers them, tables to what is put into them.

use std::collections::HashMap;
use std::rc::Rc;

use wasmparser::Instance;

use super::build::{Builder, Outcome, unresolved};
use super::graph::{Cause, Node};
use super::module::{CoreModule, Sort};
use super::scope::{CoreInstance, CoreItem, Module};

impl<'a> Builder<'_, 'a> {
    /// A core function of a scope.
    pub(super) fn core_function(&self, at: usize, index: u32) -> Outcome<Node> {
        let function = self.scopes[at].core_functions.get(index as usize).copied();
        function.ok_or_else(|| unresolved("a core function is missing"))
    }

    /// Makes a core instance.
    pub(super) fn core_instance(&mut self, at: usize, instance: &Instance<'a>) -> Outcome<CoreInstance<'a>> {
        match instance {
            Instance::Instantiate { module_index, args } => {
                let module = self.scopes[at].modules.get(*module_index as usize).copied();
                let mut arguments = HashMap::new();
                for arg in args {
                    let instance = self.scopes[at].core_instances.get(arg.index as usize).cloned();
                    arguments.insert(arg.name, instance.ok_or_else(|| unresolved("a core instance is missing"))?);
                }
                match module {
                    Some(Module::Defined(module)) => self.instantiate_module(at, module, &arguments),
                    Some(Module::Unknown(import)) => {
                        let all: Vec<CoreInstance<'a>> = arguments.into_values().collect();
                        self.unknown_core_instance(import, &all)
                    }
                    None => Err(unresolved("a core module is missing")),
                }
            }
            Instance::FromExports(exports) => {
                self.spend(exports.len())?;
                let scope = &self.scopes[at];
                let item = |export: &wasmparser::Export<'a>| {
                    let index = export.index as usize;
                    Some(match Sort::from(export.kind) {
                        Sort::Function => CoreItem::Function(*scope.core_functions.get(index)?),
                        Sort::Table => CoreItem::Table(*scope.core_tables.get(index)?),
                        Sort::Other => CoreItem::Other,
                    })
                };
                let items = exports.iter().map(|export| Some((export.name, item(export)?)));
                let items = items.collect::<Option<_>>().ok_or_else(|| unresolved("a core item is missing"))?;
                Ok(CoreInstance::Exports(Rc::new(items)))
            }
        }
    }

    fn instantiate_module(
        &mut self,
        at: usize,
        place: usize,
        arguments: &HashMap<&'a str, CoreInstance<'a>>,
    ) -> Outcome<CoreInstance<'a>> {
        let definitions = self.definitions;
        let module = &definitions.modules[place];
        self.spend(module.imports.len() + module.segments.iter().map(|segment| segment.items.len()).sum::<usize>())?;
        let (mut imports, mut tables) = (Vec::new(), Vec::new());
        for (from, name, sort) in &module.imports {
            let argument = arguments.get(from).ok_or_else(|| unresolved(format!("nothing is given for `{from}`")))?;
            match self.core_member(argument, name, *sort)? {
                CoreItem::Function(node) => imports.push(node),
                CoreItem::Table(table) => tables.push(table),
                CoreItem::Other => {}
            }
        }
        let component = self.scopes[at].component;
        let instance = self.graph.add_instance(place, component, imports);
        self.spend(0)?;
        tables.extend(module.tables.iter().map(|_| self.tables.add()));
        self.instance_tables.push(tables);
        self.fill_tables(instance, module);
        if let Some(start) = module.start {
            let name = self.graph.module_names[place].clone();
            let node = self.graph.function(instance, start);
            self.root(Cause::Start(name), node);
        }
        Ok(CoreInstance::Module(instance))
    }

    /// Puts into tables what segments and initial values say, and takes note of all other references.
    fn fill_tables(&mut self, instance: usize, module: &CoreModule<'a>) {
        let tables = self.instance_tables[instance].clone();
        let own = tables.iter().skip(module.imported_tables as usize);
        let initial = own.zip(&module.tables).map(|(table, contents)| (*table, None, contents));
        let segments = module.segments.iter().filter_map(|segment| {
            let table = *tables.get(segment.table as usize)?;
            let place = |at: usize| segment.offset.map(|offset| offset.wrapping_add(at as u64));
            Some(segment.items.iter().enumerate().map(move |(at, contents)| (table, place(at), contents)))
        });
        for (table, slot, contents) in initial.chain(segments.flatten()) {
            for function in &contents.functions {
                if let Some(ty) = module.function_types.get(*function as usize) {
                    self.tables.put(table, slot, self.graph.function(instance, *function), *ty);
                }
            }
            if contents.others {
                self.tables.access(table, super::body::Access { read: false, written: true });
            }
        }
        for (table, access) in tables.iter().zip(&module.access) {
            self.tables.access(*table, *access);
        }
        for function in &module.references {
            // Bodies are not validated: one may name a function that is not there, and cannot run then.
            if let Some(ty) = module.function_types.get(*function as usize) {
                self.tables.refer(self.graph.function(instance, *function), *ty);
            }
        }
    }

    /// An item out of a core instance.
    pub(super) fn core_member(&mut self, of: &CoreInstance<'a>, name: &str, sort: Sort) -> Outcome<CoreItem> {
        let missing = || unresolved(format!("no core instance exports `{name}`"));
        match of {
            CoreInstance::Module(instance) => {
                let module = &self.definitions.modules[self.graph.instances[*instance].module];
                let (sort, index) = *module.exports.get(name).ok_or_else(missing)?;
                self.own_item(*instance, sort, index)
            }
            CoreInstance::Exports(items) => items.get(name).copied().ok_or_else(missing),
            CoreInstance::Unknown(node) => Ok(match sort {
                Sort::Function => CoreItem::Function(*node),
                Sort::Table => {
                    let table = self.tables.add();
                    self.expose(table);
                    CoreItem::Table(table)
                }
                Sort::Other => CoreItem::Other,
            }),
        }
    }

    fn own_item(&self, instance: usize, sort: Sort, index: u32) -> Outcome<CoreItem> {
        Ok(match sort {
            Sort::Function => CoreItem::Function(self.graph.function(instance, index)),
            Sort::Table => {
                let table = self.instance_tables[instance].get(index as usize).copied();
                CoreItem::Table(table.ok_or_else(|| unresolved("a table is missing"))?)
            }
            Sort::Other => CoreItem::Other,
        })
    }

    /// Everything that a core instance exports.
    pub(super) fn core_members(&mut self, of: &CoreInstance<'a>) -> Outcome<Vec<CoreItem>> {
        match of {
            CoreInstance::Module(instance) => {
                let module = &self.definitions.modules[self.graph.instances[*instance].module];
                self.spend(module.exports.len())?;
                let mut items: Vec<(Sort, u32)> = module.exports.values().copied().collect();
                items.sort_unstable_by_key(|(_, index)| *index);
                items.into_iter().map(|(sort, index)| self.own_item(*instance, sort, index)).collect()
            }
            CoreInstance::Exports(items) => Ok(items.values().copied().collect()),
            CoreInstance::Unknown(node) => Ok(vec![CoreItem::Function(*node)]),
        }
    }
}
