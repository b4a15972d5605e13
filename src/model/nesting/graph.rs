//! The composition graph: what the file imports, the components in it that have code of their own, what the file exports, and
//! what flows between them.
//!
//! Components are instantiated here as the runtime would, with names in the place of values: so a component that only passes
//! things on leaves no trace, and one that is instantiated twice is there twice. What a graph may grow to is bounded, since a
//! small file can stand for any number of instances.

use std::collections::HashMap;
use std::rc::Rc;

use indexmap::{IndexMap, IndexSet};

use super::definitions::{Index, Origin, Sort};
use super::{Part, PartKind};
use crate::model::interface::InterfaceName;

/// How many entries of index spaces are looked at.
const MOST_STEPS: usize = 1_000_000;
/// How many nodes a graph may have.
const MOST_NODES: usize = 10_000;
/// How deep instances may stand in each other, or be made by each other.
const DEEPEST: usize = 100;

/// Instances and what flows between them.
#[derive(Debug, Default, PartialEq)]
pub struct Graph {
    /// The nodes: first what is imported, then the rest.
    pub nodes: Vec<Node>,
    /// The edges, one for each pair of nodes.
    pub edges: Vec<Edge>,
    /// It was too big and is not all there.
    pub is_cut: bool,
}

/// One node.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// A component's name; a package, or a plain name, that is imported or exported.
    pub label: String,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// A package (or plain name) that the file imports from.
    Import,
    /// An instance of a component that has code.
    Instance,
    /// A package (or plain name) that the file exports.
    Export,
}

/// What one node gives another.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// Who gives: its place among the nodes.
    pub from: usize,
    /// Who takes.
    pub to: usize,
    /// The interfaces and functions, by the names under which they are taken.
    pub labels: Vec<String>,
}

impl Part {
    /// The composition graph of a file that is called `name`. A core module is one node.
    pub fn graph(&self, name: &str) -> Graph {
        let mut maker = Maker::default();
        let imports = self.definitions.entries.iter().filter_map(|(_, origin)| match origin {
            Origin::Import(name) => Some(name.as_str()),
            _ => None,
        });
        let mut args = Items::new();
        for import in imports {
            let node = maker.outside(NodeKind::Import, import);
            args.insert(import.to_owned(), Item::From(Source { node, label: import.into() }));
        }
        let exports = match self.kind {
            PartKind::Component => maker.instantiate(self, None, &args, name),
            PartKind::Module => {
                maker.node(NodeKind::Instance, name);
                Items::new()
            }
        };
        for (export, item) in exports {
            let node = maker.outside(NodeKind::Export, &export);
            maker.flow(&item, node, &short(&export));
        }
        maker.finish()
    }
}

/// Things by the names under which they are imported or exported.
type Items<'a> = IndexMap<String, Item<'a>>;

/// What stands in an index space while components are instantiated.
#[derive(Clone)]
enum Item<'a> {
    /// Something that flows nowhere: a core module, a type.
    Nothing,
    /// Something that a node gives.
    From(Source),
    /// An instance, by the names of what it exports, and how deep instances stand in it.
    Instance { items: Rc<Items<'a>>, depth: usize },
    /// A component that can be instantiated, and the instance of the component around it.
    Component { part: &'a Part, outer: usize },
}

/// A node, and what the thing is called that comes from it.
#[derive(Clone)]
struct Source {
    node: usize,
    label: Rc<str>,
}

/// A component while it is instantiated.
struct Scope<'a> {
    part: &'a Part,
    /// The place of the scope around it.
    outer: Option<usize>,
    spaces: HashMap<Sort, Vec<Item<'a>>>,
}

#[derive(Default)]
struct Maker<'a> {
    nodes: Vec<Node>,
    /// Packages and plain names by their node.
    outside: HashMap<(NodeKind, String), usize>,
    edges: IndexMap<(usize, usize), IndexSet<String>>,
    scopes: Vec<Scope<'a>>,
    steps: usize,
    /// How many components are being instantiated, each by the one before it.
    depth: usize,
    is_cut: bool,
}

impl<'a> Maker<'a> {
    fn node(&mut self, kind: NodeKind, label: &str) -> usize {
        self.nodes.push(Node { kind, label: label.to_owned() });
        self.nodes.len() - 1
    }

    /// The node of the package that something imported or exported belongs to.
    fn outside(&mut self, kind: NodeKind, name: &str) -> usize {
        let label = package(name);
        if let Some(node) = self.outside.get(&(kind, label.clone())) {
            return *node;
        }
        let node = self.node(kind, &label);
        self.outside.insert((kind, label), node);
        node
    }

    /// Counts so many steps; whether the bounds are kept.
    fn may_go_on(&mut self, steps: usize) -> bool {
        self.steps += steps;
        self.is_cut |= self.steps > MOST_STEPS || self.nodes.len() > MOST_NODES || self.depth > DEEPEST;
        !self.is_cut
    }

    /// An instance with these exports.
    fn gathered(&mut self, items: Items<'a>) -> Item<'a> {
        let depths = items.values().map(|item| if let Item::Instance { depth, .. } = item { *depth } else { 0 });
        let depth = depths.max().unwrap_or(0) + 1;
        // What is nested without end would overflow the stack of whoever walks it.
        self.is_cut |= depth > DEEPEST;
        if depth > DEEPEST { Item::Nothing } else { Item::Instance { items: Rc::new(items), depth } }
    }

    /// Takes note that an item goes to a node under a name.
    fn flow(&mut self, item: &Item<'a>, to: usize, label: &str) {
        match item {
            Item::From(source) => {
                // Out of a package, the package need not be named again.
                let is_import = self.nodes[source.node].kind == NodeKind::Import;
                let label = if is_import { short(&source.label) } else { label.to_owned() };
                self.edges.entry((source.node, to)).or_default().insert(label);
            }
            Item::Instance { items, .. } => {
                for item in items.values() {
                    if !self.may_go_on(1) {
                        return;
                    }
                    self.flow(item, to, label);
                }
            }
            Item::Nothing | Item::Component { .. } => {}
        }
    }

    /// Instantiates a component with what it imports; gives what it exports.
    fn instantiate(&mut self, part: &'a Part, outer: Option<usize>, args: &Items<'a>, name: &str) -> Items<'a> {
        let code = part.definitions.has_code().then(|| self.node(NodeKind::Instance, name));
        if let Some(code) = code.filter(|_| !part.has_code_inside) {
            args.iter().for_each(|(name, item)| self.flow(item, code, name));
        }
        let scope = self.scopes.len();
        self.scopes.push(Scope { part, outer, spaces: HashMap::new() });
        for (sort, origin) in &part.definitions.entries {
            if !self.may_go_on(1) {
                break;
            }
            let item = self.entry(scope, args, code, *sort, origin);
            self.scopes[scope].spaces.entry(*sort).or_default().push(item);
        }
        let exports = part.definitions.exports.iter();
        exports.map(|(name, index)| (name.clone(), self.get(scope, *index))).collect()
    }

    fn entry(
        &mut self,
        scope: usize,
        args: &Items<'a>,
        code: Option<usize>,
        sort: Sort,
        origin: &'a Origin,
    ) -> Item<'a> {
        let part = self.scopes[scope].part;
        match origin {
            Origin::Import(name) => args.get(name).cloned().unwrap_or(Item::Nothing),
            Origin::Same(number) => self.get(scope, Index { sort, number: *number }),
            Origin::Outer { levels, number } => self.outer(scope, *levels, Index { sort, number: *number }),
            Origin::Export { .. } if sort.is_core() => Item::Nothing,
            Origin::Export { instance, name } => {
                match self.get(scope, Index { sort: Sort::Instance, number: *instance }) {
                    Item::Instance { items, .. } => items.get(name).cloned().unwrap_or(Item::Nothing),
                    other => other,
                }
            }
            Origin::Nested(place) => match part.parts.get(*place) {
                Some(part) if part.kind == PartKind::Component => Item::Component { part, outer: scope },
                _ => Item::Nothing,
            },
            Origin::Instance { of, args } if sort == Sort::Instance => self.instance(scope, *of, args),
            Origin::Gathered(items) if sort == Sort::Instance => {
                let items = items.iter().map(|(name, index)| (name.clone(), self.get(scope, *index))).collect();
                self.gathered(items)
            }
            Origin::Lifted => code.map_or(Item::Nothing, |node| Item::From(Source { node, label: "".into() })),
            Origin::Lowered(function) => {
                // Where components with code stand inside, not all that is imported is for the code here.
                if let Some(code) = code.filter(|_| part.has_code_inside) {
                    let item = self.get(scope, Index { sort: Sort::Function, number: *function });
                    self.flow(&item, code, "functions");
                }
                Item::Nothing
            }
            Origin::Instance { .. } | Origin::Gathered(_) | Origin::BuiltIn => Item::Nothing,
        }
    }

    fn get(&self, scope: usize, index: Index) -> Item<'a> {
        let space = self.scopes[scope].spaces.get(&index.sort);
        space.and_then(|space| space.get(index.number as usize)).cloned().unwrap_or(Item::Nothing)
    }

    fn outer(&self, scope: usize, levels: u32, index: Index) -> Item<'a> {
        let outer = (0..levels).try_fold(scope, |scope, _| self.scopes[scope].outer);
        outer.map_or(Item::Nothing, |scope| self.get(scope, index))
    }

    fn instance(&mut self, scope: usize, of: u32, args: &[(String, Index)]) -> Item<'a> {
        let args: Items<'a> = args.iter().map(|(name, index)| (name.clone(), self.get(scope, *index))).collect();
        match self.get(scope, Index { sort: Sort::Component, number: of }) {
            Item::Component { part, outer } => {
                self.depth += 1;
                let exports = match self.may_go_on(args.len()) {
                    true => self.instantiate(part, Some(outer), &args, &part.shown_name()),
                    false => Items::new(),
                };
                self.depth -= 1;
                self.gathered(exports)
            }
            // A component that is imported: what it does with what it gets is its own affair.
            Item::From(source) => {
                let node = self.node(NodeKind::Instance, &source.label);
                self.flow(&Item::From(source), node, "component");
                args.iter().for_each(|(name, item)| self.flow(item, node, name));
                Item::From(Source { node, label: "".into() })
            }
            Item::Nothing | Item::Instance { .. } => Item::Nothing,
        }
    }

    fn finish(self) -> Graph {
        let edges = self.edges.into_iter().map(|((from, to), labels)| {
            let mut labels: Vec<String> = labels.into_iter().collect();
            labels.sort();
            Edge { from, to, labels }
        });
        Graph { nodes: self.nodes, edges: edges.collect(), is_cut: self.is_cut }
    }
}

/// `wasi:io@0.2.0` of `wasi:io/poll@0.2.0`; a plain name is its own.
fn package(name: &str) -> String {
    match InterfaceName::parse(name) {
        InterfaceName { package: Some(package), version: Some(version), .. } => format!("{package}@{version}"),
        InterfaceName { package: Some(package), version: None, .. } => package.to_owned(),
        _ => name.to_owned(),
    }
}

/// `poll` of `wasi:io/poll@0.2.0`.
fn short(name: &str) -> String {
    let parts = InterfaceName::parse(name);
    if parts.package.is_some() { parts.name.to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::super::read;
    use super::*;

    fn graph(text: &str) -> Graph {
        read(&wat::parse_str(text).expect("valid text")).graph("all")
    }

    /// The edges as `from -labels-> to`.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let graph = graph(text);
        let edges: Vec<String> = graph
            .edges
            .iter()
            .map(|edge| {
                let [from, to] = [edge.from, edge.to].map(|node| &graph.nodes[node].label);
                format!("{from} -{}-> {to}", edge.labels.join(","))
            })
            .collect();
        assert_eq!(edges, expected, "{text}");
        assert!(!graph.is_cut);
    }

    /// A component with code that takes `f` and gives `g`.
    const STEP: &str = r#"(component $step (import "f" (func $f))
        (core func $f (canon lower (func $f)))
        (func (export "g") (canon lift (core func $f))))"#;

    #[test]
    fn one_component_stands_between_packages() {
        check(
            r#"(component
                (import "a:b/c@1.0.0" (instance $c (export "f" (func))))
                (import "a:b/d@1.0.0" (instance))
                (import "a:b/e@1.0.0" (instance (export "g" (func))))
                (alias export $c "f" (func $f))
                (core func $f (canon lower (func $f)))
                (func $g (canon lift (core func $f)))
                (instance $i (export "g" (func $g)))
                (export "run" (func $g)) (export "x:y/z" (instance $i)))"#,
            &["a:b@1.0.0 -c,d,e-> all", "all -run-> run", "all -z-> x:y"],
        );
        check("(component)", &[]);
        let module = graph("(module)");
        assert_eq!((module.nodes.len(), module.nodes[0].label.as_str()), (1, "all"));
    }

    #[test]
    fn instances_are_nodes_and_what_only_passes_on_is_none() {
        check(
            &format!(
                r#"(component (import "log" (func $log)) {STEP}
                    (component $passes (import "in" (func $in)) (export "out" (func $in)))
                    (instance $a (instantiate $step (with "f" (func $log))))
                    (instance $p (instantiate $passes (with "in" (func $a "g"))))
                    (instance $b (instantiate $step (with "f" (func $p "out"))))
                    (export "run" (func $b "g")) (export "log" (func $log)))"#
            ),
            &["log -log-> step", "step -f-> step", "step -run-> run", "log -log-> log"],
        );
    }

    #[test]
    fn compositions_in_compositions_are_looked_into() {
        check(
            &format!(
                r#"(component (import "f" (func $f))
                    (component $both (import "f" (func $f)) {STEP}
                        (component $other (import "f" (func $f)) (alias outer 1 $step (component $step))
                            (instance $s (instantiate $step (with "f" (func $f)))) (export "g" (func $s "g")))
                        (instance $a (instantiate $step (with "f" (func $f))))
                        (instance $b (instantiate $other (with "f" (func $a "g"))))
                        (export "g" (func $b "g")))
                    (instance $i (instantiate $both (with "f" (func $f))))
                    (export "g" (func $i "g")))"#
            ),
            &["f -f-> step", "step -f-> step", "step -g-> g"],
        );
    }

    #[test]
    fn code_beside_components_takes_what_it_lowers() {
        check(
            &format!(
                r#"(component (import "f" (func $f)) (import "unused" (func)) {STEP}
                    (instance $a (instantiate $step (with "f" (func $f))))
                    (core func $g (canon lower (func $a "g")))
                    (func (export "g") (canon lift (core func $g))))"#
            ),
            &["f -f-> step", "step -functions-> all", "all -g-> g"],
        );
    }

    #[test]
    fn an_imported_component_is_a_node_too() {
        check(
            r#"(component
                (import "part" (component $part (import "f" (func)) (export "g" (func))))
                (import "f" (func $f))
                (instance $i (instantiate $part (with "f" (func $f))))
                (export "g" (func $i "g")))"#,
            &["part -part-> part", "f -f-> part", "part -g-> g"],
        );
    }

    #[test]
    fn what_grows_without_end_is_cut() {
        // Each component makes two instances of the one before it: 2^30 in all.
        let mut text =
            "(component (component $c0 (core module $m (func (export \"f\"))) (core instance $i (instantiate $m)) \
            (func (export \"f\") (canon lift (core func $i \"f\"))))"
                .to_owned();
        for n in 1..=30 {
            let instance = format!("(instance (instantiate $c{}))", n - 1);
            let before = n - 1;
            let _ = write!(
                text,
                "(component $c{n} (alias outer 1 $c{before} (component $c{before})) {instance}{instance})"
            );
        }
        text.push_str("(instance (instantiate $c30)))");
        let doubled = graph(&text);
        assert!(doubled.is_cut && doubled.nodes.len() <= MOST_NODES + 1, "{} nodes", doubled.nodes.len());
    }

    #[test]
    fn what_is_nested_without_end_overflows_no_stack() {
        let mut text = "(component (import \"f\" (func $f)) (instance $i0 (export \"f\" (func $f)))".to_owned();
        for n in 1..5_000 {
            let _ = write!(text, "(instance $i{n} (export \"i\" (instance $i{})))", n - 1);
        }
        text.push_str("(export \"i\" (instance $i4999)))");
        let part = read(&wat::parse_str(&text).expect("valid text"));
        assert!(part.graph("all").is_cut);
        assert_eq!(part.exports()[0].from.len(), 1);
        let mut chain = "(component (component $c0)".to_owned();
        for n in 1..500 {
            let before = n - 1;
            let _ = write!(
                chain,
                "(component $c{n} (alias outer 1 $c{before} (component $c)) (instance (instantiate $c)))"
            );
        }
        chain.push_str("(instance (instantiate $c499)))");
        assert!(graph(&chain).is_cut);
    }
}
