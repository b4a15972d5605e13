//! Graphs as SVG, and the only file that knows layout-rs, which says where everything stands.
//!
//! The library draws through a trait, so the text of the picture is ours: its own writer leaves in what XML does not allow. It also
//! asserts a lot, so it is called where a panic is contained, and only on what it can place in reasonable time.

use std::fmt::Write;

use layout::core::base::Orientation;
use layout::core::color::Color;
use layout::core::format::{ClipHandle, RenderBackend};
use layout::core::geometry::Point;
use layout::core::style::{LineStyleKind, StyleAttr};
use layout::std_shapes::shapes::{Arrow, Element, LineEndKind, ShapeKind};
use layout::topo::layout::VisualGraph;

use super::super::width;
use super::{clean, labels};
use crate::model::nesting::graph::{Graph, NodeKind};
use crate::panics::contained;

/// How many nodes and arrows are placed: the time grows with a power of their number.
const MOST: usize = 300;
/// The height of letters; the layout takes it for their width as well, which leaves room around them.
const FONT: usize = 11;
/// Columns are about so wide.
const COLUMN: f64 = 7.0;
/// Around everything, and around the text of a node.
const MARGIN: f64 = 20.0;

/// The text of an `.svg` file.
pub fn svg(graph: &Graph, name: &str) -> Result<String, String> {
    if graph.nodes.is_empty() {
        return Err("it imports nothing, exports nothing and has no code".to_owned());
    }
    if graph.nodes.len() + graph.edges.len() > MOST {
        return Err(format!("it has {} parts and {} connections", graph.nodes.len(), graph.edges.len()));
    }
    let mut canvas = Canvas::default();
    contained(|| placed(graph).do_it(false, false, false, &mut canvas))
        .map_err(|panic| format!("the layout gave up ({})", panic.message))?;
    Ok(canvas.finish(name))
}

/// The graph as the layout takes it.
fn placed(graph: &Graph) -> VisualGraph {
    let mut drawing = VisualGraph::new(Orientation::LeftToRight);
    // Checks of the library's own, whose time grows with the square of the graph.
    drawing.dag.set_validate(false);
    let element = |shape, look, size| Element::create(shape, look, Orientation::LeftToRight, size);
    let mut handles = Vec::new();
    for node in &graph.nodes {
        let label = clean(&node.label);
        let size = Point::new(width::columns(&label) as f64 * COLUMN + MARGIN, FONT as f64 + MARGIN);
        handles.push(drawing.add_node(element(ShapeKind::new_box(&label), look(node.kind), size)));
    }
    for edge in &graph.edges {
        let look = StyleAttr { fill_color: None, ..look(NodeKind::Instance) };
        // The text takes room in the layout, which then knows it no more: the arrow carries it to where it is drawn.
        let text = labels(edge).join("\n");
        let arrow = Arrow { properties: Some(text.clone()), text, look, ..Arrow::default() };
        drawing.add_edge(arrow, handles[edge.from], handles[edge.to]);
    }
    // Arrows that nobody sees keep what is exported to the right of every instance, and what is imported to the left.
    let hidden = || Arrow {
        start: LineEndKind::None,
        end: LineEndKind::None,
        line_style: LineStyleKind::None,
        ..Arrow::default()
    };
    let of_kind = |kind| (0..graph.nodes.len()).filter(move |node| graph.nodes[*node].kind == kind);
    let gives =
        |from: usize, to: &dyn Fn(usize) -> bool| graph.edges.iter().any(|edge| edge.from == from && to(edge.to));
    for instance in of_kind(NodeKind::Instance) {
        let is_last = !gives(instance, &|to| graph.nodes[to].kind == NodeKind::Instance);
        for export in of_kind(NodeKind::Export).filter(|export| is_last && !gives(instance, &|to| to == *export)) {
            drawing.add_edge(hidden(), handles[instance], handles[export]);
        }
    }
    if of_kind(NodeKind::Instance).count() > 1 && of_kind(NodeKind::Import).count() > 0 {
        let behind = drawing.add_node(element(ShapeKind::None, look(NodeKind::Import), Point::splat(1.0)));
        of_kind(NodeKind::Import).for_each(|import| drawing.add_edge(hidden(), handles[import], behind));
    }
    drawing
}

fn look(kind: NodeKind) -> StyleAttr {
    let (fill, rounded) = match kind {
        NodeKind::Import => (0xe3eefbff, 12),
        NodeKind::Instance => (0xffffffff, 2),
        NodeKind::Export => (0xe6f6e3ff, 12),
    };
    StyleAttr::new(Color::new(0x444444ff), 1, Some(Color::new(fill)), rounded, FONT)
}

/// The picture while it is drawn.
#[derive(Default)]
struct Canvas {
    /// What lies below everything else.
    arrows: String,
    /// The nodes and all text.
    body: String,
    /// The corners of what was drawn.
    bounds: Option<(Point, Point)>,
}

impl Canvas {
    fn covers(&mut self, from: Point, to: Point) {
        let (low, high) = self.bounds.unwrap_or((from, to));
        let low = Point::new(low.x.min(from.x).min(to.x), low.y.min(from.y).min(to.y));
        let high = Point::new(high.x.max(from.x).max(to.x), high.y.max(from.y).max(to.y));
        self.bounds = Some((low, high));
    }

    /// Lines of text around a point.
    fn text(&mut self, at: Point, text: &str, halo: &str) {
        let lines: Vec<&str> = text.lines().collect();
        let line_height = FONT as f64 * 1.2;
        // The text stands on its base line, which is somewhat below the middle of its letters.
        let first = at.y - (lines.len() as f64 - 1.0) / 2.0 * line_height + FONT as f64 * 0.35;
        for (line, y) in lines.iter().zip(std::iter::successors(Some(first), |y| Some(y + line_height))) {
            let half = width::columns(line) as f64 * COLUMN / 2.0;
            self.covers(Point::new(at.x - half, y - line_height), Point::new(at.x + half, y));
            let _ = writeln!(
                self.body,
                "<text x=\"{:.1}\" y=\"{y:.1}\" text-anchor=\"middle\"{halo}>{}</text>",
                at.x,
                escaped(line),
            );
        }
    }

    fn finish(self, name: &str) -> String {
        let (low, high) = self.bounds.unwrap_or((Point::zero(), Point::zero()));
        let (low, high) = (low.sub(Point::splat(MARGIN)), high.add(Point::splat(MARGIN)));
        let (width, height) = (high.x - low.x, high.y - low.y);
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"{:.0} {:.0} {width:.0} {height:.0}\" font-family=\"monospace\" font-size=\"{FONT}\">\n\
             <title>{}</title>\n\
             <defs><marker id=\"head\" markerWidth=\"10\" markerHeight=\"8\" refX=\"10\" refY=\"4\" orient=\"auto\">\
             <path d=\"M 0 0 L 10 4 L 0 8 z\" fill=\"#444444\"/></marker></defs>\n\
             <rect x=\"{:.0}\" y=\"{:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" fill=\"white\"/>\n{}{}</svg>\n",
            low.x,
            low.y,
            escaped(name),
            low.x,
            low.y,
            self.arrows,
            self.body,
        )
    }
}

impl RenderBackend for Canvas {
    fn draw_rect(&mut self, at: Point, size: Point, look: &StyleAttr, _: Option<String>, _: Option<ClipHandle>) {
        self.covers(at, at.add(size));
        let fill = look.fill_color.map_or_else(|| "none".to_owned(), web_color);
        let _ = writeln!(
            self.body,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{}\" fill=\"{fill}\" stroke=\"{}\"/>",
            at.x,
            at.y,
            size.x,
            size.y,
            look.rounded,
            web_color(look.line_color),
        );
    }

    fn draw_text(&mut self, at: Point, text: &str, look: &StyleAttr) {
        // Where the layout wants the text of an arrow, the arrow does not always pass: it draws its own.
        if look.fill_color.is_some() {
            self.text(at, text, "");
        }
    }

    fn draw_arrow(
        &mut self,
        path: &[(Point, Point)],
        _: bool,
        (_, end): (bool, bool),
        look: &StyleAttr,
        label: Option<String>,
        _: &str,
    ) {
        let [(start, leaving), (entering, second), rest @ ..] = path else { return };
        path.iter().for_each(|(a, b)| self.covers(*a, *b));
        let mut curve = format!(
            "M {:.1} {:.1} C {:.1} {:.1}, {:.1} {:.1}, {:.1} {:.1}",
            start.x, start.y, leaving.x, leaving.y, entering.x, entering.y, second.x, second.y
        );
        for (control, to) in rest {
            let _ = write!(curve, " S {:.1} {:.1}, {:.1} {:.1}", control.x, control.y, to.x, to.y);
        }
        let head = if end { " marker-end=\"url(#head)\"" } else { "" };
        let stroke = web_color(look.line_color);
        let _ = writeln!(self.arrows, "<path d=\"{curve}\" fill=\"none\" stroke=\"{stroke}\"{head}/>");
        // The white around its letters keeps arrows off them.
        let halo = " stroke=\"white\" stroke-width=\"4\" paint-order=\"stroke\"";
        label.iter().for_each(|label| self.text(middle(path), label, halo));
    }

    // Nothing that is drawn here has lines, circles or clipped corners.
    fn draw_line(&mut self, _: Point, _: Point, _: &StyleAttr, _: Option<String>) {}

    fn draw_circle(&mut self, _: Point, _: Point, _: &StyleAttr, _: Option<String>) {}

    fn create_clip(&mut self, _: Point, _: Point, _: usize) -> ClipHandle {
        0
    }
}

/// The middle of the widest piece of an arrow.
fn middle(path: &[(Point, Point)]) -> Point {
    // The first piece leaves towards its control point, each other one as the piece before it arrived.
    let leaving = |piece: usize| match piece {
        0 => path[0].1,
        _ => path[piece].1.scale(2.0).sub(path[piece].0),
    };
    // What stands last in `path` are a piece's control point and its end, but for the first, where the start comes first.
    let place = |piece: usize| if piece == 0 { path[0].0 } else { path[piece].1 };
    let middles = (0..path.len().saturating_sub(1)).map(|piece| {
        let (from, to, entering) = (place(piece), place(piece + 1), path[piece + 1].0);
        let sum = from.add(to).add(leaving(piece).add(entering).scale(3.0));
        ((to.x - from.x).abs(), sum.scale(0.125))
    });
    middles.max_by(|a, b| a.0.total_cmp(&b.0)).map_or(Point::zero(), |(_, middle)| middle)
}

/// `#rrggbb`: the library's own spelling has the opacity behind it, which not every viewer reads.
fn web_color(color: Color) -> String {
    let text = color.to_web_color();
    text.get(..7).unwrap_or(&text).to_owned()
}

/// For the content of an XML element.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::tests::hostile;
    use super::*;
    use crate::model::nesting::graph::{Edge, Node};

    fn graph(kinds: &[NodeKind], edges: &[(usize, usize)]) -> Graph {
        let nodes = kinds.iter().enumerate().map(|(i, kind)| Node { kind: *kind, label: format!("node{i}") });
        let edge = |(from, to): &(usize, usize)| Edge { from: *from, to: *to, labels: vec![format!("e{from}-{to}")] };
        Graph { nodes: nodes.collect(), edges: edges.iter().map(edge).collect(), is_cut: false }
    }

    /// Where the text of a node or arrow stands, from the left.
    #[track_caller]
    fn place(drawn: &str, text: &str) -> f64 {
        let line = drawn.lines().find(|line| line.ends_with(&format!(">{text}</text>"))).expect("it is drawn");
        let (_, rest) = line.split_once("x=\"").expect("it has a place");
        rest.split('"').next().and_then(|number| number.parse().ok()).expect("a number")
    }

    #[test]
    fn imports_stand_left_and_exports_right() {
        use NodeKind::{Export, Import, Instance};
        let kinds = [Import, Instance, Instance, Instance, Export, Import, Export];
        let drawn = svg(&graph(&kinds, &[(0, 1), (1, 2), (2, 3), (1, 4), (5, 3), (3, 6)]), "x").expect("it is small");
        let [imports, exports] =
            [["node0", "node5"], ["node4", "node6"]].map(|names| names.map(|name| place(&drawn, name)));
        for instance in ["node1", "node2", "node3"].map(|name| place(&drawn, name)) {
            assert!(imports.iter().all(|import| *import < instance), "{drawn}");
            assert!(exports.iter().all(|export| *export > instance), "{drawn}");
        }
        assert!(place(&drawn, "node1") < place(&drawn, "e1-2") && place(&drawn, "e1-2") < place(&drawn, "node2"));
        assert_eq!(drawn.matches("marker-end").count(), 6);
        assert_eq!(svg(&graph(&kinds, &[(0, 1), (1, 2), (2, 3), (1, 4), (5, 3), (3, 6)]), "x"), Ok(drawn));
    }

    #[test]
    fn the_text_of_an_arrow_stands_on_it() {
        let at = |path: &[(f64, f64, f64, f64)]| {
            let point = |&(a, b, c, d): &(f64, f64, f64, f64)| (Point::new(a, b), Point::new(c, d));
            let middle = middle(&path.iter().map(point).collect::<Vec<_>>());
            (middle.x, middle.y)
        };
        assert_eq!(at(&[(0.0, 0.0, 30.0, 0.0), (70.0, 40.0, 100.0, 40.0)]), (50.0, 20.0));
        let narrow_first = [(0.0, 0.0, 5.0, 0.0), (5.0, 0.0, 10.0, 0.0), (80.0, 80.0, 110.0, 80.0)];
        assert_eq!(at(&narrow_first), ((10.0 + 3.0 * 15.0 + 3.0 * 80.0 + 110.0) / 8.0, 40.0));
        use NodeKind::{Import, Instance};
        let kinds = [Import, Instance, Instance, Instance];
        let drawn = svg(&graph(&kinds, &[(0, 1), (0, 2), (0, 3), (1, 3), (2, 3)]), "x").expect("it is small");
        for label in ["e0-1", "e0-2", "e0-3", "e1-3", "e2-3"] {
            assert_eq!(drawn.matches(&format!(">{label}</text>")).count(), 1, "{drawn}");
        }
    }

    #[test]
    fn names_are_text_and_nothing_else() {
        let drawn = svg(&hostile(), "<x>&").expect("it is small");
        assert!(drawn.contains("<title>&lt;x&gt;&amp;</title>"), "{drawn}");
        assert!(drawn.contains("&lt;script&gt;&amp;") && !drawn.contains("<script"), "{drawn}");
        // Each line opens as many angle brackets as it closes.
        assert!(drawn.lines().all(|line| line.matches('<').count() == line.matches('>').count()), "{drawn}");
    }

    #[test]
    fn circles_and_loose_ends_are_drawn() {
        use NodeKind::{Export, Import, Instance};
        for (kinds, edges) in [
            (&[Import][..], &[][..]),
            (&[Instance], &[(0, 0)]),
            (&[Instance, Instance], &[(0, 1), (1, 0)]),
            (&[Import, Export], &[(0, 1)]),
            (&[Import, Instance, Instance, Export], &[]),
        ] {
            let drawn = svg(&graph(kinds, edges), "x");
            assert!(drawn.as_ref().is_ok_and(|drawn| drawn.ends_with("</svg>\n")), "{kinds:?} {edges:?}: {drawn:?}");
        }
    }

    #[test]
    fn what_is_too_big_or_nothing_is_refused() {
        let many = vec![NodeKind::Instance; MOST + 1];
        assert_eq!(svg(&graph(&many, &[]), "x"), Err(format!("it has {} parts and 0 connections", MOST + 1)));
        assert!(svg(&Graph::default(), "x").is_err());
    }
}
