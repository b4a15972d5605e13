//! Tables: aligned columns where they fit, and the only file that knows comfy-table, which wraps them where they do not.

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table as Wrapped};

use super::text::push_text;
use super::{Look, Screen, sanitize, width};
use crate::report::{Cell, Role, Table, Text};

/// What stands between two columns.
const GAP: &str = "  ";

/// A column is aligned up to this width; a longer cell pushes the rest of its row to the right, and no other row.
const WIDEST_ALIGNED: usize = 80;

/// A cell is cut to so many screen lines where it has to be wrapped.
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
        Some(screen) if table.grouped => push_groups(out, &table.columns, &rows, look, screen),
        _ => push_rows(out, &table.columns, &rows, look),
    }
    if shown < table.rows.len() {
        let note = format!("… {} more rows; .last shows all", table.rows.len() - shown);
        super::style::paint(out, Role::Dim, &note, look.colors);
        out.push('\n');
    }
}

fn push_rows(out: &mut String, columns: &[&'static str], rows: &[&[Cell]], look: &Look) {
    let widths = column_widths(columns, rows);
    match look.screen {
        Some(screen) if !fits(&widths, screen.width) => push_wrapped(out, Some(columns), rows, screen),
        _ => {
            push_headings(out, columns, &widths, look);
            push_aligned(out, rows, &widths, look);
        }
    }
}

/// Each group under its name, without the first column; what belongs to none says so, if it could seem to belong to one above.
fn push_groups(out: &mut String, columns: &[&'static str], rows: &[&[Cell]], look: &Look, screen: Screen) {
    let Some((heading, columns)) = columns.split_first() else { return };
    let rest = |row: &&'_ [Cell]| -> Vec<Cell> { row.get(1..).unwrap_or(&[]).to_vec() };
    let all: Vec<Vec<Cell>> = rows.iter().map(rest).collect();
    let widths = column_widths(columns, &all.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let fits = fits(&widths, screen.width);
    if fits {
        push_headings(out, columns, &widths, look);
    }
    let name = |row: &[Cell]| row.first().map(|cell| cell.text.raw());
    let mut rows_left = all.iter().map(Vec::as_slice);
    for (i, group) in rows.chunk_by(|a, b| name(a) == name(b)).enumerate() {
        if let Some(cell) = group[0].first().filter(|cell| cell_width(&cell.text) > 0) {
            push_text(out, &cell.text, look);
            out.push('\n');
        } else if i > 0 {
            super::style::paint(out, Role::Dim, &format!("(no {heading})"), look.colors);
            out.push('\n');
        }
        let part: Vec<&[Cell]> = rows_left.by_ref().take(group.len()).collect();
        if fits {
            push_aligned(out, &part, &widths, look);
        } else {
            push_wrapped(out, None, &part, screen);
        }
    }
}

fn fits(widths: &[usize], screen_width: usize) -> bool {
    widths.iter().map(|width| width + GAP.len()).sum::<usize>() <= screen_width + GAP.len()
}

fn column_widths(columns: &[&'static str], rows: &[&[Cell]]) -> Vec<usize> {
    let mut widths: Vec<usize> = columns.iter().map(|heading| width::columns(heading)).collect();
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(*row) {
            *widest = (*widest).max(cell_width(&cell.text));
        }
    }
    widths
}

fn cell_width(text: &Text) -> usize {
    text.0.iter().map(|piece| width::columns(&sanitize::line(&piece.text))).sum()
}

fn push_headings(out: &mut String, columns: &[&'static str], widths: &[usize], look: &Look) {
    let headings: Vec<Text> = columns.iter().map(|heading| Text::of(Role::Heading, *heading)).collect();
    push_row(out, headings.iter(), widths, look);
}

fn push_aligned(out: &mut String, rows: &[&[Cell]], widths: &[usize], look: &Look) {
    for row in rows {
        push_row(out, row.iter().map(|cell| &cell.text), widths, look);
    }
}

fn push_row<'a>(out: &mut String, cells: impl Iterator<Item = &'a Text>, widths: &[usize], look: &Look) {
    // Blanks are written only once something follows them, so that no line ends in any.
    let mut owed = 0;
    for (cell, widest) in cells.zip(widths) {
        let used = cell_width(cell);
        if used > 0 {
            out.extend(std::iter::repeat_n(' ', owed));
            owed = 0;
            push_text(out, cell, look);
        }
        owed += (*widest).min(WIDEST_ALIGNED).saturating_sub(used) + GAP.len();
    }
    out.push('\n');
}

fn push_wrapped(out: &mut String, columns: Option<&[&'static str]>, rows: &[&[Cell]], screen: Screen) {
    let lines = if screen.is_endless() { usize::MAX } else { CELL_LINES };
    let limit = screen.width.max(20).saturating_mul(lines);
    let mut wrapped = Wrapped::new();
    wrapped.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    wrapped.set_width(u16::try_from(screen.width).unwrap_or(u16::MAX));
    if let Some(columns) = columns {
        wrapped.set_header(columns.iter().copied());
    }
    for row in rows {
        wrapped.add_row(row.iter().map(|cell| width::cut(&sanitize::line(&cell.text.raw()), limit)));
    }
    for column in wrapped.column_iter_mut() {
        column.set_padding((0, 1));
    }
    out.push_str(&wrapped.trim_fmt());
    out.push('\n');
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
        assert!(out.lines().all(|line| width::columns(line) <= 31), "{out}");
        assert!(out.ends_with("… 44 more rows; .last shows all\n"), "{out}");
    }
}
