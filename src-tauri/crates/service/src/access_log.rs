//! Writes requests to the access log.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use hyper::{Request, Response};
use keystile_guard::{DecisionCode, KeyExtractor, redact_path};
use keystile_log::{AccessLog, PendingEntry};
use keystile_verifier::{KeyInfo, Verification};

use crate::auth_path::AUTH_ROOT;

/// The decision about the key of a request, as an extension of the response.
#[derive(Clone)]
pub(crate) struct LoggedDecision {
    pub(crate) code: DecisionCode,
    pub(crate) key: Option<Arc<KeyInfo>>,
}

impl LoggedDecision {
    pub(crate) fn add<B>(response: &mut Response<B>, verification: &Verification) {
        let code = verification.reason();
        response.extensions_mut().insert(Self {
            code: code.map_or(DecisionCode::Allowed, DecisionCode::from),
            key: verification.key().cloned(),
        });
    }
}

/// Starts the entry of a request.
pub(crate) fn pending_entry<B>(
    log: &AccessLog,
    start: Instant,
    client: IpAddr,
    request: &Request<B>,
) -> PendingEntry {
    let path = logged_path(request);
    PendingEntry::new(log, start, client, request.method().as_str(), path)
}

/// Adds status, decision, and key of the response to the entry.
pub(crate) fn add_response<B>(entry: &mut PendingEntry, response: &Response<B>) {
    let decision = response.extensions().get::<LoggedDecision>();
    let key = decision.and_then(|decision| decision.key.as_ref());
    entry.respond(
        response.status().as_u16(),
        decision.map(|decision| decision.code.as_str()),
        key.map(|key| key.id.as_str()),
    );
}

/// Returns the path with keys replaced, and without the client's path that Envoy appends: only the environment's prefix
/// would identify some keys in it.
pub(crate) fn logged_path<B>(request: &Request<B>) -> String {
    let path = request.uri().path();
    let own = match path.split_once("/-/") {
        Some((own, _)) if path.starts_with(AUTH_ROOT) => own,
        _ => path,
    };
    redact_path(own, &KeyExtractor::default())
}
