//! Tables whose columns line up.

use std::fmt::Write;

use anstyle::Style;

/// One cell: a text and how it looks.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// A cell with a style.
    pub fn styled(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), style: Style::new() }
    }
}

/// Rows of cells under a heading.
#[derive(Clone, Debug)]
pub struct Table {
    heading: Vec<String>,
    heading_style: Style,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table with the names of its columns.
    pub fn new(heading: &[&str], heading_style: Style) -> Self {
        Self {
            heading: heading.iter().map(|&name| name.to_owned()).collect(),
            heading_style,
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as text, each line with `indent` spaces before it and a line end after it.
    pub fn render(&self, indent: usize) -> String {
        let mut widths: Vec<usize> = self.heading.iter().map(|name| width(name)).collect();
        for row in &self.rows {
            for (column, cell) in row.iter().enumerate() {
                match widths.get_mut(column) {
                    Some(widest) => *widest = width(&cell.text).max(*widest),
                    None => widths.push(width(&cell.text)),
                }
            }
        }
        let mut out = String::new();
        let style = self.heading_style;
        // Columns without names need no line for them.
        if self.heading.iter().any(|name| !name.is_empty()) {
            line(&mut out, indent, &widths, self.heading.iter().map(|name| (name.as_str(), style)));
        }
        for row in &self.rows {
            line(&mut out, indent, &widths, row.iter().map(|cell| (cell.text.as_str(), cell.style)));
        }
        out
    }
}

/// Characters, which is the width of everything these programs print.
fn width(text: &str) -> usize {
    text.chars().count()
}

fn line<'a>(
    out: &mut String,
    indent: usize,
    widths: &[usize],
    cells: impl Iterator<Item = (&'a str, Style)>,
) {
    let mut pending = indent;
    for ((text, style), widest) in cells.zip(widths) {
        if !text.is_empty() {
            out.extend(std::iter::repeat_n(' ', pending));
            pending = 0;
            // Writing to a String cannot fail.
            let _ = write!(out, "{style}{text}{style:#}");
        }
        pending += widest - width(text) + GAP;
    }
    out.push('\n');
}

/// Spaces between columns.
const GAP: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_lines_end_without_spaces() {
        let mut table = Table::new(&["code", "value"], Style::new());
        table.row(["P0301".into(), "".into()]);
        table.row(["".into(), "118 °C".into()]);
        assert_eq!(table.render(2), "  code   value\n  P0301\n         118 °C\n");
    }
}
