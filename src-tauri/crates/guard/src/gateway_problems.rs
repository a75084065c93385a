//! Constructors for the problems that only the gateway has: requests it cannot forward, and failures of the upstream.

use http::StatusCode;
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};

use crate::decision_code::DecisionCode;
use crate::problem::Problem;

impl Problem {
    /// What requests need is stored, and cannot be read.
    pub fn rules_unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            DecisionCode::RulesUnavailable,
            "Route rules cannot be read at the moment.",
            "Try again in a moment.",
        )
        .with(RETRY_AFTER, "1")
    }

    /// The API accepts no connection.
    pub fn upstream_unreachable() -> Self {
        Self::new(
            StatusCode::BAD_GATEWAY,
            DecisionCode::UpstreamUnreachable,
            "The upstream cannot be reached.",
            "Start the API, or correct the environment's endpoint.",
        )
    }

    /// The API's certificate is not one that the system trusts for its name.
    pub fn upstream_certificate() -> Self {
        Self::new(
            StatusCode::BAD_GATEWAY,
            DecisionCode::UpstreamCertificate,
            "The upstream's TLS certificate is invalid: expired, wrong host name, or untrusted issuer.",
            "Renew the certificate, or add its authority to those that the operating system trusts.",
        )
    }

    /// The API closed the connection, or answered what is no HTTP.
    pub fn upstream_broken() -> Self {
        Self::new(
            StatusCode::BAD_GATEWAY,
            DecisionCode::UpstreamBroken,
            "The upstream closed the connection before a complete response.",
            "Look into the API's log.",
        )
    }

    /// The API took too long.
    pub fn upstream_slow() -> Self {
        Self::new(
            StatusCode::GATEWAY_TIMEOUT,
            DecisionCode::UpstreamSlow,
            "The upstream did not respond in time.",
            "Try again, or look into the API's log.",
        )
    }

    /// It asks for something that cannot be passed on.
    pub fn not_for_a_gateway() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            DecisionCode::NotForAGateway,
            "This request cannot be forwarded.",
            "Ask for a path, with any method but CONNECT.",
        )
        // Who asked for a tunnel may be sending into it already what others say.
        .and_close()
    }

    /// A browser asks whether a page may ask, and the switch is off.
    pub fn preflight_refused() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            DecisionCode::Preflight,
            "CORS preflight requests are blocked because they carry no API key.",
            "If pages in browsers are to use this API, switch on “Pass CORS preflights” of the environment's gateway.",
        )
        .with(WWW_AUTHENTICATE, "Bearer realm=\"keystile\"")
    }
}
