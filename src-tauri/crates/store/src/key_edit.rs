//! Changes of a key's name, permissions, expiry, and details, and the keys that time has changed.

use keystile_keys::{EnvironmentId, KeyId, Name, Permissions, Timestamp};
use sqlx::{Row, SqliteConnection};

use crate::error::StoreError;
use crate::key::{KeyRow, SELECT};
use crate::key_details::KeyDetails;
use crate::key_query::is_usable;
use crate::usage::unsigned;
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

/// The usable keys that expire within a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExpiringKeys {
    /// Those that expire first.
    pub first: Vec<KeyRow>,
    /// The number of all of them.
    pub count: u64,
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
        let usable = is_usable(now);
        // The index has the first expiry of each environment; a join would read all of them.
        let rows = sqlx::query(&format!(
            "SELECT p.name AS project_name, e.name AS environment_name,
               (SELECT min(k.expires_at) FROM keys k
                 WHERE k.environment_id = e.id AND k.expires_at IS NOT NULL AND {usable}) AS at
               FROM environments e JOIN projects p ON p.id = e.project_id ORDER BY p.name, e.name"
        ))
        .fetch_all(connection)
        .await?;
        let mut expiries = Vec::with_capacity(rows.len());
        for row in &rows {
            if let Some(at) = row.try_get("at")? {
                expiries.push(NextExpiry {
                    project_name: row.try_get("project_name")?,
                    environment_name: row.try_get("environment_name")?,
                    at: Timestamp::from_millis(at),
                });
            }
        }
        Ok(expiries)
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

    /// Returns the usable keys of all environments that expire until a time, the next one first. `limit`: how many are read at
    /// most; all are counted.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn list_expiring(
        connection: &mut SqliteConnection,
        now: Timestamp,
        until: Timestamp,
        limit: Option<u32>,
    ) -> Result<ExpiringKeys, StoreError> {
        let condition = format!(
            "{} AND k.expires_at IS NOT NULL AND k.expires_at <= {} AND e.deleted_at IS NULL",
            is_usable(now),
            until.as_millis()
        );
        let rows = sqlx::query(&format!(
            "{SELECT} WHERE {condition} ORDER BY k.expires_at, k.id LIMIT ?"
        ))
        // A negative limit is none (lang_select.html).
        .bind(limit.map_or(-1, i64::from))
        .fetch_all(&mut *connection)
        .await?;
        let first: Vec<_> = rows.iter().map(Self::from_row).collect::<Result<_, _>>()?;
        let count = match limit {
            Some(limit) if rows.len() >= limit as usize => {
                let sql = format!(
                    "SELECT count(*) FROM keys k JOIN environments e ON e.id = k.environment_id WHERE {condition}"
                );
                unsigned(sqlx::query_scalar(&sql).fetch_one(connection).await?)
            }
            _ => first.len() as u64,
        };
        Ok(ExpiringKeys { first, count })
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
