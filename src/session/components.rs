//! The loaded components and their names.

use std::sync::{Arc, OnceLock};

use crate::model::retype::{Resources, retyped};
use crate::model::{Component, FunctionIndex};

/// The name under which the shell itself stands among the components.
pub const HOST: &str = "host";

/// Whether a character may stand in a component's name.
pub fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// One loaded component and its name in the session.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The name: unique, never [`HOST`].
    pub name: String,
    /// The component.
    pub component: Arc<Component>,
    functions: OnceLock<Arc<FunctionIndex>>,
    /// The resources of other components that answer its imports now, by what it calls them.
    linked: Arc<Resources>,
}

impl Loaded {
    /// The functions that it exports, by name, with the types that their resources have as it is linked now; the table is made at the first question.
    pub fn functions(&self) -> &FunctionIndex {
        self.functions.get_or_init(|| {
            let functions = self.component.exported_functions.iter();
            Arc::new(FunctionIndex::new(functions.map(|function| retyped(function, &self.linked)).collect()))
        })
    }
}

/// The loaded components in the order of loading, and which is current.
#[derive(Clone, Debug, Default)]
pub struct Components {
    loaded: Vec<Loaded>,
    current: Option<u32>,
    next_id: u32,
    host_functions: OnceLock<Arc<FunctionIndex>>,
}

impl Components {
    /// A number that no component of this session has had.
    pub fn fresh_id(&mut self) -> u32 {
        self.next_id += 1;
        self.next_id
    }

    /// All of them.
    pub fn all(&self) -> &[Loaded] {
        &self.loaded
    }

    /// The current one.
    pub fn current(&self) -> Option<&Loaded> {
        self.loaded.iter().find(|loaded| Some(loaded.component.id) == self.current)
    }

    /// The one of this name.
    pub fn named(&self, name: &str) -> Option<&Loaded> {
        self.loaded.iter().find(|loaded| loaded.name == name)
    }

    /// The one of this number.
    pub fn numbered(&self, id: u32) -> Option<&Loaded> {
        self.loaded.iter().find(|loaded| loaded.component.id == id)
    }

    /// What `host::` has: the functions that the loaded components import, by name.
    pub fn host_functions(&self) -> &FunctionIndex {
        self.host_functions.get_or_init(|| {
            let imported = self.loaded.iter().flat_map(|loaded| &loaded.component.imported_functions);
            Arc::new(FunctionIndex::of_imports(imported))
        })
    }

    /// Takes one in, under a name made from `wanted`, and makes it current; the name that it got.
    pub fn add(&mut self, wanted: &str, component: Arc<Component>) -> String {
        let name = self.free_name(wanted);
        self.current = Some(component.id);
        self.loaded.push(Loaded { name: name.clone(), component, functions: OnceLock::new(), linked: Arc::default() });
        self.host_functions = OnceLock::new();
        name
    }

    /// Puts a newly read component in the place of an old one, under its name.
    pub fn replace(&mut self, id: u32, component: Arc<Component>) {
        if self.current == Some(id) {
            self.current = Some(component.id);
        }
        if let Some(loaded) = self.loaded.iter_mut().find(|loaded| loaded.component.id == id) {
            loaded.component = component;
            loaded.functions = OnceLock::new();
            loaded.linked = Arc::default();
            self.host_functions = OnceLock::new();
        }
    }

    /// Says which resources of others answer the imports of one.
    pub fn set_linked(&mut self, id: u32, resources: Resources) {
        let concerned = self.loaded.iter_mut().find(|loaded| loaded.component.id == id);
        if let Some(loaded) = concerned.filter(|loaded| !loaded.linked.is_empty() || !resources.is_empty()) {
            loaded.linked = Arc::new(resources);
            loaded.functions = OnceLock::new();
        }
    }

    /// Makes one current.
    pub fn choose(&mut self, id: u32) {
        self.current = Some(id);
    }

    /// Forgets one; the last of the others becomes current if it was.
    pub fn remove(&mut self, id: u32) {
        self.loaded.retain(|loaded| loaded.component.id != id);
        self.host_functions = OnceLock::new();
        if self.current == Some(id) {
            self.current = self.loaded.last().map(|loaded| loaded.component.id);
        }
    }

    /// `wanted` with every character outside `A-Za-z0-9_-` made `-`, and `-2`, `-3`, … behind it if it is taken or `host`.
    fn free_name(&self, wanted: &str) -> String {
        let base: String = wanted.chars().map(|c| if is_of_name(c) { c } else { '-' }).collect();
        let taken = |name: &str| name == HOST || name.is_empty() || self.named(name).is_some();
        if !taken(&base) {
            return base;
        }
        (2..).map(|n| format!("{base}-{n}")).find(|name| !taken(name)).expect("numbers do not end")
    }
}
