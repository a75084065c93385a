//! The SQL that searches the keys of all projects.

use sqlx::PgConnection;

use crate::error::StoreError;
use crate::key::KeyRow;
use crate::postgres::key::SELECT;

/// See [`KeyRow::search`](crate::KeyRow::search).
pub(crate) async fn search(
    connection: &mut PgConnection,
    folded: &str,
    limit: u32,
) -> Result<Vec<KeyRow>, StoreError> {
    // PostgreSQL has no such texts.
    if folded.contains('\0') {
        return Ok(Vec::new());
    }
    let rows = sqlx::query(&format!(
        "{SELECT} WHERE k.state <> 'pending' AND e.deleted_at IS NULL AND p.deleted_at IS NULL
           AND (strpos(k.folded_name, $1) > 0 OR strpos(lower(k.id), $1) = 1
             OR (strpos($1, '_') > 0 AND strpos(lower(e.prefix || '_' || k.id), $1) > 0))
         ORDER BY k.state IN ('active', 'disabled') DESC, k.created_at DESC, k.id LIMIT $2"
    ))
    .bind(folded)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.iter().map(KeyRow::from_row).collect()
}
