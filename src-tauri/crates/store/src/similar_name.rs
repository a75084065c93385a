//! Finds a name that looks like another one. Names are compared when one is written, not by an index: a store that
//! already has two similar names stays readable and writable, and only a new or changed name is refused.

use keystile_keys::{EnvironmentId, Name, ProjectId, Timestamp};
use sqlx::SqliteConnection;

use crate::collation::LOOK_ALIKE;
use crate::error::StoreError;

/// Matches texts with another character than those of ASCII.
const NOT_ASCII: &str = "*[^\u{1}-\u{7f}]*";

/// Where a name must differ from all others.
#[derive(Debug, Clone, Copy)]
pub enum NameScope<'a> {
    /// All projects.
    Projects,
    /// The environments of a project.
    Environments(&'a ProjectId),
    /// The keys of an environment whose state is not terminal at a time.
    Keys(&'a EnvironmentId, Timestamp),
}

impl NameScope<'_> {
    /// Returns a name in this scope that can be mistaken for `name`, as it is or without regard to case. Two ASCII names
    /// are not compared: users tell `A1` from `AI`, and `modem` from `modern`. The row with the id `except` does
    /// not count, nor does an equal name, which the unique index rejects.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find_similar(
        self,
        connection: &mut SqliteConnection,
        name: &Name,
        except: &str,
    ) -> Result<Option<String>, StoreError> {
        let (table, condition, parent) = match self {
            Self::Projects => ("projects", "deleted_at IS NULL AND ?4 = ''", ""),
            Self::Environments(project) => (
                "environments",
                "deleted_at IS NULL AND project_id = ?4",
                project.as_str(),
            ),
            Self::Keys(environment, _) => (
                "keys",
                "state IN ('pending', 'active', 'disabled') AND (expires_at IS NULL OR expires_at > ?7)
                 AND environment_id = ?4",
                environment.as_str(),
            ),
        };
        let now = match self {
            Self::Keys(_, now) => now.as_millis(),
            Self::Projects | Self::Environments(_) => 0,
        };
        Ok(sqlx::query_scalar(&format!(
            "SELECT name FROM {table} WHERE {condition} AND id <> ?3 AND folded_name <> ?2 AND (?5 OR name GLOB ?6)
               AND (name = ?1 COLLATE {LOOK_ALIKE} OR folded_name = ?2 COLLATE {LOOK_ALIKE})
             LIMIT 1"
        ))
        .bind(name.as_str())
        .bind(name.folded())
        .bind(except)
        .bind(parent)
        .bind(!name.as_str().is_ascii())
        .bind(NOT_ASCII)
        .bind(now)
        .fetch_optional(connection)
        .await?)
    }
}
