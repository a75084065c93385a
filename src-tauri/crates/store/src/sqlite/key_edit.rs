//! The SQL of edits of keys, and of the keys that time has changed.

use keystile_keys::{EnvironmentId, KeyId, Name, Timestamp};
use sqlx::SqliteConnection;

use crate::columns::Columns;
use crate::error::StoreError;
use crate::key::KeyRow;
use crate::key_condition::is_usable;
use crate::key_edit::{ExpiringKeys, KeyChange, NextExpiry};
use crate::sqlite::key::SELECT;

/// See [`KeyRow::next_expiries`](crate::KeyRow::next_expiries).
pub(crate) async fn next_expiries(
    connection: &mut SqliteConnection,
    now: Timestamp,
) -> Result<Vec<NextExpiry>, StoreError> {
    let usable = is_usable(now);
    // The index has the first expiry of each environment; a join would read all of them.
    let rows = sqlx::query(&format!(
        "SELECT p.name AS project_name, e.name AS environment_name,
           (SELECT min(k.expires_at) FROM keys k
             WHERE k.environment_id = e.id AND k.expires_at IS NOT NULL AND {usable}) AS at
           FROM environments e JOIN projects p ON p.id = e.project_id ORDER BY p.name, e.name"
    ))
    .fetch_all(connection)
    .await?;
    let expiries = rows.iter().map(NextExpiry::from_row);
    expiries.filter_map(Result::transpose).collect()
}

/// See [`KeyRow::find_expired`](crate::KeyRow::find_expired).
pub(crate) async fn find_expired(
    connection: &mut SqliteConnection,
    environment: &EnvironmentId,
    name: &Name,
    now: Timestamp,
) -> Result<Option<KeyRow>, StoreError> {
    let row = sqlx::query(&format!(
        "{SELECT} WHERE k.environment_id = ? AND k.folded_name = ? AND k.expires_at <= ?
           AND k.state IN ('active', 'disabled')"
    ))
    .bind(environment.as_str())
    .bind(name.folded())
    .bind(now.as_millis())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(KeyRow::from_row).transpose()
}

/// See [`KeyRow::list_expiring`](crate::KeyRow::list_expiring).
pub(crate) async fn list_expiring(
    connection: &mut SqliteConnection,
    now: Timestamp,
    until: Timestamp,
    limit: Option<u32>,
) -> Result<ExpiringKeys, StoreError> {
    let condition = format!(
        "{} AND k.expires_at IS NOT NULL AND k.expires_at <= {} AND e.deleted_at IS NULL",
        is_usable(now),
        until.as_millis()
    );
    let rows = sqlx::query(&format!(
        "{SELECT} WHERE {condition} ORDER BY k.expires_at, k.id LIMIT ?"
    ))
    // A negative limit is none (lang_select.html).
    .bind(limit.map_or(-1, i64::from))
    .fetch_all(&mut *connection)
    .await?;
    let first: Vec<_> = rows
        .iter()
        .map(KeyRow::from_row)
        .collect::<Result<_, _>>()?;
    let count = match limit {
        Some(limit) if rows.len() >= limit as usize => {
            let sql = format!(
                "SELECT count(*) AS count FROM keys k JOIN environments e ON e.id = k.environment_id WHERE {condition}"
            );
            sqlx::query(&sql)
                .fetch_one(connection)
                .await?
                .count("count")?
        }
        _ => first.len() as u64,
    };
    Ok(ExpiringKeys { first, count })
}

/// See [`Write::edit_key`](crate::Write::edit_key).
pub(crate) async fn edit_key(
    connection: &mut SqliteConnection,
    id: KeyId,
    name: Option<&Name>,
    change: &KeyChange<'_>,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE keys SET name = coalesce(?, name), folded_name = coalesce(?, folded_name), permissions = ?,
           expires_at = ?, owner = ?, note = ?, tags = ?, folded_details = ?
         WHERE id = ?",
    )
    .bind(name.map(Name::as_str))
    .bind(name.map(Name::folded))
    .bind(change.permissions.scope())
    .bind(change.expires_at.map(Timestamp::as_millis))
    .bind(&change.details.owner)
    .bind(&change.details.note)
    .bind(change.details.tags_json())
    .bind(change.details.folded())
    .bind(id.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// See [`Write::edit_key_details`](crate::Write::edit_key_details).
pub(crate) async fn edit_key_details(
    connection: &mut SqliteConnection,
    keys: &[KeyRow],
) -> Result<(), StoreError> {
    let rows: Vec<_> = keys
        .iter()
        .map(|key| {
            let details = key.details();
            serde_json::json!({
                "id": key.id.as_str(),
                "expires_at": key.expires_at.map(Timestamp::as_millis),
                "owner": details.owner,
                "note": details.note,
                "tags": details.tags_json(),
                "folded_details": details.folded(),
            })
        })
        .collect();
    sqlx::query(
        "UPDATE keys SET expires_at = row.value ->> 'expires_at', owner = row.value ->> 'owner',
           note = row.value ->> 'note', tags = row.value ->> 'tags',
           folded_details = row.value ->> 'folded_details'
         FROM json_each(?) AS row WHERE keys.id = row.value ->> 'id'",
    )
    .bind(serde_json::Value::from(rows).to_string())
    .execute(connection)
    .await?;
    Ok(())
}
