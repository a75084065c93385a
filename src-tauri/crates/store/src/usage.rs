//! Usage counts in a separate file, `usage.db`, to which several processes write. It is never attached to a connection
//! that writes keys, so that counting does not block changes. The loss of the file loses only counts.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use keystile_keys::{KeyId, Permission, Timestamp};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::database_file::DatabaseFile;
use crate::error::StoreError;
use crate::identify::reject_fragment;
use crate::open::Store;

/// The file name, beside the database.
pub const USAGE_FILE: &str = "usage.db";
/// "KSUS", the `PRAGMA application_id` of the file.
const APPLICATION_ID: i64 = 0x4b53_5553;
/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;

const SCHEMA: &str = "PRAGMA application_id = 1263752531;
CREATE TABLE IF NOT EXISTS uses (
  key_id     TEXT NOT NULL,
  hour       INTEGER NOT NULL,
  permission TEXT NOT NULL CHECK (permission IN ('read', 'write')),
  allowed   INTEGER NOT NULL,
  denied    INTEGER NOT NULL,
  PRIMARY KEY (key_id, hour, permission)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS totals (
  key_id      TEXT PRIMARY KEY,
  allowed    INTEGER NOT NULL,
  denied     INTEGER NOT NULL,
  last_at     INTEGER,
  last_client TEXT
) STRICT, WITHOUT ROWID;";

/// The open usage file.
#[derive(Debug)]
pub struct UsageFile {
    pool: SqlitePool,
    // Kept open, because closing a descriptor releases SQLite's locks.
    file: Arc<DatabaseFile>,
    path: PathBuf,
}

/// Requests with a key in one hour, by required permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UseCount {
    /// The key.
    pub key: KeyId,
    /// Any time in the hour; stored as its start.
    pub hour: Timestamp,
    /// The required permission.
    pub permission: Permission,
    /// The number of allowed requests.
    pub allowed: u64,
    /// The number of denied requests.
    pub denied: u64,
}

/// The last allowed request with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastUse {
    /// The key.
    pub key: KeyId,
    /// The time of the request.
    pub at: Timestamp,
    /// The address of the client, if known.
    pub client: Option<String>,
}

impl UseCount {
    /// Returns the start of the hour.
    pub fn start_of_hour(at: Timestamp) -> Timestamp {
        Timestamp::from_millis(at.as_millis() - at.as_millis().rem_euclid(HOUR))
    }
}

impl UsageFile {
    /// Opens or creates the file in the directory of a store.
    ///
    /// # Errors
    /// `Usage`.
    pub async fn open(directory: &Path) -> Result<Self, StoreError> {
        let path = directory.join(USAGE_FILE);
        Self::open_path(&path)
            .await
            .map_err(|cause| StoreError::usage(&path, cause))
    }

    async fn open_path(path: &Path) -> Result<Self, StoreError> {
        let file = DatabaseFile::open(path).map_err(|cause| StoreError::ReadOnly {
            path: path.to_owned(),
            cause: Some(cause),
        })?;
        reject_foreign(&file, path)?;
        reject_fragment(&file, path)?;
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(6))
            .connect_with(
                SqliteConnectOptions::new()
                    .filename(path)
                    .create_if_missing(false)
                    .journal_mode(SqliteJournalMode::Delete)
                    .synchronous(SqliteSynchronous::Normal)
                    .busy_timeout(Duration::from_secs(5))
                    .pragma("trusted_schema", "OFF"),
            )
            .await?;
        let created = async {
            // In one transaction and only for a new file, because several processes may open it at the same time.
            let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema")
                .fetch_one(&pool)
                .await?;
            if tables == 0 {
                let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
                sqlx::raw_sql(SCHEMA).execute(&mut *transaction).await?;
                transaction.commit().await?;
            }
            Ok::<_, StoreError>(())
        }
        .await;
        if let Err(error) = created {
            pool.close().await;
            return Err(error);
        }
        Ok(Self {
            pool,
            file,
            path: path.to_owned(),
        })
    }

    /// Adds counts and stores newer last uses in one transaction.
    ///
    /// # Errors
    /// `Usage`.
    pub async fn add(&self, counts: &[UseCount], last: &[LastUse]) -> Result<(), StoreError> {
        self.add_all(counts, last)
            .await
            .map_err(|cause| self.failed(cause))
    }

    async fn add_all(&self, counts: &[UseCount], last: &[LastUse]) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
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
        Ok(transaction.commit().await?)
    }

    /// Checks that the file is not damaged and can be written.
    async fn check(&self) -> Result<(), StoreError> {
        let result: String = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(&self.pool)
            .await?;
        if result != "ok" {
            return Err(StoreError::Corrupt {
                path: self.path.clone(),
                cause: None,
            });
        }
        // A read-only file can be locked; only a write fails.
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("UPDATE totals SET allowed = allowed WHERE key_id = ''")
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.rollback().await?)
    }

    fn failed(&self, cause: StoreError) -> StoreError {
        StoreError::usage(&self.path, cause)
    }

    /// Returns whether this is still the file in the directory.
    pub fn is_in(&self, directory: &Path) -> bool {
        self.file.is_at(&directory.join(USAGE_FILE))
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl Store {
    /// Checks that the usage file, if it exists, belongs to Keystile, is not damaged, and can be written.
    ///
    /// # Errors
    /// `Usage`.
    pub async fn check_usage(&self) -> Result<(), StoreError> {
        if !self.directory().join(USAGE_FILE).exists() {
            return Ok(());
        }
        let file = UsageFile::open(self.directory()).await?;
        let checked = file.check().await.map_err(|cause| file.failed(cause));
        file.close().await;
        checked
    }
}

pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// Rejects the database of another program.
fn reject_foreign(file: &DatabaseFile, path: &Path) -> Result<(), StoreError> {
    let header = file.header().map_err(|cause| StoreError::Failed {
        cause: Box::new(cause),
    })?;
    match header {
        Some(found) if !matches!(found.application_id, 0 | APPLICATION_ID) => {
            Err(StoreError::NotKeystile {
                path: path.to_owned(),
            })
        }
        _ => Ok(()),
    }
}
