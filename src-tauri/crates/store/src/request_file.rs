//! The request log in a separate file, `requests.db`, to which several processes write. It is never attached to a
//! connection that writes keys. The loss of the file loses only the log.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use keystile_keys::EnvironmentId;
use sqlx::sqlite::{
    Sqlite, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{QueryBuilder, SqlitePool};

use crate::database_file::DatabaseFile;
use crate::error::StoreError;
use crate::identify::reject_fragment;
use crate::open::Store;
use crate::request_record::RequestRecord;

/// The file name, beside the database.
pub const REQUESTS_FILE: &str = "requests.db";
/// The number of requests that are kept for each environment.
pub const MAX_REQUESTS: u32 = 10_000;
/// The number of requests that are kept in total when the file is opened. More exist only where many environments are
/// busy, or were deleted.
const MAX_TOTAL: u32 = 100_000;
/// Rows of one statement. SQLite allows 32,766 parameters.
const MAX_STATEMENT_ROWS: usize = 1_000;
/// "KSRQ", the `PRAGMA application_id` of the file.
const APPLICATION_ID: i64 = 0x4b53_5251;

// Ids grow: only the oldest rows are deleted. The index has the id as its last column.
const SCHEMA: &str = "PRAGMA application_id = 1263751761;
CREATE TABLE IF NOT EXISTS requests (
  id             INTEGER PRIMARY KEY,
  at             INTEGER NOT NULL,
  environment_id TEXT NOT NULL,
  source         TEXT NOT NULL,
  method         TEXT NOT NULL,
  path           TEXT NOT NULL,
  status         INTEGER,
  duration_us    INTEGER NOT NULL,
  client         TEXT,
  key_id         TEXT,
  access         TEXT NOT NULL,
  allowed        INTEGER NOT NULL,
  code           TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS requests_by_environment ON requests (environment_id);";

/// The open request log, for writing.
#[derive(Debug)]
pub struct RequestFile {
    pool: SqlitePool,
    // Kept open, because closing a descriptor releases SQLite's locks.
    file: Arc<DatabaseFile>,
    path: PathBuf,
}

impl RequestFile {
    /// Opens or creates the file in the directory of a store.
    ///
    /// # Errors
    /// `RequestLog`.
    pub async fn open(directory: &Path) -> Result<Self, StoreError> {
        let path = directory.join(REQUESTS_FILE);
        Self::open_path(&path)
            .await
            .map_err(|cause| StoreError::request_log(&path, cause))
    }

    async fn open_path(path: &Path) -> Result<Self, StoreError> {
        let file = DatabaseFile::open(path).map_err(|cause| StoreError::ReadOnly {
            path: path.to_owned(),
            cause: Some(cause),
        })?;
        reject_foreign(&file, path)?;
        file.tighten().map_err(|cause| StoreError::ReadOnly {
            path: path.to_owned(),
            cause: Some(cause),
        })?;
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(6))
            .connect_with(
                settings(path)
                    .journal_mode(SqliteJournalMode::Delete)
                    // A power failure may cost the log, and nothing else.
                    .synchronous(SqliteSynchronous::Off),
            )
            .await?;
        let opened = Self {
            pool,
            file,
            path: path.to_owned(),
        };
        if let Err(error) = opened.prepare().await {
            opened.close().await;
            return Err(error);
        }
        Ok(opened)
    }

    /// Creates the table of a new file, and deletes the oldest rows of a file that is too large.
    async fn prepare(&self) -> Result<(), StoreError> {
        // In one transaction and only for a new file, because several processes may open it at the same time.
        let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema")
            .fetch_one(&self.pool)
            .await?;
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        if tables == 0 {
            sqlx::raw_sql(SCHEMA).execute(&mut *transaction).await?;
        }
        sqlx::query(
            "DELETE FROM requests WHERE id <=
               (SELECT id FROM requests ORDER BY id DESC LIMIT 1 OFFSET ?)",
        )
        .bind(MAX_TOTAL)
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Adds requests, and deletes the oldest of their environments above [`MAX_REQUESTS`], in one transaction.
    ///
    /// # Errors
    /// `RequestLog`.
    pub async fn add(&self, records: &[RequestRecord]) -> Result<(), StoreError> {
        self.add_all(records)
            .await
            .map_err(|cause| StoreError::request_log(&self.path, cause))
    }

    async fn add_all(&self, records: &[RequestRecord]) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for rows in records.chunks(MAX_STATEMENT_ROWS) {
            insert(rows)
                .build()
                // Its text depends on the number of rows.
                .persistent(false)
                .execute(&mut *transaction)
                .await?;
        }
        let mut trimmed: Vec<EnvironmentId> = Vec::new();
        for record in records {
            if trimmed.contains(&record.environment) {
                continue;
            }
            trimmed.push(record.environment);
            sqlx::query(
                "DELETE FROM requests WHERE environment_id = ?1 AND id <=
                   (SELECT id FROM requests WHERE environment_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            )
            .bind(record.environment.as_str())
            .bind(MAX_REQUESTS)
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
        Ok(())
    }

    /// Returns whether this is still the file in the directory.
    pub fn is_in(&self, directory: &Path) -> bool {
        self.file.is_at(&directory.join(REQUESTS_FILE))
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl Store {
    /// Checks that the request log, if it exists, belongs to Keystile, is not damaged, and can be written.
    ///
    /// # Errors
    /// `RequestLog`.
    pub async fn check_requests(&self) -> Result<(), StoreError> {
        let path = self.directory().join(REQUESTS_FILE);
        if !path.exists() {
            return Ok(());
        }
        // Opening it writes.
        let file = RequestFile::open(self.directory()).await?;
        let checked = file.check().await;
        file.close().await;
        checked.map_err(|cause| StoreError::request_log(&path, cause))
    }
}

/// Returns the statement that inserts rows.
fn insert(records: &[RequestRecord]) -> QueryBuilder<'_, Sqlite> {
    let mut statement = QueryBuilder::new(
        "INSERT INTO requests (at, environment_id, source, method, path, status, duration_us, client, key_id, access,
           allowed, code) ",
    );
    statement.push_values(records, |mut row, record| {
        let duration = i64::try_from(record.duration.as_micros()).unwrap_or(i64::MAX);
        row.push_bind(record.time.as_millis())
            .push_bind(record.environment.as_str())
            .push_bind(record.source.as_str())
            .push_bind(&*record.method)
            .push_bind(&*record.path)
            .push_bind(record.status)
            .push_bind(duration)
            .push_bind(record.client.map(|client| client.to_string()))
            .push_bind(record.key.as_ref().map(|key| key.as_str()))
            .push_bind(record.access.as_str())
            .push_bind(record.allowed)
            .push_bind(&*record.code);
    });
    statement
}

/// Returns the connection settings for readers and writers.
pub(crate) fn settings(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(Duration::from_secs(5))
        .pragma("trusted_schema", "OFF")
}

/// Rejects the database of another program and a fragment, before SQLite connects.
pub(crate) fn reject_foreign(file: &DatabaseFile, path: &Path) -> Result<(), StoreError> {
    let header = file.header().map_err(|cause| StoreError::Failed {
        cause: Box::new(cause),
    })?;
    match header {
        Some(found) if !matches!(found.application_id, 0 | APPLICATION_ID) || found.wal => {
            Err(StoreError::NotKeystile {
                path: path.to_owned(),
            })
        }
        _ => reject_fragment(file, path),
    }
}
