//! A request that is written to the access log when its response has ended, or when its client is gone before.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use hyper::{Method, Request};
use keystile_guard::{DecisionCode, KeyExtractor, redact_path};
use keystile_log::{AccessLog, Entry};
use keystile_verifier::KeyInfo;

/// What nginx logs for a client that closed the connection before it got a response.
const CLIENT_CLOSED_REQUEST: u16 = 499;

pub(crate) struct PendingEntry {
    log: AccessLog,
    time: SystemTime,
    start: Instant,
    client: IpAddr,
    method: Method,
    path: String,
    status: u16,
    decision: Option<DecisionCode>,
    key: Option<Arc<KeyInfo>>,
}

impl PendingEntry {
    pub(crate) fn new<B>(
        log: &AccessLog,
        start: Instant,
        client: IpAddr,
        request: &Request<B>,
        keys: &KeyExtractor,
    ) -> Self {
        Self {
            log: log.clone(),
            time: SystemTime::now(),
            start,
            client,
            method: request.method().clone(),
            path: redact_path(request.uri().path(), keys),
            status: CLIENT_CLOSED_REQUEST,
            decision: None,
            key: None,
        }
    }

    /// Adds what is known at the head of the response.
    pub(crate) fn respond(
        &mut self,
        status: u16,
        decision: DecisionCode,
        key: Option<Arc<KeyInfo>>,
    ) {
        self.status = status;
        self.decision = Some(decision);
        self.key = key;
    }
}

impl Drop for PendingEntry {
    fn drop(&mut self) {
        self.log.write(&Entry {
            time: self.time,
            client: Some(self.client),
            method: self.method.as_str(),
            path: &self.path,
            status: self.status,
            duration: self.start.elapsed(),
            key_id: self.key.as_ref().map(|key| key.id.as_str()),
            decision: self.decision.map(DecisionCode::as_str),
        });
    }
}
