//! Whether a request may pass: what it needs by the rules of the route, and whether its key may do that. Each decision is
//! told to whoever listens. It passes nothing on.

use std::net::IpAddr;
use std::sync::Arc;

use hyper::header::HOST;
use hyper::http::uri::Authority;
use hyper::{Method, Request};
use keystile_guard::{
    Problem, Rejection, UsageAccounting, authorize, contains_key, extract_key, now,
    reject_key_in_query,
};
use keystile_policy::Access;
use keystile_verifier::KeyInfo;

use crate::asked::Asked;
use crate::decision::{Decision, Outcome, next_number};
use crate::gateway::Shared;
use crate::headers;
use crate::settings::{Routing, Upstream};

/// Bytes of a path that are told.
const LONGEST_SHOWN: usize = 512;

/// A request that may pass.
pub(crate) struct Pass {
    /// Whose key may do that; `None` where none is needed.
    pub(crate) key: Option<Arc<KeyInfo>>,
    /// What was told about it, where somebody listens.
    pub(crate) decision: Option<Arc<Decision>>,
}

/// Asks about the key where one is needed, and tells the owner what came of it.
pub(crate) async fn decide<B>(
    shared: &Shared,
    routing: &Routing,
    request: &Request<B>,
    asked: &Asked,
    client: IpAddr,
) -> Result<Pass, Problem> {
    let (need, mut refused) = needed(routing, request, asked);
    if shared.is_held() {
        refused = Some(Problem::rules_unavailable());
    }
    let decided = match (refused, need) {
        (Some(problem), _) => Err(Rejection::from(problem)),
        (None, Access::Open) => reject_key_in_query(request.uri().query())
            .map(|()| None)
            .map_err(Rejection::from),
        (None, Access::Key(permission)) => {
            let environment = &shared.environment;
            let usage = match routing.upstream {
                Upstream::Check => UsageAccounting::Uncounted,
                Upstream::Api(_) => UsageAccounting::Counted(Some(client)),
            };
            match extract_key(request.headers(), request.uri().query()) {
                Ok(key) => authorize(&shared.verifier, key, environment, permission, usage)
                    .await
                    .map(Some),
                Err(problem) => Err(problem.into()),
            }
        }
    };
    let decision = shared.tell(|| {
        let (key, outcome) = match &decided {
            Ok(key) => (key.clone(), Outcome::Accepted),
            Err(denied) => (denied.key.clone(), Outcome::Refused(denied.code)),
        };
        Decision {
            number: next_number(),
            at: now(),
            method: request.method().clone(),
            path: shown_path(asked),
            need,
            key,
            outcome,
            trace: headers::trace(request.headers()),
        }
    });
    match decided {
        Ok(key) => Ok(Pass { key, decision }),
        Err(denied) => Err(denied.problem),
    }
}

/// The path as it is told: of bounded length, and without a key that somebody wrote into it.
fn shown_path(asked: &Asked) -> String {
    let path = asked.path();
    let mut shown = if asked.holds_key_in_path() {
        let told = |segment| {
            if contains_key(segment) {
                "(a key)"
            } else {
                segment
            }
        };
        path.split('/').map(told).collect::<Vec<_>>().join("/")
    } else {
        path.to_owned()
    };
    if shown.len() > LONGEST_SHOWN {
        // A request's target is ASCII, but nothing here relies on it.
        shown.truncate(shown.floor_char_boundary(LONGEST_SHOWN));
        shown.push('…');
    }
    shown
}

/// What a request needs, and what refuses it whatever key it shows.
fn needed<B>(routing: &Routing, request: &Request<B>, asked: &Asked) -> (Access, Option<Problem>) {
    let need = asked.need(routing);
    // CONNECT has no path, and `*` would be glued to that of the endpoint.
    if !asked.path().starts_with('/') || request.method() == Method::CONNECT {
        return (need, Some(Problem::not_for_a_gateway()));
    }
    if !says_its_host_once(request) {
        return (need, Some(Problem::host_missing()));
    }
    if !headers::has_a_plain_body(request.headers()) {
        return (need, Some(Problem::malformed()));
    }
    if asked.holds_key_in_path() {
        return (need, Some(Problem::key_in_query()));
    }
    if asked.is_open(need, routing) {
        (Access::Open, None)
    } else if asked.is_keyless_preflight() {
        (need, Some(Problem::preflight_refused()))
    } else {
        (need, None)
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
