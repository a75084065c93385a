//! `POST /v1/admin/keys/{key}/rotate` and `…/end-old-secret`.

use std::time::Duration;

use axum::extract::{Extension, State};
use keystile_guard::{Problem, Response};
use keystile_registry::{Changed, RotateRequest};
use keystile_service::ConnectionFailure;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::Access;
use crate::admin_api::AdminApi;
use crate::await_confirmation::WINDOW;
use crate::idempotency::RequestIdentity;
use crate::json_body::{Fields, JsonBody};
use crate::key::{Key, key_response};
use crate::problems::{OperationProblems, problem};
use crate::secret_response::{NewSecret, created};
use crate::segment::Segment;

/// A rotation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RotateKeyRequest)]
pub(crate) struct RotateKey {
    /// How long the old secret works after the confirmation, in seconds, at most 90 days; default 24 hours; 0 ends it then.
    #[serde(default = "day")]
    overlap_seconds: u32,
    /// The name of the key, which a key in production requires.
    confirm: Option<String>,
}

impl Fields for RotateKey {
    const NAMES: &'static [&'static str] = &["overlap_seconds", "confirm"];
    const ADVICE: &'static str =
        "Send a JSON object with, optionally, the fields overlap_seconds and confirm.";
}

fn day() -> u32 {
    24 * 60 * 60
}

/// Give a key another secret
///
/// The response is the only one with the new key, which must be confirmed as that of a new key. The old secret goes on
/// working until the confirmation, and for the overlap after it. A rotation that is not confirmed changes nothing.
#[utoipa::path(
    post,
    path = "/v1/admin/keys/{key}/rotate",
    operation_id = "rotate_key",
    tag = "admin",
    params(
        ("key" = String, Path, description = "The id of the key"),
        ("Idempotency-Key" = Option<String>, Header, description = "Identifies the request when it is sent again"),
    ),
    request_body = Option<RotateKey>,
    responses((status = 201, description = "The key with its new secret", body = NewSecret<'_>), OperationProblems),
    security(("admin" = [])),
)]
pub(crate) async fn rotate_key(
    State(api): State<AdminApi>,
    access: Access,
    Segment(id): Segment,
    Extension(failure): Extension<ConnectionFailure>,
    body: JsonBody,
) -> Result<Response, Problem> {
    let key = api.key(access, &id).await?;
    let identity = RequestIdentity::new(&body, access, key.id.as_str())?;
    let rotation: RotateKey = body.parse()?;
    let request = RotateRequest {
        key_id: key.id,
        overlap: Duration::from_secs(rotation.overlap_seconds.into()),
        idempotency_key: identity.idempotency_key.clone(),
    };
    // In a task of its own: the client may disconnect meanwhile, and the secret must then be abandoned.
    let issued = tokio::spawn(async move {
        let _one_at_a_time = api.issuing.lock().await;
        let confirm = rotation.confirm.as_deref();
        let prompt = api.registry.rotate_key(WINDOW, &request, confirm).await;
        let prompt = prompt.map_err(|error| problem(&error))?;
        let before = api.await_confirmation(&prompt, &identity, failure)?;
        Ok::<_, Problem>((prompt, before))
    });
    let (prompt, before) = issued.await.map_err(|_| Problem::internal_error())??;
    created(prompt, before)
}

/// End the old secret of a rotated key
#[utoipa::path(
    post,
    path = "/v1/admin/keys/{key}/end-old-secret",
    operation_id = "end_old_secret",
    tag = "admin",
    params(("key" = String, Path, description = "The id of the key")),
    responses((status = 200, description = "The key", body = Key), OperationProblems),
    security(("admin" = [])),
)]
pub(crate) async fn end_old_secret(
    State(api): State<AdminApi>,
    access: Access,
    Segment(id): Segment,
) -> Result<Response, Problem> {
    let key = api.key(access, &id).await?;
    key_response(
        api.registry
            .end_old_secret(key.id)
            .await
            .map(Changed::into_value),
    )
}
