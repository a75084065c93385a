//! `POST /v1/introspect/{environment}`: OAuth 2.0 token introspection (RFC 7662) for one environment. A key that does not
//! work there is `{"active":false}` and no more, whatever the reason.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use hyper::{HeaderMap, StatusCode};
use keystile_keys::{Permission, Timestamp};
use keystile_verifier::Verification;
use serde::Serialize;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use crate::access_log::LoggedDecision;
use crate::body::{self, SecretBody};
use crate::check_key::check_key;
use crate::extract::NotFromBrowser;
use crate::state::SharedState;
use keystile_guard::{Problem, ProblemBody, Response};

/// The form (RFC 7662, section 2.1).
#[derive(ToSchema)]
#[schema(as = IntrospectRequest)]
#[expect(
    dead_code,
    reason = "describes the form; the form itself is read field by field"
)]
pub(crate) struct IntrospectRequest {
    /// The key as the presenter sent it.
    token: String,
    /// Ignored: there is one type of token.
    token_type_hint: Option<String>,
    /// The admin token, for clients that authenticate in the body (RFC 6749, section 2.3.1).
    client_secret: Option<String>,
}

/// What is known of a key (RFC 7662, section 2.2).
#[derive(Serialize, ToSchema)]
pub(crate) struct IntrospectResponse<'a> {
    /// Whether the key works in this environment.
    active: bool,
    /// What the key may do: `read` or `read write`.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    /// The key's environment, by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
    /// The key's public name.
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    /// When the key ends, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    /// When the key was issued, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
}

const INACTIVE: IntrospectResponse<'static> = IntrospectResponse {
    active: false,
    scope: None,
    client_id: None,
    sub: None,
    exp: None,
    iat: None,
};

const ADVICE: &str = "Send token=… once, as a form.";

/// The fields of the form that matter.
struct Form {
    token: Zeroizing<String>,
    client_secret: Option<Zeroizing<String>>,
}

impl Form {
    fn parse(body: &[u8]) -> Result<Self, Problem> {
        let (mut token, mut client_secret) = (None, None);
        for (name, value) in form_urlencoded::parse(body) {
            let field = match &*name {
                "token" => &mut token,
                "client_secret" => &mut client_secret,
                _ => continue,
            };
            if field.is_some() {
                return Err(Problem::body_form(ADVICE));
            }
            *field = Some(Zeroizing::new(value.into_owned()));
        }
        Ok(Self {
            token: token.ok_or_else(|| Problem::body_form(ADVICE))?,
            client_secret,
        })
    }
}

/// Introspects a key.
#[utoipa::path(
    post,
    path = "/v1/introspect/{project}/{environment}",
    operation_id = "introspect",
    params(
        ("project" = String, Path, description = "The project's name"),
        ("environment" = String, Path, description = "The environment's name"),
    ),
    request_body(content = IntrospectRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "What is known of the key", body = IntrospectResponse<'_>),
        (status = 400, description = "The request is malformed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The admin token is missing or wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "A page in a browser asked", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such environment", body = ProblemBody, content_type = "application/problem+json"),
        (status = 408, description = "The request did not arrive in time", body = ProblemBody, content_type = "application/problem+json"),
        (status = 411, description = "The length of the body is not given", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not a form", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Keys cannot be checked at the moment", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security((), ("admin" = [])),
)]
pub(crate) async fn introspect(
    State(state): State<Arc<SharedState>>,
    environment: Result<Path<(String, String)>, PathRejection>,
    _browser: NotFromBrowser,
    headers: HeaderMap,
    body: SecretBody,
) -> Result<Response, Problem> {
    let environment = environment
        .ok()
        .map(|Path((project, environment))| format!("{project}/{environment}"));
    respond(&state, environment.as_deref(), &headers, body).await
}

/// Introspects a key; the environment is named by its id.
#[utoipa::path(
    post,
    path = "/v1/introspect/{environment}",
    operation_id = "introspect_by_id",
    params(("environment" = String, Path, description = "The environment's id")),
    request_body(content = IntrospectRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "What is known of the key", body = IntrospectResponse<'_>),
        (status = 400, description = "The request is malformed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The admin token is missing or wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "A page in a browser asked", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such environment", body = ProblemBody, content_type = "application/problem+json"),
        (status = 408, description = "The request did not arrive in time", body = ProblemBody, content_type = "application/problem+json"),
        (status = 411, description = "The length of the body is not given", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not a form", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Keys cannot be checked at the moment", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security((), ("admin" = [])),
)]
pub(crate) async fn introspect_by_id(
    State(state): State<Arc<SharedState>>,
    environment: Result<Path<String>, PathRejection>,
    _browser: NotFromBrowser,
    headers: HeaderMap,
    body: SecretBody,
) -> Result<Response, Problem> {
    let id = environment.ok().map(|Path(id)| id);
    respond(&state, id.as_deref(), &headers, body).await
}

async fn respond(
    state: &SharedState,
    environment: Option<&str>,
    headers: &HeaderMap,
    SecretBody(body): SecretBody,
) -> Result<Response, Problem> {
    let form = if body::is_of_type(headers, "application/x-www-form-urlencoded") {
        Form::parse(&body)
    } else {
        Err(Problem::media_type(
            "Send Content-Type: application/x-www-form-urlencoded.",
        ))
    };
    // Who may not ask learns nothing about the form.
    let secret = form
        .as_ref()
        .ok()
        .and_then(|form| form.client_secret.as_ref());
    state
        .admin
        .check_client(headers, secret.map(|secret| secret.as_str()))?;
    let form = form?;
    let environment =
        environment.ok_or_else(|| Problem::environment_unknown(StatusCode::NOT_FOUND))?;
    let verification =
        check_key(&state.verifier, environment, &form.token, Permission::Read).await?;
    let mut response = match &verification {
        Verification::Accepted(key) => keystile_guard::json(&IntrospectResponse {
            active: true,
            scope: Some(key.permissions.scope()),
            client_id: Some(key.environment_id.as_str()),
            sub: Some(key.id.as_str()),
            exp: key.expires_at.map(Timestamp::as_secs),
            iat: Some(key.created_at.as_secs()),
        }),
        Verification::Rejected { .. } => keystile_guard::json(&INACTIVE),
    };
    LoggedDecision::add(&mut response, &verification);
    Ok(response)
}
