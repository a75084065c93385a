//! Key rows with their secret versions. No field can contain a plain key. Rows are never deleted.

use std::collections::HashMap;

use crate::columns::Columns;
use crate::error::StoreError;
use crate::key_details::KeyDetails;
use crate::keychain_entry::KeychainEntryState;
use crate::revocation::Revocation;
use crate::secret_version::NewSecret;
use keystile_keys::{EnvironmentId, KeyId, Name, Permissions, ProjectId, Stage, State, Timestamp};

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

impl KeyRow {
    pub(crate) fn from_row(row: &impl Columns) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.parsed("id")?,
            environment_id: row.parsed("environment_id")?,
            environment_name: row.text("environment_name")?,
            stage: row.parsed("stage")?,
            prefix: row.text("prefix")?,
            project_id: row.parsed("project_id")?,
            project_name: row.text("project_name")?,
            name: row.text("name")?,
            permissions: Permissions::parse_scope(&row.text("permissions")?)
                .map_err(|_| StoreError::invalid_row("permissions"))?,
            state: row.parsed("state")?,
            disabled_until: row.optional_time("disabled_until")?,
            expires_at: row.optional_time("expires_at")?,
            owner: row.text("owner")?,
            note: row.text("note")?,
            tags: serde_json::from_str(&row.text("tags")?)
                .map_err(|_| StoreError::invalid_row("tags"))?,
            created_at: row.time("created_at")?,
            claimed_at: row.optional_time("claimed_at")?,
            ended_at: row.optional_time("ended_at")?,
            revocation: Revocation::from_row(row)?,
            old_secret_ends_at: row.optional_time("old_secret_ends_at")?,
            keychain: row.optional_parsed("keychain")?,
            is_keychain_outdated: row.boolean("is_keychain_outdated")?,
        })
    }

    /// Returns its owner, note, and tags.
    pub(crate) fn details(&self) -> KeyDetails {
        KeyDetails {
            owner: self.owner.clone(),
            note: self.note.clone(),
            tags: self.tags.clone(),
        }
    }

    /// Replaces the state that was written last by the state at a time.
    #[must_use]
    pub fn settle(mut self, now: Timestamp) -> Self {
        self.state = self.state.at(self.disabled_until, self.expires_at, now);
        self.old_secret_ends_at = self.old_secret_ends_at.filter(|end| now < *end);
        self
    }

    /// Returns the keys of rows in the order of their ids, in their states at a time.
    pub(crate) fn in_order_of(
        ids: &[KeyId],
        rows: &[impl Columns],
        now: Timestamp,
    ) -> Result<Vec<Self>, StoreError> {
        let mut by_id = HashMap::with_capacity(rows.len());
        for row in rows {
            let row = Self::from_row(row)?.settle(now);
            by_id.insert(row.id, row);
        }
        Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
    }
}
