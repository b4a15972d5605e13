//! Trees: lines with their branches drawn before them, and figures in columns behind them.

use super::style::paint;
use super::text::push_text;
use super::{Look, sanitize, width};
use crate::report::{Branch, Role, Text};

/// What stands before two columns.
const GAP: &str = "  ";
/// Figures are aligned behind lines of up to this width; a longer one pushes its own to the right.
const WIDEST_ALIGNED: usize = 80;

/// One line of the tree as it is drawn.
struct Line<'a> {
    /// The branches that lead to it.
    lead: String,
    branch: &'a Branch,
}

/// Appends a tree; on a screen, no more of it than fits.
pub fn push_tree(out: &mut String, root: &Branch, look: &Look) {
    let mut lines = vec![Line { lead: String::new(), branch: root }];
    collect(root, "", &mut lines);
    let shown = match look.screen {
        // Room for the note and the prompt.
        Some(screen) => lines.len().min(screen.height.saturating_sub(3).max(5)),
        None => lines.len(),
    };
    let with_figures = || lines.iter().filter(|line| !line.branch.figures.is_empty());
    let widest = with_figures().map(line_width).max().unwrap_or(0).min(WIDEST_ALIGNED);
    let columns = with_figures().map(|line| line.branch.figures.len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| with_figures().filter_map(|line| line.branch.figures.get(column)).map(text_width).max())
        .map(Option::unwrap_or_default)
        .collect();
    for line in &lines[..shown] {
        paint(out, Role::Dim, &line.lead, look.colors);
        push_text(out, &line.branch.text, look);
        let mut owed = widest.saturating_sub(line_width(line));
        for (figure, column) in line.branch.figures.iter().zip(&widths) {
            owed += GAP.len() + column - text_width(figure);
            out.extend(std::iter::repeat_n(' ', owed));
            push_text(out, figure, look);
            owed = 0;
        }
        out.push('\n');
    }
    if shown < lines.len() {
        paint(out, Role::Dim, &format!("… {} more lines; .last shows all", lines.len() - shown), look.colors);
        out.push('\n');
    }
}

fn collect<'a>(branch: &'a Branch, lead: &str, lines: &mut Vec<Line<'a>>) {
    for (i, inner) in branch.branches.iter().enumerate() {
        let (own, below) = if i + 1 == branch.branches.len() { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        lines.push(Line { lead: format!("{lead}{own}"), branch: inner });
        collect(inner, &format!("{lead}{below}"), lines);
    }
}

fn line_width(line: &Line<'_>) -> usize {
    width::columns(&line.lead) + text_width(&line.branch.text)
}

fn text_width(text: &Text) -> usize {
    text.0.iter().map(|piece| width::columns(&sanitize::line(&piece.text))).sum()
}

#[cfg(test)]
mod tests {
    use super::super::Screen;
    use super::*;

    fn branch(text: &str, figures: &[&str], branches: Vec<Branch>) -> Branch {
        Branch {
            text: Text::plain(text),
            figures: figures.iter().map(|figure| Text::plain(*figure)).collect(),
            branches,
        }
    }

    #[track_caller]
    fn check(root: &Branch, look: Look, expected: &str) {
        let mut out = String::new();
        push_tree(&mut out, root, &look);
        assert_eq!(out, expected);
    }

    #[test]
    fn branches_are_drawn_and_figures_line_up() {
        let inner = vec![branch("b", &["7", "1%"], vec![branch("日", &[], vec![])]), branch("\x1b", &["70"], vec![])];
        let root = branch("a", &["100", "100%"], vec![branch("long name", &["99", "9%"], inner), Branch::default()]);
        check(
            &root,
            Look::PLAIN,
            "a             100  100%\n├─ long name   99    9%\n│  ├─ b         7    1%\n│  │  └─ 日\n\
             │  └─ \\u{1b}   70\n└─ \n",
        );
    }

    #[test]
    fn a_screen_is_not_exceeded() {
        let root = branch("a", &[], (0..50).map(|n| branch(&n.to_string(), &[], vec![])).collect());
        let screen = Screen { width: 20, height: 8 };
        let look = Look { colors: false, screen: Some(screen) };
        check(&root, look, "a\n├─ 0\n├─ 1\n├─ 2\n├─ 3\n… 46 more lines; .last shows all\n");
        let mut out = String::new();
        push_tree(&mut out, &root, &Look { colors: false, screen: Some(screen.endless()) });
        assert_eq!(out.lines().count(), 51);
    }

    #[test]
    fn an_endless_name_pads_no_other_line() {
        let root = branch("a", &["1"], vec![branch(&"n".repeat(10_000), &["2"], vec![])]);
        let mut out = String::new();
        push_tree(&mut out, &root, &Look::PLAIN);
        assert!(out.len() < 10_200, "{}", out.len());
    }
}
