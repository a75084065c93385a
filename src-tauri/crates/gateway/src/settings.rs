//! What a gateway guards, where it listens and how long it waits.

use std::time::Duration;

use keystile_guard::KeyExtractor;
use keystile_keys::EnvironmentId;
use keystile_listener::ListenOptions;
use keystile_log::AccessLog;
use keystile_policy::RouteRules;

use crate::upstream::Endpoint;

/// How a gateway behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where it listens.
    pub listen: ListenOptions,
    /// Whose keys are let through.
    pub environment: EnvironmentId,
    /// Where requests go and what they need; it can be changed while the gateway runs.
    pub routing: Routing,
    /// How long and how much.
    pub limits: Limits,
    /// Where requests are logged.
    pub access_log: Option<AccessLog>,
}

/// Where requests go, and what they need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routing {
    /// The API that authorized requests are forwarded to.
    pub upstream: Endpoint,
    /// Whether the API receives the `Host` that the client sent, instead of its own. A server that chooses a site by it may
    /// then answer for another one.
    pub preserve_host: bool,
    /// Whether CORS preflights pass without a key. Browsers send none with them.
    pub allow_preflight: bool,
    /// Which access requests require where the default of their method is wrong.
    pub rules: RouteRules,
    /// Where requests carry their keys.
    pub keys: KeyExtractor,
}

impl Routing {
    /// No rules, no preflights, the upstream's own `Host`, keys at the default location.
    pub fn new(upstream: Endpoint) -> Self {
        Self {
            upstream,
            preserve_host: false,
            allow_preflight: false,
            rules: RouteRules::default(),
            keys: KeyExtractor::default(),
        }
    }
}

/// How long a gateway waits, and for how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the first byte of a request to the end of its headers.
    pub head: Duration,
    /// Until the API has accepted a connection.
    pub connect: Duration,
    /// From forwarding a request to the head of its response.
    pub response: Duration,
    /// How long open requests may take after stop was said.
    pub grace: Duration,
    /// Connections at once; more wait to be accepted.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(15),
            connect: Duration::from_secs(5),
            response: Duration::from_secs(60),
            grace: Duration::from_secs(10),
            connections: 16_384,
        }
    }
}

impl Settings {
    /// The defaults for this environment and what stands behind it.
    pub fn new(
        listen: impl Into<ListenOptions>,
        environment: EnvironmentId,
        upstream: Endpoint,
    ) -> Self {
        Self {
            listen: listen.into(),
            environment,
            routing: Routing::new(upstream),
            limits: Limits::default(),
            access_log: None,
        }
    }
}
