//! Decisions about requests whose response has not begun.

use std::sync::Arc;
use std::time::Instant;

use keystile_guard::DecisionCode;

use crate::decision::{Decision, Outcome, next_id};
use crate::state::GatewayState;

/// A decision that is published on drop, so that also an aborted request has one.
pub(crate) struct PendingDecision<'a> {
    gateway: &'a GatewayState,
    start: Instant,
    /// Not shared before it is published.
    decision: Option<Arc<Decision>>,
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

    /// Sets the decision. Without receivers, none is created.
    pub(crate) fn set(&mut self, decision: impl FnOnce() -> Decision) {
        if self.gateway.has_decision_receivers() {
            self.decision = Some(Arc::new(decision()));
        }
    }

    /// Records that no response of the upstream is delivered.
    pub(crate) fn fail(&mut self, code: DecisionCode) {
        self.update(|decision| decision.outcome = Outcome::NoResponse(code));
    }

    /// Records the status of the response.
    pub(crate) fn respond(&mut self, status: u16) {
        self.update(|decision| decision.status = status);
    }

    fn update(&mut self, update: impl FnOnce(&mut Decision)) {
        if let Some(decision) = self.decision.as_mut().and_then(Arc::get_mut) {
            update(decision);
        }
    }
}

impl Drop for PendingDecision<'_> {
    fn drop(&mut self) {
        let duration = self.start.elapsed();
        self.update(|decision| {
            decision.id = next_id();
            decision.duration = duration;
        });
        if let Some(decision) = self.decision.take() {
            self.gateway.publish(decision);
        }
    }
}
