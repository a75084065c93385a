//! Key rows and their secret versions. The registry reads and writes them; this file knows the columns and no rule,
//! and no field here could hold a plain key. A key's row is never deleted.

use keystile_keys::{
    EnvironmentId, KeyId, Name, Permissions, ProjectId, SecretHash, Stage, State, Tag, Timestamp,
};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::column::{column, optional_column};
use crate::error::StoreError;
use crate::keychain_entry::KeychainEntryState;
use crate::write::Write;

/// A key with the names around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// Its id.
    pub id: KeyId,
    /// Its environment.
    pub environment_id: EnvironmentId,
    /// The environment's name as written.
    pub environment_name: String,
    /// The environment's stage.
    pub stage: Stage,
    /// The environment's prefix as written.
    pub prefix: String,
    /// The environment's project.
    pub project_id: ProjectId,
    /// The project's name as written.
    pub project_name: String,
    /// Its name as written.
    pub name: String,
    /// What it may do.
    pub permissions: Permissions,
    /// Its state as stored.
    pub state: State,
    /// From when on it is expired.
    pub expires_at: Option<Timestamp>,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it was copied for the first time.
    pub claimed_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What is known of its keychain entry.
    pub keychain: Option<KeychainEntryState>,
}

/// A key to be.
#[derive(Debug)]
pub struct NewKey<'a> {
    /// Its id.
    pub id: KeyId,
    /// Its environment.
    pub environment_id: EnvironmentId,
    /// Its name.
    pub name: &'a Name,
    /// What it may do.
    pub permissions: Permissions,
    /// The claim file of the issuing process.
    pub claim_file: &'a str,
    /// The name of the submission.
    pub idempotency: &'a str,
    /// Argon2id of the secret.
    pub hash: &'a SecretHash,
    /// HMAC of the secret under the install key.
    pub tag: &'a Tag,
}

/// A key whose prompt was never closed, and the process that showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPromptRow {
    /// The key.
    pub key: KeyRow,
    /// The claim file of the process that issued it.
    pub claim_file: String,
}

const SELECT: &str = "SELECT k.id, k.environment_id, e.name AS environment_name, e.stage, e.prefix, e.project_id,
    p.name AS project_name, k.name, k.permissions, k.state, k.expires_at, k.created_at, k.claimed_at, k.ended_at,
    k.claim_file, c.state AS keychain
  FROM keys k JOIN environments e ON e.id = k.environment_id JOIN projects p ON p.id = e.project_id
  LEFT JOIN keychain_entries c ON c.key_id = k.id";

impl KeyRow {
    fn of(row: &SqliteRow) -> Result<Self, StoreError> {
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
                .map_err(|_| StoreError::impossible_row("permissions"))?,
            state: column(row, "state")?,
            expires_at: time("expires_at")?,
            created_at: Timestamp::from_millis(row.try_get("created_at")?),
            claimed_at: time("claimed_at")?,
            ended_at: time("ended_at")?,
            keychain: optional_column(row, "keychain")?,
        })
    }

    /// The key with this id, in whatever state and even if its environment was deleted.
    ///
    /// # Errors
    /// As every read.
    pub async fn find(
        connection: &mut SqliteConnection,
        id: KeyId,
    ) -> Result<Option<Self>, StoreError> {
        let row = sqlx::query(&format!("{SELECT} WHERE k.id = ?"))
            .bind(id.as_str())
            .fetch_optional(connection)
            .await?;
        row.as_ref().map(Self::of).transpose()
    }

    /// How many keys there are at most, without counting them.
    ///
    /// # Errors
    /// As every read.
    pub async fn at_most(connection: &mut SqliteConnection) -> Result<u64, StoreError> {
        // Rows are never deleted, so the last row number is their count; it is found without reading the others.
        let last: i64 = sqlx::query_scalar("SELECT coalesce(max(rowid), 0) FROM keys")
            .fetch_one(connection)
            .await?;
        Ok(u64::try_from(last).unwrap_or_default())
    }

    /// The ids of keys after `after` in their order, written one behind the other; `limit` at most. For whoever wants to
    /// know all ids of a large database at little cost.
    ///
    /// # Errors
    /// As every read.
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

    /// The key that a submission made.
    ///
    /// # Errors
    /// As every read.
    pub async fn find_by_submission(
        connection: &mut SqliteConnection,
        idempotency: &str,
    ) -> Result<Option<Self>, StoreError> {
        let row = sqlx::query(&format!("{SELECT} WHERE k.idempotency = ?"))
            .bind(idempotency)
            .fetch_optional(connection)
            .await?;
        row.as_ref().map(Self::of).transpose()
    }

    /// All keys of an environment that are not pending, newest first, `limit` at most.
    ///
    /// # Errors
    /// As every read.
    pub async fn list_in_environment(
        connection: &mut SqliteConnection,
        environment: &EnvironmentId,
        limit: u32,
    ) -> Result<Vec<Self>, StoreError> {
        let rows = sqlx::query(&format!(
            "{SELECT} WHERE k.environment_id = ? AND k.state <> 'pending' ORDER BY k.created_at DESC, k.id LIMIT ?"
        ))
        .bind(environment.as_str())
        .bind(limit)
        .fetch_all(connection)
        .await?;
        rows.iter().map(Self::of).collect()
    }

    /// Returns the key of an environment that has this name, without regard to case, and has not ended.
    ///
    /// # Errors
    /// As every read.
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
        row.as_ref().map(Self::of).transpose()
    }

    /// Whether an environment has keys that have not ended: pending, active or disabled ones.
    ///
    /// # Errors
    /// As every read.
    pub async fn has_active_keys(
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

    /// All living keys of an environment: what its deletion revokes.
    ///
    /// # Errors
    /// As every read.
    pub async fn list_active(
        connection: &mut SqliteConnection,
        environment: &EnvironmentId,
    ) -> Result<Vec<Self>, StoreError> {
        let rows = sqlx::query(&format!(
            "{SELECT} WHERE k.environment_id = ? AND k.state IN ('pending', 'active', 'disabled')"
        ))
        .bind(environment.as_str())
        .fetch_all(connection)
        .await?;
        rows.iter().map(Self::of).collect()
    }
}

impl OpenPromptRow {
    /// All keys whose prompt was never closed, oldest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn all(connection: &mut SqliteConnection) -> Result<Vec<Self>, StoreError> {
        let rows = sqlx::query(&format!(
            "{SELECT} WHERE k.prompt_closed_at IS NULL ORDER BY k.created_at"
        ))
        .fetch_all(connection)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Self {
                    key: KeyRow::of(row)?,
                    claim_file: row.try_get("claim_file")?,
                })
            })
            .collect()
    }
}

impl Write<'_> {
    /// Adds a pending key with its secret version.
    ///
    /// # Errors
    /// `Taken(KeyName | Idempotency)`, or as every write.
    pub async fn add_key(&mut self, new: &NewKey<'_>, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO keys
               (id, environment_id, name, folded_name, permissions, state, created_at, claim_file, idempotency)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(new.id.as_str())
        .bind(new.environment_id.as_str())
        .bind(new.name.as_str())
        .bind(new.name.folded())
        .bind(new.permissions.scope())
        .bind(State::Pending.as_str())
        .bind(now.as_millis())
        .bind(new.claim_file)
        .bind(new.idempotency)
        .execute(self.connection())
        .await?;
        let mark = self.install_key_id();
        sqlx::query(
            "INSERT INTO secret_versions (key_id, phc, tag, install_key_id, created_at) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(new.id.as_str())
        .bind(new.hash.as_str())
        .bind(new.tag.as_bytes().as_slice())
        .bind(mark.as_bytes().as_slice())
        .bind(now.as_millis())
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Writes a state that `State::becomes` allowed, with the time that belongs to it.
    ///
    /// # Errors
    /// As every write.
    pub async fn set_key_state(
        &mut self,
        id: KeyId,
        state: State,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let claimed_at = (state == State::Active).then_some(now.as_millis());
        let ended_at = (!state.is_living()).then_some(now.as_millis());
        sqlx::query(
            "UPDATE keys SET state = ?, claimed_at = coalesce(claimed_at, ?), ended_at = coalesce(ended_at, ?)
             WHERE id = ?",
        )
        .bind(state.as_str())
        .bind(claimed_at)
        .bind(ended_at)
        .bind(id.as_str())
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Remembers that the prompt was closed, or that its loss was acknowledged. Says whether it was open until now.
    ///
    /// # Errors
    /// As every write.
    pub async fn close_prompt(&mut self, id: KeyId, now: Timestamp) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE keys SET prompt_closed_at = ? WHERE id = ? AND prompt_closed_at IS NULL",
        )
        .bind(now.as_millis())
        .bind(id.as_str())
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }
}
