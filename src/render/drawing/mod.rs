//! Composition graphs as pictures: the text of a file, never something for a terminal.
//!
//! One file a format. What a component calls its parts is made harmless here in the same way as for a terminal, and then escaped
//! as the format wants it.

mod dot;
mod mermaid;
mod svg;

use super::{sanitize, width};
use crate::model::nesting::graph::{Edge, Graph};

/// How many columns of a name are drawn.
const LONGEST: usize = 80;
/// How many names stand on one arrow.
const MOST_LABELS: usize = 12;

/// The format of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A picture for browsers.
    Svg,
    /// The language of Graphviz.
    Dot,
    /// The language of Mermaid, which pages of Markdown can hold.
    Mermaid,
}

impl Format {
    /// The format of files with this extension.
    pub fn of_extension(extension: &str) -> Option<Format> {
        match extension.to_ascii_lowercase().as_str() {
            "svg" => Some(Format::Svg),
            "dot" | "gv" => Some(Format::Dot),
            "mmd" | "mermaid" => Some(Format::Mermaid),
            _ => None,
        }
    }
}

/// The text of a file that draws a graph; `name` is what it is a graph of. The error says why it cannot be drawn.
pub fn draw(graph: &Graph, format: Format, name: &str) -> Result<String, String> {
    match format {
        Format::Svg => svg::svg(graph, &clean(name)),
        Format::Dot => Ok(dot::dot(graph, &clean(name))),
        Format::Mermaid => Ok(mermaid::mermaid(graph)),
    }
}

/// A name without what cannot be seen, cut where it is endless.
fn clean(name: &str) -> String {
    width::cut(&sanitize::line(name), LONGEST)
}

/// The lines that stand on an arrow.
fn labels(edge: &Edge) -> Vec<String> {
    let named = || edge.labels.iter().filter(|label| !label.is_empty());
    let mut lines: Vec<String> = named().take(MOST_LABELS).map(|label| clean(label)).collect();
    let more = named().count() - lines.len();
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::nesting::graph::{Node, NodeKind};

    /// A graph whose names are what a hostile file would have.
    pub(super) fn hostile() -> Graph {
        let node = |kind, label: &str| Node { kind, label: label.to_owned() };
        let edge = |from, to, label: &str| Edge { from, to, labels: vec![label.to_owned()] };
        Graph {
            nodes: vec![
                node(NodeKind::Import, "a\"]; <script>&'\u{1b}[2J"),
                node(NodeKind::Instance, "b\\\" | --> #x; \u{202e}\n\0"),
                node(NodeKind::Export, &"c".repeat(100_000)),
            ],
            edges: vec![edge(0, 1, "i\"|x<y>"), edge(1, 2, "]]>\u{0}")],
            is_cut: false,
        }
    }

    #[test]
    fn extensions_say_the_format() {
        let check = |extension: &str, format| assert_eq!(Format::of_extension(extension), format, "{extension}");
        check("svg", Some(Format::Svg));
        check("DOT", Some(Format::Dot));
        check("mmd", Some(Format::Mermaid));
        check("png", None);
    }

    #[test]
    fn nothing_hidden_and_nothing_endless_is_written() {
        for format in [Format::Svg, Format::Dot, Format::Mermaid] {
            let drawn = draw(&hostile(), format, "n\u{1b}").expect("it is small");
            assert!(!drawn.chars().any(|c| c != '\n' && sanitize::is_hidden(c)), "{format:?}: {drawn}");
            assert!(drawn.len() < 10_000, "{format:?}: {} bytes", drawn.len());
        }
    }

    #[test]
    fn an_arrow_names_no_more_than_fit() {
        let labels: Vec<String> = (0..20).map(|n| format!("i{n}")).collect();
        let lines = super::labels(&Edge { from: 0, to: 1, labels });
        assert_eq!((lines.len(), lines.last().map(String::as_str)), (13, Some("and 8 more")));
    }
}
