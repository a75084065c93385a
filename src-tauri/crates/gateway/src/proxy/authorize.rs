//! Decides about a request: which access it requires, and whether its key has that. Each decision is published to those who
//! listen.

use std::sync::Arc;

use hyper::header::HOST;
use hyper::http::uri::Authority;
use hyper::{Method, Request};
use keystile_guard::{self as guard, Problem, Rejection, UsageAccounting};
use keystile_policy::{Access, may_have_dot_segments};
use keystile_verifier::KeyInfo;

use super::headers;
use crate::context::ConnectionContext;
use crate::decision::{Decision, Outcome, next_number};
use crate::request::RequestInfo;
use crate::settings::Routing;
use crate::state::Snapshot;

/// A request that may pass.
pub(crate) struct Pass {
    /// The key that may do that; `None` where none is required.
    pub(crate) key: Option<Arc<KeyInfo>>,
    /// What was true when it was authorized.
    pub(crate) snapshot: Snapshot,
    /// What was published about it, where somebody listens.
    pub(crate) decision: Option<Arc<Decision>>,
}

/// Authorizes the request where that is required, and publishes the decision. `snapshot`: as of which the routing is current;
/// without it nothing passes.
pub(crate) async fn authorize<B>(
    context: &ConnectionContext,
    routing: &Routing,
    snapshot: Option<Snapshot>,
    request: &Request<B>,
    info: &RequestInfo,
) -> Result<Pass, Rejection> {
    let gateway = &context.gateway;
    let required = info.required_access(routing).access;
    let decided = match snapshot {
        Some(snapshot) => {
            let key = authorize_request(context, routing, snapshot, request, info, required);
            key.await.map(|key| (key, snapshot))
        }
        None => Err(Problem::rules_unavailable().into()),
    };
    let decision = gateway.publish(|| {
        let (key, outcome) = match &decided {
            Ok((key, _)) => (key.clone(), Outcome::Accepted),
            Err(rejection) => (rejection.key.clone(), Outcome::Refused(rejection.code)),
        };
        Decision {
            number: next_number(),
            at: gateway.verifier.now(),
            method: request.method().clone(),
            override_method: info.facts.override_method().map(str::to_owned),
            path: guard::redact_path(info.facts.path(), &routing.keys),
            need: required,
            key,
            outcome,
            trace: headers::trace(request.headers()),
        }
    });
    let (key, snapshot) = decided?;
    Ok(Pass {
        key,
        snapshot,
        decision,
    })
}

async fn authorize_request<B>(
    context: &ConnectionContext,
    routing: &Routing,
    snapshot: Snapshot,
    request: &Request<B>,
    info: &RequestInfo,
    required: Access,
) -> Result<Option<Arc<KeyInfo>>, Rejection> {
    check_form(routing, request, info)?;
    let access = if info.is_open(required, routing) {
        Access::Open
    } else if info.is_keyless_preflight() {
        return Err(Problem::preflight_refused().into());
    } else {
        required
    };
    let gateway = &context.gateway;
    guard::authorize_request(
        gateway.verifier.view_of(snapshot.database),
        &gateway.environment,
        &routing.keys,
        request.headers(),
        &info.facts,
        access,
        UsageAccounting::Counted(Some(context.client)),
    )
    .await
}

/// Rejects what cannot be forwarded as it was authorized, whatever key it carries.
fn check_form<B>(
    routing: &Routing,
    request: &Request<B>,
    info: &RequestInfo,
) -> Result<(), Problem> {
    let path = info.facts.path();
    // CONNECT has no path, and `*` would be appended to that of the endpoint.
    if !path.starts_with('/') || request.method() == Method::CONNECT {
        return Err(Problem::not_for_a_gateway());
    }
    if !has_one_host(request) {
        return Err(Problem::host_missing());
    }
    if !headers::has_plain_body(request.headers()) {
        return Err(Problem::malformed());
    }
    if routing.upstream.has_base_path() && may_have_dot_segments(path) {
        return Err(Problem::path_forbidden());
    }
    Ok(())
}

/// Whether the request is for exactly one host. A request that names two could be for another one to the API.
fn has_one_host<B>(request: &Request<B>) -> bool {
    let mut lines = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (lines.next(), lines.next()) else {
        return false;
    };
    // An absolute target takes precedence over the header (RFC 9112, section 3.2.2).
    let authority = request.uri().authority();
    is_host(host.as_bytes())
        && authority.is_none_or(|authority| authority.as_str().as_bytes() == host.as_bytes())
}

/// A name or an address, with a port or without: no user, no list.
fn is_host(text: &[u8]) -> bool {
    !text.contains(&b'@') && !text.contains(&b',') && Authority::try_from(text).is_ok()
}
