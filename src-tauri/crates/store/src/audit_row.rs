//! Rows of the audit log, as they are stored and authenticated.

use keystile_keys::Timestamp;

use crate::columns::Columns;
use crate::error::StoreError;

/// The previous code of the first row.
pub(crate) const FIRST_PREVIOUS: [u8; 32] = [0; 32];

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
    pub(crate) fn from_row(row: &impl Columns) -> Result<Self, StoreError> {
        Ok(Self {
            seq: row.integer("seq")?,
            at: row.time("at")?,
            actor: row.text("actor")?,
            action: row.text("action")?,
            project_id: row.optional_text("project_id")?,
            environment_id: row.optional_text("environment_id")?,
            key_id: row.optional_text("key_id")?,
            detail: row.text("detail")?,
            install_key_id: row.bytes("install_key_id")?,
            previous: row.bytes("previous")?,
            mac: row.bytes("mac")?,
        })
    }

    /// Returns the authenticated message: all fields but the code, each text after its length, so that no two rows
    /// collide.
    pub(crate) fn message(&self) -> Vec<u8> {
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
