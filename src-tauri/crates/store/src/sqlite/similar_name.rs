//! The SQL that finds a name that looks like another one.

use keystile_keys::Name;
use sqlx::SqliteConnection;

use crate::error::StoreError;
use crate::similar_name::NameScope;
use crate::sqlite::collation::LOOK_ALIKE;

/// Matches texts with another character than those of ASCII.
const NOT_ASCII: &str = "*[^\u{1}-\u{7f}]*";

/// See [`NameScope::find_similar`](crate::NameScope::find_similar).
pub(crate) async fn find_similar(
    connection: &mut SqliteConnection,
    scope: NameScope<'_>,
    name: &Name,
    except: &str,
) -> Result<Option<String>, StoreError> {
    let (table, condition, parent) = match scope {
        NameScope::Projects => ("projects", "deleted_at IS NULL AND ?4 = ''", ""),
        NameScope::Environments(project) => (
            "environments",
            "deleted_at IS NULL AND project_id = ?4",
            project.as_str(),
        ),
        NameScope::Keys(environment, _) => (
            "keys",
            "state IN ('pending', 'active', 'disabled') AND (expires_at IS NULL OR expires_at > ?7)
             AND environment_id = ?4",
            environment.as_str(),
        ),
    };
    let now = match scope {
        NameScope::Keys(_, now) => now.as_millis(),
        NameScope::Projects | NameScope::Environments(_) => 0,
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
