//! What the access log says about a request.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use hyper::{Request, Response};
use keystile_guard::{DecisionCode, KeyExtractor, redact_path};
use keystile_log::{AccessLog, PendingEntry};
use keystile_verifier::{KeyInfo, Verification};

use crate::reference;

/// The decision about the key that a request was about, as an extension of its response.
#[derive(Clone)]
pub(crate) struct LoggedDecision {
    pub(crate) code: DecisionCode,
    pub(crate) key: Option<Arc<KeyInfo>>,
}

impl LoggedDecision {
    pub(crate) fn add<B>(response: &mut Response<B>, verification: &Verification) {
        let code = verification.reason();
        response.extensions_mut().insert(Self {
            code: code.map_or(DecisionCode::Accepted, DecisionCode::from),
            key: verification.key().cloned(),
        });
    }
}

/// Begins the entry of a request.
pub(crate) fn pending_entry<B>(
    log: &AccessLog,
    start: Instant,
    client: IpAddr,
    request: &Request<B>,
) -> PendingEntry {
    let path = redact_path(own_path(request), &KeyExtractor::default());
    PendingEntry::new(log, start, client, request.method().as_str(), path)
}

/// Adds what is known at the head of the response to its entry.
pub(crate) fn respond<B>(entry: &mut PendingEntry, response: &Response<B>) {
    let decision = response.extensions().get::<LoggedDecision>();
    let key = decision.and_then(|decision| decision.key.as_ref());
    entry.respond(
        response.status().as_u16(),
        decision.map(|decision| decision.code.as_str()),
        key.map(|key| key.id.as_str()),
    );
}

/// The path without that of the held request, which Envoy appends: a key in it may be known by the environment's prefix alone.
fn own_path<B>(request: &Request<B>) -> &str {
    let path = request.uri().path();
    match path.split_once("/-/") {
        Some((own, _)) if path.starts_with(reference::ROOT) => own,
        _ => path,
    }
}
