//! What the access log says about a request.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use hyper::{Method, Request, Response};
use keystile_guard::{DecisionCode, KeyExtractor, redact_path};
use keystile_log::{AccessLog, Entry};
use keystile_verifier::{KeyInfo, Verification};

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

/// A request that will be logged.
pub(crate) struct PendingEntry {
    log: AccessLog,
    time: SystemTime,
    start: Instant,
    client: IpAddr,
    method: Method,
    path: String,
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
            path: redact_path(request.uri().path(), &KeyExtractor::default()),
        }
    }

    pub(crate) fn write<B>(self, response: &Response<B>) {
        let decision = response.extensions().get::<LoggedDecision>();
        self.log.write(&Entry {
            time: self.time,
            client: Some(self.client),
            method: self.method.as_str(),
            path: &self.path,
            status: response.status().as_u16(),
            duration: self.start.elapsed(),
            key_id: decision.and_then(|decision| decision.key.as_ref().map(|key| key.id.as_str())),
            decision: decision.map(|decision| decision.code.as_str()),
        });
    }
}
