//! The request log in a separate file, `requests.db`, to which several processes write. It is never attached to a
//! connection that writes keys. The loss of the file loses only the log.

use std::path::Path;

use keystile_keys::EnvironmentId;
use sqlx::QueryBuilder;
use sqlx::sqlite::{Sqlite, SqliteSynchronous};

use crate::commit_id::CommitId;
use crate::error::StoreError;
use crate::request_record::RequestRecord;
use crate::separate_file::{self, Format, SeparateFile};
use crate::store::Store;

/// The file name, beside the database.
pub const REQUESTS_FILE: &str = "requests.db";
/// The number of requests that are kept for each environment.
pub const MAX_REQUESTS: u32 = 10_000;
/// The number of requests that are kept in total when the file is opened to add some. More exist only where many
/// environments are busy, or were deleted.
const MAX_TOTAL: u32 = 100_000;
/// The number of requests of each environment that are kept even if there are more than [`MAX_TOTAL`].
const MIN_KEPT: u32 = 1_000;
/// Rows of one statement. SQLite allows 32,766 parameters.
const MAX_STATEMENT_ROWS: usize = 1_000;

pub(crate) const FORMAT: Format = Format {
    file_name: REQUESTS_FILE,
    application_id: 0x4b53_5251, // "KSRQ"
    version: 1,
    // Ids grow, also those of a file that replaces a lost one: they begin at the time of its creation, in microseconds.
    // The index has the id as its last column.
    schema: "CREATE TABLE requests (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  at              INTEGER NOT NULL,
  environment_id  TEXT NOT NULL,
  source          TEXT NOT NULL,
  method          TEXT NOT NULL,
  path            TEXT NOT NULL,
  status          INTEGER,
  duration_us     INTEGER NOT NULL,
  client          TEXT,
  key_id          TEXT,
  access          TEXT NOT NULL,
  access_reason   TEXT,
  removed_headers TEXT,
  allowed         INTEGER NOT NULL,
  code            TEXT NOT NULL
) STRICT;
CREATE INDEX requests_by_environment ON requests (environment_id);
INSERT INTO sqlite_sequence (name, seq) VALUES ('requests', CAST(unixepoch('subsec') * 1000000 AS INTEGER))",
    tables: &["requests"],
    // A power failure may cost the log, and nothing else.
    synchronous: SqliteSynchronous::Off,
};

/// The open request log, for writing.
#[derive(Debug)]
pub struct RequestFile(SeparateFile);

impl RequestFile {
    /// Opens or creates the file in the directory of a store. Deletes the oldest rows of a file that is too large.
    ///
    /// # Errors
    /// `RequestLog`.
    pub async fn open(directory: &Path) -> Result<Self, StoreError> {
        let opened = Self::open_unchanged(directory).await?;
        if let Err(cause) = opened.trim().await {
            opened.close().await;
            return Err(StoreError::request_log(
                &directory.join(REQUESTS_FILE),
                cause,
            ));
        }
        Ok(opened)
    }

    async fn open_unchanged(directory: &Path) -> Result<Self, StoreError> {
        SeparateFile::open(directory, &FORMAT)
            .await
            .map(Self)
            .map_err(|cause| StoreError::request_log(&directory.join(REQUESTS_FILE), cause))
    }

    async fn trim(&self) -> Result<(), StoreError> {
        let mut transaction = self.0.begin().await?;
        let oldest_kept: Option<i64> =
            sqlx::query_scalar("SELECT id FROM requests ORDER BY id DESC LIMIT 1 OFFSET ?")
                .bind(MAX_TOTAL)
                .fetch_optional(&mut *transaction)
                .await?;
        let Some(oldest_kept) = oldest_kept else {
            return Ok(());
        };
        sqlx::query(
            "DELETE FROM requests WHERE id <= ?1 AND id IN
               (SELECT id FROM
                 (SELECT id, row_number() OVER (PARTITION BY environment_id ORDER BY id DESC) AS place FROM requests)
                WHERE place > ?2)",
        )
        .bind(oldest_kept)
        .bind(MIN_KEPT)
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
            .map_err(|cause| StoreError::request_log(self.0.path(), cause))
    }

    async fn add_all(&self, records: &[RequestRecord]) -> Result<(), StoreError> {
        let mut transaction = self.0.begin().await?;
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

    /// Returns whether this is still the file in the directory.
    pub fn is_in(&self, directory: &Path) -> bool {
        self.0.is_in(directory)
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.0.close().await;
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
        let file = RequestFile::open_unchanged(self.directory()).await?;
        let checked = file
            .0
            .check("UPDATE requests SET at = at WHERE id = 0")
            .await;
        file.close().await;
        checked.map_err(|cause| StoreError::request_log(&path, cause))
    }

    /// Returns the last commit of the request log, by which a reader notices new requests; `None` without a file. Takes
    /// no lock.
    pub fn last_request_commit(&self) -> Option<CommitId> {
        let file = separate_file::existing(&self.directory().join(REQUESTS_FILE));
        Some(file.ok()??.commit_state().ok()?.commit)
    }
}

/// Returns the statement that inserts rows.
fn insert(records: &[RequestRecord]) -> QueryBuilder<'_, Sqlite> {
    let mut statement = QueryBuilder::new(
        "INSERT INTO requests (at, environment_id, source, method, path, status, duration_us, client, key_id, access,
           access_reason, removed_headers, allowed, code) ",
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
            .push_bind(record.access_reason.as_deref())
            .push_bind(record.removed_headers.as_deref())
            .push_bind(record.allowed)
            .push_bind(&*record.code);
    });
    statement
}
