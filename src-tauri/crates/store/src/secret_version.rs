//! Secret versions: the hash and the tag of a secret, and when it works. No row contains the secret.

use std::time::Duration;

use keystile_keys::{InstallKeyId, SecretHash, Tag, Timestamp};

use crate::columns::Columns;
use crate::error::StoreError;

/// A secret of a key.
#[derive(Debug, Clone)]
pub struct SecretVersionRow {
    /// The row id, ascending.
    pub id: i64,
    /// Argon2id hash of the secret, as an unparsed PHC string.
    pub phc: String,
    /// HMAC of the secret under an install key.
    pub tag: Tag,
    /// The id of that install key.
    pub install_key_id: InstallKeyId,
    /// When it was copied for the first time.
    pub claimed_at: Option<Timestamp>,
    /// How long the secret before it works after this one was copied; `None` for the first one.
    pub overlap: Option<Duration>,
    /// From when on requests with it are denied.
    pub ends_at: Option<Timestamp>,
}

/// A new secret of a key.
#[derive(Debug)]
pub struct NewSecret<'a> {
    /// Argon2id of the secret.
    pub hash: &'a SecretHash,
    /// HMAC of the secret under the install key.
    pub tag: &'a Tag,
    /// How long the secret before it works after this one was copied; `None` for the first one.
    pub overlap: Option<Duration>,
    /// The lock file of the process that shows it.
    pub lock_file: &'a str,
    /// The idempotency key of the request.
    pub idempotency_key: &'a str,
}

impl NewSecret<'_> {
    /// Returns the overlap as it is stored.
    pub(crate) fn overlap_millis(&self) -> Option<i64> {
        self.overlap
            .map(|overlap| i64::try_from(overlap.as_millis()).unwrap_or(i64::MAX))
    }
}

impl SecretVersionRow {
    pub(crate) fn from_row(row: &impl Columns) -> Result<Self, StoreError> {
        let tag: [u8; 32] = row
            .bytes("tag")?
            .try_into()
            .map_err(|_| StoreError::invalid_row("tag"))?;
        let install_key_id: [u8; 8] = row
            .bytes("install_key_id")?
            .try_into()
            .map_err(|_| StoreError::invalid_row("install key id"))?;
        let overlap = row.optional_integer("overlap_ms")?;
        Ok(Self {
            install_key_id: InstallKeyId::from_bytes(install_key_id),
            id: row.integer("id")?,
            phc: row.text("phc")?,
            tag: Tag::from_bytes(tag),
            claimed_at: row.optional_time("claimed_at")?,
            overlap: overlap.map(|millis| Duration::from_millis(millis.unsigned_abs())),
            ends_at: row.optional_time("ends_at")?,
        })
    }

    /// Returns whether the secret waits to be copied.
    pub fn is_pending(&self) -> bool {
        self.claimed_at.is_none() && self.ends_at.is_none()
    }

    pub(crate) fn is_usable_at(&self, now: Timestamp) -> bool {
        self.claimed_at.is_some() && self.ends_at.is_none_or(|end| now < end)
    }
}
