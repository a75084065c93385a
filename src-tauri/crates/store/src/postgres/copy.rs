//! The SQL that reads and writes the rows of a copy.

use sqlx::postgres::PgArguments;
use sqlx::{Arguments as _, PgConnection};

use crate::copied_table::{BATCH_SIZE, CopiedTable, GATEWAYS, Kind, USAGE_TABLES, Value};
use crate::error::StoreError;
use crate::postgres::condition::this_machine;

/// The tables of which a copy has the rows of this machine.
const OF_A_MACHINE: [&str; 2] = ["keychain_entries", "settings"];

/// Returns the rows of a table with the columns of a copy.
fn source(table: &CopiedTable) -> String {
    match table.name {
        GATEWAYS => format!(
            "(SELECT g.*, p.port, coalesce(p.autostart, false) AS autostart FROM keystile.gateways g
              LEFT JOIN keystile.gateway_places p
                ON p.environment_id = g.environment_id AND p.machine = {}) AS copied",
            this_machine!()
        ),
        name if OF_A_MACHINE.contains(&name) => format!(
            "(SELECT * FROM keystile.{name} WHERE machine = {}) AS copied",
            this_machine!()
        ),
        name => format!("keystile.{name}"),
    }
}

/// Returns the next rows after the one with these values of the columns that identify it.
pub(crate) async fn rows_after(
    connection: &mut PgConnection,
    table: &CopiedTable,
    after: Option<&[Value]>,
) -> Result<Vec<Vec<Value>>, StoreError> {
    let (columns, key, source) = (table.column_list(), table.key_list(), source(table));
    let values = after.unwrap_or_default();
    let condition = match after {
        Some(values) => {
            let parameters: Vec<_> = (1..=values.len()).map(|n| format!("${n}")).collect();
            format!("WHERE ({key}) > ({})", parameters.join(", "))
        }
        None => String::new(),
    };
    let sql =
        format!("SELECT {columns} FROM {source} {condition} ORDER BY {key} LIMIT {BATCH_SIZE}");
    let mut arguments = PgArguments::default();
    for value in values {
        let added = match value {
            Value::Text(text) => arguments.add(text),
            Value::Integer(number) => arguments.add(number),
            Value::Boolean(boolean) => arguments.add(boolean),
            Value::Bytes(bytes) => arguments.add(bytes),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    let rows = sqlx::query_with(&sql, arguments)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| table.read(row)).collect()
}

/// Inserts rows, each column as an array.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    table: &CopiedTable,
    rows: &[Vec<Value>],
) -> Result<(), StoreError> {
    let mut arguments = PgArguments::default();
    let mut arrays = Vec::new();
    for (index, (_, kind)) in table.columns.iter().enumerate() {
        let values = rows.iter().map(|row| &row[index]);
        let added = match kind {
            Kind::Text => arguments.add(values.map(text).collect::<Vec<_>>()),
            Kind::Integer => arguments.add(values.map(integer).collect::<Vec<_>>()),
            Kind::Boolean => arguments.add(values.map(boolean).collect::<Vec<_>>()),
            Kind::Bytes => arguments.add(values.map(bytes).collect::<Vec<_>>()),
        };
        added.map_err(sqlx::Error::Encode)?;
        arrays.push(format!("${}::{}[]", index + 1, type_name(*kind)));
    }
    let (columns, name) = (table.column_list(), table.name);
    let rows = format!("unnest({}) AS copied ({columns})", arrays.join(", "));
    let sql = match name {
        GATEWAYS => format!(
            "WITH copied AS (SELECT * FROM {rows}),
                  gateways AS (INSERT INTO keystile.gateways
                    (environment_id, preserve_host, allow_preflight, sunset_header, sample_upstream, rules)
                    SELECT environment_id, preserve_host, allow_preflight, sunset_header, sample_upstream, rules FROM copied)
             INSERT INTO keystile.gateway_places (environment_id, machine, port, autostart)
               SELECT environment_id, {}, port, autostart FROM copied",
            this_machine!()
        ),
        name if OF_A_MACHINE.contains(&name) => format!(
            "INSERT INTO keystile.{name} (machine, {columns}) SELECT {}, {columns} FROM {rows}",
            this_machine!()
        ),
        name => format!("INSERT INTO keystile.{name} ({columns}) SELECT {columns} FROM {rows}"),
    };
    sqlx::query_with(&sql, arguments)
        .execute(connection)
        .await?;
    Ok(())
}

fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Integer => "bigint",
        Kind::Boolean => "boolean",
        Kind::Bytes => "bytea",
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => text.as_deref(),
        _ => None,
    }
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => *number,
        _ => None,
    }
}

fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Boolean(boolean) => Some(*boolean),
        _ => None,
    }
}

fn bytes(value: &Value) -> Option<&[u8]> {
    match value {
        Value::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}

/// Returns the number of rows of a table that a copy has.
pub(crate) async fn count(
    connection: &mut PgConnection,
    table: &CopiedTable,
) -> Result<i64, StoreError> {
    let sql = format!("SELECT count(*) FROM {}", source(table));
    Ok(sqlx::query_scalar(&sql).fetch_one(connection).await?)
}

/// Prepares the transaction of a copy: statements may take long, and each checks its audit rows instead of the commit, so
/// that the server keeps no list of changed rows.
pub(crate) async fn begin(connection: &mut PgConnection) -> Result<(), StoreError> {
    for statement in [
        "SET LOCAL statement_timeout = 0",
        "SET LOCAL idle_in_transaction_session_timeout = 0",
        "SET CONSTRAINTS ALL IMMEDIATE",
    ] {
        sqlx::query(statement).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Empties the usage tables, and sets since when uses are counted.
pub(crate) async fn begin_usage(
    connection: &mut PgConnection,
    counting_since: Option<i64>,
) -> Result<(), StoreError> {
    for table in &USAGE_TABLES {
        sqlx::query(&format!("DELETE FROM keystile.{}", table.name))
            .execute(&mut *connection)
            .await?;
    }
    sqlx::query("UPDATE keystile.deployment SET counting_since = coalesce($1, counting_since)")
        .bind(counting_since)
        .execute(connection)
        .await?;
    Ok(())
}

/// Makes the next secret version get a larger id than all others.
pub(crate) async fn finish(connection: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query(
        "SELECT setval(pg_get_serial_sequence('keystile.secret_versions', 'id'), max(id))
           FROM keystile.secret_versions HAVING max(id) IS NOT NULL",
    )
    .execute(connection)
    .await?;
    Ok(())
}
