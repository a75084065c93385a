//! Usage counts in a separate file, `usage.db`, to which several processes write. It is never attached to a connection
//! that writes keys, so that counting does not block changes. The loss of the file loses only counts.

use std::path::Path;

use sqlx::sqlite::SqliteSynchronous;
use sqlx::{Sqlite, Transaction};

use crate::error::StoreError;
use crate::separate_file::{Format, SeparateFile};
use crate::usage::{LastUse, SecretUse, UseCount};

/// The file name, beside the database.
pub const USAGE_FILE: &str = "usage.db";

const FORMAT: Format = Format {
    file_name: USAGE_FILE,
    application_id: 0x4b53_5553, // "KSUS"
    version: 2,
    schema: "CREATE TABLE counting (since INTEGER NOT NULL) STRICT;
INSERT INTO counting (since) VALUES (CAST(unixepoch('subsec') * 1000 AS INTEGER));
CREATE TABLE uses (
  key_id     TEXT NOT NULL,
  hour       INTEGER NOT NULL,
  permission TEXT NOT NULL CHECK (permission IN ('read', 'write')),
  allowed   INTEGER NOT NULL,
  denied    INTEGER NOT NULL,
  PRIMARY KEY (key_id, hour, permission)
) STRICT, WITHOUT ROWID;
CREATE TABLE totals (
  key_id      TEXT PRIMARY KEY,
  allowed    INTEGER NOT NULL,
  denied     INTEGER NOT NULL,
  last_at     INTEGER,
  last_client TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX totals_last_use ON totals (last_at);
CREATE TABLE secret_uses (
  key_id      TEXT NOT NULL,
  version     INTEGER NOT NULL,
  allowed     INTEGER NOT NULL,
  denied      INTEGER NOT NULL,
  last_at     INTEGER,
  last_client TEXT,
  PRIMARY KEY (key_id, version)
) STRICT, WITHOUT ROWID",
    tables: &["counting", "uses", "totals", "secret_uses"],
    synchronous: SqliteSynchronous::Normal,
};

/// The open usage file.
#[derive(Debug)]
pub struct UsageFile(SeparateFile);

impl UsageFile {
    /// Opens or creates the file in the directory of a store.
    ///
    /// # Errors
    /// `Usage`.
    pub async fn open(directory: &Path) -> Result<Self, StoreError> {
        SeparateFile::open(directory, &FORMAT)
            .await
            .map(Self)
            .map_err(|cause| StoreError::usage(&directory.join(USAGE_FILE), cause))
    }

    /// Adds counts and stores newer last uses in one transaction.
    ///
    /// # Errors
    /// `Usage`.
    pub async fn add(
        &self,
        counts: &[UseCount],
        last: &[LastUse],
        secrets: &[SecretUse],
    ) -> Result<(), StoreError> {
        self.add_all(counts, last, secrets)
            .await
            .map_err(|cause| self.failed(cause))
    }

    async fn add_all(
        &self,
        counts: &[UseCount],
        last: &[LastUse],
        secrets: &[SecretUse],
    ) -> Result<(), StoreError> {
        let mut transaction = self.0.begin().await?;
        for count in counts {
            let allowed = i64::try_from(count.allowed).unwrap_or(i64::MAX);
            let denied = i64::try_from(count.denied).unwrap_or(i64::MAX);
            sqlx::query(
                "INSERT INTO uses (key_id, hour, permission, allowed, denied) VALUES (?, ?, ?, ?, ?)
                 ON CONFLICT DO UPDATE SET allowed = allowed + excluded.allowed,
                   denied = denied + excluded.denied",
            )
            .bind(count.key.as_str())
            .bind(UseCount::start_of_hour(count.hour).as_millis())
            .bind(count.permission.as_str())
            .bind(allowed)
            .bind(denied)
            .execute(&mut *transaction)
            .await?;
            sqlx::query(
                "INSERT INTO totals (key_id, allowed, denied) VALUES (?, ?, ?)
                 ON CONFLICT DO UPDATE SET allowed = allowed + excluded.allowed,
                   denied = denied + excluded.denied",
            )
            .bind(count.key.as_str())
            .bind(allowed)
            .bind(denied)
            .execute(&mut *transaction)
            .await?;
        }
        for last in last {
            sqlx::query(
                "INSERT INTO totals (key_id, allowed, denied, last_at, last_client) VALUES (?, 0, 0, ?, ?)
                 ON CONFLICT DO UPDATE SET last_at = excluded.last_at, last_client = excluded.last_client
                   WHERE last_at IS NULL OR excluded.last_at > last_at",
            )
            .bind(last.key.as_str())
            .bind(last.at.as_millis())
            .bind(last.client.as_deref())
            .execute(&mut *transaction)
            .await?;
        }
        for secret in secrets {
            let (last_at, last_client) = match &secret.last {
                Some((at, client)) => (Some(at.as_millis()), client.as_deref()),
                None => (None, None),
            };
            sqlx::query(
                "INSERT INTO secret_uses (key_id, version, allowed, denied, last_at, last_client)
                 VALUES (?, ?, ?, ?, ?, ?)
                 ON CONFLICT DO UPDATE SET allowed = allowed + excluded.allowed, denied = denied + excluded.denied,
                   last_client = iif(excluded.last_at > coalesce(last_at, 0), excluded.last_client, last_client),
                   last_at = max(coalesce(last_at, 0), coalesce(excluded.last_at, 0))",
            )
            .bind(secret.key.as_str())
            .bind(secret.version)
            .bind(i64::try_from(secret.allowed).unwrap_or(i64::MAX))
            .bind(i64::try_from(secret.denied).unwrap_or(i64::MAX))
            .bind(last_at)
            .bind(last_client)
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Begins a transaction that writes.
    ///
    /// # Errors
    /// `Usage`.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        let begun = self.0.begin().await;
        begun.map_err(|cause| self.failed(cause))
    }

    /// Checks that the file is not damaged, and can be written.
    ///
    /// # Errors
    /// `Usage`.
    pub(crate) async fn check(&self) -> Result<(), StoreError> {
        self.0
            .check("UPDATE totals SET allowed = allowed WHERE key_id = ''")
            .await
            .map_err(|cause| self.failed(cause))
    }

    fn failed(&self, cause: StoreError) -> StoreError {
        StoreError::usage(self.0.path(), cause)
    }

    /// Returns whether this is still the file in the directory.
    pub fn is_in(&self, directory: &Path) -> bool {
        self.0.is_in(directory)
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.0.close().await;
    }
}

/// Creates the usage file of a new database, so that it is known that no use was missed.
pub(crate) async fn start_counting(directory: &Path) {
    match UsageFile::open(directory).await {
        Ok(file) => file.close().await,
        Err(error) => tracing::warn!(%error, "cannot create the usage file"),
    }
}
