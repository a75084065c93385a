//! Key rows with their secret versions. No field can contain a plain key. Rows are never deleted.

use keystile_keys::{EnvironmentId, KeyId, Name, Permissions, ProjectId, Stage, State, Timestamp};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::column::{column, optional_column};
use crate::error::StoreError;
use crate::id_list::json_list;
use crate::key_details::KeyDetails;
use crate::keychain_entry::KeychainEntryState;
use crate::revocation::Revocation;
use crate::secret_version::NewSecret;
use crate::write::Write;

/// A key with the names of its environment and project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// Its id.
    pub id: KeyId,
    /// Its environment.
    pub environment_id: EnvironmentId,
    /// The name of the environment.
    pub environment_name: String,
    /// The stage of the environment.
    pub stage: Stage,
    /// The prefix of the environment.
    pub prefix: String,
    /// Its project.
    pub project_id: ProjectId,
    /// The name of the project.
    pub project_name: String,
    /// Its name.
    pub name: String,
    /// Its permissions.
    pub permissions: Permissions,
    /// Its state as it was written last; see [`KeyRow::settle`].
    pub state: State,
    /// When a disabled key becomes active again.
    pub disabled_until: Option<Timestamp>,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
    /// The person, team, or program that uses it; may be empty.
    pub owner: String,
    /// Any text about it; may be empty.
    pub note: String,
    /// Its tags, sorted.
    pub tags: Vec<String>,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it was claimed.
    pub claimed_at: Option<Timestamp>,
    /// When it was revoked, expired, or discarded.
    pub ended_at: Option<Timestamp>,
    /// Why it was revoked, if that was said.
    pub revocation: Option<Revocation>,
    /// When its old secret ends, while it has two that work.
    pub old_secret_ends_at: Option<Timestamp>,
    /// The state of its keychain entry.
    pub keychain: Option<KeychainEntryState>,
    /// Whether its keychain entry has the secret that the last rotation has replaced.
    pub is_keychain_outdated: bool,
}

/// A new key.
#[derive(Debug)]
pub struct NewKey<'a> {
    /// Its id.
    pub id: KeyId,
    /// Its environment.
    pub environment_id: EnvironmentId,
    /// Its name.
    pub name: &'a Name,
    /// Its permissions.
    pub permissions: Permissions,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
    /// Its owner, note, and tags.
    pub details: &'a KeyDetails,
    /// Its secret.
    pub secret: NewSecret<'a>,
}

pub(crate) const SELECT: &str = "SELECT k.id, k.environment_id, e.name AS environment_name, e.stage, e.prefix, e.project_id,
    p.name AS project_name, k.name, k.permissions, k.state, k.disabled_until, k.expires_at, k.owner, k.note, k.tags,
    k.created_at, k.claimed_at, k.ended_at, k.revoke_reason, k.revoke_note, c.state AS keychain,
    (SELECT max(v.ends_at) FROM secret_versions v WHERE v.key_id = k.id AND v.claimed_at IS NOT NULL) AS old_secret_ends_at,
    c.key_id IS NOT NULL AND EXISTS (SELECT 1 FROM secret_versions v WHERE v.key_id = k.id AND v.overlap_ms IS NOT NULL
      AND v.claimed_at > c.changed_at) AS is_keychain_outdated
  FROM keys k JOIN environments e ON e.id = k.environment_id JOIN projects p ON p.id = e.project_id
  LEFT JOIN keychain_entries c ON c.key_id = k.id";

impl KeyRow {
    pub(crate) fn from_row(row: &SqliteRow) -> Result<Self, StoreError> {
        let text = |column: &str| row.try_get::<String, _>(column);
        let time = |column: &str| {
            row.try_get::<Option<i64>, _>(column)
                .map(|at| at.map(Timestamp::from_millis))
        };
        Ok(Self {
            id: column(row, "id")?,
            environment_id: column(row, "environment_id")?,
            environment_name: text("environment_name")?,
            stage: column(row, "stage")?,
            prefix: text("prefix")?,
            project_id: column(row, "project_id")?,
            project_name: text("project_name")?,
            name: text("name")?,
            permissions: Permissions::parse_scope(&text("permissions")?)
                .map_err(|_| StoreError::invalid_row("permissions"))?,
            state: column(row, "state")?,
            disabled_until: time("disabled_until")?,
            expires_at: time("expires_at")?,
            owner: text("owner")?,
            note: text("note")?,
            tags: serde_json::from_str(&text("tags")?)
                .map_err(|_| StoreError::invalid_row("tags"))?,
            created_at: Timestamp::from_millis(row.try_get("created_at")?),
            claimed_at: time("claimed_at")?,
            ended_at: time("ended_at")?,
            revocation: Revocation::from_row(row)?,
            old_secret_ends_at: time("old_secret_ends_at")?,
            keychain: optional_column(row, "keychain")?,
            is_keychain_outdated: row.try_get("is_keychain_outdated")?,
        })
    }

    /// Replaces the state that was written last by the state at a time.
    #[must_use]
    pub fn settle(mut self, now: Timestamp) -> Self {
        self.state = self.state.at(self.disabled_until, self.expires_at, now);
        self.old_secret_ends_at = self.old_secret_ends_at.filter(|end| now < *end);
        self
    }

    /// Returns the key with this id in any state, even if its environment was deleted.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find(
        connection: &mut SqliteConnection,
        id: KeyId,
    ) -> Result<Option<Self>, StoreError> {
        let row = sqlx::query(&format!("{SELECT} WHERE k.id = ?"))
            .bind(id.as_str())
            .fetch_optional(connection)
            .await?;
        row.as_ref().map(Self::from_row).transpose()
    }

    /// Returns an upper bound of the number of keys without reading them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn max_count(connection: &mut SqliteConnection) -> Result<u64, StoreError> {
        // Rows are never deleted, so the last row id is their number.
        let last: i64 = sqlx::query_scalar("SELECT coalesce(max(rowid), 0) FROM keys")
            .fetch_one(connection)
            .await?;
        Ok(u64::try_from(last).unwrap_or_default())
    }

    /// Returns at most `limit` key ids after `after`, in order and concatenated, which is the fastest way to read all
    /// ids.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn ids_after(
        connection: &mut SqliteConnection,
        after: &str,
        limit: u32,
    ) -> Result<String, StoreError> {
        let ids: Option<String> = sqlx::query_scalar(
            "SELECT group_concat(id, '') FROM (SELECT id FROM keys WHERE id > ? ORDER BY id LIMIT ?)",
        )
        .bind(after)
        .bind(limit)
        .fetch_one(connection)
        .await?;
        Ok(ids.unwrap_or_default())
    }

    /// Returns the key with this case-insensitive name, unless its state is terminal.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find_by_name(
        connection: &mut SqliteConnection,
        environment: &EnvironmentId,
        name: &str,
    ) -> Result<Option<Self>, StoreError> {
        let Ok(name) = Name::parse(name) else {
            return Ok(None);
        };
        let row = sqlx::query(&format!(
            "{SELECT} WHERE k.environment_id = ? AND k.folded_name = ? AND k.state IN ('pending', 'active', 'disabled')"
        ))
        .bind(environment.as_str())
        .bind(name.folded())
        .fetch_optional(connection)
        .await?;
        row.as_ref().map(Self::from_row).transpose()
    }

    /// Returns whether an environment has keys in a state that is not terminal.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn has_non_terminal_keys(
        connection: &mut SqliteConnection,
        environment: &EnvironmentId,
    ) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM keys
               WHERE environment_id = ? AND state IN ('pending', 'active', 'disabled'))",
        )
        .bind(environment.as_str())
        .fetch_one(connection)
        .await?)
    }

    /// Returns the keys of an environment in a state that is not terminal.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn list_non_terminal(
        connection: &mut SqliteConnection,
        environment: &EnvironmentId,
    ) -> Result<Vec<Self>, StoreError> {
        let rows = sqlx::query(&format!(
            "{SELECT} WHERE k.environment_id = ? AND k.state IN ('pending', 'active', 'disabled')"
        ))
        .bind(environment.as_str())
        .fetch_all(connection)
        .await?;
        rows.iter().map(Self::from_row).collect()
    }
}

impl Write<'_> {
    /// Inserts a pending key with its secret, and returns the id of the secret.
    ///
    /// # Errors
    /// `UniqueViolation(KeyName | IdempotencyKey)`, or the database cannot be written.
    pub async fn add_key(&mut self, new: &NewKey<'_>, now: Timestamp) -> Result<i64, StoreError> {
        sqlx::query(
            "INSERT INTO keys
               (id, environment_id, name, folded_name, permissions, state, expires_at, owner, note, tags, folded_details,
                created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(new.id.as_str())
        .bind(new.environment_id.as_str())
        .bind(new.name.as_str())
        .bind(new.name.folded())
        .bind(new.permissions.scope())
        .bind(State::Pending.as_str())
        .bind(new.expires_at.map(Timestamp::as_millis))
        .bind(&new.details.owner)
        .bind(&new.details.note)
        .bind(new.details.tags_json())
        .bind(new.details.folded())
        .bind(now.as_millis())
        .execute(self.connection())
        .await?;
        self.add_secret(new.id, &new.secret, now).await
    }

    /// Stores a state that [`State::transition_to`] returned for each of these keys, with its time.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn set_key_states(
        &mut self,
        ids: &[KeyId],
        state: State,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let claimed_at = (state == State::Active).then_some(now.as_millis());
        let ended_at = state.is_terminal().then_some(now.as_millis());
        sqlx::query(
            "UPDATE keys SET state = ?, disabled_until = NULL, claimed_at = coalesce(claimed_at, ?),
               ended_at = coalesce(ended_at, ?)
             WHERE id IN (SELECT value FROM json_each(?))",
        )
        .bind(state.as_str())
        .bind(claimed_at)
        .bind(ended_at)
        .bind(json_list(ids))
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Stores when the pause of disabled keys ends.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn set_disabled_until(
        &mut self,
        ids: &[KeyId],
        until: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE keys SET disabled_until = ? WHERE id IN (SELECT value FROM json_each(?))",
        )
        .bind(until.map(Timestamp::as_millis))
        .bind(json_list(ids))
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
