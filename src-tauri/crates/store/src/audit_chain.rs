//! The chain of audit rows: each row contains the authentication code of the previous one (HMAC-SHA-256 under a key
//! derived from the install key).

use std::path::Path;

use keystile_keys::{AuditKey, InstallKey, InstallKeyId, Tagger, Timestamp};

use crate::audit::AuditEntry;
use crate::audit_head::{AuditHead, HeadFile};
use crate::audit_row::{AuditRow, FIRST_PREVIOUS};

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

    /// Returns the rows of entries that follow the last row of the chain.
    pub(crate) fn rows_after(
        &self,
        last: Option<AuditHead>,
        at: Timestamp,
        actor: &str,
        entries: Vec<AuditEntry>,
    ) -> Vec<AuditRow> {
        let (mut seq, mut previous) = match last {
            Some(last) => (last.seq, last.mac),
            None => (0, FIRST_PREVIOUS.to_vec()),
        };
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
            rows.push(row);
        }
        rows
    }
}
