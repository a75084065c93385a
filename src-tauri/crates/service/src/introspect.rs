//! `POST /v1/introspect/{environment}`: OAuth 2.0 token introspection (RFC 7662) for one environment. A rejected key is
//! `{"active":false}`, without a reason.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use hyper::{HeaderMap, StatusCode};
use keystile_keys::{Permission, Timestamp};
use keystile_verifier::Verification;
use serde::Serialize;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use crate::body::{self, SecretBody};
use crate::check_key::check_key;
use crate::extractors::RejectBrowsers;
use crate::problem_responses::AdminProblems;
use crate::state::SharedState;
use keystile_guard::{Problem, Response};

/// The form (RFC 7662, section 2.1).
#[derive(ToSchema)]
#[schema(as = IntrospectRequest)]
#[expect(
    dead_code,
    reason = "describes the form; the form itself is read field by field"
)]
pub(crate) struct IntrospectRequest {
    /// The API key.
    token: String,
    /// Ignored; there is one type of token.
    token_type_hint: Option<String>,
    /// The admin token, for clients that authenticate in the body (RFC 6749, section 2.3.1).
    client_secret: Option<String>,
}

/// The state of a key (RFC 7662, section 2.2).
#[derive(Serialize, ToSchema)]
pub(crate) struct IntrospectResponse<'a> {
    /// Whether the key is accepted in this environment.
    active: bool,
    /// `read` or `read write`.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    /// The id of the key's environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
    /// The key id.
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    /// When the key expires, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    /// When the key was created, in seconds since 1970.
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

const FIELDS_ADVICE: &str = "Send a form with the field token.";

/// The parsed form.
struct IntrospectForm {
    token: Zeroizing<String>,
    client_secret: Option<Zeroizing<String>>,
}

impl IntrospectForm {
    fn parse(body: &[u8]) -> Result<Self, Problem> {
        let (mut token, mut client_secret) = (None, None);
        for (name, value) in form_urlencoded::parse(body) {
            let field = match &*name {
                "token" => &mut token,
                "client_secret" => &mut client_secret,
                _ => continue,
            };
            if field.is_some() {
                let detail = format!("Duplicate field: {name}.");
                return Err(Problem::invalid_body(FIELDS_ADVICE).with_detail(detail));
            }
            *field = Some(Zeroizing::new(value.into_owned()));
        }
        Ok(Self {
            token: token.ok_or_else(|| {
                Problem::invalid_body(FIELDS_ADVICE).with_detail("Missing field: token.")
            })?,
            client_secret,
        })
    }
}

/// Introspect a key (RFC 7662)
#[utoipa::path(
    post,
    path = "/v1/introspect/{project}/{environment}",
    operation_id = "introspect",
    params(
        ("project" = String, Path, description = "Project name"),
        ("environment" = String, Path, description = "Environment name"),
    ),
    request_body(content = IntrospectRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The state of the key", body = IntrospectResponse<'_>),
        AdminProblems,
    ),
    security((), ("admin" = [])),
)]
pub(crate) async fn introspect(
    State(state): State<Arc<SharedState>>,
    environment: Result<Path<(String, String)>, PathRejection>,
    _browser: RejectBrowsers,
    headers: HeaderMap,
    body: SecretBody,
) -> Result<Response, Problem> {
    let environment = environment
        .ok()
        .map(|Path((project, environment))| format!("{project}/{environment}"));
    introspect_in(&state, environment.as_deref(), &headers, body).await
}

/// Introspect a key (RFC 7662), with the environment's id
#[utoipa::path(
    post,
    path = "/v1/introspect/{environment}",
    operation_id = "introspect_by_id",
    params(("environment" = String, Path, description = "Environment id")),
    request_body(content = IntrospectRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The state of the key", body = IntrospectResponse<'_>),
        AdminProblems,
    ),
    security((), ("admin" = [])),
)]
pub(crate) async fn introspect_by_id(
    State(state): State<Arc<SharedState>>,
    environment: Result<Path<String>, PathRejection>,
    _browser: RejectBrowsers,
    headers: HeaderMap,
    body: SecretBody,
) -> Result<Response, Problem> {
    let id = environment.ok().map(|Path(id)| id);
    introspect_in(&state, id.as_deref(), &headers, body).await
}

async fn introspect_in(
    state: &SharedState,
    environment: Option<&str>,
    headers: &HeaderMap,
    SecretBody(body): SecretBody,
) -> Result<Response, Problem> {
    let form = if body::has_media_type(headers, "application/x-www-form-urlencoded") {
        IntrospectForm::parse(&body)
    } else {
        Err(Problem::unsupported_media_type(
            "Send Content-Type: application/x-www-form-urlencoded.",
        ))
    };
    // Authentication first: an unauthenticated client gets no details about the form.
    let secret = form
        .as_ref()
        .ok()
        .and_then(|form| form.client_secret.as_ref());
    state
        .admin
        .check_client(headers, secret.map(|secret| secret.as_str()))?;
    let form = form?;
    let environment =
        environment.ok_or_else(|| Problem::unknown_environment(StatusCode::NOT_FOUND))?;
    let check = check_key(&state.verifier, environment, &form.token, Permission::Read).await?;
    let mut response = match &check.verification {
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
    check.log_in(&mut response);
    Ok(response)
}
