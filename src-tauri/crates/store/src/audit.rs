//! The record of every change: append-only, each row bound to the one before by its hash. Written by [`Write`] in the
//! transaction of the change itself; read by whoever asks what happened. It never holds a secret, only names and ids.
//!
//! [`Write`]: crate::Write

use keystile_keys::{EnvironmentId, KeyId, ProjectId, Timestamp};
use sha2::{Digest, Sha256};
use sqlx::{Row, SqliteConnection};

use crate::error::StoreError;

/// What happened. The written form is stable: it is stored and hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each variant says what it is, and as_str how it is written"
)]
pub enum Action {
    ProjectCreated,
    ProjectRenamed,
    ProjectDeleted,
    EnvironmentCreated,
    EnvironmentEdited,
    EnvironmentActivated,
    EnvironmentDeleted,
    KeyIssued,
    KeyClaimed,
    KeyClosed,
    KeyDiscarded,
    KeyDisabled,
    KeyEnabled,
    KeyRevoked,
    KeyUnclaimed,
    KeyTagged,
    KeychainSaving,
    KeychainSaved,
    KeychainRemoving,
    KeychainRemoved,
    NoticeAcknowledged,
    SettingsChanged,
    GatewayEdited,
    GatewayPlaced,
    GatewayStarted,
    GatewayStopped,
}

impl Action {
    /// The written form: `noun.happened`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ProjectCreated => "project.created",
            Self::ProjectRenamed => "project.renamed",
            Self::ProjectDeleted => "project.deleted",
            Self::EnvironmentCreated => "environment.created",
            Self::EnvironmentEdited => "environment.edited",
            Self::EnvironmentActivated => "environment.activated",
            Self::EnvironmentDeleted => "environment.deleted",
            Self::KeyIssued => "key.issued",
            Self::KeyClaimed => "key.claimed",
            Self::KeyClosed => "key.closed",
            Self::KeyDiscarded => "key.discarded",
            Self::KeyDisabled => "key.disabled",
            Self::KeyEnabled => "key.enabled",
            Self::KeyRevoked => "key.revoked",
            Self::KeyUnclaimed => "key.unclaimed",
            Self::KeyTagged => "key.tagged",
            Self::KeychainSaving => "keychain.saving",
            Self::KeychainSaved => "keychain.saved",
            Self::KeychainRemoving => "keychain.removing",
            Self::KeychainRemoved => "keychain.removed",
            Self::NoticeAcknowledged => "notice.acknowledged",
            Self::SettingsChanged => "settings.changed",
            Self::GatewayEdited => "gateway.edited",
            Self::GatewayPlaced => "gateway.placed",
            Self::GatewayStarted => "gateway.started",
            Self::GatewayStopped => "gateway.stopped",
        }
    }
}

/// One row to be: the action, what it concerns, and a JSON object of names.
#[derive(Debug)]
pub struct AuditEntry {
    action: Action,
    project: Option<ProjectId>,
    environment: Option<EnvironmentId>,
    key: Option<KeyId>,
    detail: serde_json::Value,
}

impl AuditEntry {
    /// An entry that concerns nothing yet.
    pub fn new(action: Action) -> Self {
        Self {
            action,
            project: None,
            environment: None,
            key: None,
            detail: serde_json::Value::Object(serde_json::Map::new()),
        }
    }

    /// Concerns this project.
    pub fn project(mut self, id: &ProjectId) -> Self {
        self.project = Some(*id);
        self
    }

    /// Concerns this environment.
    pub fn environment(mut self, id: &EnvironmentId) -> Self {
        self.environment = Some(*id);
        self
    }

    /// Concerns this key.
    pub fn key(mut self, id: KeyId) -> Self {
        self.key = Some(id);
        self
    }

    /// Adds one fact, such as a name. Never a secret.
    pub fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        if let serde_json::Value::Object(facts) = &mut self.detail {
            facts.insert(name.to_owned(), value.into());
        }
        self
    }
}

/// A stored row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Counts from 1 without gaps.
    pub seq: i64,
    /// When it was written.
    pub at: Timestamp,
    /// The program that wrote it.
    pub actor: String,
    /// The written form of the [`Action`].
    pub action: String,
    /// The project it concerns.
    pub project_id: Option<String>,
    /// The environment it concerns.
    pub environment_id: Option<String>,
    /// The key it concerns.
    pub key_id: Option<String>,
    /// A JSON object of names.
    pub detail: String,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

impl AuditRow {
    /// SHA-256 over the hash before and every field, each behind its length, so that no two rows read the same.
    fn computed_hash(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(&self.previous);
        hasher.update(self.seq.to_be_bytes());
        hasher.update(self.at.as_millis().to_be_bytes());
        for field in [
            Some(&self.actor),
            Some(&self.action),
            self.project_id.as_ref(),
            self.environment_id.as_ref(),
            self.key_id.as_ref(),
            Some(&self.detail),
        ] {
            // No text has this length: an absent field is not an empty one.
            let length = field.map_or(u64::MAX, |text| text.len() as u64);
            hasher.update(length.to_be_bytes());
            hasher.update(field.map_or("", String::as_str));
        }
        hasher.finalize().into()
    }
}

/// Appends one row behind the last. Called inside a write transaction only, so no other row can come between.
pub(crate) async fn append(
    connection: &mut SqliteConnection,
    at: Timestamp,
    actor: &str,
    entry: AuditEntry,
) -> Result<(), StoreError> {
    let last = sqlx::query("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
        .fetch_optional(&mut *connection)
        .await?;
    let (seq, previous) = match last {
        Some(row) => (row.try_get::<i64, _>("seq")? + 1, row.try_get("hash")?),
        None => (1, vec![0_u8; 32]),
    };
    let mut row = AuditRow {
        seq,
        at,
        actor: actor.to_owned(),
        action: entry.action.as_str().to_owned(),
        project_id: entry.project.map(|id| id.to_string()),
        environment_id: entry.environment.map(|id| id.to_string()),
        key_id: entry.key.map(|id| id.to_string()),
        detail: entry.detail.to_string(),
        previous,
        hash: Vec::new(),
    };
    row.hash = row.computed_hash().to_vec();
    sqlx::query(
        "INSERT INTO audit (seq, at, actor, action, project_id, environment_id, key_id, detail, previous, hash)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(row.seq)
    .bind(row.at.as_millis())
    .bind(row.actor)
    .bind(row.action)
    .bind(row.project_id)
    .bind(row.environment_id)
    .bind(row.key_id)
    .bind(row.detail)
    .bind(row.previous)
    .bind(row.hash)
    .execute(connection)
    .await?;
    Ok(())
}

/// All rows after `after`, oldest first.
///
/// # Errors
/// As every read.
pub async fn audit_rows(
    connection: &mut SqliteConnection,
    after: i64,
) -> Result<Vec<AuditRow>, StoreError> {
    let rows = sqlx::query("SELECT * FROM audit WHERE seq > ? ORDER BY seq")
        .bind(after)
        .fetch_all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(AuditRow {
                seq: row.try_get("seq")?,
                at: Timestamp::from_millis(row.try_get("at")?),
                actor: row.try_get("actor")?,
                action: row.try_get("action")?,
                project_id: row.try_get("project_id")?,
                environment_id: row.try_get("environment_id")?,
                key_id: row.try_get("key_id")?,
                detail: row.try_get("detail")?,
                previous: row.try_get("previous")?,
                hash: row.try_get("hash")?,
            })
        })
        .collect()
}

/// The number of the first row that does not follow from the one before: changed, missing or put in by other means.
///
/// # Errors
/// As every read.
pub async fn first_broken_audit_row(
    connection: &mut SqliteConnection,
) -> Result<Option<i64>, StoreError> {
    let mut previous = vec![0_u8; 32];
    for (row, expected) in audit_rows(connection, 0).await?.into_iter().zip(1..) {
        if row.seq != expected || row.previous != previous || row.hash != row.computed_hash() {
            return Ok(Some(expected));
        }
        previous = row.hash;
    }
    Ok(None)
}
