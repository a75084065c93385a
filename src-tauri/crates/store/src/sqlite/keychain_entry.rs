//! The SQL of the rows of keychain entries.

use keystile_keys::{KeyId, Timestamp};
use sqlx::SqliteConnection;

use crate::error::StoreError;
use crate::keychain_entry::{KeychainEntryRow, KeychainEntryState};
use crate::sqlite::id_list::json_list;

/// See [`KeychainEntryRow::list_unfinished`](crate::KeychainEntryRow::list_unfinished).
pub(crate) async fn list_unfinished(
    connection: &mut SqliteConnection,
) -> Result<Vec<KeychainEntryRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT c.key_id, c.state, coalesce((SELECT v.lock_file FROM secret_versions v WHERE v.key_id = c.key_id
           ORDER BY v.id DESC LIMIT 1), '') AS lock_file
         FROM keychain_entries c WHERE c.state <> 'saved'",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(KeychainEntryRow::from_row).collect()
}

/// See [`Write::set_keychain_entry`](crate::Write::set_keychain_entry).
pub(crate) async fn set_keychain_entry(
    connection: &mut SqliteConnection,
    key: KeyId,
    state: KeychainEntryState,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO keychain_entries (key_id, state, changed_at) VALUES (?, ?, ?)
         ON CONFLICT (key_id) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at",
    )
    .bind(key.as_str())
    .bind(state.as_str())
    .bind(now.as_millis())
    .execute(connection)
    .await?;
    Ok(())
}

/// See [`Write::remove_keychain_entries`](crate::Write::remove_keychain_entries).
pub(crate) async fn remove_keychain_entries(
    connection: &mut SqliteConnection,
    keys: &[KeyId],
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE keychain_entries SET state = ?, changed_at = ? WHERE key_id IN (SELECT value FROM json_each(?))",
    )
    .bind(KeychainEntryState::Removing.as_str())
    .bind(now.as_millis())
    .bind(json_list(keys))
    .execute(connection)
    .await?;
    Ok(())
}

/// See [`Write::delete_keychain_entry`](crate::Write::delete_keychain_entry).
pub(crate) async fn delete_keychain_entry(
    connection: &mut SqliteConnection,
    key: KeyId,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM keychain_entries WHERE key_id = ?")
        .bind(key.as_str())
        .execute(connection)
        .await?;
    Ok(())
}
