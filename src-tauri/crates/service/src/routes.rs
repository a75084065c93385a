//! The paths of the service. `/v1/auth/` is answered without the router, because a proxy sends a request there for each of its
//! own; every other path is a route of axum and of the OpenAPI document.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::extract::Request as AxumRequest;
use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper::header::TRANSFER_ENCODING;
use hyper::{Method, Request, Response};
use keystile_guard::{Problem, QueryKey, Rejection, query_key};
use tower::ServiceExt;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::forward_auth::Allowed;
use crate::openapi::Document;
use crate::state::SharedState;
use crate::{allowed_hosts, forward_auth, health, introspect, metrics_route, reference, verify};

/// Bytes of the path and query.
const MAX_URI_BYTES: usize = 8 * 1024;
/// Bytes of header names and values. hyper itself rejects more than 100 headers; with another limit it would allocate memory
/// for them for every request.
const MAX_HEADER_BYTES: usize = 32 * 1024;

/// The body of every response.
pub(crate) type ResponseBody = Either<Full<Bytes>, Body>;

/// Every path but forward-auth's, with its description.
pub(crate) fn router() -> OpenApiRouter<Arc<SharedState>> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(verify::verify))
        .routes(routes!(introspect::introspect))
        .routes(routes!(introspect::introspect_by_id))
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(metrics_route::metrics))
        .routes(routes!(document))
}

/// Returns the OpenAPI 3.1 document of the service, as `/openapi.json` does.
pub fn openapi() -> serde_json::Value {
    serde_json::to_value(router().into_openapi()).unwrap_or_default()
}

/// This document.
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "openapi",
    responses((status = 200, description = "This document", body = Object)),
)]
pub(crate) async fn document() -> keystile_guard::Response {
    static DOCUMENT: LazyLock<String> = LazyLock::new(|| openapi().to_string());
    keystile_guard::response(
        hyper::StatusCode::OK,
        "application/json",
        DOCUMENT.as_bytes().to_vec(),
    )
}

/// The router over this state.
pub(crate) fn build(state: Arc<SharedState>) -> Router {
    let (router, _document) = router().split_for_parts();
    router
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .with_state(state)
}

/// Answers a request about a key of `/v1/auth/`, or returns `None` for every other path.
pub(crate) async fn forward_auth<B>(
    state: &SharedState,
    request: &Request<B>,
) -> Option<Result<Allowed, Rejection>> {
    if !request.uri().path().starts_with(reference::ROOT) {
        return None;
    }
    Some(forward_auth::authorize_request(&state.verifier, state.default_proxy, request).await)
}

/// Answers a request of every other path.
pub(crate) async fn other(router: Router, request: Request<Incoming>) -> Response<ResponseBody> {
    if let Some(query) = request.uri().query()
        && query_key(query.as_bytes(), None) != QueryKey::Absent
    {
        return Problem::key_in_query().into_response().map(Either::Left);
    }
    let request: AxumRequest = request.map(Body::new);
    match router.oneshot(request).await {
        Ok(response) => response.map(Either::Right),
        Err(never) => match never {},
    }
}

/// Rejects what no path of the service accepts.
pub(crate) fn check<B>(state: &SharedState, request: &Request<B>) -> Result<(), Problem> {
    check_frame(request)?;
    state.hosts.check(request)
}

/// Rejects requests about whose end or size two servers could disagree.
fn check_frame<B>(request: &Request<B>) -> Result<(), Problem> {
    let headers = request.headers();
    if !allowed_hosts::is_supported(request.version()) {
        return Err(Problem::version());
    }
    check_transfer_encoding(request)?;
    let uri = request.uri();
    if uri.path().len() + uri.query().map_or(0, str::len) > MAX_URI_BYTES {
        return Err(Problem::uri_too_long());
    }
    let size: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    if size > MAX_HEADER_BYTES {
        return Err(Problem::head_too_large());
    }
    Ok(())
}

/// Allows a chunked body only where a body is read.
fn check_transfer_encoding<B>(request: &Request<B>) -> Result<(), Problem> {
    let mut values = request.headers().get_all(TRANSFER_ENCODING).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(()),
        (Some(value), None)
            if value.as_bytes().eq_ignore_ascii_case(b"chunked")
                && *request.method() == Method::POST
                && !request.uri().path().starts_with(reference::ROOT) =>
        {
            Ok(())
        }
        (Some(_), _) => Err(Problem::length_required()),
    }
}
