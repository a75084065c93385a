//! Authorizes a request by the route rules and its key.

use std::sync::Arc;
use std::time::Duration;

use hyper::header::HOST;
use hyper::http::uri::Authority;
use hyper::{Method, Request};
use keystile_guard::{self as guard, Problem, Rejection, UsageAccounting};
use keystile_log::CLIENT_CLOSED_REQUEST;
use keystile_policy::{Access, RouteMatch, may_have_dot_segments};
use keystile_verifier::KeyInfo;

use super::headers;
use super::pending_decision::PendingDecision;
use crate::context::ConnectionContext;
use crate::decision::{Decision, Outcome};
use crate::request::RequestInfo;
use crate::settings::Routing;
use crate::state::Snapshot;

/// An authorized request.
pub(crate) struct Authorization {
    /// The key; `None` for open access.
    pub(crate) key: Option<Arc<KeyInfo>>,
    /// The state in which it was authorized.
    pub(crate) snapshot: Snapshot,
}

/// Authorizes a request and sets the decision. `snapshot`: the state in which the routing is current; without it, every
/// request is denied.
pub(crate) async fn authorize<B>(
    context: &ConnectionContext,
    routing: &Routing,
    snapshot: Option<Snapshot>,
    request: &Request<B>,
    info: &RequestInfo,
    decision: &mut PendingDecision<'_>,
) -> Result<Authorization, Rejection> {
    let gateway = &context.gateway;
    let RouteMatch {
        access: required,
        reason,
    } = info.required_access(routing);
    let result = match snapshot {
        Some(snapshot) => authorize_request(context, routing, snapshot, request, info, required)
            .await
            .map(|key| (key, snapshot)),
        None => Err(Problem::rules_unavailable().into()),
    };
    decision.set(result.is_ok(), || {
        let (key, outcome) = match &result {
            Ok((key, _)) => (key.clone(), Outcome::Allowed),
            Err(rejection) => (rejection.key.clone(), Outcome::Denied(rejection.code)),
        };
        Decision {
            // The id and the duration are set when it is published, the status when there is a response.
            id: 0,
            time: gateway.verifier.now(),
            method: request.method().clone(),
            override_method: info.facts.override_method().map(str::to_owned),
            path: guard::redact_path(info.facts.path(), &routing.keys),
            access: required,
            access_reason: routing.rules.explain(reason),
            removed_headers: match result {
                Ok(_) => headers::removed_names(request.headers()),
                Err(_) => None,
            },
            client: context.client,
            key,
            outcome,
            status: CLIENT_CLOSED_REQUEST,
            duration: Duration::ZERO,
            trace: headers::trace(request.headers()),
        }
    });
    let (key, snapshot) = result?;
    Ok(Authorization { key, snapshot })
}

async fn authorize_request<B>(
    context: &ConnectionContext,
    routing: &Routing,
    snapshot: Snapshot,
    request: &Request<B>,
    info: &RequestInfo,
    required: Access,
) -> Result<Option<Arc<KeyInfo>>, Rejection> {
    check_forwardable(routing, request, info)?;
    let access = if info.is_open(required, routing) {
        Access::Open
    } else if info.is_keyless_preflight() {
        return Err(Problem::preflight_denied().into());
    } else {
        required
    };
    let gateway = &context.gateway;
    guard::authorize_request(
        gateway.verifier.view_at(snapshot.database),
        &gateway.environment,
        &routing.keys,
        request.headers(),
        &info.facts,
        access,
        UsageAccounting::Counted(Some(context.client)),
    )
    .await
}

/// Rejects a request that the upstream could interpret differently than the gateway.
fn check_forwardable<B>(
    routing: &Routing,
    request: &Request<B>,
    info: &RequestInfo,
) -> Result<(), Problem> {
    let path = info.facts.path();
    // CONNECT has no path, and `*` would be appended to the path of the endpoint.
    if !path.starts_with('/') || request.method() == Method::CONNECT {
        return Err(Problem::unsupported_target());
    }
    if !has_one_host(request) {
        return Err(Problem::invalid_host());
    }
    if !headers::has_supported_framing(request.headers()) {
        return Err(Problem::malformed_request());
    }
    if routing.upstream.has_base_path() && may_have_dot_segments(path) {
        return Err(Problem::dot_segments());
    }
    Ok(())
}

/// Returns whether the request names exactly one host. The upstream could choose the other one of two.
fn has_one_host<B>(request: &Request<B>) -> bool {
    let mut values = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (values.next(), values.next()) else {
        return false;
    };
    // An absolute URL overrides the header (RFC 9112, section 3.2.2).
    let authority = request.uri().authority();
    is_host(host.as_bytes())
        && authority.is_none_or(|authority| authority.as_str().as_bytes() == host.as_bytes())
}

/// Returns whether a value is a host with an optional port, without user info, and not a list.
fn is_host(text: &[u8]) -> bool {
    !text.contains(&b'@') && !text.contains(&b',') && Authority::try_from(text).is_ok()
}
