//! The committed demos, held against an independent and slow search.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::model::callgraph::graph::{Graph, Node};
use crate::model::callgraph::{Reached, Verdict};
use crate::model::{Component, FeatureSet};

fn demos() -> Vec<PathBuf> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/demos"));
    let mut found = Vec::new();
    let mut open = vec![folder];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").map_while(Result::ok) {
            let path = entry.path();
            match path.is_dir() {
                true if path.file_name().is_some_and(|name| name != "target") => open.push(path),
                false if path.extension().is_some_and(|end| end == "wasm") => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

/// Everything that a node leads to, with a set and a stack.
fn everything_from(graph: &Graph, node: Node) -> BTreeSet<Node> {
    let mut seen = BTreeSet::new();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if seen.insert(node) {
            graph.each_edge(node, |edge| open.push(edge.to));
        }
    }
    seen
}

#[test]
fn a_slow_search_finds_the_same() {
    let demos = demos();
    assert!(demos.len() >= 10, "{demos:?}");
    for path in demos {
        let component = Component::read(&path, 1, FeatureSet::all()).expect("a demo loads");
        let Ok(calls) = component.call_graph() else { continue };
        let from_roots: Vec<_> =
            calls.graph.roots.iter().map(|root| (&root.cause, everything_from(&calls.graph, root.node))).collect();
        for (name, node) in &calls.graph.imports {
            let mut expected = Reached::default();
            for (cause, _) in from_roots.iter().filter(|(_, reached)| reached.contains(node)) {
                match cause {
                    super::super::Cause::Export(place) => expected.exports.push(*place),
                    other if !expected.others.contains(other) => expected.others.push((*other).clone()),
                    _ => {}
                }
            }
            let finding = calls.finding(name);
            let is_reached = expected != Reached::default();
            assert_eq!(finding.reached, Some(expected), "{name} in {}", path.display());
            assert_eq!(finding.verdict != Verdict::Unreachable, is_reached, "{name} in {}", path.display());
        }
        for function in &component.imported_functions {
            let verdict = calls.finding(&function.full_name()).verdict;
            assert_ne!(verdict, Verdict::TypesOnly, "{} in {}", function.full_name(), path.display());
        }
    }
}

/// What the sources of the demos call when an export is called: a wrong "unreachable" would show here.
#[test]
fn what_the_sources_call_is_reachable() {
    for (demo, export, imports) in [
        ("kv-store", "replace-value", &["wasi-mindmap:kv-store/kvdb#[method]connection.get", "log"][..]),
        ("panic-imports/with-std", "average", &["wasi:cli/environment@0.2.12#get-environment"]),
    ] {
        let name = demo.rsplit('/').next().unwrap_or(demo);
        let folder = demo.split('/').next().unwrap_or(demo);
        let path = format!("{}/demos/{folder}/{name}.wasm", env!("CARGO_MANIFEST_DIR"));
        let component = Component::read(path.as_ref(), 1, FeatureSet::all()).expect("a demo loads");
        let calls = component.call_graph().expect("a graph");
        let place = component.exported_functions.iter().position(|function| &*function.name == export);
        let (found, functions) = calls.from_export(&component, place.expect("the export"));
        assert!(functions > 0);
        for import in imports {
            assert!(
                found.iter().any(|(name, _)| name == import),
                "{demo}: {export} does not reach {import}: {found:?}"
            );
        }
    }
}
