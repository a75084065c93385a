//! Is the process there, and could it check a key? For whoever restarts programs and whoever sends them requests.

use keystile_verifier::Verifier;
use serde::Serialize;
use utoipa::ToSchema;

use keystile_guard::{Problem, ProblemBody, Response};

/// A good answer.
#[derive(Serialize, ToSchema)]
#[schema(as = Health)]
pub(crate) struct Told {
    /// Always `ok`.
    status: &'static str,
}

/// The process answers.
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "healthz",
    responses((status = 200, description = "The process answers", body = Told)),
)]
pub(crate) fn alive() -> Response {
    keystile_guard::json(&Told { status: "ok" })
}

/// The database can be read. Its sentence names no path.
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "readyz",
    responses(
        (status = 200, description = "Keys can be checked", body = Told),
        (status = 503, description = "Keys cannot be checked at the moment", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn ready(verifier: &Verifier) -> Result<Response, Problem> {
    match verifier.ready().await {
        Ok(()) => Ok(keystile_guard::json(&Told { status: "ok" })),
        Err(error) => Err(Problem::unavailable(&error, false)),
    }
}
