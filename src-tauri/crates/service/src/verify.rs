//! `POST /v1/verify`: the API's owner asks about a key, and is told exactly why. Only there, never to the presenter.

use std::borrow::Cow;

use hyper::HeaderMap;
use keystile_keys::{DenyReason, Permission};
use keystile_verifier::Verifier;
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use zeroize::Zeroizing;

use crate::body;
use crate::check_key::check_key;
use keystile_guard::{Problem, ProblemBody, Response};

/// What is asked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = VerifyRequest)]
pub(crate) struct Question {
    /// The key as the presenter sent it.
    #[serde(deserialize_with = "wiped")]
    #[schema(value_type = String)]
    key: Zeroizing<String>,
    /// The environment that the presenter wants in: its id, or `project/environment` by name.
    environment: String,
    /// What the presenter wants to do; `read` if left out.
    #[serde(default)]
    permission: Wanted,
}

/// The text moves into what wipes it; no copy is made.
fn wiped<'de, D: serde::Deserializer<'de>>(text: D) -> Result<Zeroizing<String>, D::Error> {
    String::deserialize(text).map(Zeroizing::new)
}

/// One thing that a key can be allowed.
#[derive(Clone, Copy, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Permission)]
pub(crate) enum Wanted {
    /// To look.
    #[default]
    Read,
    /// To change something.
    Write,
}

impl From<Wanted> for Permission {
    fn from(wanted: Wanted) -> Self {
        match wanted {
            Wanted::Read => Self::Read,
            Wanted::Write => Self::Write,
        }
    }
}

impl From<Permission> for Wanted {
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

/// The verdict. Everything from `key_id` on is null unless the secret was the right one.
#[derive(Serialize, ToSchema)]
#[schema(as = VerifyAnswer)]
pub(crate) struct Told<'a> {
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
    #[schema(value_type = Option<Vec<Wanted>>)]
    permissions: Option<Vec<Wanted>>,
    /// The first moment at which the key opens nothing any more; null also when it has no date.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

const ADVICE: &str =
    "Send {\"key\": …, \"environment\": …} and, if need be, \"permission\": \"read\" or \"write\".";

/// Answers the question.
#[utoipa::path(
    post,
    path = "/v1/verify",
    operation_id = "verify",
    request_body = Question,
    responses(
        (status = 200, description = "The verdict, also when it is a refusal", body = Told<'_>),
        (status = 400, description = "The question is not one", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The admin token is missing or wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "A page in a browser asked", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such environment", body = ProblemBody, content_type = "application/problem+json"),
        (status = 408, description = "The question did not arrive in time", body = ProblemBody, content_type = "application/problem+json"),
        (status = 411, description = "The length of the body is not given", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Keys cannot be checked at the moment", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security((), ("admin" = [])),
)]
pub(crate) async fn answer(
    verifier: &Verifier,
    headers: &HeaderMap,
    body: Zeroizing<Vec<u8>>,
) -> Result<Response, Problem> {
    if !body::is_of_type(headers, "application/json") {
        return Err(Problem::media_type("Send Content-Type: application/json."));
    }
    let question: Question =
        serde_json::from_slice(&body).map_err(|_| Problem::body_form(ADVICE))?;
    let permission = question.permission.into();
    let verification =
        check_key(verifier, &question.environment, &question.key, permission).await?;
    let key = verification.key();
    Ok(keystile_guard::json(&Told {
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
            .and_then(keystile_guard::to_rfc3339),
    }))
}
