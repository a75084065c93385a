//! Text tables with columns as wide as their widest cell.

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use crate::style::{HEADING, paint};

/// A cell with its style.
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    pub(crate) fn new(style: Style, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            style,
        }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(Style::new(), text)
    }
}

/// Returns one line for the heads and one for each row.
pub(crate) fn lines(heads: &[&str], rows: Vec<Vec<Cell>>) -> Vec<String> {
    let mut columns = Columns::new(heads);
    let lines = columns.lines(rows);
    std::iter::once(columns.heads()).chain(lines).collect()
}

/// The columns of a table whose rows come one after another. They only become wider.
pub(crate) struct Columns<'a> {
    heads: &'a [&'a str],
    widths: Vec<usize>,
}

impl<'a> Columns<'a> {
    /// Creates columns as wide as their heads.
    pub(crate) fn new(heads: &'a [&'a str]) -> Self {
        Self {
            heads,
            widths: heads.iter().map(|head| head.width()).collect(),
        }
    }

    /// Returns the line with the heads.
    pub(crate) fn heads(&self) -> String {
        let heads = self.heads.iter().map(|head| Cell::new(HEADING, *head));
        self.line(heads.collect())
    }

    /// Returns one line for each row.
    pub(crate) fn lines(&mut self, rows: Vec<Vec<Cell>>) -> Vec<String> {
        for row in &rows {
            for (width, cell) in self.widths.iter_mut().zip(row) {
                *width = cell.text.width().max(*width);
            }
        }
        rows.into_iter().map(|row| self.line(row)).collect()
    }

    fn line(&self, cells: Vec<Cell>) -> String {
        let last = cells.len() - 1;
        let padded = cells.iter().enumerate().map(|(column, cell)| {
            let text = paint(cell.style, &cell.text);
            // Wide characters take two columns of the terminal.
            let missing = self.widths[column].saturating_sub(cell.text.width());
            if column == last {
                text
            } else {
                format!("{text}{:missing$}  ", "")
            }
        });
        padded.collect()
    }
}
