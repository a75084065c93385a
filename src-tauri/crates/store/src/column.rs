//! Parsing of text columns such as ids and states.

use std::str::FromStr;

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::error::StoreError;

/// Parses the text of a column.
///
/// # Errors
/// `InvalidRow` if the text is not valid, `Failed` if there is no such column.
pub(crate) fn column<T: FromStr>(row: &SqliteRow, name: &str) -> Result<T, StoreError> {
    parse(&row.try_get::<String, _>(name)?, name)
}

/// Parses the text of a column that may be NULL. Errors as in [`column()`].
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
        .map_err(|_| StoreError::invalid_row(&name.replace('_', " ")))
}
