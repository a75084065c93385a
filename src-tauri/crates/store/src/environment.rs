//! Environment rows. The registry reads and writes them; this file knows the columns and no rule. A deleted environment
//! keeps its row, because its keys and its prefix are written in places Keystile does not see.

use keystile_keys::{EnvironmentId, Name, Prefix, ProjectId, Stage, Timestamp};
use keystile_policy::KeyLocation;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::column::column;
use crate::error::StoreError;
use crate::write::Write;

/// An environment with its project's name and what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentRow {
    /// Its id.
    pub id: EnvironmentId,
    /// Its project.
    pub project_id: ProjectId,
    /// The project's name as written.
    pub project_name: String,
    /// Its name as written.
    pub name: String,
    /// Its stage.
    pub stage: Stage,
    /// The prefix of its keys.
    pub prefix: Prefix,
    /// The upstream URL, when one was entered.
    pub endpoint: Option<String>,
    /// Where requests carry their key.
    pub key_location: KeyLocation,
    /// When it issued its first key. From then on the prefix is fixed.
    pub first_issued_at: Option<Timestamp>,
    /// When its first key was claimed. From then on it is active.
    pub activated_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// How many keys open it.
    pub live_keys: i64,
}

/// An environment to be.
#[derive(Debug, Clone)]
pub struct NewEnvironment<'a> {
    /// Its id.
    pub id: EnvironmentId,
    /// Its project.
    pub project_id: ProjectId,
    /// What is written about it.
    pub change: EnvironmentChange<'a>,
}

/// What can be written about an environment.
#[derive(Debug, Clone, Copy)]
pub struct EnvironmentChange<'a> {
    /// Its name.
    pub name: &'a Name,
    /// Its stage.
    pub stage: Stage,
    /// The prefix of its keys.
    pub prefix: &'a Prefix,
    /// The upstream URL.
    pub endpoint: Option<&'a str>,
    /// Where requests carry their key.
    pub key_location: &'a KeyLocation,
}

const SELECT: &str =
    "SELECT e.id, e.project_id, p.name AS project_name, e.name, e.stage, e.prefix, e.endpoint, e.key_location,
    e.first_issued_at, e.activated_at, e.created_at,
    (SELECT count(*) FROM keys k WHERE k.environment_id = e.id AND k.state = 'active') AS live_keys
  FROM environments e JOIN projects p ON p.id = e.project_id WHERE e.deleted_at IS NULL";

impl EnvironmentRow {
    fn of(row: &SqliteRow) -> Result<Self, StoreError> {
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
                .map_err(|_| StoreError::impossible_row("prefix"))?,
            endpoint: row.try_get("endpoint")?,
            key_location: column(row, "key_location")?,
            first_issued_at: time("first_issued_at")?,
            activated_at: time("activated_at")?,
            created_at: Timestamp::from_millis(row.try_get("created_at")?),
            live_keys: row.try_get("live_keys")?,
        })
    }

    /// All environments of a project, oldest first.
    ///
    /// # Errors
    /// As every read.
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
        rows.iter().map(Self::of).collect()
    }

    /// The environment with this id, unless it was deleted.
    ///
    /// # Errors
    /// As every read.
    pub async fn find(
        connection: &mut SqliteConnection,
        id: &EnvironmentId,
    ) -> Result<Option<Self>, StoreError> {
        let row = sqlx::query(&format!("{SELECT} AND e.id = ?"))
            .bind(id.as_str())
            .fetch_optional(connection)
            .await?;
        row.as_ref().map(Self::of).transpose()
    }

    /// The environment called this in the project called that, without regard to case, unless it was deleted.
    ///
    /// # Errors
    /// As every read.
    pub async fn find_by_name(
        connection: &mut SqliteConnection,
        project: &str,
        name: &str,
    ) -> Result<Option<Self>, StoreError> {
        // What is no name is nobody's name.
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
        row.as_ref().map(Self::of).transpose()
    }

    /// Returns the environment that a reference names: by its id, or as `project/environment` without regard to case. Names hold
    /// no slash, so a reference never means two.
    ///
    /// # Errors
    /// As every read.
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

    /// Whether a prefix is in use, or written in keys that were issued once, by another environment than `except`.
    ///
    /// # Errors
    /// As every read.
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
    /// Adds an environment.
    ///
    /// # Errors
    /// `Taken(EnvironmentName | Prefix)`, or as every write.
    pub async fn add_environment(
        &mut self,
        new: &NewEnvironment<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO environments (id, project_id, name, folded_name, stage, prefix, endpoint, key_location, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(new.id.as_str())
        .bind(new.project_id.as_str())
        .bind(new.change.name.as_str())
        .bind(new.change.name.folded())
        .bind(new.change.stage.as_str())
        .bind(new.change.prefix.as_str())
        .bind(new.change.endpoint)
        .bind(new.change.key_location.to_string())
        .bind(now.as_millis())
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Writes what was changed.
    ///
    /// # Errors
    /// `Taken(EnvironmentName | Prefix)`, or as every write.
    pub async fn edit_environment(
        &mut self,
        id: &EnvironmentId,
        change: EnvironmentChange<'_>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE environments SET name = ?, folded_name = ?, stage = ?, prefix = ?, endpoint = ?, key_location = ?
             WHERE id = ?",
        )
        .bind(change.name.as_str())
        .bind(change.name.folded())
        .bind(change.stage.as_str())
        .bind(change.prefix.as_str())
        .bind(change.endpoint)
        .bind(change.key_location.to_string())
        .bind(id.as_str())
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Remembers the first claim of one of its keys. Says whether this was it.
    ///
    /// # Errors
    /// As every write.
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

    /// Remembers that a key was issued: the prefix is fixed from now on.
    ///
    /// # Errors
    /// As every write.
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

    /// Marks an environment as deleted. Its keys are the caller's to revoke first.
    ///
    /// # Errors
    /// As every write.
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
