//! Problems that only the gateway has: requests that it cannot forward, and failures of the upstream.

use http::StatusCode;
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};

use crate::decision_code::DecisionCode;
use crate::problem::Problem;
use crate::problems::{ASK_OPERATOR, TRY_AGAIN};

impl Problem {
    /// The stored route rules cannot be read.
    pub fn rules_unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            DecisionCode::RulesUnavailable,
            "The route rules cannot be read at the moment.",
            TRY_AGAIN,
        )
        .with(RETRY_AFTER, "1")
    }

    /// The upstream does not accept connections.
    pub fn upstream_unreachable() -> Self {
        Self::new(
            StatusCode::BAD_GATEWAY,
            DecisionCode::UpstreamUnreachable,
            "This API cannot be reached.",
            TRY_AGAIN,
        )
    }

    /// The upstream's certificate is not trusted for its host name.
    pub fn upstream_certificate_invalid() -> Self {
        Self::new(
            StatusCode::BAD_GATEWAY,
            DecisionCode::UpstreamCertificateInvalid,
            "The upstream's TLS certificate is invalid: expired, wrong host name, or untrusted issuer.",
            ASK_OPERATOR,
        )
    }

    /// The upstream closed the connection, or its response is not HTTP.
    pub fn upstream_response_invalid() -> Self {
        Self::new(
            StatusCode::BAD_GATEWAY,
            DecisionCode::UpstreamResponseInvalid,
            "The upstream sent no valid response.",
            TRY_AGAIN,
        )
    }

    /// The upstream did not respond within the time limit.
    pub fn upstream_timeout() -> Self {
        Self::new(
            StatusCode::GATEWAY_TIMEOUT,
            DecisionCode::UpstreamTimeout,
            "The upstream did not respond in time.",
            TRY_AGAIN,
        )
    }

    /// The request target has no path, or the method is CONNECT.
    pub fn unsupported_target() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            DecisionCode::UnsupportedTarget,
            "This request cannot be forwarded.",
            "Request a path, with any method except CONNECT.",
        )
        // After a CONNECT, the client may already send data of the tunnel.
        .and_close()
    }

    /// The gateway does not allow preflights without a key.
    pub fn preflight_denied() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            DecisionCode::PreflightDenied,
            "CORS preflight requests are blocked because they carry no API key.",
            "Send the request from a server, or ask the operator of this API to allow CORS preflights.",
        )
        .with(WWW_AUTHENTICATE, "Bearer realm=\"keystile\"")
    }
}
