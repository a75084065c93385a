//! `GET /v1/admin/environments/{environment}/keys`: pages of keys.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use keystile_guard::{Problem, Response};
use keystile_store::{KeyCounts, KeyFilter, KeyQuery, KeySort};
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{IntoParams, ToSchema};

use crate::access::Access;
use crate::admin_api::AdminApi;
use crate::key::{Key, KeyUse};
use crate::problems::{OperationProblems, problem};
use crate::segment::Segment;
use crate::string_enum::string_enum;

const DEFAULT_LIMIT: u32 = 100;
const MAX_LIMIT: u32 = 1_000;

/// Which keys are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Which keys, by their state; default `all`.
    #[param(schema_with = filters)]
    filter: KeyFilter,
    /// Words that must all occur in the name, the owner, a tag, or the id.
    #[param(value_type = Option<String>)]
    search: String,
    /// The order; default `created`.
    #[param(schema_with = sorts)]
    sort: KeySort,
    /// Whether the order is reversed; default true: the newest key first.
    #[param(value_type = Option<bool>)]
    descending: bool,
    /// The number of keys to skip; default 0.
    #[param(value_type = Option<u32>)]
    offset: u32,
    /// The number of keys to return, 1 to 1,000; default 100.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    limit: u32,
}

fn filters() -> RefOr<Schema> {
    string_enum([
        "all",
        "usable",
        "active",
        "disabled",
        "expiring",
        "ended",
        "in_keychain",
    ])
}

fn sorts() -> RefOr<Schema> {
    string_enum([
        "created",
        "name",
        "permissions",
        "state",
        "last_used",
        "expiry",
    ])
}

impl Default for ListQuery {
    fn default() -> Self {
        Self {
            filter: KeyFilter::All,
            search: String::new(),
            sort: KeySort::Created,
            descending: true,
            offset: 0,
            limit: DEFAULT_LIMIT,
        }
    }
}

/// A key with its use.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListedKey {
    /// The key.
    key: Key,
    /// Its use; null if the use counts cannot be read.
    usage: Option<KeyUse>,
}

/// A page of keys.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeyList {
    /// The keys.
    keys: Vec<ListedKey>,
    /// The number of keys on all pages.
    total: u64,
    /// The number of active keys in the environment.
    active: u64,
    /// The number of disabled keys in the environment.
    disabled: u64,
    /// The number of ended keys in the environment.
    ended: u64,
    /// The number of keys in the environment that expire within 30 days.
    expiring: u64,
}

/// List the keys of an environment
#[utoipa::path(
    get,
    path = "/v1/admin/environments/{environment}/keys",
    operation_id = "list_keys",
    tag = "admin",
    params(
        ("environment" = String, Path, description = "The id of the environment, or `project/environment`"),
        ListQuery,
    ),
    responses((status = 200, description = "A page of keys", body = KeyList), OperationProblems),
    security(("admin" = [])),
)]
pub(crate) async fn list_keys(
    State(api): State<AdminApi>,
    access: Access,
    Segment(environment): Segment,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(query) =
        query.map_err(|error| Problem::invalid_query().with_detail(error.body_text()))?;
    if !(1..=MAX_LIMIT).contains(&query.limit) {
        let detail = format!("The limit must be 1 to {MAX_LIMIT}.");
        return Err(Problem::invalid_query().with_detail(detail));
    }
    let environment = api.environment(access, &environment).await?;
    let query = KeyQuery {
        filter: query.filter,
        search: query.search,
        sort: query.sort,
        is_descending: query.descending,
        offset: query.offset,
        limit: Some(query.limit),
    };
    let page = api.registry.list_keys(&environment.id, &query).await;
    let page = page.map_err(|error| problem(&error))?;
    let ids: Vec<_> = page.keys.iter().map(|key| key.id).collect();
    let usage = api.registry.usage_of_keys(&ids).await;
    let usage = usage
        .inspect_err(|error| tracing::warn!(%error, "cannot read the use of keys"))
        .ok();
    let listed = page.keys.into_iter().map(|key| ListedKey {
        usage: usage
            .as_ref()
            .map(|usage| usage.get(&key.id).map(KeyUse::new).unwrap_or_default()),
        key: key.into(),
    });
    let KeyCounts {
        active,
        disabled,
        ended,
        expiring,
    } = page.counts;
    Ok(keystile_guard::json(&KeyList {
        keys: listed.collect(),
        total: page.total,
        active,
        disabled,
        ended,
        expiring,
    }))
}
