//! Constructors for the problems that only the gateway has: requests it cannot forward, and failures of the upstream.

use http::StatusCode;
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};

use crate::problem::Problem;

impl Problem {
    /// What requests need is stored, and cannot be read.
    pub fn rules_unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "rules_unavailable",
            "What this request needs cannot be read at the moment.",
            "Try again in a moment.",
        )
        .with(RETRY_AFTER, "1")
    }

    /// The API accepts no connection.
    pub fn upstream_unreachable() -> Self {
        Self::new(
            StatusCode::BAD_GATEWAY,
            "upstream_unreachable",
            "The API behind this gateway cannot be reached.",
            "Start the API, or correct the environment's endpoint.",
        )
    }

    /// The API's certificate is not one that the system trusts for its name.
    pub fn upstream_certificate() -> Self {
        Self::new(
            StatusCode::BAD_GATEWAY,
            "upstream_certificate",
            "The certificate of the API behind this gateway does not hold: it has expired, is for another name, or comes from nobody whom this machine trusts.",
            "Renew the certificate, or add its authority to those that the operating system trusts.",
        )
    }

    /// The API closed the connection, or answered what is no HTTP.
    pub fn upstream_broken() -> Self {
        Self::new(
            StatusCode::BAD_GATEWAY,
            "upstream_broken",
            "The API behind this gateway ended the connection without a whole answer.",
            "Look into the API's log.",
        )
    }

    /// The API took too long.
    pub fn upstream_slow() -> Self {
        Self::new(
            StatusCode::GATEWAY_TIMEOUT,
            "upstream_slow",
            "The API behind this gateway did not answer in time.",
            "Try again, or look into the API's log.",
        )
    }

    /// It asks for something that cannot be passed on.
    pub fn not_for_a_gateway() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "not_for_a_gateway",
            "This request cannot be passed to an API.",
            "Ask for a path, with any method but CONNECT.",
        )
        // Who asked for a tunnel may be sending into it already what others say.
        .and_close()
    }

    /// A browser asks whether a page may ask, and the switch is off.
    pub fn preflight_refused() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "preflight",
            "A CORS preflight carries no API key, and this gateway passes none on without one.",
            "If pages in browsers are to use this API, switch on “Pass CORS preflights” of the environment's gateway.",
        )
        .with(WWW_AUTHENTICATE, "Bearer realm=\"keystile\"")
    }
}
