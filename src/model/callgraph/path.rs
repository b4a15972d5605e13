//! A way through the graph as a person reads it: a step a line, without the plumbing between components.

use std::collections::HashMap;

use super::graph::{Cause, How, Node, Root, What};
use super::known_code::Known;
use super::own_code::is_plumbing;
use super::reach::Tree;
use super::source_lines::{SourceLine, SourceLines};
use super::verdict::CallGraph;
use crate::model::Component;

/// How many ways to one import are shown.
const MOST_PATHS: usize = 20;

/// How a step follows from the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// It is the beginning.
    Begins,
    /// The one before leads to it like this.
    Follows(How),
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// How it follows from the one before it.
    pub link: Link,
    /// What runs: `export add`, `core::fmt::write`, the full name of an import.
    pub name: String,
    /// The core module that has it.
    pub module: Option<String>,
    /// The component in the file that has it; nothing for the outermost.
    pub component: Option<String>,
    /// Where in the source it does the next step.
    pub source: Option<SourceLine>,
    /// What is known of this code, where that says something of the way.
    pub known: Option<&'static Known>,
}

impl CallGraph {
    /// The shortest way to an import, from whatever leads there with the fewest concessions; empty where nothing does.
    pub fn path(&self, component: &Component, import: &str) -> Vec<Step> {
        let mut lines = Lines::new(component);
        let Some(&node) = self.graph.imports.get(import) else { return Vec::new() };
        let tree = self.searches.best(&self.graph, node);
        tree.map_or_else(Vec::new, |tree| self.steps(tree, node, &mut lines))
    }

    /// The shortest way to an import from each export, start function and destructor that leads there, the shortest first.
    /// The second result says how many were left out.
    pub fn paths(&self, component: &Component, import: &str) -> (Vec<Vec<Step>>, usize) {
        let mut lines = Lines::new(component);
        let Some(&node) = self.graph.imports.get(import) else { return (Vec::new(), 0) };
        let mut paths: Vec<Vec<Step>> = Vec::new();
        let reached = self.finding(import).reached;
        let leads = |root: &&Root| reached.as_ref().is_none_or(|reached| reached.includes(&root.cause));
        let mut roots = self.graph.roots.iter().filter(leads);
        for root in roots.by_ref().take(MOST_PATHS) {
            let searches = self.searches_from(component, &[root.node], &[root.node]);
            if let Some(tree) = searches.best(&self.graph, node) {
                paths.push(self.steps(tree, node, &mut lines));
            }
        }
        let left_out = roots.count();
        paths.sort_by_key(|path| (path.iter().filter(|step| !step.is_certain()).count(), path.len()));
        (paths, left_out)
    }

    fn steps(&self, tree: &Tree, to: Node, lines: &mut Lines<'_>) -> Vec<Step> {
        let path = tree.path(&self.graph, to);
        let mut steps = vec![self.beginning(path[0].1)];
        let mut link = None;
        let mut known = self.known_on(lines.component, &path).into_iter();
        for (at, (how, node)) in path.iter().enumerate() {
            let known = known.next().flatten();
            link = how.map(|how| stronger(link, how)).or(link);
            let next = path.get(at + 1).map(|(_, next)| *next);
            if let Some(step) = self.step(*node, next, lines) {
                let link = Link::Follows(link.take().unwrap_or(How::Calls));
                steps.push(Step { link, known, ..step });
            }
        }
        steps
    }

    /// Why the first node runs.
    fn beginning(&self, node: Node) -> Step {
        let mut causes = self.graph.roots.iter().filter(|root| root.node == node).map(|root| &root.cause);
        let name = causes.next().map(|cause| self.cause(cause)).unwrap_or_default();
        Step { link: Link::Begins, name, module: None, component: None, source: None, known: None }
    }

    /// Why something runs, in words.
    pub fn cause(&self, cause: &Cause) -> String {
        match cause {
            Cause::Export(place) => match self.exports.get(*place) {
                Some(name) => format!("export {name}"),
                None => "export".to_owned(),
            },
            Cause::Whole => "the component as a whole".to_owned(),
            Cause::Start(name) if name.is_empty() => "start function".to_owned(),
            Cause::Start(name) => format!("start function of {name}"),
            Cause::Destructor(name) if name.is_empty() => "destructor".to_owned(),
            Cause::Destructor(name) => format!("destructor of {name}"),
        }
    }

    /// A node as a step; nothing for what only passes on.
    fn step(&self, node: Node, next: Option<Node>, lines: &mut Lines<'_>) -> Option<Step> {
        let mut step =
            Step { link: Link::Begins, name: String::new(), module: None, component: None, source: None, known: None };
        if let Node::Function { instance, .. } = node {
            let (module, index) = self.graph.place(node)?;
            if is_plumbing(&self.graph.module_names[module]) {
                return None;
            }
            let component = &self.graph.components[self.graph.instances[instance as usize].component];
            let name = self.own.name(lines.component, &self.graph, node);
            step.name = name.unwrap_or_else(|| format!("function {index}"));
            step.module = Some(self.graph.module_names[module].clone());
            step.component = (!component.is_empty()).then(|| component.clone());
            step.source = next.and_then(|next| lines.of_call(self, module, node, next));
            return Some(step);
        }
        step.name = match self.graph.what(node)? {
            What::Import(name) => name.clone(),
            // The name of the import says what is dropped.
            What::Builtin(_) if next.is_some_and(|next| matches!(self.graph.what(next), Some(What::Import(_)))) => {
                return None;
            }
            What::Builtin(name) => (*name).to_owned(),
            What::Unknown(name) => format!("code of the imported {name}"),
            What::Lift | What::Lower | What::Choice => return None,
        };
        Some(step)
    }
}

impl Step {
    /// Whether the code before it comes here for certain.
    pub fn is_certain(&self) -> bool {
        match self.link {
            Link::Begins => true,
            Link::Follows(how) => how.is_certain(),
        }
    }
}

impl Link {
    /// The link in a word or two.
    pub fn words(self) -> &'static str {
        match self {
            Link::Begins => "from",
            Link::Follows(How::Calls) => "calls",
            Link::Follows(How::MayCall) => "may call",
            Link::Follows(How::Refers) => "refers to",
            Link::Follows(How::Passed) => "is given",
            Link::Follows(How::Reallocates) => "allocates with",
            Link::Follows(How::PostReturn) => "cleans up with",
            Link::Follows(How::Callback) => "goes on with",
            Link::Follows(How::Destroys) => "destroys with",
        }
    }
}

/// Of several steps in one, what says most: a possible one, then a particular one.
fn stronger(before: Option<How>, next: How) -> How {
    match before {
        Some(before) if !before.is_certain() || next == How::Calls => before,
        _ => next,
    }
}

/// The source lines of a component's modules, read when they are first asked for.
struct Lines<'a> {
    component: &'a Component,
    modules: HashMap<usize, Option<SourceLines<'a>>>,
}

impl<'a> Lines<'a> {
    fn new(component: &'a Component) -> Lines<'a> {
        Lines { component, modules: HashMap::new() }
    }

    fn of_call(&mut self, calls: &CallGraph, module: usize, from: Node, to: Node) -> Option<SourceLine> {
        let code = &calls.graph.modules[module];
        let at = calls.graph.call_site(from, to)?;
        let bytes = &self.component.bytes;
        let lines = self.modules.entry(module).or_insert_with(|| SourceLines::read(bytes, code.range.clone()));
        lines.as_ref()?.at(u64::from(at).checked_sub(code.start as u64)?)
    }
}
