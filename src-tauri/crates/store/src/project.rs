//! Project rows. A deleted project keeps its row, because keys and audit rows refer to it.

use keystile_keys::{Name, ProjectId, Timestamp};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::column::column;
use crate::error::StoreError;
use crate::key_query::is_active_now;
use crate::write::Write;

/// A project with counts of its environments and keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectRow {
    /// Its id.
    pub id: ProjectId,
    /// Its name.
    pub name: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// The number of environments.
    pub environments: i64,
    /// The number of active keys in them.
    pub active_keys: i64,
}

const SELECT: &str = concat!(
    "SELECT p.id, p.name, p.created_at,
    (SELECT count(*) FROM environments e WHERE e.project_id = p.id AND e.deleted_at IS NULL) AS environments,
    (SELECT count(*) FROM keys k JOIN environments e ON e.id = k.environment_id
      WHERE e.project_id = p.id AND ",
    is_active_now!(),
    ") AS active_keys
  FROM projects p WHERE p.deleted_at IS NULL"
);

impl ProjectRow {
    fn from_row(row: &SqliteRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: column(row, "id")?,
            name: row.try_get("name")?,
            created_at: Timestamp::from_millis(row.try_get("created_at")?),
            environments: row.try_get("environments")?,
            active_keys: row.try_get("active_keys")?,
        })
    }

    /// Returns all projects, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn all(connection: &mut SqliteConnection) -> Result<Vec<Self>, StoreError> {
        let rows = sqlx::query(&format!("{SELECT} ORDER BY p.created_at, p.id"))
            .fetch_all(connection)
            .await?;
        rows.iter().map(Self::from_row).collect()
    }

    /// Returns the project with this id, unless it was deleted.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find(
        connection: &mut SqliteConnection,
        id: &ProjectId,
    ) -> Result<Option<Self>, StoreError> {
        let row = sqlx::query(&format!("{SELECT} AND p.id = ?"))
            .bind(id.as_str())
            .fetch_optional(connection)
            .await?;
        row.as_ref().map(Self::from_row).transpose()
    }

    /// Returns the project with this name, without regard to case, unless it was deleted.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find_by_name(
        connection: &mut SqliteConnection,
        name: &str,
    ) -> Result<Option<Self>, StoreError> {
        let Ok(name) = Name::parse(name) else {
            return Ok(None);
        };
        let row = sqlx::query(&format!("{SELECT} AND p.folded_name = ?"))
            .bind(name.folded())
            .fetch_optional(connection)
            .await?;
        row.as_ref().map(Self::from_row).transpose()
    }
}

impl Write<'_> {
    /// Inserts a project.
    ///
    /// # Errors
    /// `UniqueViolation(ProjectName)`, or the database cannot be written.
    pub async fn add_project(
        &mut self,
        id: &ProjectId,
        name: &Name,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO projects (id, name, folded_name, created_at) VALUES (?, ?, ?, ?)")
            .bind(id.as_str())
            .bind(name.as_str())
            .bind(name.folded())
            .bind(now.as_millis())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Renames a project.
    ///
    /// # Errors
    /// `UniqueViolation(ProjectName)`, or the database cannot be written.
    pub async fn rename_project(&mut self, id: &ProjectId, name: &Name) -> Result<(), StoreError> {
        sqlx::query("UPDATE projects SET name = ?, folded_name = ? WHERE id = ?")
            .bind(name.as_str())
            .bind(name.folded())
            .bind(id.as_str())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Marks a project as deleted. The caller must delete its environments first.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn delete_project(
        &mut self,
        id: &ProjectId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE projects SET deleted_at = ? WHERE id = ?")
            .bind(now.as_millis())
            .bind(id.as_str())
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
