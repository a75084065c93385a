//! `/v1/auth/…`: a reverse proxy asks whether the request it holds back may pass. 200 with an empty body lets it pass,
//! 401 and 403 do not; nothing else is ever 2xx. What the request does is read from the one header that the proxy named
//! in the path sets itself, never from another.

use std::net::IpAddr;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{AUTHORIZATION, CACHE_CONTROL, HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, Request, StatusCode};
use keystile_keys::{EnvironmentId, Permission};
use keystile_verifier::{KeyInfo, Verifier};

use keystile_guard::{
    UsageAccounting, authorize, bearer_token, contains_key, extract_key, identity_headers,
};
use keystile_policy::{RequestKind, request_kind};

use crate::proxy::Proxy;
use keystile_guard::{Problem, ProblemBody, Response};

use crate::reference::{self, Reference};

const FORWARDED_URI: HeaderName = HeaderName::from_static("x-forwarded-uri");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");

/// Answers the proxy. The body of its question is not read.
#[utoipa::path(
    method(get, head, post, put, patch, delete, options),
    path = "/v1/auth/{proxy}/{project}/{environment}",
    operation_id = "auth",
    params(
        ("proxy" = String, Path, description = "nginx, caddy, traefik or envoy: whose header tells the method of the request. Behind envoy, `/-` and the request's own path follow"),
        ("project" = String, Path, description = "The project's name. Project and environment may be replaced by the environment's id"),
        ("environment" = String, Path, description = "The environment's name"),
    ),
    responses(
        (status = 200, description = "The request may pass; the body is empty", headers(
            ("x-keystile-key-id" = String, description = "The key's public name"),
            ("x-keystile-key-name" = String, description = "The key's name, percent-encoded"),
            ("x-keystile-environment" = String, description = "project/environment, each percent-encoded"),
            ("x-keystile-permissions" = String, description = "`read` or `read write`"),
        )),
        (status = 400, description = "More than one key, or a key in the address (401 for nginx)", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No key, or one that is not accepted", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The key may not do that, or the proxy asks wrongly", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Keys cannot be checked at the moment", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("key" = []), ("bearer" = [])),
)]
pub(crate) async fn answer<B>(
    verifier: &Verifier,
    trust: Option<Proxy>,
    request: &Request<B>,
) -> Result<Response, Problem> {
    let rest = request
        .uri()
        .path()
        .strip_prefix(reference::ROOT)
        .unwrap_or_default();
    let unknown = || Problem::environment_unknown(StatusCode::FORBIDDEN);
    let asked = reference::read(rest).ok_or_else(unknown)?;
    let proxy = asked.proxy.or(trust).ok_or_else(Problem::proxy_unknown)?;
    let need = need(proxy, request)?;
    let text = key(proxy, request)?;
    let unavailable = |error| Problem::unavailable(&error, false);
    let environment: EnvironmentId = match asked.environment {
        // An id of nowhere has no keys, so every key is refused there without a look.
        Reference::Id(id) => id,
        Reference::Names(names) => {
            let found = verifier.environment(&names).await.map_err(unavailable)?;
            found.ok_or_else(unknown)?.id
        }
    };
    let client = client(proxy, request.headers());
    match authorize(
        verifier,
        text,
        &environment,
        need,
        UsageAccounting::Counted(client),
    )
    .await
    {
        Ok(key) => Ok(allowed(proxy, request.headers(), &key)),
        Err(denied) => Err(denied.problem),
    }
}

/// The key of the request. nginx knows no answer but 401 and 403.
fn key<B>(proxy: Proxy, request: &Request<B>) -> Result<Option<&str>, Problem> {
    let found = if paths(request).any(contains_key) {
        Err(Problem::key_in_query())
    } else {
        extract_key(request.headers(), queries(request))
    };
    match proxy {
        Proxy::Nginx => found.map_err(Problem::into_unauthorized),
        Proxy::Caddy | Proxy::Traefik | Proxy::Envoy => found,
    }
}

/// The address of the request that waits, where the proxy tells it in a header. Nothing is allowed by it.
fn forwarded<B>(request: &Request<B>) -> Option<&str> {
    request.headers().get(FORWARDED_URI)?.to_str().ok()
}

/// Envoy tells the path in that of its own question, others in a header.
fn paths<B>(request: &Request<B>) -> impl Iterator<Item = &str> {
    let told = forwarded(request).and_then(|uri| uri.split('?').next());
    [Some(request.uri().path()), told].into_iter().flatten()
}

fn queries<B>(request: &Request<B>) -> impl Iterator<Item = &str> {
    let told = forwarded(request).and_then(|uri| uri.split_once('?'));
    let queries = [request.uri().query(), told.map(|(_, query)| query)];
    queries.into_iter().flatten()
}

/// What the request that waits needs.
fn need<B>(proxy: Proxy, request: &Request<B>) -> Result<Permission, Problem> {
    let headers = request.headers();
    let own = Permission::needed_for(request.method().as_str());
    let told = match proxy.method_header() {
        None => own,
        Some(name) => {
            let mut lines = headers.get_all(name).iter();
            let (Some(line), None) = (lines.next(), lines.next()) else {
                return Err(Problem::method_missing());
            };
            let method =
                Method::from_bytes(line.as_bytes()).map_err(|_| Problem::method_missing())?;
            Permission::needed_for(method.as_str())
        }
    };
    if request_kind(headers, queries(request)) != RequestKind::Plain || own == Permission::Write {
        return Ok(Permission::Write);
    }
    Ok(told)
}

/// The presenter's address, for the count of uses; nothing is decided by it.
fn client(proxy: Proxy, headers: &HeaderMap) -> Option<IpAddr> {
    let line = match proxy {
        Proxy::Nginx => headers.get(REAL_IP),
        Proxy::Caddy | Proxy::Traefik | Proxy::Envoy => {
            headers.get_all(FORWARDED_FOR).iter().next_back()
        }
    };
    // The proxy appends the address it sees; whatever stands before it was said by others.
    line?.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

/// How Envoy is told which headers end with it.
const REMOVED_BY_ENVOY: HeaderName = HeaderName::from_static("x-envoy-auth-headers-to-remove");

/// The key ends at the proxy, and an `Authorization` that is no key goes on to the API. nginx and Caddy see to that by
/// themselves; these two are told here.
fn leave_out_the_key(proxy: Proxy, asked: &HeaderMap, answer: &mut HeaderMap) {
    // An accepted request holds one key, so a bearer token is that key.
    let holds_key = || matches!(bearer_token(asked), Ok(Some(_)));
    match proxy {
        Proxy::Envoy if holds_key() => {
            let both = HeaderValue::from_static("x-api-key, authorization");
            answer.insert(REMOVED_BY_ENVOY, both);
        }
        Proxy::Envoy => {
            answer.insert(REMOVED_BY_ENVOY, HeaderValue::from_static("x-api-key"));
        }
        // It replaces the request's header by the answer's, and removes it when there is none.
        Proxy::Traefik if !holds_key() => {
            if let Some(foreign) = asked.get(AUTHORIZATION) {
                answer.insert(AUTHORIZATION, foreign.clone());
            }
        }
        Proxy::Nginx | Proxy::Caddy | Proxy::Traefik => {}
    }
}

fn allowed(proxy: Proxy, asked: &HeaderMap, key: &KeyInfo) -> Response {
    let mut answer = Response::new(Full::new(Bytes::new()));
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (name, value) in identity_headers(key) {
        match value {
            Some(value) => headers.insert(name, value),
            // Escaped text always fits into a header.
            None => return Problem::internal().into_response(),
        };
    }
    leave_out_the_key(proxy, asked, headers);
    answer
}
