//! The SQL that reads and writes the rows of a copy.

use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, QueryBuilder, Sqlite, SqliteConnection};

use crate::copied_table::{BATCH_SIZE, CopiedTable, USAGE_TABLES, Value};
use crate::error::StoreError;

/// The rows that one statement inserts. A statement takes at most 32,766 parameters, and a row has at most 17.
const ROWS_PER_INSERT: usize = 100;

/// Returns the next rows after the one with these values of the columns that identify it.
pub(crate) async fn rows_after(
    connection: &mut SqliteConnection,
    table: &CopiedTable,
    after: Option<&[Value]>,
) -> Result<Vec<Vec<Value>>, StoreError> {
    let (columns, key, name) = (table.column_list(), table.key_list(), table.name);
    let condition = match after {
        Some(values) => format!("WHERE ({key}) > ({})", vec!["?"; values.len()].join(", ")),
        None => String::new(),
    };
    let sql =
        format!("SELECT {columns} FROM main.{name} {condition} ORDER BY {key} LIMIT {BATCH_SIZE}");
    let mut arguments = SqliteArguments::default();
    for value in after.unwrap_or_default() {
        let added = match value {
            Value::Text(text) => arguments.add(text.clone()),
            Value::Integer(number) => arguments.add(*number),
            Value::Boolean(boolean) => arguments.add(*boolean),
            Value::Bytes(bytes) => arguments.add(bytes.clone()),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    let rows = sqlx::query_with(&sql, arguments)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| table.read(row)).collect()
}

/// Inserts rows.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    table: &CopiedTable,
    rows: &[Vec<Value>],
) -> Result<(), StoreError> {
    for rows in rows.chunks(ROWS_PER_INSERT) {
        let mut statement = QueryBuilder::<Sqlite>::new(format!(
            "INSERT INTO main.{} ({}) ",
            table.name,
            table.column_list()
        ));
        statement.push_values(rows, |mut values, row| {
            for value in row {
                match value {
                    Value::Text(text) => values.push_bind(text.as_deref()),
                    Value::Integer(number) => values.push_bind(*number),
                    Value::Boolean(boolean) => values.push_bind(*boolean),
                    Value::Bytes(bytes) => values.push_bind(bytes.as_slice()),
                };
            }
        });
        // Each number of rows is another statement.
        let query = statement.build().persistent(rows.len() == ROWS_PER_INSERT);
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Returns the number of rows of a table.
pub(crate) async fn count(
    connection: &mut SqliteConnection,
    table: &CopiedTable,
) -> Result<i64, StoreError> {
    let sql = format!("SELECT count(*) FROM main.{}", table.name);
    Ok(sqlx::query_scalar(&sql).fetch_one(connection).await?)
}

/// Does nothing.
pub(crate) async fn begin(_connection: &mut SqliteConnection) -> Result<(), StoreError> {
    Ok(())
}

/// Empties the usage tables, and sets since when uses are counted.
pub(crate) async fn begin_usage(
    connection: &mut SqliteConnection,
    counting_since: Option<i64>,
) -> Result<(), StoreError> {
    for table in &USAGE_TABLES {
        sqlx::query(&format!("DELETE FROM main.{}", table.name))
            .execute(&mut *connection)
            .await?;
    }
    sqlx::query("UPDATE main.counting SET since = coalesce(?, since)")
        .bind(counting_since)
        .execute(connection)
        .await?;
    Ok(())
}

/// Does nothing: a new row gets a larger id than all others.
pub(crate) async fn finish(_connection: &mut SqliteConnection) -> Result<(), StoreError> {
    Ok(())
}
