//! Searches the keys of all projects.

use sqlx::SqliteConnection;

use crate::error::StoreError;
use crate::key::{KeyRow, SELECT};

impl KeyRow {
    /// Returns at most `limit` keys whose folded name contains a text, or whose id starts with it; a text with `_` may
    /// also be a part of the id with its prefix. Usable keys are first, then the newest. Pending keys and keys of
    /// deleted environments are left out.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn search(
        connection: &mut SqliteConnection,
        folded: &str,
        limit: u32,
    ) -> Result<Vec<Self>, StoreError> {
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
        rows.iter().map(Self::from_row).collect()
    }
}
