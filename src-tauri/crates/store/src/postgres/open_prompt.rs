//! The SQL of the secrets whose prompt is open.

use sqlx::PgConnection;

use crate::error::StoreError;
use crate::open_prompt::OpenPromptRow;
use crate::postgres::key::SELECT;

/// See [`OpenPromptRow::all`](crate::OpenPromptRow::all).
pub(crate) async fn all(connection: &mut PgConnection) -> Result<Vec<OpenPromptRow>, StoreError> {
    let rows = sqlx::query(&format!(
        "SELECT key.*, v.id AS secret, v.overlap_ms IS NOT NULL AS is_rotation, v.claimed_at AS secret_claimed_at,
           v.ends_at AS secret_ends_at, v.lock_file
         FROM keystile.secret_versions v JOIN ({SELECT}) key ON key.id = v.key_id
         WHERE v.prompt_closed_at IS NULL ORDER BY v.id"
    ))
    .fetch_all(connection)
    .await?;
    rows.iter().map(OpenPromptRow::from_row).collect()
}
