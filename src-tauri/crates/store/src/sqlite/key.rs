//! The SQL of keys.

use keystile_keys::{EnvironmentId, KeyId, Name, State, Timestamp};
use sqlx::SqliteConnection;

use crate::columns::Columns;
use crate::error::StoreError;
use crate::key::{KeyRow, NewKey};
use crate::revocation::Revocation;
use crate::sqlite::id_list::json_list;

pub(crate) const SELECT: &str = "SELECT k.id, k.environment_id, e.name AS environment_name, e.stage, e.prefix, e.project_id,
    p.name AS project_name, k.name, k.permissions, k.state, k.disabled_until, k.expires_at, k.owner, k.note, k.tags,
    k.created_at, k.claimed_at, k.ended_at, k.revoke_reason, k.revoke_note, c.state AS keychain,
    (SELECT max(v.ends_at) FROM secret_versions v WHERE v.key_id = k.id AND v.claimed_at IS NOT NULL) AS old_secret_ends_at,
    c.key_id IS NOT NULL AND EXISTS (SELECT 1 FROM secret_versions v WHERE v.key_id = k.id AND v.overlap_ms IS NOT NULL
      AND v.claimed_at > c.changed_at) AS is_keychain_outdated
  FROM keys k JOIN environments e ON e.id = k.environment_id JOIN projects p ON p.id = e.project_id
  LEFT JOIN keychain_entries c ON c.key_id = k.id";

/// See [`KeyRow::find`](crate::KeyRow::find).
pub(crate) async fn find(
    connection: &mut SqliteConnection,
    id: KeyId,
) -> Result<Option<KeyRow>, StoreError> {
    let row = sqlx::query(&format!("{SELECT} WHERE k.id = ?"))
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(KeyRow::from_row).transpose()
}

/// See [`KeyRow::max_count`](crate::KeyRow::max_count).
pub(crate) async fn max_count(connection: &mut SqliteConnection) -> Result<u64, StoreError> {
    // Rows are never deleted, so the last row id is their number.
    let last: i64 = sqlx::query_scalar("SELECT coalesce(max(rowid), 0) FROM keys")
        .fetch_one(connection)
        .await?;
    Ok(u64::try_from(last).unwrap_or_default())
}

/// See [`KeyRow::ids_after`](crate::KeyRow::ids_after).
pub(crate) async fn ids_after(
    connection: &mut SqliteConnection,
    after: &str,
    limit: u32,
) -> Result<String, StoreError> {
    let ids: Option<String> = sqlx::query_scalar(
        "SELECT group_concat(id, '') FROM (SELECT id FROM keys WHERE id > ? ORDER BY id LIMIT ?)",
    )
    .bind(after)
    .bind(limit)
    .fetch_one(connection)
    .await?;
    Ok(ids.unwrap_or_default())
}

/// See [`KeyRow::find_by_name`](crate::KeyRow::find_by_name).
pub(crate) async fn find_by_name(
    connection: &mut SqliteConnection,
    environment: &EnvironmentId,
    name: &Name,
) -> Result<Option<KeyRow>, StoreError> {
    let row = sqlx::query(&format!(
        "{SELECT} WHERE k.environment_id = ? AND k.folded_name = ? AND k.state IN ('pending', 'active', 'disabled')"
    ))
    .bind(environment.as_str())
    .bind(name.folded())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(KeyRow::from_row).transpose()
}

/// See [`KeyRow::has_non_terminal_keys`](crate::KeyRow::has_non_terminal_keys).
pub(crate) async fn has_non_terminal_keys(
    connection: &mut SqliteConnection,
    environment: &EnvironmentId,
) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM keys
           WHERE environment_id = ? AND state IN ('pending', 'active', 'disabled'))",
    )
    .bind(environment.as_str())
    .fetch_one(connection)
    .await?)
}

/// See [`KeyRow::list_non_terminal`](crate::KeyRow::list_non_terminal).
pub(crate) async fn list_non_terminal(
    connection: &mut SqliteConnection,
    environment: &EnvironmentId,
) -> Result<Vec<KeyRow>, StoreError> {
    let rows = sqlx::query(&format!(
        "{SELECT} WHERE k.environment_id = ? AND k.state IN ('pending', 'active', 'disabled')"
    ))
    .bind(environment.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(KeyRow::from_row).collect()
}

/// Inserts a pending key.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    new: &NewKey<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO keys
           (id, environment_id, name, folded_name, permissions, state, expires_at, owner, note, tags, folded_details,
            created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(new.id.as_str())
    .bind(new.environment_id.as_str())
    .bind(new.name.as_str())
    .bind(new.name.folded())
    .bind(new.permissions.scope())
    .bind(State::Pending.as_str())
    .bind(new.expires_at.map(Timestamp::as_millis))
    .bind(&new.details.owner)
    .bind(&new.details.note)
    .bind(new.details.tags_json())
    .bind(new.details.folded())
    .bind(now.as_millis())
    .execute(connection)
    .await?;
    Ok(())
}

/// See [`Write::set_key_states`](crate::Write::set_key_states).
pub(crate) async fn set_key_states(
    connection: &mut SqliteConnection,
    ids: &[KeyId],
    state: State,
    now: Timestamp,
) -> Result<(), StoreError> {
    let claimed_at = (state == State::Active).then_some(now.as_millis());
    let ended_at = state.is_terminal().then_some(now.as_millis());
    sqlx::query(
        "UPDATE keys SET state = ?, disabled_until = NULL, claimed_at = coalesce(claimed_at, ?),
           ended_at = coalesce(ended_at, ?)
         WHERE id IN (SELECT value FROM json_each(?))",
    )
    .bind(state.as_str())
    .bind(claimed_at)
    .bind(ended_at)
    .bind(json_list(ids))
    .execute(connection)
    .await?;
    Ok(())
}

/// See [`Write::set_disabled_until`](crate::Write::set_disabled_until).
pub(crate) async fn set_disabled_until(
    connection: &mut SqliteConnection,
    ids: &[KeyId],
    until: Option<Timestamp>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE keys SET disabled_until = ? WHERE id IN (SELECT value FROM json_each(?))")
        .bind(until.map(Timestamp::as_millis))
        .bind(json_list(ids))
        .execute(connection)
        .await?;
    Ok(())
}

/// See [`Write::set_revocation`](crate::Write::set_revocation).
pub(crate) async fn set_revocation(
    connection: &mut SqliteConnection,
    ids: &[KeyId],
    revocation: &Revocation,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE keys SET revoke_reason = ?, revoke_note = ? WHERE id IN (SELECT value FROM json_each(?))",
    )
    .bind(revocation.reason.as_str())
    .bind(&revocation.note)
    .bind(json_list(ids))
    .execute(connection)
    .await?;
    Ok(())
}

/// See [`KeyRow::names`](crate::KeyRow::names).
pub(crate) async fn names(
    connection: &mut SqliteConnection,
    ids: &[KeyId],
) -> Result<Vec<(KeyId, String)>, StoreError> {
    let rows =
        sqlx::query("SELECT id, name FROM keys WHERE id IN (SELECT value FROM json_each(?))")
            .bind(json_list(ids))
            .fetch_all(connection)
            .await?;
    rows.iter()
        .map(|row| Ok((row.parsed("id")?, row.text("name")?)))
        .collect()
}
