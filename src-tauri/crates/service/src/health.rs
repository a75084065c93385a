//! `/healthz`, `/livez`, and `/readyz`: whether the process runs, and whether it can verify keys.

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::SharedState;
use keystile_guard::{Problem, ProblemBody, Response};

/// The service works.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `ok`.
    status: &'static str,
}

/// Liveness
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "healthz",
    responses((status = 200, description = "The process runs", body = Health)),
)]
pub(crate) async fn healthz() -> Response {
    keystile_guard::json(&Health { status: "ok" })
}

/// Liveness, by the name that Kubernetes uses for its own servers
#[utoipa::path(
    get,
    path = "/livez",
    operation_id = "livez",
    responses((status = 200, description = "The process runs", body = Health)),
)]
pub(crate) async fn livez() -> Response {
    healthz().await
}

/// Readiness: whether the database can be read and, if it is shared, this replica has a lease
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "readyz",
    responses(
        (status = 200, description = "Keys can be verified", body = Health),
        (status = 503, description = "Keys cannot be verified at the moment", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn readyz(State(state): State<Arc<SharedState>>) -> Result<Response, Problem> {
    match state.verifier.ready().await {
        Ok(()) => Ok(keystile_guard::json(&Health { status: "ok" })),
        Err(error) => Err(Problem::unavailable(&error, false)),
    }
}
