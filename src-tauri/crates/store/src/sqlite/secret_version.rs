//! The SQL of secret versions.

use keystile_keys::{InstallKeyId, KeyId, Tag, Timestamp};
use sqlx::SqliteConnection;

use crate::error::StoreError;
use crate::secret_version::{NewSecret, SecretVersionRow};

const SELECT: &str =
    "SELECT id, phc, tag, install_key_id, claimed_at, overlap_ms, ends_at FROM secret_versions";

/// See [`SecretVersionRow::list_for_key`](crate::SecretVersionRow::list_for_key).
pub(crate) async fn list_for_key(
    connection: &mut SqliteConnection,
    key: KeyId,
) -> Result<Vec<SecretVersionRow>, StoreError> {
    let rows = sqlx::query(&format!("{SELECT} WHERE key_id = ? ORDER BY id"))
        .bind(key.as_str())
        .fetch_all(connection)
        .await?;
    rows.iter().map(SecretVersionRow::from_row).collect()
}

/// See [`SecretVersionRow::find`](crate::SecretVersionRow::find).
pub(crate) async fn find(
    connection: &mut SqliteConnection,
    id: i64,
) -> Result<Option<SecretVersionRow>, StoreError> {
    let row = sqlx::query(&format!("{SELECT} WHERE id = ?"))
        .bind(id)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(SecretVersionRow::from_row).transpose()
}

/// See [`SecretVersionRow::find_by_submission`](crate::SecretVersionRow::find_by_submission).
pub(crate) async fn find_by_submission(
    connection: &mut SqliteConnection,
    idempotency_key: &str,
) -> Result<Option<i64>, StoreError> {
    let id = sqlx::query_scalar("SELECT id FROM secret_versions WHERE idempotency_key = ?");
    Ok(id.bind(idempotency_key).fetch_optional(connection).await?)
}

/// See [`Write::add_secret`](crate::Write::add_secret).
pub(crate) async fn add_secret(
    connection: &mut SqliteConnection,
    key: KeyId,
    new: &NewSecret<'_>,
    now: Timestamp,
    install_key_id: InstallKeyId,
) -> Result<i64, StoreError> {
    let inserted = sqlx::query(
        "INSERT INTO secret_versions
           (key_id, phc, tag, install_key_id, created_at, overlap_ms, lock_file, idempotency_key)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(key.as_str())
    .bind(new.hash.as_str())
    .bind(new.tag.as_bytes().as_slice())
    .bind(install_key_id.as_bytes().as_slice())
    .bind(now.as_millis())
    .bind(new.overlap_millis())
    .bind(new.lock_file)
    .bind(new.idempotency_key)
    .execute(connection)
    .await?;
    Ok(inserted.last_insert_rowid())
}

/// See [`Write::claim_secret`](crate::Write::claim_secret).
pub(crate) async fn claim_secret(
    connection: &mut SqliteConnection,
    id: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE secret_versions SET claimed_at = ?
         WHERE id = ? AND claimed_at IS NULL AND ends_at IS NULL",
    )
    .bind(now.as_millis())
    .bind(id)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// See [`Write::end_secret`](crate::Write::end_secret).
pub(crate) async fn end_secret(
    connection: &mut SqliteConnection,
    id: i64,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE secret_versions SET ends_at = min(coalesce(ends_at, ?1), ?1) WHERE id = ?2",
    )
    .bind(at.as_millis())
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}

/// See [`Write::close_prompt`](crate::Write::close_prompt).
pub(crate) async fn close_prompt(
    connection: &mut SqliteConnection,
    id: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE secret_versions SET prompt_closed_at = ? WHERE id = ? AND prompt_closed_at IS NULL",
    )
    .bind(now.as_millis())
    .bind(id)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// See [`Write::set_tag`](crate::Write::set_tag).
pub(crate) async fn set_tag(
    connection: &mut SqliteConnection,
    version: i64,
    tag: &Tag,
    install_key_id: InstallKeyId,
) -> Result<bool, StoreError> {
    let done = sqlx::query("UPDATE secret_versions SET tag = ?, install_key_id = ? WHERE id = ?")
        .bind(tag.as_bytes().as_slice())
        .bind(install_key_id.as_bytes().as_slice())
        .bind(version)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}
