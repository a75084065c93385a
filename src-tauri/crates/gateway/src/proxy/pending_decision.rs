//! Decisions about requests whose response has not begun.

use std::sync::Arc;
use std::time::Instant;

use keystile_guard::{DecisionCode, logged_method};
use keystile_verifier::{LogPermit, RequestRecord, RequestSource};

use crate::decision::{Decision, Outcome, next_id};
use crate::state::GatewayState;

/// Publishes its decision on drop, so that a request that is aborted after its authorization has one too.
pub(crate) struct PendingDecision<'a> {
    gateway: &'a GatewayState,
    start: Instant,
    decision: Option<Box<Decision>>,
    /// `None` if the request is not logged.
    permit: Option<LogPermit<'a>>,
}

impl<'a> PendingDecision<'a> {
    /// Starts with a request that arrived at `start` and is not decided.
    pub(crate) fn new(gateway: &'a GatewayState, start: Instant) -> Self {
        Self {
            gateway,
            start,
            decision: None,
            permit: None,
        }
    }

    /// Sets the decision. If it has no receivers and the request is not logged, none is created.
    pub(crate) fn set(&mut self, is_allowed: bool, decision: impl FnOnce() -> Decision) {
        self.permit = self.gateway.verifier.log_permit(is_allowed);
        if self.permit.is_some() || self.gateway.has_decision_receivers() {
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
            if let Some(permit) = self.permit.take() {
                permit.log(record(gateway, &decision));
            }
            if gateway.has_decision_receivers() {
                gateway.publish(Arc::from(decision));
            }
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
        access_reason: Some(decision.access_reason.clone()),
        removed_headers: decision.removed_headers.clone(),
        allowed: decision.outcome.is_allowed(),
        code: decision.outcome.code().as_str().into(),
    }
}
