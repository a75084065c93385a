//! The SQL that searches the keys of all projects.

use sqlx::SqliteConnection;

use crate::error::StoreError;
use crate::key::KeyRow;
use crate::sqlite::key::SELECT;

/// See [`KeyRow::search`](crate::KeyRow::search).
pub(crate) async fn search(
    connection: &mut SqliteConnection,
    folded: &str,
    limit: u32,
) -> Result<Vec<KeyRow>, StoreError> {
    let rows = sqlx::query(&format!(
        "{SELECT} WHERE k.state <> 'pending' AND e.deleted_at IS NULL AND p.deleted_at IS NULL
           AND (instr(k.folded_name, ?1) > 0 OR instr(lower(k.id), ?1) = 1
             OR (instr(?1, '_') > 0 AND instr(lower(e.prefix || '_' || k.id), ?1) > 0))
         ORDER BY k.state IN ('active', 'disabled') DESC, k.created_at DESC, k.id LIMIT ?2"
    ))
    .bind(folded)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter().map(KeyRow::from_row).collect()
}
