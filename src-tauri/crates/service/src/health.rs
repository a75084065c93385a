//! `/healthz` and `/readyz`: whether the process runs, and whether it can check keys.

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::SharedState;
use keystile_guard::{Problem, ProblemBody, Response};

/// The service is well.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `ok`.
    status: &'static str,
}

/// The process answers.
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "healthz",
    responses((status = 200, description = "The process answers", body = Health)),
)]
pub(crate) async fn healthz() -> Response {
    keystile_guard::json(&Health { status: "ok" })
}

/// The database can be read. Its sentence names no path.
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "readyz",
    responses(
        (status = 200, description = "Keys can be checked", body = Health),
        (status = 503, description = "Keys cannot be checked at the moment", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn readyz(State(state): State<Arc<SharedState>>) -> Result<Response, Problem> {
    match state.verifier.ready().await {
        Ok(()) => Ok(keystile_guard::json(&Health { status: "ok" })),
        Err(error) => Err(Problem::unavailable(&error, false)),
    }
}
