//! `/v1/auth/…`: a reverse proxy asks whether the request that it holds may pass. 200 with an empty body lets it pass; 401
//! and 403 do not, and nothing else is ever 2xx. The method of the request is read from the one header that the proxy named
//! in the path sets itself.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{AUTHORIZATION, CACHE_CONTROL, HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, Request};
use keystile_guard::{
    KeyExtractor, Problem, ProblemBody, Rejection, Response, UsageAccounting, authorize,
    identity_headers, reject_reserved_headers,
};
use keystile_keys::Permission;
use keystile_policy::{KeyLocation, RequestKind, may_have_dot_segments, request_kind};
use keystile_verifier::{KeyInfo, Verifier};

use crate::proxy::Proxy;
use crate::reference;

const FORWARDED_URI: HeaderName = HeaderName::from_static("x-forwarded-uri");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// Set by the configuration of a proxy whose API has a base path.
const UPSTREAM_BASE_PATH: HeaderName = HeaderName::from_static("x-upstream-base-path");
const REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");

/// A request that may pass, and whose key it carried.
pub(crate) struct Allowed {
    pub(crate) response: Response,
    pub(crate) key: Arc<KeyInfo>,
}

/// Answers a proxy. The body of its request is not read.
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
        (status = 400, description = "More than one key, a key where it must not be, or a header that only a proxy may set (401 for nginx)", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No key, or one that is not accepted", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The key may not do that, or the proxy asks wrongly", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Keys cannot be checked at the moment", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("key" = []), ("bearer" = [])),
)]
pub(crate) async fn authorize_request<B>(
    verifier: &Verifier,
    default_proxy: Option<Proxy>,
    request: &Request<B>,
) -> Result<Allowed, Rejection> {
    let rest = request
        .uri()
        .path()
        .strip_prefix(reference::ROOT)
        .unwrap_or_default();
    let Some(path) = reference::read(rest) else {
        let proxy = default_proxy.unwrap_or(Proxy::Nginx);
        return Err(match key(proxy, &KeyExtractor::default(), request)? {
            None => Problem::credentials_missing(),
            Some(_) => Problem::key_refused(),
        }
        .into());
    };
    let proxy = path
        .proxy
        .or(default_proxy)
        .ok_or_else(Problem::proxy_unknown)?;
    let required = required_permission(proxy, request)?;
    let view = verifier.view();
    let environment = view
        .environment(path.environment.as_str())
        .await
        .map_err(|error| Problem::unavailable(&error, false))?;
    let extractor = environment
        .as_deref()
        .map_or_else(KeyExtractor::default, |environment| {
            KeyExtractor::new(
                environment.key_location.clone(),
                environment.prefix.as_str(),
            )
        });
    let key = key(proxy, &extractor, request)?;
    let environment = environment.ok_or_else(|| unknown_environment(key))?;
    let client = client(proxy, request.headers());
    let usage = UsageAccounting::Counted(client);
    let key = authorize(view, key, &environment.id, required, usage).await?;
    let response = allow(proxy, &extractor, request.headers(), &key)?;
    Ok(Allowed { response, key })
}

/// Without a key the response is the same whether the environment exists or not.
fn unknown_environment(key: Option<&str>) -> Problem {
    match key {
        None => Problem::credentials_missing(),
        Some(_) => Problem::environment_unknown_to_proxy(),
    }
}

/// Returns the key of the request. nginx turns every status but 401 and 403 into 500.
fn key<'a, B>(
    proxy: Proxy,
    extractor: &KeyExtractor,
    request: &'a Request<B>,
) -> Result<Option<&'a str>, Problem> {
    let headers = request.headers();
    // Envoy adds such headers to its own requests, and removes those of its clients.
    let is_envoys = |name: &str| proxy == Proxy::Envoy && name.starts_with("x-envoy-");
    let found = reject_reserved_headers(headers, is_envoys)
        .and_then(|()| reject_dot_segments(proxy, request))
        .and_then(|()| extractor.reject_stray_keys(headers, paths(request)))
        .and_then(|()| extractor.extract(headers, queries(request)));
    match proxy {
        Proxy::Nginx => found.map_err(Problem::into_unauthorized),
        Proxy::Caddy | Proxy::Traefik | Proxy::Envoy => found,
    }
}

/// Rejects a path that may leave the base path of the endpoint, which only the proxy's configuration knows.
fn reject_dot_segments<B>(proxy: Proxy, request: &Request<B>) -> Result<(), Problem> {
    if !request.headers().contains_key(UPSTREAM_BASE_PATH) {
        return Ok(());
    }
    let own = match proxy {
        // Behind the environment's names.
        Proxy::Envoy => request.uri().path().split_once("/-/"),
        Proxy::Nginx | Proxy::Caddy | Proxy::Traefik => None,
    };
    let has_dots = own.is_some_and(|(_, path)| may_have_dot_segments(path))
        || forwarded(request).any(|uri| {
            let path = uri.split(|byte| *byte == b'?').next().unwrap_or_default();
            may_have_dot_segments(&String::from_utf8_lossy(path))
        });
    if has_dots {
        return Err(Problem::path_forbidden());
    }
    Ok(())
}

/// The targets of the held request, as bytes: a header may have any. All count, because the API may read any of them.
fn forwarded<B>(request: &Request<B>) -> impl Iterator<Item = &[u8]> {
    request
        .headers()
        .get_all(FORWARDED_URI)
        .iter()
        .map(HeaderValue::as_bytes)
}

/// Envoy sends the path in that of its own request, others in a header.
fn paths<B>(request: &Request<B>) -> impl Iterator<Item = &[u8]> {
    let forwarded = forwarded(request).filter_map(|uri| uri.split(|byte| *byte == b'?').next());
    std::iter::once(request.uri().path().as_bytes()).chain(forwarded)
}

fn queries<B>(request: &Request<B>) -> impl Iterator<Item = &[u8]> {
    let forwarded = forwarded(request).filter_map(|uri| {
        let index = uri.iter().position(|byte| *byte == b'?')?;
        Some(&uri[index + 1..])
    });
    request
        .uri()
        .query()
        .map(str::as_bytes)
        .into_iter()
        .chain(forwarded)
}

/// Returns the permission that the held request requires.
fn required_permission<B>(proxy: Proxy, request: &Request<B>) -> Result<Permission, Problem> {
    let headers = request.headers();
    let own = Permission::needed_for(request.method().as_str());
    let held = match proxy.method_header() {
        None => own,
        Some(name) => {
            let mut values = headers.get_all(name).iter();
            let (Some(value), None) = (values.next(), values.next()) else {
                return Err(Problem::method_missing());
            };
            let method =
                Method::from_bytes(value.as_bytes()).map_err(|_| Problem::method_missing())?;
            Permission::needed_for(method.as_str())
        }
    };
    let (kind, _) = request_kind(headers, queries(request));
    if kind != RequestKind::Plain || own == Permission::Write {
        return Ok(Permission::Write);
    }
    Ok(held)
}

/// The client's address, for the count of uses; nothing is decided by it.
fn client(proxy: Proxy, headers: &HeaderMap) -> Option<IpAddr> {
    let value = match proxy {
        Proxy::Nginx => headers.get(REAL_IP),
        Proxy::Caddy | Proxy::Traefik | Proxy::Envoy => {
            headers.get_all(FORWARDED_FOR).iter().next_back()
        }
    };
    // The proxy appends the address that it sees; what stands before it is the client's.
    value?
        .to_str()
        .ok()?
        .rsplit(',')
        .next()?
        .trim()
        .parse()
        .ok()
}

/// How Envoy is told which headers it has to remove.
const REMOVED_BY_ENVOY: HeaderName = HeaderName::from_static("x-envoy-auth-headers-to-remove");
/// How Caddy is told whether `Authorization` is the API's own.
const CADDY_AUTHORIZATION: HeaderName = HeaderName::from_static("x-keystile-authorization");

/// Has the proxy remove the key, and send on an `Authorization` that is the API's own.
fn remove_key(
    proxy: Proxy,
    extractor: &KeyExtractor,
    request: &HeaderMap,
    response: &mut HeaderMap,
) {
    let removes_authorization = extractor.removes_authorization(request, true);
    match proxy {
        Proxy::Envoy => {
            let mut names = match extractor.location() {
                KeyLocation::Default | KeyLocation::XApiKey => vec!["x-api-key"],
                // Envoy does not send X-API-KEY to the check here, so it may carry anything.
                KeyLocation::Header(name) => vec!["x-api-key", name.as_str()],
                // X-API-KEY was checked not to contain a key, and belongs to the API.
                KeyLocation::Bearer => Vec::new(),
            };
            if removes_authorization {
                names.push("authorization");
            }
            // Names of headers always fit into a header.
            if let Ok(names) = HeaderValue::from_str(&names.join(", ")) {
                response.insert(REMOVED_BY_ENVOY, names);
            }
        }
        // Caddy leaves what the client sent when the response has no such header.
        Proxy::Caddy => {
            let word = if removes_authorization {
                "remove"
            } else {
                "keep"
            };
            response.insert(CADDY_AUTHORIZATION, HeaderValue::from_static(word));
        }
        // They replace the request's header by the response's, and remove it when there is none.
        Proxy::Nginx | Proxy::Traefik if !removes_authorization => {
            if let Some(value) = request.get(AUTHORIZATION) {
                response.insert(AUTHORIZATION, value.clone());
            }
        }
        Proxy::Nginx | Proxy::Traefik => {}
    }
}

fn allow(
    proxy: Proxy,
    extractor: &KeyExtractor,
    request: &HeaderMap,
    key: &KeyInfo,
) -> Result<Response, Problem> {
    let mut response = hyper::Response::new(Full::new(Bytes::new()));
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (name, value) in identity_headers(key)? {
        headers.insert(name, value);
    }
    remove_key(proxy, extractor, request, headers);
    Ok(response)
}
