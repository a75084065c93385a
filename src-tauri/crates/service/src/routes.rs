//! From a request to its answer: first what every request must be, then the path. Every path of the service is in this
//! file. It knows no connection.

use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderValue, TRANSFER_ENCODING};
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
    let has_chunks = request.headers().contains_key(TRANSFER_ENCODING);
    let mut response = match dispatch(shared, request).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    };
    if has_chunks {
        // The request may have had a Content-Length too, which hyper has dropped: no other may follow (RFC 9112, section 6.3).
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response
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
        path => match path.strip_prefix(reference::INTROSPECT_ROOT) {
            Some(environment) => {
                let environment = environment.to_owned();
                introspect(shared, &environment, request).await
            }
            None => Err(Problem::not_found()),
        },
    }
}

/// The client may authenticate in the body, so that is read first.
async fn introspect(
    shared: &Shared,
    environment: &str,
    request: Request<Incoming>,
) -> Result<Response, Problem> {
    only_post(&request)?;
    browser::refuse(request.headers())?;
    let (head, body) = request.into_parts();
    let body = body::read(body, shared.limits.body).await?;
    let verifier = &shared.verifier;
    introspect::introspect(verifier, &shared.admin, environment, &head.headers, body).await
}

/// What cannot be told apart from an attack by disagreement about where a request ends is refused before it is read.
fn check_frame<B>(request: &Request<B>) -> Result<(), Problem> {
    let headers = request.headers();
    if !hosts::is_spoken(request.version()) {
        return Err(Problem::version());
    }
    check_transfer_encoding(request)?;
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

/// A small body in chunks is read where a body is; everywhere else none is expected.
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

fn only_get<B>(request: &Request<B>) -> Result<(), Problem> {
    if *request.method() == Method::GET || *request.method() == Method::HEAD {
        return Ok(());
    }
    Err(Problem::method_not_allowed("GET, HEAD"))
}

fn only_post<B>(request: &Request<B>) -> Result<(), Problem> {
    if *request.method() == Method::POST {
        return Ok(());
    }
    Err(Problem::method_not_allowed("POST"))
}

fn only_owner(shared: &Shared, headers: &HeaderMap) -> Result<(), Problem> {
    browser::refuse(headers)?;
    shared.admin.check(headers)
}

async fn owners_question(
    shared: &Shared,
    request: Request<Incoming>,
) -> Result<(HeaderMap, zeroize::Zeroizing<Vec<u8>>), Problem> {
    only_post(&request)?;
    only_owner(shared, request.headers())?;
    let (head, body) = request.into_parts();
    let body = body::read(body, shared.limits.body).await?;
    Ok((head.headers, body))
}
