//! Reads the request log, newest first, or the rows after one. Each read opens the file and closes it, because
//! reads are rare.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

use keystile_keys::{EnvironmentId, KeyId, Timestamp};
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{Connection, QueryBuilder, Row};

use crate::columns::Columns;
use crate::error::StoreError;
use crate::key::KeyRow;
use crate::request_file::{FORMAT, REQUESTS_FILE};
use crate::request_record::RequestRecord;
use crate::separate_file;
use crate::sqlite::id_list::json_list;
use crate::store::Store;

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
    /// Only those with this key, or without one.
    pub key: RequestKeyFilter,
    /// Only those in which each of these words occurs.
    pub words: Vec<RequestWord>,
}

/// Selects requests by their key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RequestKeyFilter {
    /// All requests.
    #[default]
    Any,
    /// Those whose key is unknown.
    Without,
    /// Those with this key.
    Key(KeyId),
}

/// A word of a search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestWord {
    /// Occurs in method, path, status, client, key id, or the key's current name, regardless of case.
    pub text: String,
    /// Decision codes in whose description the word occurs. They match too.
    pub codes: Vec<String>,
}

impl RequestWord {
    /// Splits a text into words, without decision codes.
    pub fn split(text: &str) -> Vec<Self> {
        let word = |text: &str| Self {
            text: text.to_owned(),
            codes: Vec::new(),
        };
        text.split_whitespace().map(word).collect()
    }
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
        let page = self.request_page(environment, filter, range, limit);
        Ok(page.await?.0)
    }

    /// Returns at most `limit` requests of an environment, and the number of all that the filter selects.
    ///
    /// # Errors
    /// As [`Store::list_requests`].
    pub async fn request_page(
        &self,
        environment: &EnvironmentId,
        filter: &RequestFilter,
        range: RequestRange,
        limit: u32,
    ) -> Result<(Vec<LoggedRequest>, u64), StoreError> {
        let (after, before, order) = match range {
            RequestRange::Newest => (i64::MIN, i64::MAX, "DESC"),
            RequestRange::Before(id) => (i64::MIN, id, "DESC"),
            RequestRange::After(id) => (id, i64::MAX, "ASC"),
        };
        let names = self.names_for(environment, filter).await?;
        let mut query = select("*", environment, filter, &names);
        query.push(" AND id > ").push_bind(after);
        query.push(" AND id < ").push_bind(before);
        query.push(format!(" ORDER BY id {order} LIMIT "));
        query.push_bind(limit);
        let mut count = select("count(*) AS total", environment, filter, &names);
        let read = async {
            let Some(mut connection) =
                separate_file::open_to_read(self.directory(), &FORMAT).await?
            else {
                return Ok((Vec::new(), 0));
            };
            // One transaction, so that rows and count belong together.
            let mut transaction = connection.begin().await?;
            let rows = query.build().fetch_all(&mut *transaction).await?;
            let total = count.build().fetch_one(&mut *transaction).await?;
            transaction.rollback().await?;
            connection.close().await?;
            let requests: Vec<_> = rows.iter().map(request).collect::<Result<_, _>>()?;
            Ok((requests, total.try_get::<i64, _>("total")?.unsigned_abs()))
        };
        let (mut requests, total) = read.await.map_err(|cause| self.unreadable_log(cause))?;
        let keys = requests.iter().filter_map(|request| request.record.key);
        let names = self.key_names(keys.collect()).await?;
        for request in &mut requests {
            let key = request.record.key.as_ref();
            request.key_name = key.and_then(|key| names.get(key)).cloned();
        }
        Ok((requests, total))
    }

    /// Returns the keys with which requests of an environment were sent, with their current names.
    ///
    /// # Errors
    /// As [`Store::list_requests`].
    pub async fn keys_of_requests(
        &self,
        environment: &EnvironmentId,
    ) -> Result<HashMap<KeyId, String>, StoreError> {
        let filter = RequestFilter::default();
        let mut query = select("DISTINCT key_id", environment, &filter, &HashMap::new());
        query.push(" AND key_id IS NOT NULL");
        let read = async {
            let Some(mut connection) =
                separate_file::open_to_read(self.directory(), &FORMAT).await?
            else {
                return Ok(HashSet::new());
            };
            let rows = query.build().fetch_all(&mut connection).await?;
            connection.close().await?;
            rows.iter().map(|row| row.parsed("key_id")).collect()
        };
        let keys: HashSet<KeyId> = read.await.map_err(|cause| self.unreadable_log(cause))?;
        self.key_names(keys).await
    }

    /// Returns the names in which the words of a filter are looked up.
    async fn names_for(
        &self,
        environment: &EnvironmentId,
        filter: &RequestFilter,
    ) -> Result<HashMap<KeyId, String>, StoreError> {
        if filter.words.is_empty() {
            return Ok(HashMap::new());
        }
        self.keys_of_requests(environment).await
    }

    fn unreadable_log(&self, cause: StoreError) -> StoreError {
        StoreError::request_log(&self.directory().join(REQUESTS_FILE), cause)
    }

    async fn key_names(&self, keys: HashSet<KeyId>) -> Result<HashMap<KeyId, String>, StoreError> {
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let ids: Vec<_> = keys.into_iter().collect();
        let names = KeyRow::names(&mut self.read().await?, &ids).await?;
        Ok(names.into_iter().collect())
    }
}

/// Returns the query of the selected requests. `names`: the names of their keys.
fn select(
    columns: &'static str,
    environment: &EnvironmentId,
    filter: &RequestFilter,
    names: &HashMap<KeyId, String>,
) -> QueryBuilder<'static, Sqlite> {
    let mut query = QueryBuilder::new(format!(
        "SELECT {columns} FROM requests WHERE environment_id = "
    ));
    query.push_bind(environment.as_str().to_owned());
    if let Some(allowed) = filter.allowed {
        query.push(" AND allowed = ").push_bind(allowed);
    }
    match filter.key {
        RequestKeyFilter::Any => {}
        RequestKeyFilter::Without => {
            query.push(" AND key_id IS NULL");
        }
        RequestKeyFilter::Key(key) => {
            query
                .push(" AND key_id = ")
                .push_bind(key.as_str().to_owned());
        }
    }
    for word in &filter.words {
        let lower = word.text.to_lowercase();
        let keys: Vec<_> = names
            .iter()
            .filter(|(_, name)| name.to_lowercase().contains(&lower))
            .map(|(key, _)| *key)
            .collect();
        // SQLite's `lower` knows ASCII only; paths and addresses contain nothing else.
        query
            .push(" AND (instr(lower(concat_ws(' ', method, path, status, client, key_id)), ")
            .push_bind(word.text.to_ascii_lowercase())
            .push(") OR key_id IN (SELECT value FROM json_each(")
            .push_bind(json_list(&keys))
            .push(")) OR code IN (SELECT value FROM json_each(")
            .push_bind(serde_json::json!(word.codes).to_string())
            .push(")))");
    }
    query
}

fn request(row: &SqliteRow) -> Result<LoggedRequest, StoreError> {
    let micros: i64 = row.try_get("duration_us")?;
    Ok(LoggedRequest {
        id: row.try_get("id")?,
        record: RequestRecord {
            time: Timestamp::from_millis(row.try_get("at")?),
            environment: row.parsed("environment_id")?,
            source: row.parsed("source")?,
            method: Cow::Owned(row.try_get("method")?),
            path: row.try_get("path")?,
            status: row.try_get("status")?,
            duration: Duration::from_micros(micros.unsigned_abs()),
            client: row.optional_parsed("client")?,
            key: row.optional_parsed("key_id")?,
            access: row.parsed("access")?,
            access_reason: row
                .try_get::<Option<String>, _>("access_reason")?
                .map(Cow::Owned),
            removed_headers: row.try_get("removed_headers")?,
            allowed: row.try_get("allowed")?,
            code: Cow::Owned(row.try_get("code")?),
        },
        key_name: None,
    })
}
