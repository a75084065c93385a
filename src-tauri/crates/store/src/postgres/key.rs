//! The SQL of keys.

use keystile_keys::{EnvironmentId, KeyId, Name, State, Timestamp};
use sqlx::PgConnection;

use crate::columns::Columns;
use crate::error::StoreError;
use crate::key::{KeyRow, NewKey};
use crate::postgres::condition::this_machine;
use crate::postgres::id_list::id_list;
use crate::postgres::unnamed;
use crate::revocation::Revocation;

pub(crate) const SELECT: &str = concat!(
    "SELECT k.id, k.environment_id, e.name AS environment_name, e.stage, e.prefix, e.project_id,
    p.name AS project_name, k.name, k.permissions, k.state, k.disabled_until, k.expires_at, k.owner, k.note, k.tags,
    k.created_at, k.claimed_at, k.ended_at, k.revoke_reason, k.revoke_note, c.state AS keychain,
    (SELECT max(v.ends_at) FROM keystile.secret_versions v WHERE v.key_id = k.id AND v.claimed_at IS NOT NULL) AS old_secret_ends_at,
    c.key_id IS NOT NULL AND EXISTS (SELECT 1 FROM keystile.secret_versions v WHERE v.key_id = k.id AND v.overlap_ms IS NOT NULL
      AND v.claimed_at > c.changed_at) AS is_keychain_outdated
  FROM keystile.keys k JOIN keystile.environments e ON e.id = k.environment_id JOIN keystile.projects p ON p.id = e.project_id
  LEFT JOIN keystile.keychain_entries c ON c.key_id = k.id AND c.machine = ",
    this_machine!()
);

/// See [`KeyRow::find`](crate::KeyRow::find).
pub(crate) async fn find(
    connection: &mut PgConnection,
    id: KeyId,
) -> Result<Option<KeyRow>, StoreError> {
    let row = unnamed::query(&format!("{SELECT} WHERE k.id = $1"))
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(KeyRow::from_row).transpose()
}

/// See [`KeyRow::max_count`](crate::KeyRow::max_count).
pub(crate) async fn max_count(connection: &mut PgConnection) -> Result<u64, StoreError> {
    // Each key has a secret version, and rows are never deleted.
    let row = unnamed::query("SELECT coalesce(max(id), 0) AS count FROM keystile.secret_versions")
        .fetch_one(connection)
        .await?;
    row.count("count")
}

/// See [`KeyRow::ids_after`](crate::KeyRow::ids_after).
pub(crate) async fn ids_after(
    connection: &mut PgConnection,
    after: &str,
    limit: u32,
) -> Result<String, StoreError> {
    let ids: Option<String> = unnamed::query_scalar(
        "SELECT string_agg(id, '') FROM (SELECT id FROM keystile.keys WHERE id > $1 ORDER BY id LIMIT $2) AS k",
    )
    .bind(after)
    .bind(i64::from(limit))
    .fetch_one(connection)
    .await?;
    Ok(ids.unwrap_or_default())
}

/// See [`KeyRow::find_by_name`](crate::KeyRow::find_by_name).
pub(crate) async fn find_by_name(
    connection: &mut PgConnection,
    environment: &EnvironmentId,
    name: &Name,
) -> Result<Option<KeyRow>, StoreError> {
    let row = sqlx::query(&format!(
        "{SELECT} WHERE k.environment_id = $1 AND k.folded_name = $2 AND k.state IN ('pending', 'active', 'disabled')"
    ))
    .bind(environment.as_str())
    .bind(name.folded())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(KeyRow::from_row).transpose()
}

/// See [`KeyRow::has_non_terminal_keys`](crate::KeyRow::has_non_terminal_keys).
pub(crate) async fn has_non_terminal_keys(
    connection: &mut PgConnection,
    environment: &EnvironmentId,
) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM keystile.keys
           WHERE environment_id = $1 AND state IN ('pending', 'active', 'disabled'))",
    )
    .bind(environment.as_str())
    .fetch_one(connection)
    .await?)
}

/// See [`KeyRow::list_non_terminal`](crate::KeyRow::list_non_terminal).
pub(crate) async fn list_non_terminal(
    connection: &mut PgConnection,
    environment: &EnvironmentId,
) -> Result<Vec<KeyRow>, StoreError> {
    let rows = sqlx::query(&format!(
        "{SELECT} WHERE k.environment_id = $1 AND k.state IN ('pending', 'active', 'disabled')"
    ))
    .bind(environment.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(KeyRow::from_row).collect()
}

/// Inserts a pending key.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    new: &NewKey<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO keystile.keys
           (id, environment_id, name, folded_name, permissions, state, expires_at, owner, note, tags, folded_details,
            created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
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
    connection: &mut PgConnection,
    ids: &[KeyId],
    state: State,
    now: Timestamp,
) -> Result<(), StoreError> {
    let claimed_at = (state == State::Active).then_some(now.as_millis());
    let ended_at = state.is_terminal().then_some(now.as_millis());
    sqlx::query(
        "UPDATE keystile.keys SET state = $1, disabled_until = NULL, claimed_at = coalesce(claimed_at, $2),
           ended_at = coalesce(ended_at, $3)
         WHERE id = ANY($4)",
    )
    .bind(state.as_str())
    .bind(claimed_at)
    .bind(ended_at)
    .bind(id_list(ids))
    .execute(connection)
    .await?;
    Ok(())
}

/// See [`Write::set_disabled_until`](crate::Write::set_disabled_until).
pub(crate) async fn set_disabled_until(
    connection: &mut PgConnection,
    ids: &[KeyId],
    until: Option<Timestamp>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE keystile.keys SET disabled_until = $1 WHERE id = ANY($2)")
        .bind(until.map(Timestamp::as_millis))
        .bind(id_list(ids))
        .execute(connection)
        .await?;
    Ok(())
}

/// See [`Write::set_revocation`](crate::Write::set_revocation).
pub(crate) async fn set_revocation(
    connection: &mut PgConnection,
    ids: &[KeyId],
    revocation: &Revocation,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE keystile.keys SET revoke_reason = $1, revoke_note = $2 WHERE id = ANY($3)")
        .bind(revocation.reason.as_str())
        .bind(&revocation.note)
        .bind(id_list(ids))
        .execute(connection)
        .await?;
    Ok(())
}

/// See [`KeyRow::names`](crate::KeyRow::names).
pub(crate) async fn names(
    connection: &mut PgConnection,
    ids: &[KeyId],
) -> Result<Vec<(KeyId, String)>, StoreError> {
    let rows = sqlx::query("SELECT id, name FROM keystile.keys WHERE id = ANY($1)")
        .bind(id_list(ids))
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| Ok((row.parsed("id")?, row.text("name")?)))
        .collect()
}
