//! What can be reached from where: searches over the graph.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::graph::{Edge, Graph, How, Node};

/// How many edges may be looked at when exports are counted: beyond, an answer would take seconds.
const MOST_STEPS: usize = 50_000_000;
/// How many roots are followed in one go.
const AT_ONCE: usize = 64;

/// The shortest paths from some nodes to everything that they lead to. Steps that are only possible count more than
/// any number of certain ones.
#[derive(Debug, Default)]
pub struct Tree {
    /// For each node the one before it and how that leads to it; nothing for where the search began.
    before: Vec<Option<(Node, How)>>,
    reached: Vec<bool>,
}

impl Tree {
    /// Searches from some nodes along the edges that may be followed.
    pub fn grow(graph: &Graph, from: impl Iterator<Item = Node>, follow: impl Fn(Node, Edge) -> bool) -> Tree {
        let mut tree = Tree { before: vec![None; graph.len()], reached: vec![false; graph.len()] };
        let mut costs = vec![u64::MAX; graph.len()];
        let mut open = BinaryHeap::new();
        for node in from {
            costs[graph.number(node)] = 0;
            open.push(Reverse((0, node)));
        }
        while let Some(Reverse((cost, node))) = open.pop() {
            let number = graph.number(node);
            if std::mem::replace(&mut tree.reached[number], true) {
                continue;
            }
            graph.each_edge(node, |edge| {
                let next = graph.number(edge.to);
                let cost = cost + if edge.how.is_certain() { 1 } else { 1 << 32 };
                if cost < costs[next] && follow(node, edge) {
                    costs[next] = cost;
                    tree.before[next] = Some((node, edge.how));
                    open.push(Reverse((cost, edge.to)));
                }
            });
        }
        tree
    }

    /// Whether a node can be reached.
    pub fn reaches(&self, graph: &Graph, node: Node) -> bool {
        self.reached[graph.number(node)]
    }

    /// How many core functions can be reached.
    pub fn functions(&self, graph: &Graph) -> usize {
        self.reached.iter().take(graph.functions()).filter(|reached| **reached).count()
    }

    /// The nodes on the way to one, the first without a step that leads to it.
    pub fn path(&self, graph: &Graph, to: Node) -> Vec<(Option<How>, Node)> {
        let mut path = Vec::new();
        let mut node = to;
        while let Some((before, how)) = self.before[graph.number(node)] {
            path.push((Some(how), node));
            node = before;
        }
        path.push((None, node));
        path.reverse();
        path
    }
}

/// For each of the goals the places of those roots that lead to it; nothing where that would take too long.
pub fn reached_by(graph: &Graph, roots: &[Node], goals: &[Node]) -> Option<Vec<Vec<usize>>> {
    let mut found = vec![Vec::new(); goals.len()];
    let mut steps = 0;
    for (chunk, some) in roots.chunks(AT_ONCE).enumerate() {
        let masks = flood(graph, some, &mut steps)?;
        for (goal, found) in goals.iter().zip(&mut found) {
            let mask = masks[graph.number(*goal)];
            found.extend((0..some.len()).filter(|bit| mask >> bit & 1 == 1).map(|bit| chunk * AT_ONCE + bit));
            steps += 1 + mask.count_ones() as usize;
        }
        if steps > MOST_STEPS {
            return None;
        }
    }
    Some(found)
}

/// For each node which of up to 64 roots lead to it, a bit each.
fn flood(graph: &Graph, roots: &[Node], steps: &mut usize) -> Option<Vec<u64>> {
    let mut masks = vec![0_u64; graph.len()];
    let mut waiting = vec![false; graph.len()];
    let mut open = VecDeque::new();
    for (bit, root) in roots.iter().enumerate() {
        masks[graph.number(*root)] |= 1 << bit;
        open.push_back(*root);
    }
    *steps += graph.len();
    while let Some(node) = open.pop_front() {
        let number = graph.number(node);
        waiting[number] = false;
        let mask = masks[number];
        graph.each_edge(node, |edge| {
            *steps += 1;
            let next = graph.number(edge.to);
            if mask & !masks[next] != 0 {
                masks[next] |= mask;
                if !std::mem::replace(&mut waiting[next], true) {
                    open.push_back(edge.to);
                }
            }
        });
        if *steps > MOST_STEPS {
            return None;
        }
    }
    Some(masks)
}
