//! Authorizes requests in flight again, with the current rules and keys. One task per gateway, woken by commits.

use std::sync::Arc;

use keystile_policy::Access;
use tokio::time::{Instant, MissedTickBehavior};

use crate::request::{COMMIT_POLL_INTERVAL, OpenRequest, REVALIDATION_INTERVAL};
use crate::state::{GatewayState, Route};

/// Returns whether this route would authorize the request now. False if no decision is possible.
pub(crate) async fn is_authorized(
    state: &GatewayState,
    route: &Route,
    request: &OpenRequest,
) -> bool {
    let required = request.info.required_access(&route.routing).access;
    let Some(key) = &request.key else {
        return request.info.is_open(required, &route.routing);
    };
    let Access::Key(permission) = required else {
        return true;
    };
    let verifier = &state.verifier;
    let verification = verifier.recheck(
        &key.id,
        key.secret,
        &state.environment,
        permission,
        verifier.now(),
    );
    verification
        .await
        .is_ok_and(|verification| verification.is_accepted())
}

/// Cancels requests that are no longer authorized. Never returns.
pub(crate) async fn revalidate(state: Arc<GatewayState>) {
    let mut ticks = tokio::time::interval(COMMIT_POLL_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = (state.snapshot(), Instant::now());
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = state.routing_changed() => {}
        }
        let start = state.revalidations.now();
        let snapshot = state.snapshot();
        // A key can expire without a commit.
        let is_due = last.1.elapsed() >= REVALIDATION_INTERVAL;
        if is_due || !snapshot.is_unchanged_since(last.0) {
            cancel_unauthorized(&state).await;
            last = (snapshot, Instant::now());
        }
        state.revalidations.complete(start);
    }
}

async fn cancel_unauthorized(state: &GatewayState) {
    let requests = state.requests_in_flight();
    if requests.is_empty() {
        return;
    }
    let route = state.current_route().await.ok();
    for request in requests {
        let is_allowed = match &route {
            Some((route, _)) => is_authorized(state, route, &request).await,
            None => false,
        };
        if !is_allowed {
            tracing::info!("canceling a request that is no longer authorized");
            request.cancellation.cancel();
        }
    }
}
