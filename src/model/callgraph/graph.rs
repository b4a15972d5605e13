//! The graph: who calls whom in a whole component, after everything in it has been connected.
//!
//! Nodes are the functions of core instances, and beside them what is not core code: imports, lifted and lowered functions,
//! builtins, and one node for each way of calling through a table. Edges of functions are shared by all instances of their
//! module and resolved when asked for, so a module that is instantiated again costs little.

use std::collections::HashMap;

use super::body::Callee;
use super::module::Code;

/// A node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Node {
    /// A function that a core instance defines, by its number among those.
    Function {
        /// The place of the core instance.
        instance: u32,
        /// The number of the function, imported ones not counted.
        body: u32,
    },
    /// Anything else: its place among [`Graph::others`].
    Other(u32),
}

/// How one node leads to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum How {
    /// A call that names the function, or comes down to that.
    Calls,
    /// A call through a table that may mean this function.
    MayCall,
    /// A reference to the function is made, and may be called.
    Refers,
    /// It is passed to code that is not in the file.
    Passed,
    /// Arguments or results need memory.
    Reallocates,
    /// The function that cleans up after a call.
    PostReturn,
    /// The function that goes on with an `async` call.
    Callback,
    /// Dropping a handle runs the destructor.
    Destroys,
}

impl How {
    /// Whether the step is taken for certain once the code before it gets there.
    pub fn is_certain(self) -> bool {
        !matches!(self, How::MayCall | How::Refers | How::Passed)
    }
}

/// An edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// How.
    pub how: How,
    /// Where it leads.
    pub to: Node,
}

impl Edge {
    /// An edge.
    pub fn new(how: How, to: Node) -> Edge {
        Edge { how, to }
    }
}

/// What a node is that is no core function.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// An import of the whole component, by its full name.
    Import(String),
    /// A lifted function.
    Lift,
    /// A lowered function.
    Lower,
    /// A builtin of the canonical ABI.
    Builtin(&'static str),
    /// Several functions one of which a call may mean.
    Choice,
    /// A component or module that is imported, and whatever comes out of it.
    Unknown(String),
}

/// A node that is no core function.
#[derive(Clone, Debug)]
pub struct Other {
    /// What it is.
    pub what: What,
    /// Where it leads.
    pub edges: Vec<Edge>,
}

/// One instance of a core module.
#[derive(Debug, Default)]
pub struct CoreInstance {
    /// The place of its module.
    pub module: usize,
    /// The component that it is part of, by its place among [`Graph::components`].
    pub component: usize,
    /// What its imported functions are.
    pub imports: Vec<Node>,
    /// What its ways of calling lead to.
    pub uses: Vec<Node>,
    /// The number of its first function among all functions.
    first: usize,
}

/// Why something runs without being called by the code in the file.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// It is exported: the place among the component's exported functions.
    Export(usize),
    /// It is a component or core module that is instantiated, or may be in one that is exported.
    Whole,
    /// It runs when the component is instantiated: the module or component whose start function it is.
    Start(String),
    /// It runs when a resource of this name ends.
    Destructor(String),
}

/// Where calls begin.
#[derive(Clone, Debug)]
pub struct Root {
    /// Why it runs.
    pub cause: Cause,
    /// What runs.
    pub node: Node,
}

/// The call graph of one component.
#[derive(Debug, Default)]
pub struct Graph {
    /// The core modules.
    pub modules: Vec<Code>,
    /// What to call each of them.
    pub module_names: Vec<String>,
    /// What to call the components in the file, as they are instantiated; the outermost has no name.
    pub components: Vec<String>,
    /// The core instances.
    pub instances: Vec<CoreInstance>,
    /// Nodes that are no core functions.
    pub others: Vec<Other>,
    /// Where calls begin.
    pub roots: Vec<Root>,
    /// The nodes of the imports that anything leads to, by their full names.
    pub imports: HashMap<String, Node>,
    /// What makes the answer less sure, a sentence each.
    pub doubts: Vec<String>,
    functions: usize,
    /// Calls that are known beside those that the code shows.
    added: HashMap<Node, Vec<Node>>,
}

impl Graph {
    /// A graph of these modules and their names, in which nothing is instantiated yet.
    pub fn new(modules: Vec<Code>, module_names: Vec<String>) -> Graph {
        Graph { modules, module_names, ..Graph::default() }
    }

    /// Adds an instance of a module in a component, with what its imported functions are. Its own are nodes from now on.
    pub fn add_instance(&mut self, module: usize, component: usize, imports: Vec<Node>) -> usize {
        self.instances.push(CoreInstance { module, component, imports, uses: Vec::new(), first: self.functions });
        self.functions += self.modules[module].defined_functions as usize;
        self.instances.len() - 1
    }

    /// Adds a node that is no core function.
    pub fn add(&mut self, what: What, edges: Vec<Edge>) -> Node {
        self.others.push(Other { what, edges });
        Node::Other(self.others.len() as u32 - 1)
    }

    /// Adds edges to a node that is no core function.
    pub fn lead(&mut self, from: Node, edges: impl IntoIterator<Item = Edge>) {
        if let Node::Other(place) = from {
            self.others[place as usize].edges.extend(edges);
        }
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.functions + self.others.len()
    }

    /// Adds a call that is known beside those that the code shows.
    pub fn add_call(&mut self, from: Node, to: Node) {
        self.added.entry(from).or_default().push(to);
    }

    /// How many core functions there are; their numbers come first.
    pub fn functions(&self) -> usize {
        self.functions
    }

    /// The number of a node: below [`Graph::len`], and no two share one.
    pub fn number(&self, node: Node) -> usize {
        match node {
            Node::Function { instance, body } => self.instances[instance as usize].first + body as usize,
            Node::Other(place) => self.functions + place as usize,
        }
    }

    /// What a function of an instance is, by its index in the module.
    pub fn function(&self, instance: usize, index: u32) -> Node {
        let of = &self.instances[instance];
        match of.imports.get(index as usize) {
            Some(import) => *import,
            None => Node::Function { instance: instance as u32, body: index - of.imports.len() as u32 },
        }
    }

    /// The module of a function, and its index there.
    pub fn place(&self, node: Node) -> Option<(usize, u32)> {
        let Node::Function { instance, body } = node else { return None };
        let module = self.instances[instance as usize].module;
        Some((module, body + self.modules[module].imported_functions))
    }

    /// What a node is, where it is no core function.
    pub fn what(&self, node: Node) -> Option<&What> {
        match node {
            Node::Function { .. } => None,
            Node::Other(place) => Some(&self.others[place as usize].what),
        }
    }

    /// Shows every edge that begins at a node.
    pub fn each_edge(&self, from: Node, mut show: impl FnMut(Edge)) {
        let (instance, body) = match from {
            Node::Function { instance, body } => (instance as usize, body),
            Node::Other(place) => return self.others[place as usize].edges.iter().copied().for_each(show),
        };
        let of = &self.instances[instance];
        let code = &self.modules[of.module];
        let all = code.imported_functions + code.defined_functions;
        for call in code.calls.of(body) {
            match call.callee {
                // Bodies are not validated: one may name a function that is not there, and cannot run then.
                Callee::Function(index) if index < all => show(Edge::new(How::Calls, self.function(instance, index))),
                Callee::Reference(index) if index < all => show(Edge::new(How::Refers, self.function(instance, index))),
                Callee::Through(place) => show(Edge::new(How::Calls, of.uses[place as usize])),
                Callee::Function(_) | Callee::Reference(_) => {}
            }
        }
        if !self.added.is_empty() {
            let added = self.added.get(&from).into_iter().flatten();
            added.for_each(|to| show(Edge::new(How::Calls, *to)));
        }
    }

    /// Where in the file a function first calls what leads it to a node.
    pub fn call_site(&self, from: Node, to: Node) -> Option<u32> {
        let Node::Function { instance, body } = from else { return None };
        let of = &self.instances[instance as usize];
        let leads = |callee: Callee| match callee {
            Callee::Function(index) | Callee::Reference(index) => self.function(instance as usize, index) == to,
            Callee::Through(place) => of.uses[place as usize] == to,
        };
        self.modules[of.module].calls.of(body).iter().find(|call| leads(call.callee)).map(|call| call.at)
    }
}
