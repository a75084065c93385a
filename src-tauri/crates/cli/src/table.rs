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
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].text.width());
        cells.chain([heads[column].width()]).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..heads.len()).map(width).collect();
    let heads = heads.iter().map(|head| Cell::new(HEADING, *head)).collect();
    let line = |cells: Vec<Cell>| -> String {
        let last = cells.len() - 1;
        let padded = cells.iter().enumerate().map(|(column, cell)| {
            let text = paint(cell.style, &cell.text);
            // Wide characters take two columns of the terminal.
            let missing = widths[column].saturating_sub(cell.text.width());
            if column == last {
                text
            } else {
                format!("{text}{:missing$}  ", "")
            }
        });
        padded.collect()
    };
    std::iter::once(heads).chain(rows).map(line).collect()
}
