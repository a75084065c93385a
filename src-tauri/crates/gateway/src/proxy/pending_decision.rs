//! Decisions about requests whose response has not begun.

use std::sync::Arc;
use std::time::Instant;

use keystile_guard::{DecisionCode, logged_method};
use keystile_verifier::{RequestRecord, RequestSource};

use crate::decision::{Decision, Outcome, next_id};
use crate::state::GatewayState;

/// Publishes its decision on drop, so that a request that is aborted after its authorization has one too.
pub(crate) struct PendingDecision<'a> {
    gateway: &'a GatewayState,
    start: Instant,
    decision: Option<Box<Decision>>,
}

impl<'a> PendingDecision<'a> {
    /// Starts with a request that arrived at `start` and is not decided.
    pub(crate) fn new(gateway: &'a GatewayState, start: Instant) -> Self {
        Self {
            gateway,
            start,
            decision: None,
        }
    }

    /// Sets the decision. Without receivers and request log, none is created.
    pub(crate) fn set(&mut self, decision: impl FnOnce() -> Decision) {
        if self.gateway.has_decision_receivers() || self.gateway.verifier.logs_requests() {
            self.decision = Some(Box::new(decision()));
        }
    }

    /// Records that no response of the upstream is delivered.
    pub(crate) fn fail(&mut self, code: DecisionCode) {
        if let Some(decision) = &mut self.decision {
            decision.outcome = Outcome::NoResponse(code);
        }
    }

    /// Records the status of the response.
    pub(crate) fn respond(&mut self, status: u16) {
        if let Some(decision) = &mut self.decision {
            decision.status = status;
        }
    }
}

impl Drop for PendingDecision<'_> {
    fn drop(&mut self) {
        if let Some(mut decision) = self.decision.take() {
            decision.id = next_id();
            decision.duration = self.start.elapsed();
            let gateway = self.gateway;
            gateway.verifier.log_request(|| record(gateway, &decision));
            gateway.publish(Arc::from(decision));
        }
    }
}

/// Returns a decision for the request log.
fn record(gateway: &GatewayState, decision: &Decision) -> RequestRecord {
    let override_method = decision.override_method.as_deref();
    let keys = &gateway.last_route().routing.keys;
    RequestRecord {
        time: decision.time,
        environment: gateway.environment,
        source: RequestSource::Gateway,
        method: logged_method(&decision.method, override_method, keys),
        path: decision.path.clone(),
        status: Some(decision.status),
        duration: decision.duration,
        client: Some(decision.client),
        key: decision.key.as_ref().map(|key| key.id),
        access: decision.access,
        allowed: decision.outcome.is_allowed(),
        code: decision.outcome.code().as_str().into(),
    }
}
