//! Tables: columns that are aligned, and on a screen cells broken into lines where the columns do not fit.
//!
//! Groups of rows share their columns, and names break at their own signs; libraries of tables do neither.

use super::text::push_text;
use super::{Look, Screen, sanitize, width};
use crate::report::{Cell, Role, Table, Text};

/// What stands between two columns.
const GAP: &str = "  ";

/// A column is aligned up to this width where nothing is broken; a longer cell pushes the rest of its row to the right, and no
/// other row.
const WIDEST_ALIGNED: usize = 80;

/// A cell is cut to so many screen lines where it has to be broken.
const CELL_LINES: usize = 8;

/// Appends a table; on a screen, no more of it than fits.
pub fn push_table(out: &mut String, table: &Table, look: &Look) {
    if table.rows.is_empty() {
        super::style::paint(out, Role::Dim, &sanitize::line(&table.empty), look.colors);
        out.push('\n');
        return;
    }
    let shown = match look.screen {
        // Room for the headings, the note and the prompt.
        Some(screen) => table.rows.len().min(screen.height.saturating_sub(4).max(5)),
        None => table.rows.len(),
    };
    let rows: Vec<&[Cell]> = table.rows[..shown].iter().map(Vec::as_slice).collect();
    match look.screen {
        Some(_) if table.grouped => push_groups(out, &table.columns, &rows, look),
        _ => push_rows(out, &table.columns, &rows, look),
    }
    if shown < table.rows.len() {
        let note = format!("… {} more rows; .last shows all", table.rows.len() - shown);
        super::style::paint(out, Role::Dim, &note, look.colors);
        out.push('\n');
    }
}

fn push_rows(out: &mut String, columns: &[&'static str], rows: &[&[Cell]], look: &Look) {
    let layout = Layout::of(columns, rows, look.screen);
    push_headings(out, columns, &layout, look);
    for row in rows {
        push_row(out, row.iter().map(|cell| &cell.text), &layout, look);
    }
}

/// Each group under its name, without the first column; what belongs to none says so, if it could seem to belong to one above.
fn push_groups(out: &mut String, columns: &[&'static str], rows: &[&[Cell]], look: &Look) {
    let Some((heading, columns)) = columns.split_first() else { return };
    let rest: Vec<&[Cell]> = rows.iter().map(|row| row.get(1..).unwrap_or(&[])).collect();
    let layout = Layout::of(columns, &rest, look.screen);
    push_headings(out, columns, &layout, look);
    let name = |row: &[Cell]| row.first().map(|cell| cell.text.raw());
    for (i, group) in rows.chunk_by(|a, b| name(a) == name(b)).enumerate() {
        if let Some(cell) = group[0].first().filter(|cell| cell_width(&cell.text) > 0) {
            push_text(out, &cell.text, look);
            out.push('\n');
        } else if i > 0 {
            super::style::paint(out, Role::Dim, &format!("(no {heading})"), look.colors);
            out.push('\n');
        }
        for row in group {
            push_row(out, row.iter().skip(1).map(|cell| &cell.text), &layout, look);
        }
    }
}

/// How wide the columns are, the same for all rows.
struct Layout {
    widths: Vec<usize>,
    /// The lines that a cell gets at most where cells are broken to fit.
    broken: Option<usize>,
}

impl Layout {
    fn of(columns: &[&'static str], rows: &[&[Cell]], screen: Option<Screen>) -> Layout {
        let widths = column_widths(columns, rows, cell_width);
        match screen {
            Some(screen) if taken(&widths) > screen.width => Layout {
                widths: narrowed(columns, rows, widths, screen.width),
                broken: Some(if screen.is_endless() { usize::MAX } else { CELL_LINES }),
            },
            _ => Layout { widths: widths.into_iter().map(|width| width.min(WIDEST_ALIGNED)).collect(), broken: None },
        }
    }
}

/// What columns take with the gaps between them; one without any width is left out.
fn taken(widths: &[usize]) -> usize {
    let shown = widths.iter().filter(|width| **width > 0);
    shown.map(|width| width + GAP.len()).sum::<usize>().saturating_sub(GAP.len())
}

/// Widths that fit: narrow columns keep theirs, the others get even shares, and no name is broken if that can be.
fn narrowed(columns: &[&'static str], rows: &[&[Cell]], mut widths: Vec<usize>, screen_width: usize) -> Vec<usize> {
    for (column, width) in widths.iter_mut().enumerate() {
        if rows.iter().all(|row| row.get(column).is_none_or(|cell| cell_width(&cell.text) == 0)) {
            *width = 0;
        }
    }
    let parts = column_widths(columns, rows, |text| width::longest_part(&sanitize::line(&text.raw())));
    let shares = |parts: &[usize], share: usize| -> Vec<usize> {
        widths.iter().zip(parts).map(|(width, part)| share.max(*part).min(*width)).collect()
    };
    let fitting = |parts: &[usize]| {
        (1..=screen_width).rev().map(|share| shares(parts, share)).find(|widths| taken(widths) <= screen_width)
    };
    let any = vec![1; widths.len()];
    fitting(&parts).or_else(|| fitting(&any)).unwrap_or_else(|| shares(&any, 1))
}

fn column_widths(columns: &[&'static str], rows: &[&[Cell]], measure: fn(&Text) -> usize) -> Vec<usize> {
    let mut widths: Vec<usize> = columns.iter().map(|heading| width::columns(heading)).collect();
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(*row) {
            *widest = (*widest).max(measure(&cell.text));
        }
    }
    widths
}

fn cell_width(text: &Text) -> usize {
    text.0.iter().map(|piece| width::columns(&sanitize::line(&piece.text))).sum()
}

fn push_headings(out: &mut String, columns: &[&'static str], layout: &Layout, look: &Look) {
    let headings: Vec<Text> = columns.iter().map(|heading| Text::of(Role::Heading, *heading)).collect();
    push_row(out, headings.iter(), layout, look);
}

fn push_row<'a>(out: &mut String, cells: impl Iterator<Item = &'a Text>, layout: &Layout, look: &Look) {
    let Some(most) = layout.broken else { return push_line(out, cells, &layout.widths, look) };
    let cells: Vec<Vec<Text>> = cells.zip(&layout.widths).map(|(cell, width)| broken(cell, *width, most)).collect();
    let none = Text::default();
    for line in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
        push_line(out, cells.iter().map(|cell| cell.get(line).unwrap_or(&none)), &layout.widths, look);
    }
}

fn push_line<'a>(out: &mut String, cells: impl Iterator<Item = &'a Text>, widths: &[usize], look: &Look) {
    // Blanks are written only once something follows them, so that no line ends in any.
    let mut owed = 0;
    for (cell, width) in cells.zip(widths).filter(|(_, width)| **width > 0) {
        let used = cell_width(cell);
        if used > 0 {
            out.extend(std::iter::repeat_n(' ', owed));
            owed = 0;
            push_text(out, cell, look);
        }
        owed += width.saturating_sub(used) + GAP.len();
    }
    out.push('\n');
}

/// A cell in lines; it keeps its colour if it has but one.
fn broken(cell: &Text, width: usize, most: usize) -> Vec<Text> {
    let role = if let [piece] = &cell.0[..] { piece.role } else { Role::Plain };
    let text = width::cut(&sanitize::line(&cell.raw()), width.saturating_mul(most));
    let mut lines = width::lines(&text, width);
    let cut = (lines.len() > most).then(|| width::cut(&format!("{}…", lines[most - 1]), width));
    lines.truncate(most - usize::from(cut.is_some()));
    lines.into_iter().chain(cut.as_deref()).map(|line| Text::of(role, line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[[&str; 2]]) -> Table {
        let rows = rows.iter().map(|row| row.iter().map(|text| Cell::new(Role::Name, *text)).collect()).collect();
        Table { columns: vec!["name", "type"], rows, grouped: false, empty: "nothing here".to_owned() }
    }

    #[track_caller]
    fn check(rows: &[[&str; 2]], look: Look, expected: &str) {
        let mut out = String::new();
        push_table(&mut out, &table(rows), &look);
        assert_eq!(out, expected);
    }

    #[test]
    fn columns_line_up_and_lines_end_without_blanks() {
        check(&[["a", "u32"], ["long-name", ""]], Look::PLAIN, "name       type\na          u32\nlong-name\n");
        check(&[["日本", "x"], ["a", "\x1b"]], Look::PLAIN, "name  type\n日本  x\na     \\u{1b}\n");
        check(&[], Look::PLAIN, "nothing here\n");
    }

    #[test]
    fn one_endless_name_pads_no_other_row() {
        let long = "n".repeat(90_000);
        let mut out = String::new();
        push_table(&mut out, &table(&[[long.as_str(), "a"], ["b", "c"]]), &Look::PLAIN);
        assert!(out.contains(&format!("{long}  a\n")), "nothing is cut in a pipe");
        assert!(out.len() < long.len() + 300);
    }

    #[test]
    fn groups_stand_under_their_names_on_a_screen_alone() {
        let rows = [["a:b/c", "f"], ["a:b/c", "g"], ["d:e/f", "h"], ["", "i"]];
        let mut grouped = table(&rows);
        grouped.grouped = true;
        let mut out = String::new();
        let screen = Screen { width: 20, height: 20 };
        push_table(&mut out, &grouped, &Look { colors: false, screen: Some(screen) });
        assert_eq!(out, "type\na:b/c\nf\ng\nd:e/f\nh\n(no name)\ni\n");
        grouped.rows.rotate_right(1);
        out.clear();
        push_table(&mut out, &grouped, &Look { colors: false, screen: Some(screen) });
        assert_eq!(out, "type\ni\na:b/c\nf\ng\nd:e/f\nh\n", "nothing stands above it that it could seem to be part of");
        grouped.rows.rotate_left(1);
        out.clear();
        push_table(&mut out, &grouped, &Look::PLAIN);
        assert_eq!(out, "name   type\na:b/c  f\na:b/c  g\nd:e/f  h\n       i\n");
    }

    #[test]
    fn groups_that_are_too_wide_keep_their_headings_and_columns() {
        let rows = ["a:b/c", "", "", "one two"].map(|group| vec![group, "[method]counter.value", "u32", "8", ""]);
        let log = vec!["", "log", "a: borrow<counter>, b: list<u8>", "9", ""];
        let rows = rows.iter().chain([&log]);
        let cells = |row: &Vec<&str>| row.iter().map(|text| Cell::new(Role::Name, *text)).collect();
        // What no row fills takes no room.
        let columns = vec!["interface", "function", "parameters", "calls", "granted"];
        let table = Table { columns, rows: rows.map(cells).collect(), grouped: true, empty: String::new() };
        let mut out = String::new();
        push_table(&mut out, &table, &Look { colors: false, screen: Some(Screen { width: 38, height: 20 }) });
        let expected = "\
function        parameters      calls
a:b/c
[method]        u32             8
counter.value
(no interface)
[method]        u32             8
counter.value
[method]        u32             8
counter.value
one two
[method]        u32             8
counter.value
(no interface)
log             a:              9
                borrow<
                counter>, b:
                list<u8>
";
        assert_eq!(out, expected);
    }

    #[test]
    fn a_cell_that_is_cut_says_so() {
        let mut out = String::new();
        let screen = Screen { width: 20, height: 20 };
        push_table(&mut out, &table(&[["name", &"seven77 ".repeat(30)]]), &Look { colors: true, screen: Some(screen) });
        assert_eq!(out.matches("seven77").count(), 8, "{out}");
        assert!(out.ends_with("seven77…\u{1b}[0m\n"), "{out}");
    }

    #[test]
    fn an_endless_screen_cuts_nothing() {
        let long = "word ".repeat(200);
        let mut out = String::new();
        let screen = Screen { width: 40, height: 10 }.endless();
        push_table(&mut out, &table(&[["name", &long]; 30]), &Look { colors: false, screen: Some(screen) });
        assert_eq!(out.matches("word").count(), 30 * 200);
        assert!(out.lines().all(|line| line.chars().count() <= 40), "{out}");
    }

    #[test]
    fn a_screen_is_never_exceeded() {
        let screen = Screen { width: 20, height: 10 };
        let long = "word ".repeat(200);
        let rows: Vec<[&str; 2]> = vec![[long.as_str(), "u32"]; 50];
        let mut out = String::new();
        push_table(&mut out, &table(&rows), &Look { colors: false, screen: Some(screen) });
        assert!(out.lines().all(|line| width::columns(line) <= 20 || line.starts_with('…')), "{out}");
        assert!(out.ends_with("… 44 more rows; .last shows all\n"), "{out}");
    }
}
