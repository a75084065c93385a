//! Reads the request log, newest first, or the rows after one. Each read opens the file and closes it, because
//! reads are rare.

use std::borrow::Cow;
use std::collections::HashMap;
use std::time::Duration;

use keystile_keys::{EnvironmentId, KeyId, Timestamp};
use sqlx::sqlite::SqliteRow;
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};

use crate::column::{column, optional_column};
use crate::database_file::DatabaseFile;
use crate::error::StoreError;
use crate::id_list::json_list;
use crate::open::Store;
use crate::request_file::{REQUESTS_FILE, reject_foreign, settings};
use crate::request_record::RequestRecord;

/// A request of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedRequest {
    /// Increases in the order in which requests were written, by any process.
    pub id: i64,
    /// The request.
    pub record: RequestRecord,
    /// The current name of its key.
    pub key_name: Option<String>,
}

/// Selects requests of an environment. The default selects all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestFilter {
    /// Only allowed, or only denied ones.
    pub allowed: Option<bool>,
    /// Only those with this key.
    pub key: Option<KeyId>,
    /// Only those with this text in method, path, or key id, regardless of case.
    pub text: Option<String>,
}

/// Which requests of a selection are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestRange {
    /// The newest, newest first.
    Newest,
    /// The newest before this id, newest first.
    Before(i64),
    /// The oldest after this id, oldest first.
    After(i64),
}

impl Store {
    /// Returns at most `limit` requests of an environment.
    ///
    /// # Errors
    /// `RequestLog` if the file cannot be read; without a file, the log is empty.
    pub async fn list_requests(
        &self,
        environment: &EnvironmentId,
        filter: &RequestFilter,
        range: RequestRange,
        limit: u32,
    ) -> Result<Vec<LoggedRequest>, StoreError> {
        let path = self.directory().join(REQUESTS_FILE);
        let mut requests = self
            .read_requests(environment, filter, range, limit)
            .await
            .map_err(|cause| StoreError::request_log(&path, cause))?;
        let names = self.key_names(&requests).await?;
        for request in &mut requests {
            let key = request.record.key.as_ref();
            request.key_name = key.and_then(|key| names.get(key)).cloned();
        }
        Ok(requests)
    }

    async fn read_requests(
        &self,
        environment: &EnvironmentId,
        filter: &RequestFilter,
        range: RequestRange,
        limit: u32,
    ) -> Result<Vec<LoggedRequest>, StoreError> {
        let Some(mut connection) = self.open_requests().await? else {
            return Ok(Vec::new());
        };
        let (after, before, order) = match range {
            RequestRange::Newest => (i64::MIN, i64::MAX, "DESC"),
            RequestRange::Before(id) => (i64::MIN, id, "DESC"),
            RequestRange::After(id) => (id, i64::MAX, "ASC"),
        };
        let rows = sqlx::query(&format!(
            "SELECT * FROM requests WHERE environment_id = ?1 AND id > ?2 AND id < ?3
                AND (?4 IS NULL OR allowed = ?4)
                AND (?5 IS NULL OR key_id = ?5)
                AND (?6 IS NULL OR instr(lower(path), ?6) OR instr(lower(method), ?6) OR instr(lower(key_id), ?6))
              ORDER BY id {order} LIMIT ?7"
        ))
        .bind(environment.as_str())
        .bind(after)
        .bind(before)
        .bind(filter.allowed)
        .bind(filter.key.as_ref().map(|key| key.as_str()))
        // Like SQLite's `lower`, which knows ASCII only.
        .bind(filter.text.as_ref().map(|text| text.to_ascii_lowercase()))
        .bind(limit)
        .fetch_all(&mut connection)
        .await?;
        connection.close().await?;
        rows.iter().map(request).collect()
    }

    /// Opens the log. Not read-only: after a crash, the first connection restores the file from its journal.
    async fn open_requests(&self) -> Result<Option<SqliteConnection>, StoreError> {
        let path = self.directory().join(REQUESTS_FILE);
        if !path.is_file() {
            return Ok(None);
        }
        let file = DatabaseFile::open_existing(&path).map_err(|cause| StoreError::ReadOnly {
            path: path.clone(),
            cause: Some(cause),
        })?;
        reject_foreign(&file, &path)?;
        // Another process is creating it.
        if file.len().is_ok_and(|bytes| bytes == 0) {
            return Ok(None);
        }
        Ok(Some(settings(&path).connect().await?))
    }

    async fn key_names(
        &self,
        requests: &[LoggedRequest],
    ) -> Result<HashMap<KeyId, String>, StoreError> {
        let mut ids: Vec<KeyId> = requests
            .iter()
            .filter_map(|request| request.record.key)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows =
            sqlx::query("SELECT id, name FROM keys WHERE id IN (SELECT value FROM json_each(?))")
                .bind(json_list(&ids))
                .fetch_all(&mut *self.read().await?)
                .await?;
        rows.iter()
            .map(|row| Ok((column(row, "id")?, row.try_get("name")?)))
            .collect()
    }
}

fn request(row: &SqliteRow) -> Result<LoggedRequest, StoreError> {
    let micros: i64 = row.try_get("duration_us")?;
    Ok(LoggedRequest {
        id: row.try_get("id")?,
        record: RequestRecord {
            time: Timestamp::from_millis(row.try_get("at")?),
            environment: column(row, "environment_id")?,
            source: column(row, "source")?,
            method: Cow::Owned(row.try_get("method")?),
            path: row.try_get("path")?,
            status: row.try_get("status")?,
            duration: Duration::from_micros(micros.unsigned_abs()),
            client: optional_column(row, "client")?,
            key: optional_column(row, "key_id")?,
            access: column(row, "access")?,
            allowed: row.try_get("allowed")?,
            code: Cow::Owned(row.try_get("code")?),
        },
        key_name: None,
    })
}
