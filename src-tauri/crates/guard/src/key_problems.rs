//! Problems with the key of a request: missing, misplaced, and rejected keys. The advice names the location where the
//! environment's requests carry their key.

use http::StatusCode;
use http::header::WWW_AUTHENTICATE;
use keystile_policy::KeyLocation;

use crate::decision_code::DecisionCode;
use crate::problem::Problem;

impl Problem {
    /// The path or the query contains a key.
    pub fn key_in_url(location: &KeyLocation) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            DecisionCode::KeyInUrl,
            "API keys are not allowed in the URL: URLs end up in logs, browser histories, and Referer headers.",
            format!(
                "Send the key as {}, and replace the key that was exposed.",
                location.description()
            ),
        )
        .with(
            WWW_AUTHENTICATE,
            "Bearer realm=\"keystile\", error=\"invalid_request\", error_description=\"API keys are not allowed in the URL\"",
        )
    }

    /// A cookie or an unrelated header contains a key.
    pub fn misplaced_key(location: &KeyLocation) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            DecisionCode::MisplacedKey,
            "A cookie or an unrelated header contains an API key.",
            format!("Send the key only as {}.", location.description()),
        )
        .with(
            WWW_AUTHENTICATE,
            "Bearer realm=\"keystile\", error=\"invalid_request\", error_description=\"API key in an unrelated header\"",
        )
    }

    /// The request has more than one key.
    pub fn multiple_keys(location: &KeyLocation) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            DecisionCode::MultipleKeys,
            "The request has more than one API key.",
            format!("Send one key, as {}.", location.description()),
        )
        .with(
            WWW_AUTHENTICATE,
            "Bearer realm=\"keystile\", error=\"invalid_request\", error_description=\"More than one API key\"",
        )
    }

    /// The `Authorization` header is malformed, or there is more than one.
    pub fn malformed_authorization() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            DecisionCode::MalformedAuthorization,
            "Malformed Authorization header.",
            "Send Authorization: Bearer, one space, and the token.",
        )
        .with(
            WWW_AUTHENTICATE,
            "Bearer realm=\"keystile\", error=\"invalid_request\", error_description=\"Malformed Authorization header\"",
        )
    }

    /// The request has no key.
    pub fn missing_key(location: &KeyLocation) -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            DecisionCode::MissingKey,
            "No API key provided.",
            format!("Send one as {}.", location.description()),
        )
        // Without credentials there is no error code (RFC 6750, section 3.1).
        .with(WWW_AUTHENTICATE, "Bearer realm=\"keystile\"")
    }

    /// The key is not accepted. The response omits the reason: only the owner of the API may know whether a key exists.
    pub fn key_rejected() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            DecisionCode::KeyRejected,
            "Invalid API key.",
            "Check the key, or ask the owner of this API for a new one.",
        )
        .with(
            WWW_AUTHENTICATE,
            "Bearer realm=\"keystile\", error=\"invalid_token\", error_description=\"Invalid API key\"",
        )
    }

    /// The key lacks the permission (RFC 6750, section 3.1: `insufficient_scope`).
    pub fn insufficient_scope() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            DecisionCode::InsufficientScope,
            "This API key lacks the Write permission.",
            "Ask the owner of this API for a key with the Write permission.",
        )
        .with(
            WWW_AUTHENTICATE,
            "Bearer realm=\"keystile\", error=\"insufficient_scope\", scope=\"read write\"",
        )
    }
}
