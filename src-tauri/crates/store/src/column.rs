//! Reads a column whose text has a form of its own: an id, a state, a permission.

use std::str::FromStr;

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::error::StoreError;

/// Returns the parsed text of a column.
///
/// # Errors
/// `ImpossibleRow` when the text has not the form that the schema demands, or `Failed` when there is no such column.
pub(crate) fn column<T: FromStr>(row: &SqliteRow, name: &str) -> Result<T, StoreError> {
    parse(&row.try_get::<String, _>(name)?, name)
}

/// As [`column()`], for one that may be NULL.
pub(crate) fn optional_column<T: FromStr>(
    row: &SqliteRow,
    name: &str,
) -> Result<Option<T>, StoreError> {
    row.try_get::<Option<String>, _>(name)?
        .map(|text| parse(&text, name))
        .transpose()
}

fn parse<T: FromStr>(text: &str, name: &str) -> Result<T, StoreError> {
    text.parse()
        .map_err(|_| StoreError::impossible_row(&name.replace('_', " ")))
}
