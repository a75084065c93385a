//! `/v1/auth/…`: a reverse proxy sends a subrequest for each request of its clients. Status 200 allows the request,
//! every other status denies it, and 500 means that the proxy is misconfigured. The method of the client's request comes
//! from the header that the proxy in the path sets itself.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{AUTHORIZATION, CACHE_CONTROL, HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, Request};
use keystile_guard::{
    DecisionCode, KeyExtractor, Problem, ProblemBody, Rejection, Response, UsageAccounting,
    authorize, identity_headers, logged_method, redact_path, reject_reserved_headers,
};
use keystile_keys::Permission;
use keystile_policy::{Access, KeyLocation, RequestKind, may_have_dot_segments, request_kind};
use keystile_verifier::{EnvironmentId, KeyInfo, RequestRecord, RequestSource, Verifier, View};

use crate::access_log::logged_path;
use crate::auth_path::AuthPath;
use crate::misconfiguration::Misconfiguration;
use crate::proxy::Proxy;
use crate::state::SharedState;

const FORWARDED_URI: HeaderName = HeaderName::from_static("x-forwarded-uri");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// The configuration sets it if the upstream has a base path.
const UPSTREAM_BASE_PATH: HeaderName = HeaderName::from_static("x-upstream-base-path");
const REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");

/// An authorized request: the response to the proxy, and the key.
pub(crate) struct Allowed {
    pub(crate) response: Response,
    pub(crate) key: Arc<KeyInfo>,
}

/// Authorize the request of a reverse proxy
#[utoipa::path(
    method(get, head, post, put, patch, delete, options),
    path = "/v1/auth/{proxy}/{project}/{environment}",
    operation_id = "auth",
    params(
        ("proxy" = String, Path, description = "nginx, caddy, traefik, or envoy; selects the header with the method of the client's request. Envoy appends `/-` and the client's path"),
        ("project" = String, Path, description = "Project name. The environment's id can replace project and environment"),
        ("environment" = String, Path, description = "Environment name"),
    ),
    responses(
        (status = 200, description = "The request is authorized; the body is empty", headers(
            ("x-keystile-key-id" = String, description = "Key id"),
            ("x-keystile-key-name" = String, description = "Key name, percent-encoded"),
            ("x-keystile-environment" = String, description = "project/environment, each percent-encoded"),
            ("x-keystile-permissions" = String, description = "`read` or `read write`"),
        )),
        (status = 400, description = "More than one key, a misplaced key, or a reserved header (401 for nginx)", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Missing or invalid key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the permission, or the proxy sent no method", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "The proxy's path names no proxy, or no existing environment", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Keys cannot be verified at the moment", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("key" = []), ("bearer" = [])),
)]
pub(crate) async fn authorize_request<B>(
    state: &SharedState,
    request: &Request<B>,
    start: Instant,
) -> Result<Allowed, Rejection> {
    let misconfigured = |reason| state.misconfigured_paths.problem(request, reason);
    let path = AuthPath::parse(request.uri().path())
        .ok_or_else(|| misconfigured(Misconfiguration::InvalidPath))?;
    let proxy = path
        .proxy
        .or(state.default_proxy)
        .ok_or_else(|| misconfigured(Misconfiguration::UnknownProxy))?;
    let required = required_permission(proxy, request)?;
    let view = state.verifier.view();
    let environment = view
        .environment(path.environment.as_str())
        .await
        .map_err(|error| Problem::unavailable(&error, false))?
        .ok_or_else(|| misconfigured(Misconfiguration::UnknownEnvironment))?;
    if let Some(activity) = &state.activity {
        activity.record(environment.id);
    }
    let extractor = KeyExtractor::new(
        environment.key_location.clone(),
        environment.prefix.as_str(),
    );
    let subrequest = Subrequest {
        proxy,
        environment: environment.id,
        extractor,
        required,
        client: client_address(proxy, request.headers()),
    };
    let result = subrequest.decide(view, request).await;
    let verifier = &state.verifier;
    if let Some(permit) = verifier.log_permit(result.is_ok()) {
        permit.log(subrequest.record(verifier, request, &result, start));
    }
    result
}

/// The request of a proxy, for one of its clients.
struct Subrequest {
    proxy: Proxy,
    environment: EnvironmentId,
    extractor: KeyExtractor,
    required: Permission,
    /// The address of the proxy's client.
    client: Option<IpAddr>,
}

impl Subrequest {
    async fn decide<B>(&self, view: View<'_>, request: &Request<B>) -> Result<Allowed, Rejection> {
        let (proxy, extractor) = (self.proxy, &self.extractor);
        let key = extract_key(proxy, extractor, request)?
            .ok_or_else(|| Problem::missing_key(extractor.location()))?;
        let usage = UsageAccounting::Counted(self.client);
        let key = authorize(view, key, &self.environment, self.required, usage).await?;
        let response = allow(proxy, extractor, request.headers(), &key)?;
        Ok(Allowed { response, key })
    }

    /// Returns the client's request for the request log. The status of an allowed one is that of the API, which only
    /// the proxy sees.
    fn record<B>(
        &self,
        verifier: &Verifier,
        request: &Request<B>,
        result: &Result<Allowed, Rejection>,
        start: Instant,
    ) -> RequestRecord {
        let (key, code, status) = match result {
            Ok(allowed) => (Some(&allowed.key), DecisionCode::Allowed, None),
            Err(Rejection { problem, code, key }) => (key.as_ref(), *code, Some(problem.status())),
        };
        let method = forwarded_method(self.proxy, request);
        RequestRecord {
            time: verifier.now(),
            environment: self.environment,
            source: RequestSource::Service,
            // Without a method, it was rejected before.
            method: method.map_or(Cow::Borrowed(""), |method| {
                logged_method(&method, None, &self.extractor)
            }),
            path: client_path(self.proxy, request).map_or_else(
                || logged_path(request.uri()),
                |path| redact_path(&path, &self.extractor),
            ),
            status: status.map(|status| status.as_u16()),
            duration: start.elapsed(),
            client: self.client,
            key: key.map(|key| key.id),
            access: Access::Key(self.required),
            access_reason: None,
            removed_headers: None,
            allowed: result.is_ok(),
            code: code.as_str().into(),
        }
    }
}

/// Returns the path of the client's request; `None` if the proxy does not send it.
fn client_path<B>(proxy: Proxy, request: &Request<B>) -> Option<Cow<'_, str>> {
    match proxy {
        Proxy::Envoy => {
            let path = request.uri().path();
            let (own, _) = path.split_once("/-/")?;
            // From the slash before the client's path.
            path.get(own.len() + 2..).map(Cow::Borrowed)
        }
        Proxy::Nginx | Proxy::Caddy | Proxy::Traefik => {
            let uri = forwarded_uris(request).next()?;
            let path = uri.split(|byte| *byte == b'?').next()?;
            Some(String::from_utf8_lossy(path))
        }
    }
}

/// Returns the key of the request; `None` without one.
///
/// # Errors
/// A reserved header, dot segments, or a misplaced key. For nginx, which turns every other status than 401 and 403 into
/// 500, the status is 401.
fn extract_key<'a, B>(
    proxy: Proxy,
    extractor: &KeyExtractor,
    request: &'a Request<B>,
) -> Result<Option<&'a str>, Problem> {
    let headers = request.headers();
    // Envoy replaces these headers.
    let is_sent_by_envoy = |name: &str| proxy == Proxy::Envoy && name.starts_with("x-envoy-");
    let key = reject_reserved_headers(headers, is_sent_by_envoy)
        .and_then(|()| reject_dot_segments(proxy, request))
        .and_then(|()| extractor.reject_stray_keys(headers, paths(request)))
        .and_then(|()| extractor.extract(headers, queries(request)));
    match proxy {
        Proxy::Nginx => key.map_err(Problem::into_unauthorized),
        Proxy::Caddy | Proxy::Traefik | Proxy::Envoy => key,
    }
}

/// Rejects a path that may leave the base path of the upstream.
fn reject_dot_segments<B>(proxy: Proxy, request: &Request<B>) -> Result<(), Problem> {
    if !request.headers().contains_key(UPSTREAM_BASE_PATH) {
        return Ok(());
    }
    let appended = match proxy {
        Proxy::Envoy => request.uri().path().split_once("/-/"),
        Proxy::Nginx | Proxy::Caddy | Proxy::Traefik => None,
    };
    let has_dot_segments = appended.is_some_and(|(_, path)| may_have_dot_segments(path))
        || forwarded_uris(request).any(|uri| {
            let path = uri.split(|byte| *byte == b'?').next().unwrap_or_default();
            may_have_dot_segments(&String::from_utf8_lossy(path))
        });
    if has_dot_segments {
        return Err(Problem::dot_segments());
    }
    Ok(())
}

/// Returns the URIs of the client's request, as bytes, because a header may have any. The upstream may use any of them.
fn forwarded_uris<B>(request: &Request<B>) -> impl Iterator<Item = &[u8]> {
    request
        .headers()
        .get_all(FORWARDED_URI)
        .iter()
        .map(HeaderValue::as_bytes)
}

/// Returns the paths of the client's request. Envoy appends it to the path of its own request, others send a header.
fn paths<B>(request: &Request<B>) -> impl Iterator<Item = &[u8]> {
    let forwarded =
        forwarded_uris(request).filter_map(|uri| uri.split(|byte| *byte == b'?').next());
    std::iter::once(request.uri().path().as_bytes()).chain(forwarded)
}

fn queries<B>(request: &Request<B>) -> impl Iterator<Item = &[u8]> {
    let forwarded = forwarded_uris(request).filter_map(|uri| {
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

/// Returns the permission that the client's request requires.
///
/// # Errors
/// `missing_method_header`.
fn required_permission<B>(proxy: Proxy, request: &Request<B>) -> Result<Permission, Problem> {
    let headers = request.headers();
    let own = Permission::needed_for(request.method().as_str());
    let method = forwarded_method(proxy, request).ok_or_else(Problem::missing_method_header)?;
    let forwarded = Permission::needed_for(method.as_str());
    let (kind, _) = request_kind(headers, queries(request));
    if kind != RequestKind::Plain || own == Permission::Write {
        return Ok(Permission::Write);
    }
    Ok(forwarded)
}

/// Returns the method of the client's request; `None` if the proxy's header is not exactly one method.
fn forwarded_method<B>(proxy: Proxy, request: &Request<B>) -> Option<Method> {
    let Some(name) = proxy.method_header() else {
        return Some(request.method().clone());
    };
    let mut values = request.headers().get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => Method::from_bytes(value.as_bytes()).ok(),
        _ => None,
    }
}

/// Returns the client's address, for usage counts and the request log only.
fn client_address(proxy: Proxy, headers: &HeaderMap) -> Option<IpAddr> {
    let value = match proxy {
        Proxy::Nginx => headers.get(REAL_IP),
        Proxy::Caddy | Proxy::Traefik | Proxy::Envoy => {
            headers.get_all(FORWARDED_FOR).iter().next_back()
        }
    };
    // The proxy appends the address that it sees. The client may have sent what precedes it.
    value?
        .to_str()
        .ok()?
        .rsplit(',')
        .next()?
        .trim()
        .parse()
        .ok()
}

/// Names the headers that Envoy removes.
const ENVOY_HEADERS_TO_REMOVE: HeaderName =
    HeaderName::from_static("x-envoy-auth-headers-to-remove");
/// Tells Caddy whether to keep `Authorization`.
const CADDY_AUTHORIZATION: HeaderName = HeaderName::from_static("x-keystile-authorization");

/// Tells the proxy to remove the key, and to keep an `Authorization` that belongs to the API.
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
                // Envoy does not send X-API-KEY to the service here, so it is unchecked.
                KeyLocation::Header(name) => vec!["x-api-key", name.as_str()],
                // X-API-KEY belongs to the API and was checked.
                KeyLocation::Bearer => Vec::new(),
            };
            if removes_authorization {
                names.push("authorization");
            }
            // Header names are valid header values.
            if let Ok(value) = HeaderValue::from_str(&names.join(", ")) {
                response.insert(ENVOY_HEADERS_TO_REMOVE, value);
            }
        }
        // Without this header, Caddy keeps the client's `Authorization`.
        Proxy::Caddy => {
            let action = if removes_authorization {
                "remove"
            } else {
                "keep"
            };
            response.insert(CADDY_AUTHORIZATION, HeaderValue::from_static(action));
        }
        // They replace the request's header by that of the response, or remove it.
        Proxy::Nginx | Proxy::Traefik if !removes_authorization => {
            if let Some(value) = request.get(AUTHORIZATION) {
                response.insert(AUTHORIZATION, value.clone());
            }
        }
        Proxy::Nginx | Proxy::Traefik => {}
    }
}

/// Returns the response for an authorized request.
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
