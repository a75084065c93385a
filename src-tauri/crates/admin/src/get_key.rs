//! `GET /v1/admin/keys/{key}`: reads a key.

use axum::extract::State;
use keystile_guard::{Problem, Response};

use crate::access::Access;
use crate::admin_api::AdminApi;
use crate::key::Key;
use crate::problems::OperationProblems;
use crate::segment::Segment;

/// Read a key
#[utoipa::path(
    get,
    path = "/v1/admin/keys/{key}",
    operation_id = "get_key",
    tag = "admin",
    params(("key" = String, Path, description = "The id of the key")),
    responses((status = 200, description = "The key", body = Key), OperationProblems),
    security(("admin" = [])),
)]
pub(crate) async fn get_key(
    State(api): State<AdminApi>,
    access: Access,
    Segment(id): Segment,
) -> Result<Response, Problem> {
    let key = api.key(access, &id).await?;
    Ok(keystile_guard::json(&Key::from(key)))
}
