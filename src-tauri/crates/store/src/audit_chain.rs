//! The chain of audit rows: each row contains the authentication code of the previous one (HMAC-SHA-256 under a key
//! derived from the install key). Rows are appended inside write transactions only.

use std::path::Path;

use keystile_keys::{AuditKey, InstallKey, InstallKeyId, KeyId, Tagger, Timestamp};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use crate::audit::AuditEntry;
use crate::audit_head::{AuditHead, HeadFile, HeadFileContent};
use crate::error::StoreError;

/// A stored row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// The sequence number, from 1 without gaps.
    pub seq: i64,
    /// When it was written.
    pub at: Timestamp,
    /// The program that wrote it.
    pub actor: String,
    /// The text of the [`Action`](crate::Action).
    pub action: String,
    /// The project it concerns.
    pub project_id: Option<String>,
    /// The environment it concerns.
    pub environment_id: Option<String>,
    /// The key it concerns.
    pub key_id: Option<String>,
    /// A JSON object with details.
    pub detail: String,
    pub(crate) install_key_id: Vec<u8>,
    pub(crate) previous: Vec<u8>,
    pub(crate) mac: Vec<u8>,
}

impl AuditRow {
    fn from_row(row: &SqliteRow) -> Result<Self, StoreError> {
        Ok(Self {
            seq: row.try_get("seq")?,
            at: Timestamp::from_millis(row.try_get("at")?),
            actor: row.try_get("actor")?,
            action: row.try_get("action")?,
            project_id: row.try_get("project_id")?,
            environment_id: row.try_get("environment_id")?,
            key_id: row.try_get("key_id")?,
            detail: row.try_get("detail")?,
            install_key_id: row.try_get("install_key_id")?,
            previous: row.try_get("previous")?,
            mac: row.try_get("mac")?,
        })
    }

    /// Returns the newest rows about a key, at most `limit`, newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn list_for_key(
        connection: &mut SqliteConnection,
        key: KeyId,
        limit: u32,
    ) -> Result<Vec<Self>, StoreError> {
        let rows = sqlx::query("SELECT * FROM audit WHERE key_id = ? ORDER BY seq DESC LIMIT ?")
            .bind(key.as_str())
            .bind(limit)
            .fetch_all(connection)
            .await?;
        rows.iter().map(Self::from_row).collect()
    }

    /// Returns the authenticated message: all fields but the code, each text after its length, so that no two rows
    /// collide.
    fn message(&self) -> Vec<u8> {
        let mut message = Vec::with_capacity(256);
        message.extend_from_slice(&self.previous);
        message.extend_from_slice(&self.install_key_id);
        message.extend_from_slice(&self.seq.to_be_bytes());
        message.extend_from_slice(&self.at.as_millis().to_be_bytes());
        for field in [
            Some(&self.actor),
            Some(&self.action),
            self.project_id.as_ref(),
            self.environment_id.as_ref(),
            self.key_id.as_ref(),
            Some(&self.detail),
        ] {
            // No text has this length, so that a missing field differs from an empty one.
            let length = field.map_or(u64::MAX, |text| text.len() as u64);
            message.extend_from_slice(&length.to_be_bytes());
            message.extend_from_slice(field.map_or("", String::as_str).as_bytes());
        }
        message
    }
}

/// Authenticates the rows of one installation.
#[derive(Debug)]
pub(crate) struct AuditChain {
    key: AuditKey,
    install_key_id: InstallKeyId,
    head_file: HeadFile,
}

impl AuditChain {
    pub(crate) fn new(directory: &Path, install_key: &InstallKey) -> Self {
        Self {
            key: AuditKey::derive(install_key),
            install_key_id: Tagger::new(install_key).install_key_id(),
            head_file: HeadFile::in_directory(directory),
        }
    }

    pub(crate) fn install_key_id(&self) -> InstallKeyId {
        self.install_key_id
    }

    pub(crate) fn head_file(&self) -> &HeadFile {
        &self.head_file
    }

    /// Returns whether a row was written under the current install key.
    pub(crate) fn is_own(&self, row: &AuditRow) -> bool {
        row.install_key_id == self.install_key_id.as_bytes()
    }

    /// Returns whether the authentication code of a row is correct.
    pub(crate) fn is_authentic(&self, row: &AuditRow) -> bool {
        row.mac == self.key.mac(&row.message())
    }

    /// Appends rows and returns the new head of the chain; `None` if there are no entries.
    pub(crate) async fn append(
        &self,
        connection: &mut SqliteConnection,
        at: Timestamp,
        actor: &str,
        entries: Vec<AuditEntry>,
    ) -> Result<Option<AuditHead>, StoreError> {
        let last = sqlx::query("SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1")
            .fetch_optional(&mut *connection)
            .await?;
        let (mut seq, mut previous) = match last {
            Some(row) => (row.try_get::<i64, _>("seq")?, row.try_get("mac")?),
            None => (0, FIRST_PREVIOUS.to_vec()),
        };
        let mut head = None;
        let mut rows = Vec::with_capacity(entries.len());
        for entry in entries {
            seq += 1;
            let mut row = AuditRow {
                seq,
                at,
                actor: actor.to_owned(),
                action: entry.action.as_str().to_owned(),
                project_id: entry.project.map(|id| id.to_string()),
                environment_id: entry.environment.map(|id| id.to_string()),
                key_id: entry.key.map(|id| id.to_string()),
                detail: entry.detail.to_string(),
                install_key_id: self.install_key_id.as_bytes().to_vec(),
                previous,
                mac: Vec::new(),
            };
            row.mac = self.key.mac(&row.message()).to_vec();
            previous = row.mac.clone();
            head = Some(AuditHead {
                seq,
                mac: row.mac.clone(),
            });
            rows.push(row);
        }
        for rows in rows.chunks(ROWS_PER_INSERT) {
            insert(connection, rows).await?;
        }
        Ok(head)
    }

    /// Returns the content of `audit.head` after the commit of a transaction that ends with `head`. A previous head
    /// that is missing from the chain is kept as lost, so that later commits do not hide the loss.
    pub(crate) async fn next_content(
        &self,
        connection: &mut SqliteConnection,
        head: AuditHead,
    ) -> Result<HeadFileContent, StoreError> {
        let lost = match self.head_file.read() {
            None => None,
            Some(HeadFileContent {
                lost: Some(lost), ..
            }) => Some(lost),
            Some(content) => {
                let is_in_chain = content.last.is_stored(connection).await?;
                (!is_in_chain).then_some(content.last)
            }
        };
        Ok(HeadFileContent { last: head, lost })
    }
}

/// The rows that one statement inserts. A statement takes at most 32,766 parameters (limits.html), and a row has 11.
const ROWS_PER_INSERT: usize = 500;

async fn insert(connection: &mut SqliteConnection, rows: &[AuditRow]) -> Result<(), StoreError> {
    let mut statement = QueryBuilder::<Sqlite>::new(
        "INSERT INTO audit
           (seq, at, actor, action, project_id, environment_id, key_id, detail, install_key_id, previous, mac) ",
    );
    statement.push_values(rows, |mut values, row| {
        values
            .push_bind(row.seq)
            .push_bind(row.at.as_millis())
            .push_bind(&row.actor)
            .push_bind(&row.action)
            .push_bind(&row.project_id)
            .push_bind(&row.environment_id)
            .push_bind(&row.key_id)
            .push_bind(&row.detail)
            .push_bind(&row.install_key_id)
            .push_bind(&row.previous)
            .push_bind(&row.mac);
    });
    // Each number of rows is another statement, which is not kept.
    let is_usual = rows.len() == 1;
    let query = statement.build().persistent(is_usual);
    query.execute(connection).await?;
    Ok(())
}

/// The previous code of the first row.
pub(crate) const FIRST_PREVIOUS: [u8; 32] = [0; 32];

/// Returns all rows after `after`, oldest first.
///
/// # Errors
/// The database cannot be read.
pub async fn audit_rows(
    connection: &mut SqliteConnection,
    after: i64,
) -> Result<Vec<AuditRow>, StoreError> {
    audit_rows_up_to(connection, after, i64::MAX).await
}

/// Returns at most `limit` rows after `after`, oldest first.
pub(crate) async fn audit_rows_up_to(
    connection: &mut SqliteConnection,
    after: i64,
    limit: i64,
) -> Result<Vec<AuditRow>, StoreError> {
    let rows = sqlx::query("SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?")
        .bind(after)
        .bind(limit)
        .fetch_all(connection)
        .await?;
    rows.iter().map(AuditRow::from_row).collect()
}
