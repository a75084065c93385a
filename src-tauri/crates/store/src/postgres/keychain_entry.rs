//! The SQL of the rows of keychain entries.

use keystile_keys::{KeyId, Timestamp};
use sqlx::PgConnection;

use crate::error::StoreError;
use crate::keychain_entry::{KeychainEntryRow, KeychainEntryState};
use crate::postgres::condition::this_machine;
use crate::postgres::id_list::id_list;

/// See [`KeychainEntryRow::list_unfinished`](crate::KeychainEntryRow::list_unfinished).
pub(crate) async fn list_unfinished(
    connection: &mut PgConnection,
) -> Result<Vec<KeychainEntryRow>, StoreError> {
    let rows = sqlx::query(concat!(
        "SELECT c.key_id, c.state, coalesce((SELECT v.lock_file FROM keystile.secret_versions v WHERE v.key_id = c.key_id
           ORDER BY v.id DESC LIMIT 1), '') AS lock_file
         FROM keystile.keychain_entries c WHERE c.state <> 'saved' AND c.machine = ",
        this_machine!()
    ))
    .fetch_all(connection)
    .await?;
    rows.iter().map(KeychainEntryRow::from_row).collect()
}

/// See [`Write::set_keychain_entry`](crate::Write::set_keychain_entry).
pub(crate) async fn set_keychain_entry(
    connection: &mut PgConnection,
    key: KeyId,
    state: KeychainEntryState,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(concat!(
        "INSERT INTO keystile.keychain_entries (machine, key_id, state, changed_at) VALUES (",
        this_machine!(),
        ", $1, $2, $3)
         ON CONFLICT (key_id, machine) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at"
    ))
    .bind(key.as_str())
    .bind(state.as_str())
    .bind(now.as_millis())
    .execute(connection)
    .await?;
    Ok(())
}

/// See [`Write::remove_keychain_entries`](crate::Write::remove_keychain_entries). Each machine removes its own entries.
pub(crate) async fn remove_keychain_entries(
    connection: &mut PgConnection,
    keys: &[KeyId],
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE keystile.keychain_entries SET state = $1, changed_at = $2 WHERE key_id = ANY($3)",
    )
    .bind(KeychainEntryState::Removing.as_str())
    .bind(now.as_millis())
    .bind(id_list(keys))
    .execute(connection)
    .await?;
    Ok(())
}

/// See [`Write::delete_keychain_entry`](crate::Write::delete_keychain_entry).
pub(crate) async fn delete_keychain_entry(
    connection: &mut PgConnection,
    key: KeyId,
) -> Result<(), StoreError> {
    sqlx::query(concat!(
        "DELETE FROM keystile.keychain_entries WHERE key_id = $1 AND machine = ",
        this_machine!()
    ))
    .bind(key.as_str())
    .execute(connection)
    .await?;
    Ok(())
}
