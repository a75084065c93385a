//! Authorizes requests in flight again, by the rules and the state of their key as they are now. One task for each gateway,
//! woken by commits.

use std::sync::Arc;

use keystile_policy::Access;
use tokio::time::{Instant, MissedTickBehavior};

use crate::request::{COMMIT_POLL_INTERVAL, OpenRequest, REVALIDATION_INTERVAL};
use crate::state::{GatewayState, Route};

/// Returns whether a request like this would be authorized now, by this route. False also when nobody can tell.
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
    let verification = verifier.recheck(key, &state.environment, permission, verifier.now());
    verification
        .await
        .is_ok_and(|checked| checked.is_accepted())
}

/// Cancels requests that would not be authorized any more. Never returns.
pub(crate) async fn revalidate(state: Arc<GatewayState>) {
    let mut ticks = tokio::time::interval(COMMIT_POLL_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = (state.snapshot(), Instant::now());
    loop {
        // A change of the routing is applied by whoever reads it from the store, and need not wait for the next tick.
        tokio::select! {
            _ = ticks.tick() => {}
            () = state.routing_changed() => {}
        }
        let begun = state.revalidations.now();
        let snapshot = state.snapshot();
        // Keys also expire.
        let is_due = last.1.elapsed() >= REVALIDATION_INTERVAL;
        if is_due || !snapshot.is_unchanged_since(last.0) {
            cancel_unauthorized(&state).await;
            last = (snapshot, Instant::now());
        }
        state.revalidations.complete(begun);
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
            tracing::info!("a stream was ended: it would not be authorized any more");
            request.cancellation.cancel();
        }
    }
}
