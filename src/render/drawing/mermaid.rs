//! Graphs in the language of Mermaid.

use std::fmt::Write;

use super::{clean, labels};
use crate::model::nesting::graph::{Graph, NodeKind};

/// The text of a `.mmd` file.
pub fn mermaid(graph: &Graph) -> String {
    let mut out = "flowchart LR\n".to_owned();
    for (i, node) in graph.nodes.iter().enumerate() {
        let label = escaped(&clean(&node.label));
        let _ = match node.kind {
            NodeKind::Instance => writeln!(out, "  n{i}[\"{label}\"]"),
            NodeKind::Import | NodeKind::Export => writeln!(out, "  n{i}([\"{label}\"])"),
        };
    }
    for edge in &graph.edges {
        let label = labels(edge).iter().map(|line| escaped(line)).collect::<Vec<_>>().join("<br>");
        let _ = match label.is_empty() {
            true => writeln!(out, "  n{} --> n{}", edge.from, edge.to),
            false => writeln!(out, "  n{} -->|\"{label}\"| n{}", edge.from, edge.to),
        };
    }
    out
}

/// What the language or the HTML that it becomes would read, as its entities.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '<' | '>' | '&' | '#' | '\\' | '`' => {
                let _ = write!(out, "#{};", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::tests::hostile;
    use super::*;

    #[test]
    fn names_stay_inside_their_quotes() {
        let drawn = mermaid(&hostile());
        assert!(drawn.contains("  n0([\"a#34;]; #60;script#62;#38;'#92;u{1b}[2J\"])\n"), "{drawn}");
        assert!(drawn.contains("  n0 -->|\"i#34;|x#60;y#62;\"| n1\n"), "{drawn}");
        assert!(drawn.lines().all(|line| line.matches('"').count() % 2 == 0), "{drawn}");
    }
}
