//! Whether a request may pass: what it needs by the rules of the route, and whether its key may do that. Each decision is
//! told to whoever listens. It passes nothing on.

use std::net::IpAddr;
use std::sync::Arc;

use hyper::header::{ACCESS_CONTROL_REQUEST_METHOD, HOST, ORIGIN};
use hyper::http::uri::Authority;
use hyper::{Method, Request};
use keystile_keys::{Permission, RouteClaim, RouteNeed};
use keystile_service::{Denied, Problem, Use, admit, claim, holds_key, no_key_in, now, shown_key};
use keystile_verifier::KnownKey;

use crate::decision::{Decision, Outcome};
use crate::gateway::Shared;
use crate::headers;
use crate::settings::{Routing, Upstream};

/// Bytes of a path that are told.
const LONGEST_SHOWN: usize = 512;

/// A request that may pass.
pub(crate) enum Pass {
    /// It needs no key.
    Open,
    /// Its key may do that.
    With(Arc<KnownKey>, Permission),
}

/// Asks about the key where one is needed, and tells the owner what came of it.
pub(crate) async fn decide<B>(
    shared: &Shared,
    routing: &Routing,
    request: &Request<B>,
    client: IpAddr,
) -> Result<Pass, Problem> {
    let (need, refused) = needed(routing, request);
    let decided = match (refused, need) {
        (Some(problem), _) => Err(Denied::from(problem)),
        (None, RouteNeed::Open) => no_key_in(request.uri().query())
            .map(|()| Pass::Open)
            .map_err(Denied::from),
        (None, RouteNeed::Key(permission)) => {
            let environment = &shared.environment;
            let usage = match routing.upstream {
                Upstream::Check => Use::Uncounted,
                Upstream::Api(_) => Use::Counted(Some(client)),
            };
            match shown_key(request.headers(), request.uri().query()) {
                Ok(key) => admit(&shared.verifier, key, environment, permission, usage)
                    .await
                    .map(|key| Pass::With(key, permission)),
                Err(problem) => Err(problem.into()),
            }
        }
    };
    shared.tell(|| {
        let (key, outcome) = match &decided {
            Ok(Pass::Open) => (None, Outcome::Accepted),
            Ok(Pass::With(key, _)) => (Some(Arc::clone(key)), Outcome::Accepted),
            Err(denied) => (denied.key.clone(), Outcome::Refused(denied.code)),
        };
        Decision {
            at: now(),
            method: request.method().clone(),
            path: shown_path(request.uri().path()),
            need,
            key,
            outcome,
            trace: headers::trace(request.headers()),
        }
    });
    decided.map_err(|denied| denied.problem)
}

/// The path as it is told: of bounded length, and without a key that somebody wrote into it.
fn shown_path(path: &str) -> String {
    let told = |segment| {
        if holds_key(segment) {
            "(a key)"
        } else {
            segment
        }
    };
    let mut shown: String = path.split('/').map(told).collect::<Vec<_>>().join("/");
    if shown.len() > LONGEST_SHOWN {
        // A request's target is ASCII, but nothing here relies on it.
        shown.truncate(shown.floor_char_boundary(LONGEST_SHOWN));
        shown.push('…');
    }
    shown
}

/// What a request needs, and what refuses it whatever key it shows.
fn needed<B>(routing: &Routing, request: &Request<B>) -> (RouteNeed, Option<Problem>) {
    let claim = claim(request.headers(), request.uri().query());
    let path = request.uri().path();
    let need = routing
        .rules
        .need(request.method().as_str(), path, claim)
        .need;
    // CONNECT has no path, and `*` would be glued to that of the endpoint.
    if !path.starts_with('/') || request.method() == Method::CONNECT {
        return (need, Some(Problem::not_for_a_gateway()));
    }
    if !says_its_host_once(request) {
        return (need, Some(Problem::host_missing()));
    }
    if !headers::has_a_plain_body(request.headers()) {
        return (need, Some(Problem::malformed()));
    }
    if holds_key(path) {
        return (need, Some(Problem::key_in_query()));
    }
    if need == RouteNeed::Open || !is_keyless_preflight(request, claim) {
        (need, None)
    } else if routing.passes_preflights {
        (RouteNeed::Open, None)
    } else {
        (need, Some(Problem::preflight_refused()))
    }
}

/// Whether the request is for one host. Whoever names two wants one of two programs to be mistaken.
fn says_its_host_once<B>(request: &Request<B>) -> bool {
    let mut lines = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (lines.next(), lines.next()) else {
        return false;
    };
    // An absolute address beats the header (RFC 9112, 3.2.2).
    let authority = request.uri().authority();
    is_host(host.as_bytes())
        && authority.is_none_or(|authority| authority.as_str().as_bytes() == host.as_bytes())
}

/// A name or an address, perhaps with a port: no user before it, no list.
fn is_host(text: &[u8]) -> bool {
    !text.contains(&b'@') && !text.contains(&b',') && Authority::try_from(text).is_ok()
}

/// Whether a browser asks here if a page may ask. It never shows a key; whoever does is judged by that.
fn is_keyless_preflight<B>(request: &Request<B>, claim: RouteClaim) -> bool {
    let headers = request.headers();
    request.method() == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
        && claim == RouteClaim::Plain
        && matches!(shown_key(headers, None), Ok(None))
}
