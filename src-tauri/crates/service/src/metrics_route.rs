//! `GET /metrics`: the counters of this process in the Prometheus text format.

use std::sync::Arc;

use axum::extract::State;
use keystile_guard::{Problem, ProblemBody, Response};
use prometheus_client::collector::Collector;

use crate::extractors::RequireAdmin;
use crate::metrics::encode_metrics;
use crate::state::SharedState;
use crate::verifier_metrics::{ExpiryMetrics, VerifierMetrics};

/// Prometheus metrics
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "metrics",
    responses(
        (status = 200, description = "Prometheus text format", body = String, content_type = "text/plain"),
        (status = 401, description = "The admin token is missing or wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The request comes from a browser", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security((), ("admin" = [])),
)]
pub(crate) async fn metrics(
    State(state): State<Arc<SharedState>>,
    _admin: RequireAdmin,
) -> Result<Response, Problem> {
    let collectors: [Box<dyn Collector>; 3] = [
        Box::new(ExpiryMetrics::read(&state.verifier).await),
        Box::new(VerifierMetrics::new(&state.verifier)),
        Box::new(state.metrics.snapshot()),
    ];
    encode_metrics(collectors)
}
