//! The SQL of projects.

use keystile_keys::{Name, ProjectId, Timestamp};
use sqlx::SqliteConnection;

use crate::error::StoreError;
use crate::project::ProjectRow;
use crate::sqlite::condition::is_active_now;

const SELECT: &str = concat!(
    "SELECT p.id, p.name, p.created_at,
    (SELECT count(*) FROM environments e WHERE e.project_id = p.id AND e.deleted_at IS NULL) AS environments,
    (SELECT count(*) FROM keys k JOIN environments e ON e.id = k.environment_id
      WHERE e.project_id = p.id AND ",
    is_active_now!(),
    ") AS active_keys
  FROM projects p WHERE p.deleted_at IS NULL"
);

/// See [`ProjectRow::all`](crate::ProjectRow::all).
pub(crate) async fn all(connection: &mut SqliteConnection) -> Result<Vec<ProjectRow>, StoreError> {
    let rows = sqlx::query(&format!("{SELECT} ORDER BY p.created_at, p.id"))
        .fetch_all(connection)
        .await?;
    rows.iter().map(ProjectRow::from_row).collect()
}

/// See [`ProjectRow::find`](crate::ProjectRow::find).
pub(crate) async fn find(
    connection: &mut SqliteConnection,
    id: &ProjectId,
) -> Result<Option<ProjectRow>, StoreError> {
    let row = sqlx::query(&format!("{SELECT} AND p.id = ?"))
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(ProjectRow::from_row).transpose()
}

/// See [`ProjectRow::find_by_name`](crate::ProjectRow::find_by_name).
pub(crate) async fn find_by_name(
    connection: &mut SqliteConnection,
    name: &Name,
) -> Result<Option<ProjectRow>, StoreError> {
    let row = sqlx::query(&format!("{SELECT} AND p.folded_name = ?"))
        .bind(name.folded())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(ProjectRow::from_row).transpose()
}

/// See [`Write::add_project`](crate::Write::add_project).
pub(crate) async fn add_project(
    connection: &mut SqliteConnection,
    id: &ProjectId,
    name: &Name,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO projects (id, name, folded_name, created_at) VALUES (?, ?, ?, ?)")
        .bind(id.as_str())
        .bind(name.as_str())
        .bind(name.folded())
        .bind(now.as_millis())
        .execute(connection)
        .await?;
    Ok(())
}

/// See [`Write::rename_project`](crate::Write::rename_project).
pub(crate) async fn rename_project(
    connection: &mut SqliteConnection,
    id: &ProjectId,
    name: &Name,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE projects SET name = ?, folded_name = ? WHERE id = ?")
        .bind(name.as_str())
        .bind(name.folded())
        .bind(id.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// See [`Write::delete_project`](crate::Write::delete_project).
pub(crate) async fn delete_project(
    connection: &mut SqliteConnection,
    id: &ProjectId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE projects SET deleted_at = ? WHERE id = ?")
        .bind(now.as_millis())
        .bind(id.as_str())
        .execute(connection)
        .await?;
    Ok(())
}
