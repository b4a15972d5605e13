//! The answer: whether an import can be reached, how, and from where.

use std::collections::HashMap;

use super::build::{Refusal, build};
use super::graph::{Cause, Edge, Graph, Node};
use super::own_code::OwnCode;
use super::reach::{Tree, reached_by};
use crate::error::{Error, Kind, Result};
use crate::model::{Component, FileKind};

/// Whether and how an import can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Calls lead there.
    Reachable,
    /// Calls lead there, but only through a table or a reference that may mean another function.
    OnlyIndirectly,
    /// Calls lead there through the code that a language runs when it panics, starts or ends.
    OnlyAside {
        /// A call through a table may lead there from elsewhere.
        indirectly_too: bool,
    },
    /// Nothing leads there.
    Unreachable,
    /// There is nothing to call: it brings in types.
    TypesOnly,
}

impl Verdict {
    /// The verdict in words.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Reachable => "reachable",
            Verdict::OnlyIndirectly => "only through an indirect call",
            Verdict::OnlyAside { indirectly_too: false } => "only when panicking or at start-up",
            Verdict::OnlyAside { indirectly_too: true } => {
                "only when panicking or at start-up, or through an indirect call"
            }
            Verdict::Unreachable => "unreachable",
            Verdict::TypesOnly => "types only",
        }
    }

    /// Whether anything can get there.
    pub fn has_way(self) -> bool {
        !matches!(self, Verdict::Unreachable | Verdict::TypesOnly)
    }

    /// Whether nothing of it is ever called.
    pub fn is_unused(self) -> bool {
        self == Verdict::Unreachable
    }
}

/// From where an import is reached.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reached {
    /// The exported functions, by their places among all of those.
    pub exports: Vec<usize>,
    /// What else: start functions, destructors.
    pub others: Vec<Cause>,
}

impl Reached {
    /// Whether this is among it.
    pub(super) fn includes(&self, cause: &Cause) -> bool {
        match cause {
            Cause::Export(place) => self.exports.contains(place),
            other => self.others.contains(other),
        }
    }
}

/// What is known of one import.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Whether and how.
    pub verdict: Verdict,
    /// From where; nothing where counting would take too long.
    pub reached: Option<Reached>,
}

/// The call graph of a component, and what follows from it.
#[derive(Debug)]
pub struct CallGraph {
    pub(super) graph: Graph,
    pub(super) own: OwnCode,
    /// The full names of the exported functions.
    pub(super) exports: Vec<String>,
    pub(super) searches: Searches,
    reached: Option<HashMap<Node, Reached>>,
}

/// Searches from the same roots that follow more and more.
#[derive(Debug, Default)]
pub(super) struct Searches {
    /// Certain steps through the program's own code.
    pub own: Tree,
    /// Certain steps through all code.
    pub certain: Tree,
    /// All steps through the program's own code.
    pub own_possible: Tree,
    /// All steps.
    pub possible: Tree,
}

impl Component {
    /// The component's call graph, made when it is first asked for.
    ///
    /// The error is of kind `load`: there is no component in the file, or it is built so that no answer is possible.
    pub fn call_graph(&self) -> Result<&CallGraph> {
        self.calls.get_or_init(|| CallGraph::of(self)).as_ref().map_err(Clone::clone)
    }
}

impl CallGraph {
    fn of(component: &Component) -> Result<CallGraph> {
        if component.kind != FileKind::Component {
            let what = match component.core.as_ref().and_then(|core| core.made.as_ref().err()) {
                Some(reason) => format!("no component can be made of this core module: {reason}"),
                None => "a WIT package holds no code, so nothing in it is called".to_owned(),
            };
            return Err(Error::new(Kind::Load, what));
        }
        let mut graph = build(component).map_err(|refusal| refused(&refusal))?;
        let reached = Tree::grow(&graph, graph.roots.iter().map(|root| root.node), |_, _| true);
        let own = OwnCode::read(component, &graph, &reached);
        for (from, to) in own.known_calls(component, &graph) {
            graph.add_call(from, to);
        }
        let exports = component.exported_functions.iter().map(|function| function.full_name()).collect();
        let mut found = CallGraph { graph, own, exports, searches: Searches::default(), reached: None };
        let roots = |of_start: bool| {
            let roots = found.graph.roots.iter();
            let roots = roots.filter(move |root| of_start || !matches!(root.cause, Cause::Start(_)));
            roots.map(|root| root.node).collect::<Vec<_>>()
        };
        found.searches = found.searches_from(component, &roots(false), &roots(true));
        found.reached = found.count();
        Ok(found)
    }

    /// From where each import is reached.
    fn count(&self) -> Option<HashMap<Node, Reached>> {
        let goals: Vec<Node> = self.graph.imports.values().copied().collect();
        let roots: Vec<Node> = self.graph.roots.iter().map(|root| root.node).collect();
        let found = reached_by(&self.graph, &roots, &goals)?;
        let mut counted = HashMap::new();
        for (goal, places) in goals.into_iter().zip(found) {
            let mut reached = Reached::default();
            for cause in places.into_iter().map(|place| &self.graph.roots[place].cause) {
                match cause {
                    Cause::Export(place) => reached.exports.push(*place),
                    other if !reached.others.contains(other) => reached.others.push(other.clone()),
                    _ => {}
                }
            }
            counted.insert(goal, reached);
        }
        Some(counted)
    }

    /// What is known of an import: a function by its full name, a dropped resource by [`super::drop_name`].
    pub fn finding(&self, import: &str) -> Finding {
        let Some(&node) = self.graph.imports.get(import) else {
            return Finding { verdict: Verdict::Unreachable, reached: Some(Reached::default()) };
        };
        let reached = self.reached.as_ref().map(|reached| reached.get(&node).cloned().unwrap_or_default());
        Finding { verdict: self.searches.verdict(&self.graph, node), reached }
    }

    /// Whether anything leads to handles of this resource being dropped, reachable or not: it is an import of its own then.
    pub fn has(&self, import: &str) -> bool {
        self.graph.imports.contains_key(import)
    }

    /// What makes the answer less sure, a sentence each.
    pub fn doubts(&self) -> Vec<String> {
        let mut doubts = self.graph.doubts.clone();
        let unnamed = self.own.unnamed(&self.graph);
        if !unnamed.is_empty() {
            let names = crate::model::some_of(unnamed.iter().map(|name| (*name).to_owned()));
            doubts.push(format!("no function names in {names}: panic and start-up code cannot be told there"));
        }
        doubts
    }

    /// What an exported function, by its place, can reach: full names of imports, and how many functions in all.
    pub fn from_export(&self, component: &Component, place: usize) -> (Vec<(String, Verdict)>, usize) {
        let cause = Cause::Export(place);
        let Some(root) = self.graph.roots.iter().find(|root| root.cause == cause) else { return (Vec::new(), 0) };
        let searches = self.searches_from(component, &[root.node], &[root.node]);
        let mut names: Vec<&String> = self.graph.imports.keys().collect();
        names.sort_unstable();
        let verdict = |name: &String| searches.verdict(&self.graph, self.graph.imports[name]);
        let found = names.into_iter().map(|name| (name.clone(), verdict(name)));
        (found.filter(|(_, verdict)| !verdict.is_unused()).collect(), searches.possible.functions(&self.graph))
    }

    /// The searches from some roots: those of the program's own code, and all.
    pub(super) fn searches_from(&self, component: &Component, own: &[Node], all: &[Node]) -> Searches {
        let is_own = |from, edge: Edge| self.own.is_own(component, &self.graph, from, edge);
        let grow = |roots: &[Node], follow: &dyn Fn(Node, Edge) -> bool| {
            Tree::grow(&self.graph, roots.iter().copied(), follow)
        };
        Searches {
            own: grow(own, &|from, edge| edge.how.is_certain() && is_own(from, edge)),
            certain: grow(all, &|_, edge| edge.how.is_certain()),
            own_possible: grow(own, &is_own),
            possible: grow(all, &|_, _| true),
        }
    }
}

impl Searches {
    pub(super) fn verdict(&self, graph: &Graph, node: Node) -> Verdict {
        let indirectly_too = self.own_possible.reaches(graph, node);
        if self.own.reaches(graph, node) {
            Verdict::Reachable
        } else if self.certain.reaches(graph, node) {
            Verdict::OnlyAside { indirectly_too }
        } else if indirectly_too {
            Verdict::OnlyIndirectly
        } else if self.possible.reaches(graph, node) {
            Verdict::OnlyAside { indirectly_too }
        } else {
            Verdict::Unreachable
        }
    }

    /// The search that finds a node with the fewest concessions.
    pub(super) fn best(&self, graph: &Graph, node: Node) -> Option<&Tree> {
        [&self.own, &self.certain, &self.own_possible, &self.possible]
            .into_iter()
            .find(|tree| tree.reaches(graph, node))
    }
}

fn refused(refusal: &Refusal) -> Error {
    match refusal {
        Refusal::TooBig(why) => {
            Error::new(Kind::Load, format!("the calls in this component cannot be followed: {why}"))
                .help("no toolchain writes such a file; every import may be needed")
        }
        Refusal::Unresolved(what) => Error::new(Kind::Load, "the calls in this component cannot be followed")
            .cause(what.as_str())
            .help("every import may be needed"),
    }
}
