//! `POST /v1/introspect`: the same question as OAuth asks it (RFC 7662). A key that opens nothing is `{"active":false}`
//! and no more, whatever the reason. It tells no names.

use hyper::HeaderMap;
use keystile_keys::Verdict;
use keystile_verifier::Verifier;
use serde::Serialize;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use crate::body;
use keystile_guard::{Problem, ProblemBody, Response};

/// What is asked (RFC 7662, 2.1).
#[derive(ToSchema)]
#[schema(as = IntrospectRequest)]
#[expect(
    dead_code,
    reason = "describes the form; the form itself is read field by field"
)]
pub(crate) struct Question {
    /// The key as the presenter sent it.
    token: String,
    /// Taken and not needed: there is one type of token.
    token_type_hint: Option<String>,
}

/// What is known of a token (RFC 7662, 2.2).
#[derive(Serialize, ToSchema)]
#[schema(as = IntrospectAnswer)]
pub(crate) struct Told<'a> {
    /// Whether the key opens its environment.
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

const INACTIVE: Told<'static> = Told {
    active: false,
    scope: None,
    client_id: None,
    sub: None,
    exp: None,
    iat: None,
};

const ADVICE: &str = "Send token=… once, as a form.";

fn token(body: &[u8]) -> Result<Zeroizing<String>, Problem> {
    let mut token = None;
    for (name, value) in form_urlencoded::parse(body) {
        if name != "token" {
            continue;
        }
        if token.is_some() {
            return Err(Problem::body_form(ADVICE));
        }
        token = Some(Zeroizing::new(value.into_owned()));
    }
    token.ok_or_else(|| Problem::body_form(ADVICE))
}

/// Answers the question.
#[utoipa::path(
    post,
    path = "/v1/introspect",
    operation_id = "introspect",
    request_body(content = Question, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "What is known of the key", body = Told<'_>),
        (status = 400, description = "The question is not one", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The admin token is missing or wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "A page in a browser asked", body = ProblemBody, content_type = "application/problem+json"),
        (status = 408, description = "The question did not arrive in time", body = ProblemBody, content_type = "application/problem+json"),
        (status = 411, description = "The length of the body is not given", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not a form", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Keys cannot be checked at the moment", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security((), ("admin" = [])),
)]
pub(crate) async fn answer(
    verifier: &Verifier,
    headers: &HeaderMap,
    body: Zeroizing<Vec<u8>>,
) -> Result<Response, Problem> {
    if !body::is_of_type(headers, "application/x-www-form-urlencoded") {
        return Err(Problem::media_type(
            "Send Content-Type: application/x-www-form-urlencoded.",
        ));
    }
    let token = token(&body)?;
    let answer = verifier
        .identify(&token, keystile_guard::now())
        .await
        .map_err(|error| Problem::unavailable(&error, true))?;
    let (Verdict::Accepted(_), Some(key)) = (answer.verdict, &answer.key) else {
        return Ok(keystile_guard::json(&INACTIVE));
    };
    Ok(keystile_guard::json(&Told {
        active: true,
        scope: Some(key.permissions.scope()),
        client_id: Some(key.environment_id.as_str()),
        sub: Some(key.id.as_str()),
        exp: key.expires_at.map(keystile_guard::to_numeric_date),
        iat: Some(keystile_guard::to_numeric_date(key.created_at)),
    }))
}
