//! The question behind every guarded request: which key does it show, and may that pass? Forward-auth and the gateway ask
//! it, so that both say the same. It knows no path and no proxy.

use std::net::IpAddr;
use std::sync::Arc;

use hyper::HeaderMap;
use hyper::header::{HeaderName, UPGRADE};
use keystile_keys::{EnvironmentId, Permission, Refusal, RouteClaim, Verdict};
use keystile_verifier::{KnownKey, Verifier};

use crate::credentials;
use crate::moment;
use crate::problem::Problem;
use crate::query::{self, Shown};

/// A request that does not pass: what its sender is told, and what only the owner of the API learns.
#[derive(Debug)]
pub struct Denied {
    /// For the sender.
    pub problem: Problem,
    /// The exact reason.
    pub code: &'static str,
    /// Whose key it is, when the secret was right.
    pub key: Option<Arc<KnownKey>>,
}

impl From<Problem> for Denied {
    fn from(problem: Problem) -> Self {
        Self {
            code: problem.code(),
            problem,
            key: None,
        }
    }
}

/// Headers by which a request asks to be treated as one of another method.
const OVERRIDES: [HeaderName; 4] = [
    HeaderName::from_static("x-http-method-override"),
    HeaderName::from_static("x-http-method"),
    HeaderName::from_static("x-method-override"),
    HeaderName::from_static("x-method"),
];

/// Headers of a request that wants to leave HTTP. `Upgrade` itself ends at most proxies, so their configurations pass it
/// on under another name; Traefik passes on what belongs to a WebSocket.
const UPGRADES: [HeaderName; 4] = [
    UPGRADE,
    HeaderName::from_static("x-original-upgrade"),
    HeaderName::from_static("sec-websocket-key"),
    HeaderName::from_static("http2-settings"),
];

/// By what a request asks for more than its method says. The graver of two is told.
pub fn claim<'a>(headers: &HeaderMap, queries: impl IntoIterator<Item = &'a str>) -> RouteClaim {
    let mut claim = RouteClaim::Plain;
    if queries.into_iter().any(query::overrides) {
        return RouteClaim::Override;
    }
    // One look at each line that is there, not one for each name that might be: a request has few.
    for (name, value) in headers {
        if value.is_empty() {
            // nginx and Caddy pass an absent Upgrade on as an empty header.
            continue;
        }
        if OVERRIDES.contains(name) {
            return RouteClaim::Override;
        }
        if UPGRADES.contains(name) {
            claim = RouteClaim::Upgrade;
        }
    }
    claim
}

/// The one key that a request shows in its headers. One in an address is refused, because addresses are logged.
///
/// # Errors
/// More than one key, a malformed `Authorization`, or a key in one of the query strings.
pub fn shown_key<'a>(
    headers: &'a HeaderMap,
    queries: impl IntoIterator<Item = &'a str>,
) -> Result<Option<&'a str>, Problem> {
    let key = credentials::key(headers)?;
    for query in queries {
        match (query::shown(query), key) {
            (Shown::Key, _) | (Shown::Named, None) => return Err(Problem::key_in_query()),
            // A parameter called `key` is the API's own affair when a key came as it should.
            (Shown::Nothing, _) | (Shown::Named, Some(_)) => {}
        }
    }
    Ok(key)
}

/// Refuses a key in the address of a request that needs none: it would be logged there all the same, and reach the API.
///
/// # Errors
/// The query string holds a text with the written form of a key.
pub fn no_key_in(query: Option<&str>) -> Result<(), Problem> {
    match query.map(query::shown) {
        Some(Shown::Key) => Err(Problem::key_in_query()),
        Some(Shown::Named | Shown::Nothing) | None => Ok(()),
    }
}

/// Whether a request is a use of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// It is, by the client at this address where that is known.
    Counted(Option<IpAddr>),
    /// It is Keystile's own: it asks what others would be answered.
    Uncounted,
}

/// Asks the verifier, and counts the use.
///
/// # Errors
/// The key may not do that, or nobody can tell at the moment.
pub async fn admit(
    verifier: &Verifier,
    key: Option<&str>,
    environment: &EnvironmentId,
    need: Permission,
    usage: Use,
) -> Result<Arc<KnownKey>, Denied> {
    let text = key.ok_or_else(Problem::credentials_missing)?;
    let now = moment::now();
    let answer = verifier
        .check(text, environment, need, now)
        .await
        .map_err(|error| Problem::unavailable(&error, false))?;
    if let Use::Counted(client) = usage {
        verifier.record(&answer, environment, need, client, now);
    }
    let refusal = match (answer.verdict, answer.key) {
        (Verdict::Accepted(_), Some(key)) => return Ok(key),
        // An accepted key is always named; one that is not opens nothing.
        (Verdict::Accepted(_), None) => (Refusal::Unknown, None),
        (Verdict::Refused(refusal), key) => (refusal, key),
    };
    let problem = match refusal.0 {
        Refusal::Lacks(permission) => Problem::key_lacks(permission),
        _ => Problem::key_refused(),
    };
    Err(Denied {
        problem,
        code: refusal.0.as_str(),
        key: refusal.1,
    })
}
