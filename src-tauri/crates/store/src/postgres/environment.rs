//! The SQL of environments.

use keystile_keys::{EnvironmentId, Name, Prefix, ProjectId, Timestamp};
use sqlx::PgConnection;

use crate::environment::{EnvironmentChange, EnvironmentRow, NewEnvironment};
use crate::error::StoreError;
use crate::postgres::condition::is_active_now;
use crate::postgres::unnamed;

const SELECT: &str = concat!(
    "SELECT e.id, e.project_id, p.name AS project_name, e.name, e.stage, e.prefix, e.endpoint, e.key_location,
    e.default_days, e.max_days, e.first_issued_at, e.activated_at, e.created_at,
    (SELECT count(*) FROM keystile.keys k WHERE k.environment_id = e.id AND ",
    is_active_now!(),
    ") AS active_keys
  FROM keystile.environments e JOIN keystile.projects p ON p.id = e.project_id WHERE e.deleted_at IS NULL"
);

/// See [`EnvironmentRow::list_in_project`](crate::EnvironmentRow::list_in_project).
pub(crate) async fn list_in_project(
    connection: &mut PgConnection,
    project: &ProjectId,
) -> Result<Vec<EnvironmentRow>, StoreError> {
    let rows = sqlx::query(&format!(
        "{SELECT} AND e.project_id = $1 ORDER BY e.created_at, e.id"
    ))
    .bind(project.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(EnvironmentRow::from_row).collect()
}

/// See [`EnvironmentRow::find`](crate::EnvironmentRow::find).
pub(crate) async fn find(
    connection: &mut PgConnection,
    id: &EnvironmentId,
) -> Result<Option<EnvironmentRow>, StoreError> {
    let row = unnamed::query(&format!("{SELECT} AND e.id = $1"))
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(EnvironmentRow::from_row).transpose()
}

/// See [`EnvironmentRow::find_by_name`](crate::EnvironmentRow::find_by_name).
pub(crate) async fn find_by_name(
    connection: &mut PgConnection,
    project: &Name,
    name: &Name,
) -> Result<Option<EnvironmentRow>, StoreError> {
    let row = unnamed::query(&format!(
        "{SELECT} AND p.deleted_at IS NULL AND p.folded_name = $1 AND e.folded_name = $2"
    ))
    .bind(project.folded())
    .bind(name.folded())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(EnvironmentRow::from_row).transpose()
}

/// See [`EnvironmentRow::is_prefix_taken`](crate::EnvironmentRow::is_prefix_taken).
pub(crate) async fn is_prefix_taken(
    connection: &mut PgConnection,
    prefix: &Prefix,
    except: Option<&EnvironmentId>,
) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM keystile.environments
           WHERE prefix = $1 AND id <> $2 AND (deleted_at IS NULL OR first_issued_at IS NOT NULL))",
    )
    .bind(prefix.as_str())
    .bind(except.map_or("", |id| id.as_str()))
    .fetch_one(connection)
    .await?)
}

/// See [`Write::add_environment`](crate::Write::add_environment).
pub(crate) async fn add_environment(
    connection: &mut PgConnection,
    new: &NewEnvironment<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO keystile.environments (id, project_id, name, folded_name, stage, prefix, endpoint, key_location, default_days, max_days,
            created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(new.id.as_str())
    .bind(new.project_id.as_str())
    .bind(new.name.as_str())
    .bind(new.name.folded())
    .bind(new.change.stage.as_str())
    .bind(new.change.prefix.as_str())
    .bind(new.change.endpoint)
    .bind(new.change.key_location.to_string())
    .bind(new.change.default_days.map(i64::from))
    .bind(new.change.max_days.map(i64::from))
    .bind(now.as_millis())
    .execute(connection)
    .await?;
    Ok(())
}

/// See [`Write::edit_environment`](crate::Write::edit_environment).
pub(crate) async fn edit_environment(
    connection: &mut PgConnection,
    id: &EnvironmentId,
    name: Option<&Name>,
    change: EnvironmentChange<'_>,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE keystile.environments SET name = coalesce($1, name), folded_name = coalesce($2, folded_name), stage = $3,
           prefix = $4, endpoint = $5, key_location = $6, default_days = $7, max_days = $8
         WHERE id = $9",
    )
    .bind(name.map(Name::as_str))
    .bind(name.map(Name::folded))
    .bind(change.stage.as_str())
    .bind(change.prefix.as_str())
    .bind(change.endpoint)
    .bind(change.key_location.to_string())
    .bind(change.default_days.map(i64::from))
    .bind(change.max_days.map(i64::from))
    .bind(id.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// See [`Write::activate_environment`](crate::Write::activate_environment).
pub(crate) async fn activate_environment(
    connection: &mut PgConnection,
    id: &EnvironmentId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE keystile.environments SET activated_at = $1 WHERE id = $2 AND activated_at IS NULL",
    )
    .bind(now.as_millis())
    .bind(id.as_str())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// See [`Write::fix_prefix`](crate::Write::fix_prefix).
pub(crate) async fn fix_prefix(
    connection: &mut PgConnection,
    id: &EnvironmentId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE keystile.environments SET first_issued_at = $1 WHERE id = $2 AND first_issued_at IS NULL",
    )
    .bind(now.as_millis())
    .bind(id.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// See [`Write::delete_environment`](crate::Write::delete_environment).
pub(crate) async fn delete_environment(
    connection: &mut PgConnection,
    id: &EnvironmentId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE keystile.environments SET deleted_at = $1 WHERE id = $2")
        .bind(now.as_millis())
        .bind(id.as_str())
        .execute(connection)
        .await?;
    Ok(())
}
