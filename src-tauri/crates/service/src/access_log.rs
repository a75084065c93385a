//! What the access log says about a request.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use hyper::{Method, Request, Response};
use keystile_guard::{DecisionCode, KeyExtractor, redact_path};
use keystile_log::{AccessLog, Entry};
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

/// What nginx logs for a client that closed the connection before it got a response.
const CLIENT_CLOSED_REQUEST: u16 = 499;

/// A request that is logged when this is dropped: after its response was made, or when its client is gone before.
pub(crate) struct PendingEntry {
    log: AccessLog,
    time: SystemTime,
    start: Instant,
    client: IpAddr,
    method: Method,
    path: String,
    status: u16,
    decision: Option<LoggedDecision>,
}

impl PendingEntry {
    pub(crate) fn new<B>(
        log: &AccessLog,
        start: Instant,
        client: IpAddr,
        request: &Request<B>,
    ) -> Self {
        Self {
            log: log.clone(),
            time: SystemTime::now(),
            start,
            client,
            method: request.method().clone(),
            path: redact_path(own_path(request), &KeyExtractor::default()),
            status: CLIENT_CLOSED_REQUEST,
            decision: None,
        }
    }

    /// Adds what is known at the head of the response.
    pub(crate) fn respond<B>(&mut self, response: &Response<B>) {
        self.status = response.status().as_u16();
        self.decision = response.extensions().get().cloned();
    }
}

impl Drop for PendingEntry {
    fn drop(&mut self) {
        let decision = self.decision.as_ref();
        self.log.write(&Entry {
            time: self.time,
            client: Some(self.client),
            method: self.method.as_str(),
            path: &self.path,
            status: self.status,
            duration: self.start.elapsed(),
            key_id: decision.and_then(|decision| decision.key.as_ref().map(|key| key.id.as_str())),
            decision: decision.map(|decision| decision.code.as_str()),
        });
    }
}

/// The path without that of the held request, which Envoy appends: a key in it may be known by the environment's prefix alone.
fn own_path<B>(request: &Request<B>) -> &str {
    let path = request.uri().path();
    match path.split_once("/-/") {
        Some((own, _)) if path.starts_with(reference::ROOT) => own,
        _ => path,
    }
}
