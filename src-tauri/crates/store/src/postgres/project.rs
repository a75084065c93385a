//! The SQL of projects.

use keystile_keys::{Name, ProjectId, Timestamp};
use sqlx::PgConnection;

use crate::error::StoreError;
use crate::postgres::condition::is_active_now;
use crate::project::ProjectRow;

const SELECT: &str = concat!(
    "SELECT p.id, p.name, p.created_at,
    (SELECT count(*) FROM keystile.environments e WHERE e.project_id = p.id AND e.deleted_at IS NULL) AS environments,
    (SELECT count(*) FROM keystile.keys k JOIN keystile.environments e ON e.id = k.environment_id
      WHERE e.project_id = p.id AND ",
    is_active_now!(),
    ") AS active_keys
  FROM keystile.projects p WHERE p.deleted_at IS NULL"
);

/// See [`ProjectRow::all`](crate::ProjectRow::all).
pub(crate) async fn all(connection: &mut PgConnection) -> Result<Vec<ProjectRow>, StoreError> {
    let rows = sqlx::query(&format!("{SELECT} ORDER BY p.created_at, p.id"))
        .fetch_all(connection)
        .await?;
    rows.iter().map(ProjectRow::from_row).collect()
}

/// See [`ProjectRow::find`](crate::ProjectRow::find).
pub(crate) async fn find(
    connection: &mut PgConnection,
    id: &ProjectId,
) -> Result<Option<ProjectRow>, StoreError> {
    let row = sqlx::query(&format!("{SELECT} AND p.id = $1"))
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(ProjectRow::from_row).transpose()
}

/// See [`ProjectRow::find_by_name`](crate::ProjectRow::find_by_name).
pub(crate) async fn find_by_name(
    connection: &mut PgConnection,
    name: &Name,
) -> Result<Option<ProjectRow>, StoreError> {
    let row = sqlx::query(&format!("{SELECT} AND p.folded_name = $1"))
        .bind(name.folded())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(ProjectRow::from_row).transpose()
}

/// See [`Write::add_project`](crate::Write::add_project).
pub(crate) async fn add_project(
    connection: &mut PgConnection,
    id: &ProjectId,
    name: &Name,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO keystile.projects (id, name, folded_name, created_at) VALUES ($1, $2, $3, $4)",
    )
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
    connection: &mut PgConnection,
    id: &ProjectId,
    name: &Name,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE keystile.projects SET name = $1, folded_name = $2 WHERE id = $3")
        .bind(name.as_str())
        .bind(name.folded())
        .bind(id.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// See [`Write::delete_project`](crate::Write::delete_project).
pub(crate) async fn delete_project(
    connection: &mut PgConnection,
    id: &ProjectId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE keystile.projects SET deleted_at = $1 WHERE id = $2")
        .bind(now.as_millis())
        .bind(id.as_str())
        .execute(connection)
        .await?;
    Ok(())
}
