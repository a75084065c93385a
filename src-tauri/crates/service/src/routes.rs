//! The routes of the service. `/v1/auth/` bypasses the router, because a proxy sends a subrequest there for each
//! request of its clients. Every other path is an axum route that the OpenAPI document describes.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request as AxumRequest, State};
use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper::header::TRANSFER_ENCODING;
use hyper::{Method, Request, Response, Uri};
use keystile_guard::{Problem, QueryKey, Rejection, query_key};
use keystile_policy::KeyLocation;
use tower::ServiceExt;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth_path::AUTH_ROOT;
use crate::forward_auth::Allowed;
use crate::openapi::ApiDoc;
use crate::state::SharedState;
use crate::{allowed_hosts, forward_auth, health, introspect, metrics_route, verify};

/// Bytes of the path and query.
const MAX_URI_BYTES: usize = 8 * 1024;
/// Bytes of header names and values. hyper itself rejects more than 100 headers; with another limit it would allocate
/// memory for each request.
const MAX_HEADER_BYTES: usize = 32 * 1024;

/// The body of every response.
pub(crate) type ResponseBody = Either<Full<Bytes>, Body>;

/// Creates the router of every path except forward-auth, with its OpenAPI description.
pub(crate) fn router() -> OpenApiRouter<Arc<SharedState>> {
    OpenApiRouter::with_openapi(ApiDoc::openapi())
        .routes(routes!(verify::verify))
        .routes(routes!(introspect::introspect))
        .routes(routes!(introspect::introspect_by_id))
        .routes(routes!(health::healthz))
        .routes(routes!(health::livez))
        .routes(routes!(health::readyz))
        .routes(routes!(metrics_route::metrics))
        .routes(routes!(openapi_json))
}

/// Returns the OpenAPI 3.1 document of the service, without further routes.
pub fn openapi() -> serde_json::Value {
    serde_json::to_value(router().into_openapi()).unwrap_or_default()
}

/// The OpenAPI document
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "openapi",
    responses((status = 200, description = "The OpenAPI document", body = Object)),
)]
pub(crate) async fn openapi_json(
    State(state): State<Arc<SharedState>>,
) -> keystile_guard::Response {
    keystile_guard::response(
        hyper::StatusCode::OK,
        "application/json",
        state.document.to_vec(),
    )
}

/// The routes of the service, and further ones.
pub(crate) struct Routes {
    own: Router<Arc<SharedState>>,
    further: Option<Router>,
}

/// Returns all routes, and the document that describes them.
pub(crate) fn with_document(further: Option<OpenApiRouter>) -> (Routes, Bytes) {
    let (own, mut document) = router().split_for_parts();
    let further = further.map(|further| {
        let (routes, further) = further.split_for_parts();
        document.merge(further);
        routes
    });
    let document = serde_json::to_vec(&document).unwrap_or_default();
    (Routes { own, further }, document.into())
}

impl Routes {
    /// Creates the router with this state.
    pub(crate) fn build(self, state: Arc<SharedState>) -> Router {
        let routes = self
            .own
            .fallback(not_found)
            .method_not_allowed_fallback(async || Problem::method_not_allowed())
            .with_state(state);
        match self.further {
            Some(further) => routes
                .merge(further.method_not_allowed_fallback(async || Problem::method_not_allowed())),
            None => routes,
        }
    }
}

async fn not_found(uri: Uri) -> Problem {
    let problem = Problem::not_found();
    if uri.path().starts_with("/v1/admin/") {
        return problem.with_advice(
            "See /openapi.json for the available paths. The admin API requires keystile serve --admin-api.",
        );
    }
    problem
}

/// Authorizes a forward-auth request that arrived at `start`; `None` for every other path.
pub(crate) async fn forward_auth<B>(
    state: &SharedState,
    request: &Request<B>,
    start: Instant,
) -> Option<Result<Allowed, Rejection>> {
    if !request.uri().path().starts_with(AUTH_ROOT) {
        return None;
    }
    Some(forward_auth::authorize_request(state, request, start).await)
}

/// Routes a request for every other path.
pub(crate) async fn route(router: Router, request: Request<Incoming>) -> Response<ResponseBody> {
    if let Some(query) = request.uri().query()
        && query_key(query.as_bytes(), None) != QueryKey::Absent
    {
        return Problem::key_in_url(&KeyLocation::Default)
            .with_advice("Remove the key from the URL, and replace the key that was exposed.")
            .into_response()
            .map(Either::Left);
    }
    let request: AxumRequest = request.map(Body::new);
    match router.oneshot(request).await {
        Ok(response) => response.map(Either::Right),
        Err(never) => match never {},
    }
}

/// Checks framing, size, and host of a request.
///
/// # Errors
/// The problem to respond with.
pub(crate) fn check_request<B>(state: &SharedState, request: &Request<B>) -> Result<(), Problem> {
    check_framing(request)?;
    state.hosts.check(request)
}

/// Rejects requests that are too large, or whose end two servers could interpret differently.
fn check_framing<B>(request: &Request<B>) -> Result<(), Problem> {
    let headers = request.headers();
    if !allowed_hosts::is_supported(request.version()) {
        return Err(Problem::unsupported_http_version());
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
        return Err(Problem::headers_too_large());
    }
    Ok(())
}

/// Allows a chunked body only with methods and on paths that read a body.
fn check_transfer_encoding<B>(request: &Request<B>) -> Result<(), Problem> {
    let mut values = request.headers().get_all(TRANSFER_ENCODING).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(()),
        (Some(value), None)
            if value.as_bytes().eq_ignore_ascii_case(b"chunked")
                && matches!(*request.method(), Method::POST | Method::PATCH)
                && !request.uri().path().starts_with(AUTH_ROOT) =>
        {
            Ok(())
        }
        (Some(_), _) => Err(Problem::length_required()),
    }
}
