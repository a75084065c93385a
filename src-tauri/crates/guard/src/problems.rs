//! One constructor for each kind of problem, so that every server words the same problem in the same way.

use http::StatusCode;
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use keystile_verifier::Error;

use crate::decision_code::DecisionCode;
use crate::problem::Problem;

/// What a presenter reads whatever was wrong with the key.
const REFUSED: &str = "This API key is not accepted.";

impl Problem {
    // What cannot be read as a request.

    /// What came is no request.
    pub fn malformed() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            DecisionCode::RequestMalformed,
            "Malformed HTTP/1.1 request.",
            "Send one line with method, path and version, then one header a line.",
        )
        .and_close()
    }

    /// The first line is too long.
    pub fn uri_too_long() -> Self {
        Self::new(
            StatusCode::URI_TOO_LONG,
            "uri_too_long",
            "The path is too long.",
            "Keep path and query below 8 KiB.",
        )
        .and_close()
    }

    /// The headers are too many.
    pub fn head_too_large() -> Self {
        Self::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "head_too_large",
            "The headers are too many or too large.",
            "Keep them below 32 KiB and 100 lines.",
        )
        .and_close()
    }

    /// A head took too long.
    pub fn timeout() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "request_timeout",
            "The request did not arrive in time.",
            "Send it again, without a pause.",
        )
        .and_close()
    }

    /// Another version of HTTP.
    pub fn version() -> Self {
        Self::new(
            StatusCode::HTTP_VERSION_NOT_SUPPORTED,
            "version_unsupported",
            "HTTP version not supported.",
            "Send the request as HTTP/1.1.",
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

    // Whom the request is for.

    /// No host, or more than one.
    pub fn host_missing() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            DecisionCode::HostMissing,
            "The request must have exactly one valid Host header.",
            "Send one Host header that agrees with the address.",
        )
        .and_close()
    }

    /// The server does not answer under this host name.
    pub fn host_forbidden() -> Self {
        Self::new(
            StatusCode::MISDIRECTED_REQUEST,
            "host_forbidden",
            "The service does not answer under this host name.",
            "Ask it as localhost, or allow the name where the service is started.",
        )
    }

    /// A page in a browser sent the request.
    pub fn browser_refused() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "browser_refused",
            "Requests from browsers are not allowed.",
            "Ask from your server.",
        )
    }

    /// The path does not exist.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is nothing under this path.",
            "See /openapi.json for what there is.",
        )
    }

    /// The path exists, but not for this method.
    pub fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "Method not allowed.",
            "Use a method that the Allow header names.",
        )
    }

    // What the body says.

    /// The body exceeds the limit.
    pub fn body_too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            "The body is too large.",
            "Keep it below 16 KiB.",
        )
        .and_close()
    }

    /// The `Content-Type` is not supported; `wanted` names the supported one.
    pub fn media_type(wanted: &'static str) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media_type",
            "Unsupported Content-Type.",
            wanted,
        )
    }

    /// The body does not have the expected format.
    pub fn body_form(advice: &'static str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "body_form",
            "The body is not what this path reads.",
            advice,
        )
    }

    // What the request shows.

    /// A key stands in the query or in the path.
    pub fn key_in_query() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            DecisionCode::KeyInQuery,
            "A key in the address is not accepted: addresses end up in logs, histories and Referer headers.",
            "Send it as X-API-KEY or as Authorization: Bearer, and revoke the key that was sent.",
        )
        .with(
            WWW_AUTHENTICATE,
            "Bearer realm=\"keystile\", error=\"invalid_request\", error_description=\"A key in the address is not accepted\"",
        )
    }

    /// A key stands in a header or a cookie that is not there for it.
    pub fn key_in_header() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            DecisionCode::KeyInHeader,
            "The request has an API key in a cookie or an unrelated header.",
            "Remove it there, and send one key in the header that this API reads it from.",
        )
        .with(
            WWW_AUTHENTICATE,
            "Bearer realm=\"keystile\", error=\"invalid_request\", error_description=\"A key in an unrelated header\"",
        )
    }

    /// A header that only a proxy may set.
    pub fn header_forbidden() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            DecisionCode::HeaderForbidden,
            "The request has a header that only a proxy may set.",
            "Remove headers that begin with X-Keystile, X-Forwarded or X-Original, name a user or another path, or resemble one of them.",
        )
    }

    /// The path leaves the part of the server that belongs to the environment.
    pub fn path_forbidden() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            DecisionCode::PathForbidden,
            "The path has dot segments.",
            "Send the path without . and .. segments.",
        )
    }

    /// The request carries more than one key.
    pub fn credentials_conflict() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            DecisionCode::CredentialsConflict,
            "The request has more than one API key.",
            "Send one key, as X-API-KEY or as Authorization: Bearer.",
        )
        .with(
            WWW_AUTHENTICATE,
            "Bearer realm=\"keystile\", error=\"invalid_request\", error_description=\"More than one key\"",
        )
    }

    /// The `Authorization` header is malformed.
    pub fn credentials_form() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            DecisionCode::CredentialsForm,
            "Malformed Authorization header.",
            "Send Authorization: Bearer, one space, and the key.",
        )
        .with(
            WWW_AUTHENTICATE,
            "Bearer realm=\"keystile\", error=\"invalid_request\", error_description=\"Bearer and one token\"",
        )
    }

    /// The request carries no key.
    pub fn credentials_missing() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            DecisionCode::CredentialsMissing,
            "The request has no API key.",
            "Send one as X-API-KEY or as Authorization: Bearer.",
        )
        // RFC 6750, 3.1: without credentials no error code is told.
        .with(WWW_AUTHENTICATE, "Bearer realm=\"keystile\"")
    }

    /// The key opens nothing here.
    pub fn key_refused() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            DecisionCode::KeyRefused,
            REFUSED,
            "Ask the owner of this API for a key.",
        )
        .with(
            WWW_AUTHENTICATE,
            "Bearer realm=\"keystile\", error=\"invalid_token\", error_description=\"This API key is not accepted\"",
        )
    }

    /// The key may not write (RFC 6750, section 3.1: `insufficient_scope`).
    pub fn key_lacks_write() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            DecisionCode::InsufficientScope,
            "This API key lacks the Write permission.",
            "Ask the owner of this API for a key that may write.",
        )
        .with(
            WWW_AUTHENTICATE,
            "Bearer realm=\"keystile\", error=\"insufficient_scope\", scope=\"read write\"",
        )
    }

    // What the owner's own configuration says.

    /// The proxy did not send exactly one method header.
    pub fn method_missing() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "method_missing",
            "The proxy must forward exactly one method header.",
            "Configure it with what `keystile snippet` prints.",
        )
    }

    /// The path does not name the proxy.
    pub fn proxy_unknown() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "proxy_unknown",
            "The path does not name the proxy.",
            "Ask under /v1/auth/nginx/, /v1/auth/caddy/, /v1/auth/traefik/ or /v1/auth/envoy/.",
        )
    }

    /// The proxy asks for an environment that does not exist. Only its owner can do something about it, so the log says what
    /// is wrong and the client that something is.
    pub fn environment_unknown_to_proxy() -> Self {
        tracing::warn!(
            "a proxy asks for an environment that does not exist; print its configuration again"
        );
        Self::keys_unavailable()
    }

    /// There is no such environment.
    pub fn environment_unknown(status: StatusCode) -> Self {
        Self::new(
            status,
            "environment_unknown",
            "There is no such environment.",
            "Name it by its id or as project/environment.",
        )
    }

    /// The admin token is missing.
    pub fn admin_token_missing() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "admin_token_missing",
            "This path needs the admin token.",
            "Send it as Authorization: Bearer.",
        )
        .with(WWW_AUTHENTICATE, "Bearer realm=\"keystile admin\"")
    }

    /// The admin token is wrong.
    pub fn admin_token_wrong() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "admin_token_wrong",
            "This is not the admin token.",
            "Send the token that the service was started with.",
        )
        .with(
            WWW_AUTHENTICATE,
            "Bearer realm=\"keystile admin\", error=\"invalid_token\"",
        )
    }

    // Accidents.

    /// The verifier has no decision. Only an administrator gets its own sentence, which may name a file.
    pub fn unavailable(error: &Error, is_for_owner: bool) -> Self {
        tracing::warn!(
            code = error.code(),
            cause = error as &dyn std::error::Error,
            "a check has no verdict"
        );
        let problem = Self::keys_unavailable();
        if !is_for_owner {
            return problem;
        }
        problem.with_message(error.code(), error.to_string(), error.advice())
    }

    fn keys_unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            DecisionCode::Unavailable,
            "Keys cannot be checked at the moment.",
            "Try again in a moment.",
        )
        .with(RETRY_AFTER, "1")
    }

    /// A defect of this program.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            DecisionCode::Internal,
            "Internal error.",
            "Try again.",
        )
    }
}
