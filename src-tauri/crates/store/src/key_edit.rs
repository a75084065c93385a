//! Changes of a key's name, permissions, expiry, and details, and the keys that time has changed.

use keystile_keys::{EnvironmentId, KeyId, Name, Permissions, Timestamp};
use sqlx::{Row, SqliteConnection};

use crate::error::StoreError;
use crate::key::{KeyRow, SELECT};
use crate::key_details::KeyDetails;
use crate::write::Write;

/// The editable columns of a key, without its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyChange<'a> {
    /// Its permissions.
    pub permissions: Permissions,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
    /// Its owner, note, and tags.
    pub details: &'a KeyDetails,
}

/// The next expiry of a key in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextExpiry {
    /// The name of the project.
    pub project_name: String,
    /// The name of the environment.
    pub environment_name: String,
    /// The time.
    pub at: Timestamp,
}

impl KeyRow {
    /// Returns the next expiry of each environment with a usable key that expires after a time.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn next_expiries(
        connection: &mut SqliteConnection,
        now: Timestamp,
    ) -> Result<Vec<NextExpiry>, StoreError> {
        let rows = sqlx::query(
            "SELECT p.name AS project_name, e.name AS environment_name, min(k.expires_at) AS at
               FROM keys k JOIN environments e ON e.id = k.environment_id JOIN projects p ON p.id = e.project_id
              WHERE k.expires_at > ? AND k.expires_at IS NOT NULL AND k.state IN ('active', 'disabled')
              GROUP BY k.environment_id ORDER BY p.name, e.name",
        )
        .bind(now.as_millis())
        .fetch_all(connection)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(NextExpiry {
                    project_name: row.try_get("project_name")?,
                    environment_name: row.try_get("environment_name")?,
                    at: Timestamp::from_millis(row.try_get("at")?),
                })
            })
            .collect()
    }

    /// Returns the key with this name that has expired by a time and whose stored state does not say so yet.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find_expired(
        connection: &mut SqliteConnection,
        environment: &EnvironmentId,
        name: &Name,
        now: Timestamp,
    ) -> Result<Option<Self>, StoreError> {
        let row = sqlx::query(&format!(
            "{SELECT} WHERE k.environment_id = ? AND k.folded_name = ? AND k.expires_at <= ?
               AND k.state IN ('active', 'disabled')"
        ))
        .bind(environment.as_str())
        .bind(name.folded())
        .bind(now.as_millis())
        .fetch_optional(connection)
        .await?;
        row.as_ref().map(Self::from_row).transpose()
    }

    /// Returns the usable keys of all environments that expire after a time and until another, the next one first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn list_expiring(
        connection: &mut SqliteConnection,
        after: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Self>, StoreError> {
        let rows = sqlx::query(&format!(
            "{SELECT} WHERE k.expires_at > ? AND k.expires_at <= ? AND k.expires_at IS NOT NULL
               AND k.state IN ('active', 'disabled') AND e.deleted_at IS NULL
             ORDER BY k.expires_at, k.id"
        ))
        .bind(after.as_millis())
        .bind(until.as_millis())
        .fetch_all(connection)
        .await?;
        rows.iter().map(Self::from_row).collect()
    }
}

impl Write<'_> {
    /// Updates a key. `name: None` keeps the stored one, which may be one that a new name must not be.
    ///
    /// # Errors
    /// `UniqueViolation(KeyName)`, or the database cannot be written.
    pub async fn edit_key(
        &mut self,
        id: KeyId,
        name: Option<&Name>,
        change: &KeyChange<'_>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE keys SET name = coalesce(?, name), folded_name = coalesce(?, folded_name), permissions = ?,
               expires_at = ?, owner = ?, note = ?, tags = ?, folded_details = ?
             WHERE id = ?",
        )
        .bind(name.map(Name::as_str))
        .bind(name.map(Name::folded))
        .bind(change.permissions.scope())
        .bind(change.expires_at.map(Timestamp::as_millis))
        .bind(&change.details.owner)
        .bind(&change.details.note)
        .bind(change.details.tags_json())
        .bind(change.details.folded())
        .bind(id.as_str())
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Stores the expiry, owner, note, and tags of these rows.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn edit_key_details(&mut self, keys: &[KeyRow]) -> Result<(), StoreError> {
        let rows: Vec<_> = keys
            .iter()
            .map(|key| {
                let details = KeyDetails {
                    owner: key.owner.clone(),
                    note: key.note.clone(),
                    tags: key.tags.clone(),
                };
                serde_json::json!({
                    "id": key.id.as_str(),
                    "expires_at": key.expires_at.map(Timestamp::as_millis),
                    "owner": details.owner,
                    "note": details.note,
                    "tags": details.tags_json(),
                    "folded_details": details.folded(),
                })
            })
            .collect();
        sqlx::query(
            "UPDATE keys SET expires_at = row.value ->> 'expires_at', owner = row.value ->> 'owner',
               note = row.value ->> 'note', tags = row.value ->> 'tags',
               folded_details = row.value ->> 'folded_details'
             FROM json_each(?) AS row WHERE keys.id = row.value ->> 'id'",
        )
        .bind(serde_json::Value::from(rows).to_string())
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
