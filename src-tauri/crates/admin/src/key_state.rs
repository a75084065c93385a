//! `POST /v1/admin/keys/{key}/disable`, `…/enable`, and `…/revoke`.

use std::time::Duration;

use axum::extract::State;
use keystile_guard::{Problem, Response};
use keystile_registry::Changed;
use keystile_store::Revocation;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::Access;
use crate::admin_api::AdminApi;
use crate::json_body::{Fields, JsonBody};
use crate::key::{Key, RevokeReasonName, key_response};
use crate::problems::OperationProblems;
use crate::segment::Segment;

/// How long a key is disabled for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisableKeyRequest)]
pub(crate) struct DisableKey {
    /// The seconds after which the key is active again, at most 30 days; omitted: until it is enabled.
    seconds: Option<u32>,
}

impl Fields for DisableKey {
    const NAMES: &'static [&'static str] = &["seconds"];
    const ADVICE: &'static str = "Send a JSON object with, optionally, the field seconds.";
}

/// Why a key is revoked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RevokeKeyRequest)]
pub(crate) struct RevokeKey {
    /// The reason.
    reason: Option<RevokeReasonName>,
    /// Any text about it, up to 500 characters.
    #[serde(default)]
    note: String,
    /// The name of the key, which a key in production requires.
    confirm: Option<String>,
}

impl Fields for RevokeKey {
    const NAMES: &'static [&'static str] = &["reason", "note", "confirm"];
    const ADVICE: &'static str = "Send a JSON object with, optionally, the fields reason (leaked, superseded, unused, or other), note, and confirm.";
}

/// Disable a key
///
/// The next request with it is denied.
#[utoipa::path(
    post,
    path = "/v1/admin/keys/{key}/disable",
    operation_id = "disable_key",
    tag = "admin",
    params(("key" = String, Path, description = "The id of the key")),
    request_body = Option<DisableKey>,
    responses((status = 200, description = "The key", body = Key), OperationProblems),
    security(("admin" = [])),
)]
pub(crate) async fn disable_key(
    State(api): State<AdminApi>,
    access: Access,
    Segment(id): Segment,
    body: JsonBody,
) -> Result<Response, Problem> {
    let key = api.key(access, &id).await?;
    let DisableKey { seconds } = body.parse()?;
    let pause = seconds.map(|seconds| Duration::from_secs(seconds.into()));
    key_response(
        api.registry
            .disable_key(key.id, pause)
            .await
            .map(Changed::into_value),
    )
}

/// Enable a disabled key
#[utoipa::path(
    post,
    path = "/v1/admin/keys/{key}/enable",
    operation_id = "enable_key",
    tag = "admin",
    params(("key" = String, Path, description = "The id of the key")),
    responses((status = 200, description = "The key", body = Key), OperationProblems),
    security(("admin" = [])),
)]
pub(crate) async fn enable_key(
    State(api): State<AdminApi>,
    access: Access,
    Segment(id): Segment,
) -> Result<Response, Problem> {
    let key = api.key(access, &id).await?;
    key_response(api.registry.enable_key(key.id).await)
}

/// Revoke a key
///
/// This cannot be undone. The next request with it is denied. Revoking a revoked key changes nothing.
#[utoipa::path(
    post,
    path = "/v1/admin/keys/{key}/revoke",
    operation_id = "revoke_key",
    tag = "admin",
    params(("key" = String, Path, description = "The id of the key")),
    request_body = Option<RevokeKey>,
    responses((status = 200, description = "The key", body = Key), OperationProblems),
    security(("admin" = [])),
)]
pub(crate) async fn revoke_key(
    State(api): State<AdminApi>,
    access: Access,
    Segment(id): Segment,
    body: JsonBody,
) -> Result<Response, Problem> {
    let key = api.key(access, &id).await?;
    let revoke: RevokeKey = body.parse()?;
    let revocation = revoke.reason.map(|RevokeReasonName(reason)| Revocation {
        reason,
        note: revoke.note,
    });
    let confirm = revoke.confirm.as_deref();
    let revoked = api
        .registry
        .revoke_because(key.id, confirm, revocation.as_ref());
    key_response(revoked.await.map(Changed::into_value))
}
