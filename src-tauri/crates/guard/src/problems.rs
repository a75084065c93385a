//! One constructor for each kind of problem, so that every server describes it with the same status, code, and
//! sentence. The sentences are for HTTP clients: what only an administrator can change is not named here.

use http::StatusCode;
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use keystile_verifier::Error;
use miette::Diagnostic;

use crate::decision_code::DecisionCode;
use crate::problem::Problem;

/// Malformed requests.
impl Problem {
    /// The message is not valid HTTP/1.1.
    pub fn malformed_request() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            DecisionCode::MalformedRequest,
            "Malformed HTTP/1.1 request.",
            "Check the request line, the headers, and the body.",
        )
        .and_close()
    }

    /// The path and query exceed the limit.
    pub fn uri_too_long() -> Self {
        Self::new(
            StatusCode::URI_TOO_LONG,
            "uri_too_long",
            "The URL is too long.",
            "Keep the path and query below 8 KiB.",
        )
        .and_close()
    }

    /// The headers exceed the limit.
    pub fn headers_too_large() -> Self {
        Self::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "headers_too_large",
            "The request headers are too large.",
            "Send at most 100 headers and 32 KiB.",
        )
        .and_close()
    }

    /// The head or the body did not arrive in time.
    pub fn request_timeout() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "request_timeout",
            "The request did not arrive in time.",
            "Send the request again.",
        )
        .and_close()
    }

    /// The server does not support this version of HTTP.
    pub fn unsupported_http_version() -> Self {
        Self::new(
            StatusCode::HTTP_VERSION_NOT_SUPPORTED,
            "unsupported_http_version",
            "HTTP version not supported.",
            "Use HTTP/1.1.",
        )
        .and_close()
    }

    /// The body has no `Content-Length`.
    pub fn length_required() -> Self {
        Self::new(
            StatusCode::LENGTH_REQUIRED,
            "length_required",
            "A Content-Length header is required.",
            "Send Content-Length, and no Transfer-Encoding.",
        )
        .and_close()
    }

    /// Returns the problem that replaces a response of hyper to a head that it could not parse; `None` if `response`
    /// does not begin with a client error.
    pub fn replacing(response: &[u8]) -> Option<Self> {
        let status = response
            .strip_prefix(b"HTTP/1.1 ")
            .or_else(|| response.strip_prefix(b"HTTP/1.0 "))?;
        match status.get(..3)? {
            b"414" => Some(Self::uri_too_long()),
            b"431" => Some(Self::headers_too_large()),
            [b'4', ..] => Some(Self::malformed_request()),
            _ => None,
        }
    }
}

/// Requests for another host, path, or method.
impl Problem {
    /// The request has no valid host, or more than one.
    pub fn invalid_host() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            DecisionCode::InvalidHost,
            "The request must have exactly one valid Host header.",
            "Send one Host header that matches the URL.",
        )
        .and_close()
    }

    /// The server does not accept this host name.
    pub fn host_not_allowed() -> Self {
        Self::new(
            StatusCode::MISDIRECTED_REQUEST,
            "host_not_allowed",
            "This Host header is not allowed.",
            "Use localhost, or a host name that this server accepts.",
        )
    }

    /// A page in a browser sent the request.
    pub fn browser_not_allowed() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "browser_not_allowed",
            "Requests from browsers are not allowed.",
            "Send the request from a server.",
        )
    }

    /// The path does not exist.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "Not found.",
            "See /openapi.json for the available paths.",
        )
    }

    /// The path does not support the method.
    pub fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "Method not allowed.",
            "Use a method from the Allow header.",
        )
    }
}

/// Invalid bodies.
impl Problem {
    /// The body exceeds the limit.
    pub fn body_too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            "The request body is too large.",
            "Keep it below 16 KiB.",
        )
        .and_close()
    }

    /// The `Content-Type` is not supported; `advice` names the supported one.
    pub fn unsupported_media_type(advice: &'static str) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "Unsupported Content-Type.",
            advice,
        )
    }

    /// The body does not have the expected fields; `advice` names them.
    pub fn invalid_body(advice: &'static str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid_body",
            "Invalid request body.",
            advice,
        )
    }
}

/// Headers and paths that could change the meaning of a request on its way.
impl Problem {
    /// A client must not send this header.
    pub fn reserved_header() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            DecisionCode::ReservedHeader,
            "The request has a header that only a proxy may set.",
            "Remove headers that begin with X-Keystile, X-Forwarded, or X-Original, that name a user or another path, or that resemble one of these.",
        )
    }

    /// The path could leave the base path of the upstream.
    pub fn dot_segments() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            DecisionCode::DotSegments,
            "The path contains dot segments.",
            "Send the path without . and .. segments.",
        )
    }
}

/// Requests of a reverse proxy, and of the owner of the API.
impl Problem {
    /// The proxy did not send exactly one method header.
    pub fn missing_method_header() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "missing_method_header",
            "The proxy must forward exactly one method header.",
            ASK_OPERATOR,
        )
    }

    /// The reverse proxy is configured incorrectly, which its clients cannot change.
    pub fn proxy_misconfigured() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "proxy_misconfigured",
            "The reverse proxy of this API is configured incorrectly.",
            ASK_OPERATOR,
        )
    }

    /// The environment does not exist.
    pub fn unknown_environment(status: StatusCode) -> Self {
        Self::new(
            status,
            "unknown_environment",
            "Environment not found.",
            "Use its id, or project/environment.",
        )
    }

    /// The admin token is missing.
    pub fn missing_admin_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "missing_admin_token",
            "The admin token is required.",
            "Send it as Authorization: Bearer.",
        )
        .with(WWW_AUTHENTICATE, "Bearer realm=\"keystile admin\"")
    }

    /// The admin token is wrong.
    pub fn invalid_admin_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "invalid_admin_token",
            "Invalid admin token.",
            "Send the token that the service was started with.",
        )
        .with(
            WWW_AUTHENTICATE,
            "Bearer realm=\"keystile admin\", error=\"invalid_token\"",
        )
    }
}

/// Requests of administrators.
impl Problem {
    /// The admin token is for one project, and the request is about all.
    pub fn admin_token_of_project() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "admin_token_of_project",
            "This admin token is for one project, and manages its keys only.",
            "Use a token that is for all projects.",
        )
    }

    /// Another request was sent with this idempotency key.
    pub fn idempotency_key_reused() -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency_key_reused",
            "Another request was sent with this Idempotency-Key.",
            "Use a new one for each key.",
        )
    }

    /// A new key was confirmed long ago, or has ended, or never existed.
    pub fn unknown_confirmation() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "unknown_confirmation",
            "No new key waits for this confirmation.",
            "It was not confirmed in time, or was discarded. Create another key, or rotate the key again.",
        )
    }

    /// A new key was confirmed, so it cannot be discarded.
    pub fn already_confirmed() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "already_confirmed",
            "This key was confirmed, so it cannot be discarded.",
            "Revoke it.",
        )
    }

    /// The query of the URL has an invalid or unknown parameter.
    pub fn invalid_query() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid_query",
            "Invalid query.",
            "See /openapi.json for the parameters and their values.",
        )
    }

    /// An operation failed with this error, which has a code, a sentence, and a next step.
    pub fn from_diagnostic(status: StatusCode, error: &dyn Diagnostic) -> Self {
        Self::new(status, DecisionCode::InternalError, "", TRY_AGAIN).with_diagnostic(error)
    }
}

/// Failures of the server.
impl Problem {
    /// The verifier could not decide. Only the owner of the API gets the verifier's own sentence, which may name a
    /// file.
    pub fn unavailable(error: &Error, is_for_owner: bool) -> Self {
        tracing::warn!(
            code = error.code().map(|code| code.to_string()),
            cause = error as &dyn std::error::Error,
            "key verification unavailable"
        );
        let problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            DecisionCode::Unavailable,
            "API keys cannot be verified at the moment.",
            TRY_AGAIN,
        )
        .with(RETRY_AFTER, "1");
        if !is_for_owner {
            return problem;
        }
        problem.with_diagnostic(error)
    }

    /// The program has a defect.
    pub fn internal_error() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            DecisionCode::InternalError,
            "Internal error.",
            TRY_AGAIN,
        )
    }
}

/// The advice where only the operator can help.
pub(crate) const ASK_OPERATOR: &str = "Contact the operator of this API.";
/// The advice for a failure that may be short.
pub(crate) const TRY_AGAIN: &str = "Try again in a moment.";
