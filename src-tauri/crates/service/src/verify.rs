//! `POST /v1/verify`: checks a key for the owner of the API. The only response with the exact reason.

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

use crate::access_log::LoggedDecision;
use crate::body::{self, SecretBody};
use crate::check_key::check_key;
use crate::extract::Owner;
use crate::state::SharedState;
use keystile_guard::{Problem, ProblemBody, Response};

/// The request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyRequest {
    /// The key as the presenter sent it.
    #[serde(deserialize_with = "wiped")]
    #[schema(value_type = String)]
    key: Zeroizing<String>,
    /// The environment that the presenter wants in: its id, or `project/environment` by name.
    environment: String,
    /// What the presenter wants to do; `read` if left out.
    #[serde(default)]
    permission: PermissionParam,
}

/// The text moves into what wipes it; no copy is made.
fn wiped<'de, D: serde::Deserializer<'de>>(text: D) -> Result<Zeroizing<String>, D::Error> {
    String::deserialize(text).map(Zeroizing::new)
}

/// One thing that a key can be allowed.
#[derive(Clone, Copy, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Permission)]
pub(crate) enum PermissionParam {
    /// To look.
    #[default]
    Read,
    /// To change something.
    Write,
}

impl From<PermissionParam> for Permission {
    fn from(wanted: PermissionParam) -> Self {
        match wanted {
            PermissionParam::Read => Self::Read,
            PermissionParam::Write => Self::Write,
        }
    }
}

impl From<Permission> for PermissionParam {
    fn from(permission: Permission) -> Self {
        match permission {
            Permission::Read => Self::Read,
            Permission::Write => Self::Write,
        }
    }
}

/// Why the request may not pass, or that it may.
#[derive(Clone, Copy, Serialize)]
#[serde(transparent)]
pub(crate) struct Code(&'static str);

const ACCEPTED: &str = "accepted";

impl From<Option<DenyReason>> for Code {
    fn from(reason: Option<DenyReason>) -> Self {
        Self(reason.map_or(ACCEPTED, DenyReason::as_str))
    }
}

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        let reasons = DenyReason::ALL.into_iter().map(DenyReason::as_str);
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(std::iter::once(ACCEPTED).chain(reasons)))
            .description(Some("Why the request may not pass, or that it may."))
            .into()
    }
}

impl ToSchema for Code {
    fn name() -> Cow<'static, str> {
        "VerificationCode".into()
    }
}

/// The decision. Everything from `key_id` on is null unless the secret was the right one.
#[derive(Serialize, ToSchema)]
pub(crate) struct VerifyResponse<'a> {
    /// Whether the request may pass.
    valid: bool,
    /// Why.
    code: Code,
    /// The key's public name.
    key_id: Option<&'a str>,
    /// The key's name.
    name: Option<&'a str>,
    /// The project's name.
    project: Option<&'a str>,
    /// The name of the key's own environment.
    environment: Option<&'a str>,
    /// Everything the key may do.
    #[schema(value_type = Option<Vec<PermissionParam>>)]
    permissions: Option<Vec<PermissionParam>>,
    /// The first moment at which the key opens nothing any more; null also when it has no date.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

const ADVICE: &str =
    "Send {\"key\": …, \"environment\": …} and, if need be, \"permission\": \"read\" or \"write\".";

/// Checks a key.
#[utoipa::path(
    post,
    path = "/v1/verify",
    operation_id = "verify",
    request_body = VerifyRequest,
    responses(
        (status = 200, description = "The decision, also when the key is rejected", body = VerifyResponse<'_>),
        (status = 400, description = "The request is malformed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The admin token is missing or wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "A page in a browser asked", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such environment", body = ProblemBody, content_type = "application/problem+json"),
        (status = 408, description = "The request did not arrive in time", body = ProblemBody, content_type = "application/problem+json"),
        (status = 411, description = "The length of the body is not given", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Keys cannot be checked at the moment", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security((), ("admin" = [])),
)]
pub(crate) async fn verify(
    State(state): State<Arc<SharedState>>,
    _owner: Owner,
    headers: HeaderMap,
    SecretBody(body): SecretBody,
) -> Result<Response, Problem> {
    if !body::is_of_type(&headers, "application/json") {
        return Err(Problem::media_type("Send Content-Type: application/json."));
    }
    let request: VerifyRequest =
        serde_json::from_slice(&body).map_err(|_| Problem::body_form(ADVICE))?;
    let permission = request.permission.into();
    let verification = check_key(
        &state.verifier,
        &request.environment,
        &request.key,
        permission,
    )
    .await?;
    let key = verification.key();
    let mut response = keystile_guard::json(&VerifyResponse {
        valid: verification.is_accepted(),
        code: verification.reason().into(),
        key_id: key.map(|key| key.id.as_str()),
        name: key.map(|key| key.name.as_str()),
        project: key.map(|key| key.project_name.as_str()),
        environment: key.map(|key| key.environment_name.as_str()),
        permissions: key.map(|key| {
            key.permissions
                .as_slice()
                .iter()
                .map(|one| (*one).into())
                .collect()
        }),
        expires_at: key
            .and_then(|key| key.expires_at)
            .and_then(Timestamp::to_rfc3339),
    });
    LoggedDecision::add(&mut response, &verification);
    Ok(response)
}
