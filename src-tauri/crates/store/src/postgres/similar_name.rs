//! The SQL of the names that may look like another one. PostgreSQL has no comparison of skeletons, so that this program
//! compares.

use keystile_keys::{Name, compare_skeletons};
use sqlx::PgConnection;

use crate::columns::Columns;
use crate::error::StoreError;
use crate::similar_name::NameScope;

/// See [`NameScope::find_similar`](crate::NameScope::find_similar).
pub(crate) async fn find_similar(
    connection: &mut PgConnection,
    scope: NameScope<'_>,
    name: &Name,
    except: &str,
) -> Result<Option<String>, StoreError> {
    let (table, condition, parent, now) = match scope {
        NameScope::Projects => (
            "projects",
            "deleted_at IS NULL AND $2 = '' AND $3 = 0",
            "",
            0,
        ),
        NameScope::Environments(project) => (
            "environments",
            "deleted_at IS NULL AND project_id = $2 AND $3 = 0",
            project.as_str(),
            0,
        ),
        NameScope::Keys(environment, now) => (
            "keys",
            "state IN ('pending', 'active', 'disabled') AND (expires_at IS NULL OR expires_at > $3)
             AND environment_id = $2",
            environment.as_str(),
            now.as_millis(),
        ),
    };
    // Two ASCII names are not compared.
    let rows = sqlx::query(&format!(
        "SELECT name, folded_name FROM keystile.{table}
          WHERE id <> $1 AND {condition} AND folded_name <> $4 AND ($5 OR name ~ '[^\\x01-\\x7f]')"
    ))
    .bind(except)
    .bind(parent)
    .bind(now)
    .bind(name.folded())
    .bind(!name.as_str().is_ascii())
    .fetch_all(connection)
    .await?;
    for row in &rows {
        let (other, folded) = (row.text("name")?, row.text("folded_name")?);
        if compare_skeletons(&other, name.as_str()).is_eq()
            || compare_skeletons(&folded, &name.folded()).is_eq()
        {
            return Ok(Some(other));
        }
    }
    Ok(None)
}
