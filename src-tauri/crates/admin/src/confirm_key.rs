//! `/v1/admin/confirmations/{ticket}`: confirms that a new key was stored, or discards it.

use axum::extract::State;
use hyper::StatusCode;
use keystile_guard::{Problem, Response};
use keystile_registry::Ticket;

use crate::access::Access;
use crate::admin_api::AdminApi;
use crate::key::Key;
use crate::problems::OperationProblems;
use crate::segment::Segment;

/// Returns the path that confirms a key.
pub(crate) fn confirmation_path(ticket: &str) -> String {
    format!("/v1/admin/confirmations/{ticket}")
}

/// Confirm that a new key was stored
///
/// From then on, requests with it are allowed. Repeating the confirmation changes nothing.
#[utoipa::path(
    post,
    path = "/v1/admin/confirmations/{ticket}",
    operation_id = "confirm_key",
    tag = "admin",
    params(("ticket" = String, Path, description = "The last segment of `confirmation_url`")),
    responses((status = 200, description = "The key, which works now", body = Key), OperationProblems),
    security(("admin" = [])),
)]
pub(crate) async fn confirm_key(
    State(api): State<AdminApi>,
    access: Access,
    Segment(ticket): Segment,
) -> Result<Response, Problem> {
    // In a task of its own: the client may disconnect while the confirmation is being stored.
    let confirmed = tokio::spawn(async move {
        let ticket = Ticket::from_text(&ticket);
        api.confirm(access, &ticket).await
    });
    let key = confirmed.await.map_err(|_| Problem::internal_error())??;
    Ok(keystile_guard::json(&Key::from(key)))
}

/// Discard a new key that was not confirmed
#[utoipa::path(
    delete,
    path = "/v1/admin/confirmations/{ticket}",
    operation_id = "discard_key",
    tag = "admin",
    params(("ticket" = String, Path, description = "The last segment of `confirmation_url`")),
    responses((status = 204, description = "The key was discarded"), OperationProblems),
    security(("admin" = [])),
)]
pub(crate) async fn discard_key(
    State(api): State<AdminApi>,
    access: Access,
    Segment(ticket): Segment,
) -> Result<Response, Problem> {
    let discarded = tokio::spawn(async move {
        let ticket = Ticket::from_text(&ticket);
        api.refuse(access, &ticket).await
    });
    discarded.await.map_err(|_| Problem::internal_error())??;
    Ok(no_content())
}

fn no_content() -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}
