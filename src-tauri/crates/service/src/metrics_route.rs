//! `GET /metrics`: the counters of this process in the Prometheus text format.

use std::sync::Arc;

use axum::extract::State;
use keystile_guard::{Problem, ProblemBody, Response};
use prometheus_client::collector::Collector;

use crate::extract::Owner;
use crate::metrics::encode_metrics;
use crate::state::SharedState;
use crate::verifier_metrics::VerifierMetrics;

/// Everything that was counted since the process began.
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "metrics",
    responses(
        (status = 200, description = "Prometheus text", body = String, content_type = "text/plain"),
        (status = 401, description = "The admin token is missing or wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "A page in a browser asked", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security((), ("admin" = [])),
)]
pub(crate) async fn metrics(
    State(state): State<Arc<SharedState>>,
    _owner: Owner,
) -> Result<Response, Problem> {
    let collectors: [Box<dyn Collector>; 2] = [
        Box::new(VerifierMetrics::new(&state.verifier)),
        Box::new(state.metrics.scrape()),
    ];
    encode_metrics(collectors)
}
