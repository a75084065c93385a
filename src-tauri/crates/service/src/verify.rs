//! `POST /v1/verify`: verifies a key for the owner of the API. Only this response has the exact reason of a denial.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::State;
use hyper::HeaderMap;
use keystile_keys::{DenyReason, Permission, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use zeroize::Zeroizing;

use crate::body::{self, SecretBody};
use crate::check_key::check_key;
use crate::extractors::RequireAdmin;
use crate::problem_responses::AdminProblems;
use crate::state::SharedState;
use keystile_guard::{Problem, Response};

/// A verification request. Required fields are optional here, so that a missing one can be named.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(description = "A verification request.")]
pub(crate) struct VerifyRequest {
    /// The API key.
    #[serde(default, deserialize_with = "zeroizing")]
    #[schema(value_type = String, required = true)]
    key: Option<Zeroizing<String>>,
    /// The environment: its id, or `project/environment`.
    #[schema(value_type = String, required = true)]
    environment: Option<String>,
    /// The required permission; default `read`.
    #[serde(default = "read")]
    permission: Permission,
}

/// Deserializes a string without a copy that is not zeroized.
fn zeroizing<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Zeroizing<String>>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.map(Zeroizing::new))
}

fn missing_field(name: &str) -> Problem {
    Problem::invalid_body(FIELDS_ADVICE).with_detail(format!("Missing field: {name}."))
}

fn read() -> Permission {
    Permission::Read
}

/// `allowed`, or the reason of the denial.
#[derive(Clone, Copy, Serialize)]
#[serde(transparent)]
pub(crate) struct VerificationCode(&'static str);

const ALLOWED: &str = "allowed";

impl From<Option<DenyReason>> for VerificationCode {
    fn from(reason: Option<DenyReason>) -> Self {
        Self(reason.map_or(ALLOWED, DenyReason::as_str))
    }
}

impl PartialSchema for VerificationCode {
    fn schema() -> RefOr<Schema> {
        let reasons = DenyReason::ALL.into_iter().map(DenyReason::as_str);
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(std::iter::once(ALLOWED).chain(reasons)))
            .description(Some("`allowed`, or the reason of the denial."))
            .into()
    }
}

impl ToSchema for VerificationCode {
    fn name() -> Cow<'static, str> {
        "VerificationCode".into()
    }
}

/// The result of a verification. Everything from `key_id` on is null unless the secret is correct.
#[derive(Serialize, ToSchema)]
pub(crate) struct VerifyResponse<'a> {
    /// Whether the key is accepted.
    valid: bool,
    /// `allowed`, or the reason of the denial.
    code: VerificationCode,
    /// The key id.
    key_id: Option<&'a str>,
    /// The key name.
    name: Option<&'a str>,
    /// The project name.
    project: Option<&'a str>,
    /// The name of the key's environment.
    environment: Option<&'a str>,
    /// The permissions of the key.
    #[schema(value_type = Option<Vec<Permission>>)]
    permissions: Option<&'a [Permission]>,
    /// When the key expires (RFC 3339); null if it does not expire.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// Which secret of a rotated key was sent: `current`, or `old`; null if the key has not been rotated.
    secret: Option<&'static str>,
    /// When the old secret ends (RFC 3339); null for the current one.
    #[schema(format = DateTime)]
    secret_ends_at: Option<String>,
}

const FIELDS: [&str; 3] = ["key", "environment", "permission"];
const FIELDS_ADVICE: &str = "Send a JSON object with the fields key, environment, and, optionally, permission (read or write).";

/// Verify an API key
#[utoipa::path(
    post,
    path = "/v1/verify",
    operation_id = "verify",
    request_body = VerifyRequest,
    responses(
        (status = 200, description = "The result, also for a rejected key", body = VerifyResponse<'_>),
        AdminProblems,
    ),
    security((), ("admin" = [])),
)]
pub(crate) async fn verify(
    State(state): State<Arc<SharedState>>,
    _admin: RequireAdmin,
    headers: HeaderMap,
    SecretBody(body): SecretBody,
) -> Result<Response, Problem> {
    if !body::has_media_type(&headers, "application/json") {
        return Err(Problem::unsupported_media_type(
            "Send Content-Type: application/json.",
        ));
    }
    let request = body::parse_json::<VerifyRequest>(&body, &FIELDS, FIELDS_ADVICE)?;
    let key = request.key.ok_or_else(|| missing_field("key"))?;
    let environment = request
        .environment
        .ok_or_else(|| missing_field("environment"))?;
    let check = check_key(&state.verifier, &environment, &key, request.permission).await?;
    let verification = &check.verification;
    let key = verification.key();
    let secret = key.map(|key| key.secret).filter(|secret| secret.is_rotated);
    let mut response = keystile_guard::json(&VerifyResponse {
        valid: verification.is_accepted(),
        code: verification.reason().into(),
        key_id: key.map(|key| key.id.as_str()),
        name: key.map(|key| key.name.as_str()),
        project: key.map(|key| key.project_name.as_str()),
        environment: key.map(|key| key.environment_name.as_str()),
        permissions: key.map(|key| key.permissions.as_slice()),
        expires_at: key
            .and_then(|key| key.expires_at)
            .and_then(Timestamp::to_rfc3339),
        secret: secret.map(|secret| secret.ends_at.map_or("current", |_| "old")),
        secret_ends_at: secret
            .and_then(|secret| secret.ends_at)
            .and_then(Timestamp::to_rfc3339),
    });
    check.log_in(&mut response);
    Ok(response)
}
