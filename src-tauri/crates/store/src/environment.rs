//! Environment rows. A deleted environment keeps its row, because issued keys still contain its prefix.

use keystile_keys::{EnvironmentId, Name, Prefix, ProjectId, Stage, Timestamp};
use keystile_policy::KeyLocation;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::column::column;
use crate::error::StoreError;
use crate::key_query::is_active_now;
use crate::write::Write;

/// An environment with the name of its project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentRow {
    /// Its id.
    pub id: EnvironmentId,
    /// Its project.
    pub project_id: ProjectId,
    /// The name of the project.
    pub project_name: String,
    /// Its name.
    pub name: String,
    /// Its stage.
    pub stage: Stage,
    /// The prefix of its keys.
    pub prefix: Prefix,
    /// The upstream URL, if set.
    pub endpoint: Option<String>,
    /// Where requests carry their key.
    pub key_location: KeyLocation,
    /// The days after which a new key without an expiry of its own expires; `None`: never.
    pub default_days: Option<u32>,
    /// The longest allowed lifetime of a new key in days; `None`: unlimited.
    pub max_days: Option<u32>,
    /// When its first key was issued, which fixes the prefix.
    pub first_issued_at: Option<Timestamp>,
    /// When its first key was claimed, which activates it.
    pub activated_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// The number of active keys.
    pub active_keys: i64,
}

/// A new environment.
#[derive(Debug, Clone)]
pub struct NewEnvironment<'a> {
    /// Its id.
    pub id: EnvironmentId,
    /// Its project.
    pub project_id: ProjectId,
    /// Its name.
    pub name: &'a Name,
    /// Its other columns.
    pub change: EnvironmentChange<'a>,
}

/// The editable columns of an environment, without its name.
#[derive(Debug, Clone, Copy)]
pub struct EnvironmentChange<'a> {
    /// Its stage.
    pub stage: Stage,
    /// The prefix of its keys.
    pub prefix: &'a Prefix,
    /// The upstream URL.
    pub endpoint: Option<&'a str>,
    /// Where requests carry their key.
    pub key_location: &'a KeyLocation,
    /// The days after which a new key without an expiry of its own expires.
    pub default_days: Option<u32>,
    /// The longest allowed lifetime of a new key in days.
    pub max_days: Option<u32>,
}

const SELECT: &str = concat!(
    "SELECT e.id, e.project_id, p.name AS project_name, e.name, e.stage, e.prefix, e.endpoint, e.key_location,
    e.default_days, e.max_days, e.first_issued_at, e.activated_at, e.created_at,
    (SELECT count(*) FROM keys k WHERE k.environment_id = e.id AND ",
    is_active_now!(),
    ") AS active_keys
  FROM environments e JOIN projects p ON p.id = e.project_id WHERE e.deleted_at IS NULL"
);

impl EnvironmentRow {
    /// Returns `project/environment`.
    pub fn reference(&self) -> String {
        format!("{}/{}", self.project_name, self.name)
    }

    fn from_row(row: &SqliteRow) -> Result<Self, StoreError> {
        let text = |column: &str| row.try_get::<String, _>(column);
        let time = |column: &str| {
            row.try_get::<Option<i64>, _>(column)
                .map(|at| at.map(Timestamp::from_millis))
        };
        Ok(Self {
            id: column(row, "id")?,
            project_id: column(row, "project_id")?,
            project_name: text("project_name")?,
            name: text("name")?,
            stage: column(row, "stage")?,
            prefix: Prefix::parse(&text("prefix")?)
                .map_err(|_| StoreError::invalid_row("prefix"))?,
            endpoint: row.try_get("endpoint")?,
            key_location: column(row, "key_location")?,
            default_days: row.try_get("default_days")?,
            max_days: row.try_get("max_days")?,
            first_issued_at: time("first_issued_at")?,
            activated_at: time("activated_at")?,
            created_at: Timestamp::from_millis(row.try_get("created_at")?),
            active_keys: row.try_get("active_keys")?,
        })
    }

    /// Returns the environments of a project, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn list_in_project(
        connection: &mut SqliteConnection,
        project: &ProjectId,
    ) -> Result<Vec<Self>, StoreError> {
        let rows = sqlx::query(&format!(
            "{SELECT} AND e.project_id = ? ORDER BY e.created_at, e.id"
        ))
        .bind(project.as_str())
        .fetch_all(connection)
        .await?;
        rows.iter().map(Self::from_row).collect()
    }

    /// Returns the environment with this id, unless it was deleted.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find(
        connection: &mut SqliteConnection,
        id: &EnvironmentId,
    ) -> Result<Option<Self>, StoreError> {
        let row = sqlx::query(&format!("{SELECT} AND e.id = ?"))
            .bind(id.as_str())
            .fetch_optional(connection)
            .await?;
        row.as_ref().map(Self::from_row).transpose()
    }

    /// Returns the environment with these case-insensitive names, unless it was deleted.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find_by_name(
        connection: &mut SqliteConnection,
        project: &str,
        name: &str,
    ) -> Result<Option<Self>, StoreError> {
        // Nothing is stored under an invalid name.
        let (Ok(project), Ok(name)) = (Name::parse(project), Name::parse(name)) else {
            return Ok(None);
        };
        let row = sqlx::query(&format!(
            "{SELECT} AND p.deleted_at IS NULL AND p.folded_name = ? AND e.folded_name = ?"
        ))
        .bind(project.folded())
        .bind(name.folded())
        .fetch_optional(connection)
        .await?;
        row.as_ref().map(Self::from_row).transpose()
    }

    /// Returns the environment with an id or a case-insensitive `project/environment`. Names contain no slash, so a
    /// reference is never ambiguous.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find_by_reference(
        connection: &mut SqliteConnection,
        reference: &str,
    ) -> Result<Option<Self>, StoreError> {
        if let Ok(id) = reference.parse() {
            return Self::find(connection, &id).await;
        }
        match reference.split_once('/') {
            Some((project, name)) => Self::find_by_name(connection, project, name).await,
            None => Ok(None),
        }
    }

    /// Returns whether an environment other than `except` uses a prefix or issued keys with it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn is_prefix_taken(
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
}

impl Write<'_> {
    /// Inserts an environment.
    ///
    /// # Errors
    /// `UniqueViolation(EnvironmentName | Prefix)`, or the database cannot be written.
    pub async fn add_environment(
        &mut self,
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
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Updates an environment. `name: None` keeps the stored one, which may be one that a new name must not be.
    ///
    /// # Errors
    /// `UniqueViolation(EnvironmentName | Prefix)`, or the database cannot be written.
    pub async fn edit_environment(
        &mut self,
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
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Stores the time of the first claim of a key. Returns whether it was the first.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn activate_environment(
        &mut self,
        id: &EnvironmentId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE environments SET activated_at = ? WHERE id = ? AND activated_at IS NULL",
        )
        .bind(now.as_millis())
        .bind(id.as_str())
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Stores the time when the first key was issued, which fixes the prefix.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn fix_prefix(
        &mut self,
        id: &EnvironmentId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE environments SET first_issued_at = ? WHERE id = ? AND first_issued_at IS NULL",
        )
        .bind(now.as_millis())
        .bind(id.as_str())
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Marks an environment as deleted. The caller must revoke its keys first.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn delete_environment(
        &mut self,
        id: &EnvironmentId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE environments SET deleted_at = ? WHERE id = ?")
            .bind(now.as_millis())
            .bind(id.as_str())
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
