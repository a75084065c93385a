//! The SQL of environments.

use keystile_keys::{EnvironmentId, Name, Prefix, ProjectId, Timestamp};
use sqlx::SqliteConnection;

use crate::environment::{EnvironmentChange, EnvironmentRow, NewEnvironment};
use crate::error::StoreError;
use crate::sqlite::condition::is_active_now;

const SELECT: &str = concat!(
    "SELECT e.id, e.project_id, p.name AS project_name, e.name, e.stage, e.prefix, e.endpoint, e.key_location,
    e.default_days, e.max_days, e.first_issued_at, e.activated_at, e.created_at,
    (SELECT count(*) FROM keys k WHERE k.environment_id = e.id AND ",
    is_active_now!(),
    ") AS active_keys
  FROM environments e JOIN projects p ON p.id = e.project_id WHERE e.deleted_at IS NULL"
);

/// See [`EnvironmentRow::list_in_project`](crate::EnvironmentRow::list_in_project).
pub(crate) async fn list_in_project(
    connection: &mut SqliteConnection,
    project: &ProjectId,
) -> Result<Vec<EnvironmentRow>, StoreError> {
    let rows = sqlx::query(&format!(
        "{SELECT} AND e.project_id = ? ORDER BY e.created_at, e.id"
    ))
    .bind(project.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(EnvironmentRow::from_row).collect()
}

/// See [`EnvironmentRow::find`](crate::EnvironmentRow::find).
pub(crate) async fn find(
    connection: &mut SqliteConnection,
    id: &EnvironmentId,
) -> Result<Option<EnvironmentRow>, StoreError> {
    let row = sqlx::query(&format!("{SELECT} AND e.id = ?"))
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(EnvironmentRow::from_row).transpose()
}

/// See [`EnvironmentRow::find_by_name`](crate::EnvironmentRow::find_by_name).
pub(crate) async fn find_by_name(
    connection: &mut SqliteConnection,
    project: &Name,
    name: &Name,
) -> Result<Option<EnvironmentRow>, StoreError> {
    let row = sqlx::query(&format!(
        "{SELECT} AND p.deleted_at IS NULL AND p.folded_name = ? AND e.folded_name = ?"
    ))
    .bind(project.folded())
    .bind(name.folded())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(EnvironmentRow::from_row).transpose()
}

/// See [`EnvironmentRow::is_prefix_taken`](crate::EnvironmentRow::is_prefix_taken).
pub(crate) async fn is_prefix_taken(
    connection: &mut SqliteConnection,
    prefix: &Prefix,
    except: Option<&EnvironmentId>,
) -> Result<bool, StoreError> {
    let taken: i64 = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM environments
           WHERE prefix = ? AND id <> ? AND (deleted_at IS NULL OR first_issued_at IS NOT NULL))",
    )
    .bind(prefix.as_str())
    .bind(except.map_or("", |id| id.as_str()))
    .fetch_one(connection)
    .await?;
    Ok(taken == 1)
}

/// See [`Write::add_environment`](crate::Write::add_environment).
pub(crate) async fn add_environment(
    connection: &mut SqliteConnection,
    new: &NewEnvironment<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO environments (id, project_id, name, folded_name, stage, prefix, endpoint, key_location, default_days, max_days,
            created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(new.id.as_str())
    .bind(new.project_id.as_str())
    .bind(new.name.as_str())
    .bind(new.name.folded())
    .bind(new.change.stage.as_str())
    .bind(new.change.prefix.as_str())
    .bind(new.change.endpoint)
    .bind(new.change.key_location.to_string())
    .bind(new.change.default_days)
    .bind(new.change.max_days)
    .bind(now.as_millis())
    .execute(connection)
    .await?;
    Ok(())
}

/// See [`Write::edit_environment`](crate::Write::edit_environment).
pub(crate) async fn edit_environment(
    connection: &mut SqliteConnection,
    id: &EnvironmentId,
    name: Option<&Name>,
    change: EnvironmentChange<'_>,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE environments SET name = coalesce(?, name), folded_name = coalesce(?, folded_name), stage = ?,
           prefix = ?, endpoint = ?, key_location = ?, default_days = ?, max_days = ?
         WHERE id = ?",
    )
    .bind(name.map(Name::as_str))
    .bind(name.map(Name::folded))
    .bind(change.stage.as_str())
    .bind(change.prefix.as_str())
    .bind(change.endpoint)
    .bind(change.key_location.to_string())
    .bind(change.default_days)
    .bind(change.max_days)
    .bind(id.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// See [`Write::activate_environment`](crate::Write::activate_environment).
pub(crate) async fn activate_environment(
    connection: &mut SqliteConnection,
    id: &EnvironmentId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE environments SET activated_at = ? WHERE id = ? AND activated_at IS NULL",
    )
    .bind(now.as_millis())
    .bind(id.as_str())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// See [`Write::fix_prefix`](crate::Write::fix_prefix).
pub(crate) async fn fix_prefix(
    connection: &mut SqliteConnection,
    id: &EnvironmentId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE environments SET first_issued_at = ? WHERE id = ? AND first_issued_at IS NULL",
    )
    .bind(now.as_millis())
    .bind(id.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// See [`Write::delete_environment`](crate::Write::delete_environment).
pub(crate) async fn delete_environment(
    connection: &mut SqliteConnection,
    id: &EnvironmentId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE environments SET deleted_at = ? WHERE id = ?")
        .bind(now.as_millis())
        .bind(id.as_str())
        .execute(connection)
        .await?;
    Ok(())
}
