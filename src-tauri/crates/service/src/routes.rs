//! From a request to its answer: first what every request must be, then the path. Every path of the service is in this
//! file. It knows no connection.

use hyper::body::Incoming;
use hyper::header::TRANSFER_ENCODING;
use hyper::{HeaderMap, Method, Request};
use keystile_verifier::Verifier;

use crate::admin::Admin;
use crate::hosts::{self, Hosts};
use crate::metrics::{self, Counted};
use crate::proxy::Proxy;
use crate::settings::Limits;
use crate::{body, browser, document, forward_auth, health, introspect, reference, verify};
use keystile_guard::{Problem, Response};
use keystile_guard::{QueryKey, query_key};

/// The longest path and query, in bytes.
const LONGEST_URI: usize = 8 * 1024;
/// The most bytes of header names and values. More than 100 lines hyper refuses by itself; told another number, it would
/// take memory for them from the heap, for every request.
const LARGEST_HEAD: usize = 32 * 1024;

/// What all connections share.
pub(crate) struct Shared {
    pub(crate) verifier: Verifier,
    pub(crate) hosts: Hosts,
    pub(crate) admin: Admin,
    pub(crate) trust: Option<Proxy>,
    pub(crate) limits: Limits,
    pub(crate) counted: Counted,
}

/// Answers one request, whatever it is.
pub(crate) async fn answer(shared: &Shared, request: Request<Incoming>) -> Response {
    shared.counted.request();
    match dispatch(shared, request).await {
        Ok(answer) => answer,
        Err(problem) => problem.into_response(),
    }
}

async fn dispatch(shared: &Shared, request: Request<Incoming>) -> Result<Response, Problem> {
    check_frame(&request)?;
    shared.hosts.check(&request)?;
    if request.uri().path().starts_with(reference::ROOT) {
        return forward_auth::authorize_request(&shared.verifier, shared.trust, &request).await;
    }
    // Boxed, so that the future of a forward-auth check stays small.
    Box::pin(other(shared, request)).await
}

/// Every path but forward-auth's.
async fn other(shared: &Shared, request: Request<Incoming>) -> Result<Response, Problem> {
    if let Some(query) = request.uri().query()
        && query_key(query.as_bytes(), None) != QueryKey::Absent
    {
        return Err(Problem::key_in_query());
    }
    match request.uri().path() {
        "/v1/verify" => {
            let (headers, body) = owners_question(shared, request).await?;
            verify::answer(&shared.verifier, &headers, body).await
        }
        "/v1/introspect" => {
            let (headers, body) = owners_question(shared, request).await?;
            introspect::answer(&shared.verifier, &headers, body).await
        }
        "/metrics" => {
            only_get(&request)?;
            only_owner(shared, request.headers())?;
            Ok(metrics::answer(&shared.verifier, &shared.counted))
        }
        "/healthz" => {
            only_get(&request)?;
            Ok(health::alive())
        }
        "/readyz" => {
            only_get(&request)?;
            health::ready(&shared.verifier).await
        }
        "/openapi.json" => {
            only_get(&request)?;
            Ok(document::answer())
        }
        _ => Err(Problem::not_found()),
    }
}

/// What cannot be told apart from an attack by disagreement about where a request ends is refused before it is read.
fn check_frame<B>(request: &Request<B>) -> Result<(), Problem> {
    let headers = request.headers();
    if !hosts::is_spoken(request.version()) {
        return Err(Problem::version());
    }
    if headers.contains_key(TRANSFER_ENCODING) {
        return Err(Problem::length_required());
    }
    let uri = request.uri();
    if uri.path().len() + uri.query().map_or(0, str::len) > LONGEST_URI {
        return Err(Problem::uri_too_long());
    }
    let size: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    if size > LARGEST_HEAD {
        return Err(Problem::head_too_large());
    }
    Ok(())
}

fn only_get<B>(request: &Request<B>) -> Result<(), Problem> {
    if *request.method() == Method::GET || *request.method() == Method::HEAD {
        return Ok(());
    }
    Err(Problem::method_not_allowed("GET, HEAD"))
}

fn only_owner(shared: &Shared, headers: &HeaderMap) -> Result<(), Problem> {
    browser::refuse(headers)?;
    shared.admin.check(headers)
}

async fn owners_question(
    shared: &Shared,
    request: Request<Incoming>,
) -> Result<(HeaderMap, zeroize::Zeroizing<Vec<u8>>), Problem> {
    if *request.method() != Method::POST {
        return Err(Problem::method_not_allowed("POST"));
    }
    only_owner(shared, request.headers())?;
    let (head, body) = request.into_parts();
    let body = body::read(body, shared.limits.body).await?;
    Ok((head.headers, body))
}
