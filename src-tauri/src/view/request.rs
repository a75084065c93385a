//! The request log.

use std::borrow::Cow;

use keystile_guard as guard;
use keystile_keys::KeyId;
use keystile_policy::Access;
use keystile_registry::RegistryError;
use keystile_store as store;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Requests of a page, if the window asks for no other number.
const DEFAULT_LIMIT: u32 = 100;
/// Requests of a page.
const MAX_LIMIT: u32 = 1_000;
/// Words of a search.
const MAX_WORDS: usize = 10;

/// Which requests of an environment the window asks for. Omitted fields select all.
#[derive(Debug, Clone, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[ts(export, optional_fields)]
pub(crate) struct RequestQuery {
    /// The id of the last request of the previous page.
    #[ts(optional, as = "Option<f64>")]
    pub(crate) before: Option<i64>,
    /// The id of the newest known request, to read newer ones. Not together with `before`.
    #[ts(optional, as = "Option<f64>")]
    pub(crate) after: Option<i64>,
    /// Only allowed, or only denied requests.
    pub(crate) allowed: Option<bool>,
    pub(crate) key_id: Option<String>,
    /// Only requests whose key is unknown. Not together with `keyId`.
    pub(crate) without_key: Option<bool>,
    /// Only requests in which each of these words occurs.
    pub(crate) words: Option<Vec<RequestWord>>,
    /// The number of requests, at most 1,000; by default 100.
    pub(crate) limit: Option<u32>,
}

/// A word of a search.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub(crate) struct RequestWord {
    /// Occurs in method, path, status, client, key id, or key name, regardless of case.
    pub(crate) text: String,
    /// Decision codes in whose description the word occurs.
    #[ts(as = "Vec<guard::DecisionCode>")]
    pub(crate) codes: Vec<String>,
}

impl From<RequestWord> for store::RequestWord {
    fn from(word: RequestWord) -> Self {
        Self {
            text: word.text,
            codes: word.codes,
        }
    }
}

/// A key in the request log.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct RequestKey {
    pub(crate) id: String,
    pub(crate) name: String,
}

impl From<(KeyId, String)> for RequestKey {
    fn from((id, name): (KeyId, String)) -> Self {
        Self {
            id: id.to_string(),
            name,
        }
    }
}

impl RequestQuery {
    /// Returns the selected requests.
    ///
    /// # Errors
    /// `NotFound` for a malformed key id, because it identifies nothing.
    pub(crate) fn filter(&self) -> Result<store::RequestFilter, RegistryError> {
        let key = match &self.key_id {
            Some(id) => {
                let id = id.parse::<KeyId>();
                store::RequestKeyFilter::Key(id.map_err(|_| RegistryError::NotFound("key"))?)
            }
            None if self.without_key == Some(true) => store::RequestKeyFilter::Without,
            None => store::RequestKeyFilter::Any,
        };
        let words = self.words.iter().flatten().take(MAX_WORDS);
        Ok(store::RequestFilter {
            allowed: self.allowed,
            key,
            words: words.cloned().map(store::RequestWord::from).collect(),
        })
    }

    /// Returns the part of the selected requests.
    pub(crate) fn range(&self) -> store::RequestRange {
        match (self.after, self.before) {
            (Some(id), _) => store::RequestRange::After(id),
            (None, Some(id)) => store::RequestRange::Before(id),
            (None, None) => store::RequestRange::Newest,
        }
    }

    /// Returns the number of requests.
    pub(crate) fn limit(&self) -> u32 {
        self.limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT)
    }
}

/// A page of the request log, newest first.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct RequestPage {
    pub(crate) requests: Vec<LoggedRequest>,
    /// Whether there are more: older ones, or newer ones if the query has `after`.
    pub(crate) has_more: bool,
    /// The number of requests that the query selects, without `before` and `after`.
    #[ts(type = "number")]
    pub(crate) total: u64,
    /// The number of requests that this program did not log since its start, because there were too many at a time.
    #[ts(type = "number")]
    pub(crate) unlogged: u64,
}

impl RequestPage {
    /// Creates a page of at most `limit` of these requests, of which one more was read.
    pub(crate) fn new(
        mut rows: Vec<store::LoggedRequest>,
        range: store::RequestRange,
        limit: u32,
        total: u64,
        unlogged: u64,
    ) -> Self {
        let limit = limit as usize;
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        if matches!(range, store::RequestRange::After(_)) {
            rows.reverse();
        }
        Self {
            requests: rows.into_iter().map(LoggedRequest::from).collect(),
            has_more,
            total,
            unlogged,
        }
    }
}

/// Which part of Keystile decided about a request.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) enum RequestSource {
    Gateway,
    Service,
    Library,
}

impl From<store::RequestSource> for RequestSource {
    fn from(source: store::RequestSource) -> Self {
        match source {
            store::RequestSource::Gateway => Self::Gateway,
            store::RequestSource::Service => Self::Service,
            store::RequestSource::Library => Self::Library,
        }
    }
}

/// A request of the log, which any process has written.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct LoggedRequest {
    /// Increases in the order in which requests were written.
    #[ts(type = "number")]
    pub(crate) id: i64,
    #[ts(type = "number")]
    pub(crate) at: i64,
    pub(crate) source: RequestSource,
    /// The method, with its override, such as `GET as DELETE`.
    pub(crate) method: String,
    /// Without the query.
    pub(crate) path: String,
    /// The status of the response; null if only the API or its proxy knows it.
    pub(crate) status: Option<u16>,
    /// The time until the response began.
    pub(crate) milliseconds: f64,
    /// The client's address, if it is known.
    pub(crate) client: Option<String>,
    pub(crate) key_id: Option<String>,
    /// The current name of the key.
    pub(crate) key_name: Option<String>,
    pub(crate) access: Access,
    /// Why, as the end of a sentence: `rule POST /search write`, `default for its method`. Null if a caller of the HTTP
    /// service requested it.
    pub(crate) access_reason: Option<String>,
    /// Names of the client's headers that were not forwarded because only a proxy may set them, separated by commas.
    pub(crate) removed_headers: Option<String>,
    pub(crate) allowed: bool,
    #[ts(as = "guard::DecisionCode")]
    pub(crate) code: String,
}

impl From<store::LoggedRequest> for LoggedRequest {
    fn from(request: store::LoggedRequest) -> Self {
        let record = request.record;
        Self {
            id: request.id,
            at: record.time.as_millis(),
            source: record.source.into(),
            method: record.method.into_owned(),
            path: record.path,
            status: record.status,
            milliseconds: record.duration.as_secs_f64() * 1000.0,
            client: record.client.map(|client| client.to_string()),
            key_id: record.key.map(|key| key.to_string()),
            key_name: request.key_name,
            access: record.access,
            access_reason: record.access_reason.map(Cow::into_owned),
            removed_headers: record.removed_headers,
            allowed: record.allowed,
            code: record.code.into_owned(),
        }
    }
}
