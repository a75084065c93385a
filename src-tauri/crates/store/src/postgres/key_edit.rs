//! The SQL of edits of keys, and of the keys that time has changed.

use keystile_keys::{EnvironmentId, KeyId, Name, Timestamp};
use sqlx::PgConnection;

use crate::columns::Columns;
use crate::error::StoreError;
use crate::key::KeyRow;
use crate::key_condition::is_usable;
use crate::key_edit::{ExpiringKeys, KeyChange, NextExpiry};
use crate::postgres::key::SELECT;
use crate::postgres::unnamed;

/// See [`KeyRow::next_expiries`](crate::KeyRow::next_expiries).
pub(crate) async fn next_expiries(
    connection: &mut PgConnection,
    now: Timestamp,
) -> Result<Vec<NextExpiry>, StoreError> {
    let usable = is_usable(now);
    // The index has the first expiry of each environment; a join would read all of them.
    let rows = unnamed::query(&format!(
        "SELECT p.name AS project_name, e.name AS environment_name,
           (SELECT min(k.expires_at) FROM keystile.keys k
             WHERE k.environment_id = e.id AND k.expires_at IS NOT NULL AND {usable}) AS at
           FROM keystile.environments e JOIN keystile.projects p ON p.id = e.project_id ORDER BY p.name, e.name"
    ))
    .fetch_all(connection)
    .await?;
    let expiries = rows.iter().map(NextExpiry::from_row);
    expiries.filter_map(Result::transpose).collect()
}

/// See [`KeyRow::find_expired`](crate::KeyRow::find_expired).
pub(crate) async fn find_expired(
    connection: &mut PgConnection,
    environment: &EnvironmentId,
    name: &Name,
    now: Timestamp,
) -> Result<Option<KeyRow>, StoreError> {
    let row = sqlx::query(&format!(
        "{SELECT} WHERE k.environment_id = $1 AND k.folded_name = $2 AND k.expires_at <= $3
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
    connection: &mut PgConnection,
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
        "{SELECT} WHERE {condition} ORDER BY k.expires_at, k.id LIMIT $1"
    ))
    // NULL is no limit.
    .bind(limit.map(i64::from))
    .fetch_all(&mut *connection)
    .await?;
    let first: Vec<_> = rows
        .iter()
        .map(KeyRow::from_row)
        .collect::<Result<_, _>>()?;
    let count = match limit {
        Some(limit) if rows.len() >= limit as usize => {
            let sql = format!(
                "SELECT count(*) AS count FROM keystile.keys k JOIN keystile.environments e ON e.id = k.environment_id WHERE {condition}"
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
    connection: &mut PgConnection,
    id: KeyId,
    name: Option<&Name>,
    change: &KeyChange<'_>,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE keystile.keys SET name = coalesce($1, name), folded_name = coalesce($2, folded_name), permissions = $3,
           expires_at = $4, owner = $5, note = $6, tags = $7, folded_details = $8
         WHERE id = $9",
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
    connection: &mut PgConnection,
    keys: &[KeyRow],
) -> Result<(), StoreError> {
    let column = |value: fn(&KeyRow) -> String| keys.iter().map(value).collect::<Vec<_>>();
    let expiries: Vec<_> = keys
        .iter()
        .map(|key| key.expires_at.map(Timestamp::as_millis))
        .collect();
    sqlx::query(
        "UPDATE keystile.keys AS k SET expires_at = n.expires_at, owner = n.owner, note = n.note, tags = n.tags,
           folded_details = n.folded_details
         FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])
           AS n (id, expires_at, owner, note, tags, folded_details)
         WHERE k.id = n.id",
    )
    .bind(column(|key| key.id.to_string()))
    .bind(expiries)
    .bind(column(|key| key.owner.clone()))
    .bind(column(|key| key.note.clone()))
    .bind(column(|key| key.details().tags_json()))
    .bind(column(|key| key.details().folded()))
    .execute(connection)
    .await?;
    Ok(())
}
