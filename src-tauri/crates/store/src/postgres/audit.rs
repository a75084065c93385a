//! The SQL of the audit log. Rows are appended inside write transactions only.

use keystile_keys::KeyId;
use sqlx::{PgConnection, Postgres, QueryBuilder};

use crate::audit_head::AuditHead;
use crate::audit_row::AuditRow;
use crate::changes::ChangedIds;
use crate::error::StoreError;
use crate::postgres::unnamed;

/// See [`AuditRow::list_for_key`](crate::AuditRow::list_for_key).
pub(crate) async fn list_for_key(
    connection: &mut PgConnection,
    key: KeyId,
    limit: u32,
) -> Result<Vec<AuditRow>, StoreError> {
    let rows =
        sqlx::query("SELECT * FROM keystile.audit WHERE key_id = $1 ORDER BY seq DESC LIMIT $2")
            .bind(key.as_str())
            .bind(i64::from(limit))
            .fetch_all(connection)
            .await?;
    rows.iter().map(AuditRow::from_row).collect()
}

/// Returns the last row.
pub(crate) async fn last(connection: &mut PgConnection) -> Result<Option<AuditHead>, StoreError> {
    let last = unnamed::query("SELECT seq, mac FROM keystile.audit ORDER BY seq DESC LIMIT 1")
        .fetch_optional(connection)
        .await?;
    last.as_ref().map(AuditHead::from_row).transpose()
}

/// Returns the authentication code of a row, if it exists.
pub(crate) async fn find_mac(
    connection: &mut PgConnection,
    seq: i64,
) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(
        unnamed::query_scalar("SELECT mac FROM keystile.audit WHERE seq = $1")
            .bind(seq)
            .fetch_optional(connection)
            .await?,
    )
}

/// Returns at most `limit` rows after `after`, oldest first.
pub(crate) async fn rows_after(
    connection: &mut PgConnection,
    after: i64,
    limit: i64,
) -> Result<Vec<AuditRow>, StoreError> {
    let rows = sqlx::query("SELECT * FROM keystile.audit WHERE seq > $1 ORDER BY seq LIMIT $2")
        .bind(after)
        .bind(limit)
        .fetch_all(connection)
        .await?;
    rows.iter().map(AuditRow::from_row).collect()
}

/// Returns the ids in at most `limit` rows after `after`, oldest first.
pub(crate) async fn changed_ids_after(
    connection: &mut PgConnection,
    after: i64,
    limit: u32,
) -> Result<Vec<ChangedIds>, StoreError> {
    let rows = unnamed::query(
        "SELECT split_part(action, '.', 1) AS noun, project_id, environment_id, key_id FROM keystile.audit
          WHERE seq > $1 ORDER BY seq LIMIT $2",
    )
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.iter().map(ChangedIds::from_row).collect()
}

/// The rows that one statement inserts. A statement takes at most 65,535 parameters, and a row has 11.
const ROWS_PER_INSERT: usize = 500;

/// Appends rows.
pub(crate) async fn append(
    connection: &mut PgConnection,
    rows: &[AuditRow],
) -> Result<(), StoreError> {
    for rows in rows.chunks(ROWS_PER_INSERT) {
        insert(connection, rows).await?;
    }
    Ok(())
}

async fn insert(connection: &mut PgConnection, rows: &[AuditRow]) -> Result<(), StoreError> {
    let mut statement = QueryBuilder::<Postgres>::new(
        "INSERT INTO keystile.audit
           (seq, at, actor, action, project_id, environment_id, key_id, detail, install_key_id, previous, mac) ",
    );
    statement.push_values(rows, |mut values, row| {
        values
            .push_bind(row.seq)
            .push_bind(row.at.as_millis())
            .push_bind(&row.actor)
            .push_bind(&row.action)
            .push_bind(&row.project_id)
            .push_bind(&row.environment_id)
            .push_bind(&row.key_id)
            .push_bind(&row.detail)
            .push_bind(&row.install_key_id)
            .push_bind(&row.previous)
            .push_bind(&row.mac);
    });
    // Each number of rows is another statement, which is not kept.
    let is_usual = rows.len() == 1;
    let query = statement.build().persistent(is_usual);
    query.execute(connection).await?;
    Ok(())
}
