//! The request log.

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
    /// A part of method, path, or key id, regardless of case.
    pub(crate) text: Option<String>,
    /// The number of requests, at most 1,000; by default 100.
    pub(crate) limit: Option<u32>,
}

impl RequestQuery {
    /// Returns the selected requests.
    ///
    /// # Errors
    /// `NotFound` for a malformed key id, because it identifies nothing.
    pub(crate) fn filter(&self) -> Result<store::RequestFilter, RegistryError> {
        let key = self.key_id.as_deref().map(str::parse::<KeyId>);
        Ok(store::RequestFilter {
            allowed: self.allowed,
            key: key
                .transpose()
                .map_err(|_| RegistryError::NotFound("key"))?,
            text: self.text.clone().filter(|text| !text.is_empty()),
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
}

impl RequestPage {
    /// Creates a page of at most `limit` of these requests, of which one more was read.
    pub(crate) fn new(
        mut rows: Vec<store::LoggedRequest>,
        range: store::RequestRange,
        limit: u32,
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
            allowed: record.allowed,
            code: record.code.into_owned(),
        }
    }
}
