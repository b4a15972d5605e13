//! Graphs in the language of Graphviz.

use std::fmt::Write;

use super::{clean, labels};
use crate::model::nesting::graph::{Graph, NodeKind};

/// The text of a `.dot` file.
pub fn dot(graph: &Graph, name: &str) -> String {
    let mut out = format!("digraph {} {{\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n", quoted(name));
    for (kind, rank, style) in [
        (NodeKind::Import, "source", " style=rounded"),
        (NodeKind::Instance, "", ""),
        (NodeKind::Export, "sink", " style=rounded"),
    ] {
        let nodes = graph.nodes.iter().enumerate().filter(|(_, node)| node.kind == kind);
        let lines: String =
            nodes.map(|(i, node)| format!("  n{i} [label={}{style}];\n", quoted(&clean(&node.label)))).collect();
        let _ = match rank {
            "" => write!(out, "{lines}"),
            _ if lines.is_empty() => Ok(()),
            _ => write!(out, "  {{ rank={rank};\n{lines}  }}\n"),
        };
    }
    for edge in &graph.edges {
        let label = labels(edge).iter().map(|line| escaped(line)).collect::<Vec<_>>().join("\\n");
        let _ = writeln!(out, "  n{} -> n{} [label=\"{label}\"];", edge.from, edge.to);
    }
    out + "}\n"
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// In a quoted string of the language, quotes end it and backslashes begin an escape.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::super::tests::hostile;
    use super::*;

    #[test]
    fn names_stay_inside_their_quotes() {
        let drawn = dot(&hostile(), "x");
        assert!(drawn.starts_with("digraph \"x\" {\n  rankdir=LR;\n"), "{drawn}");
        assert!(drawn.contains(r##"  n0 [label="a\"]; <script>&'\\u{1b}[2J" style=rounded];"##), "{drawn}");
        assert!(drawn.contains(r##"  n0 -> n1 [label="i\"|x<y>"];"##), "{drawn}");
        let quotes = |line: &str| line.replace("\\\\", "").replace("\\\"", "").matches('"').count();
        assert!(drawn.lines().all(|line| quotes(line) % 2 == 0), "{drawn}");
    }
}
