//! Every sort of edge, every case that the analysis cannot decide, and files that nobody would write.

mod aside;
mod calls;
mod components;
mod demos;
mod hostile;
mod tables;

use std::path::Path;

use super::{CallGraph, Verdict};
use crate::error::Result;
use crate::model::{Component, FeatureSet};

const REACHABLE: Verdict = Verdict::Reachable;
const INDIRECT: Verdict = Verdict::OnlyIndirectly;
const ASIDE: Verdict = Verdict::OnlyAside { indirectly_too: false };
const UNREACHABLE: Verdict = Verdict::Unreachable;

fn load(text: &str) -> Component {
    Component::from_bytes(text.as_bytes(), Path::new("test.wat"), 1, FeatureSet::all()).unwrap_or_else(|error| {
        panic!("{error}: {:?} {:?} of {text}", error.notes, error.causes);
    })
}

/// A component with an imported function `log`, whose core module exports `run` and has `body` in it; `log` is function 0.
fn with_module(body: &str) -> String {
    format!(
        r#"(component
            (import "log" (func $log))
            (core func $lowered (canon lower (func $log)))
            (core module $m
                (type $plain (func))
                (import "" "log" (func $log))
                {body})
            (core instance $i (instantiate $m (with "" (instance (export "log" (func $lowered))))))
            (func (export "run") (canon lift (core func $i "run"))))"#
    )
}

/// What is found of an import of a component.
#[track_caller]
fn check(text: &str, import: &str, expected: Verdict) {
    let component = load(text);
    let calls = component.call_graph().expect("a graph");
    let finding = calls.finding(import);
    assert_eq!(finding.verdict, expected, "verdict on {import} of {text}");
    let reached = finding.reached.expect("few enough to count");
    let is_reached = !reached.exports.is_empty() || !reached.others.is_empty();
    assert_eq!(is_reached, expected != UNREACHABLE, "what reaches {import} of {text}");
    assert_eq!(calls.path(&component, import).is_empty(), expected == UNREACHABLE, "the way to {import} of {text}");
}

/// The same for `log` and the module that has this body.
#[track_caller]
fn check_module(body: &str, expected: Verdict) {
    check(&with_module(body), "log", expected);
}

/// The shortest way to an import, a word or two a step.
fn way(component: &Component, import: &str) -> Vec<String> {
    let calls: Result<&CallGraph> = component.call_graph();
    let path = calls.expect("a graph").path(component, import);
    path.iter().map(|step| format!("{} {}", step.link.words(), step.name)).collect()
}
