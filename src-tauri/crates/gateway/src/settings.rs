//! The settings of a gateway.

use std::time::Duration;

use keystile_guard::KeyExtractor;
use keystile_keys::EnvironmentId;
use keystile_listener::ListenOptions;
use keystile_log::AccessLog;
use keystile_policy::RouteRules;

use crate::upstream::Endpoint;

/// The settings of a gateway.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address, and TLS.
    pub listen: ListenOptions,
    /// The environment whose keys are accepted.
    pub environment: EnvironmentId,
    /// The upstream and the rules. They can be changed while the gateway runs.
    pub routing: Routing,
    /// Timeouts and limits.
    pub limits: Limits,
    /// The access log.
    pub access_log: Option<AccessLog>,
}

/// The upstream, and how requests are authorized and forwarded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routing {
    /// The API to which authorized requests are forwarded.
    pub upstream: Endpoint,
    /// Whether the upstream receives the client's `Host` instead of its own. A server with several sites may then
    /// select another one.
    pub preserve_host: bool,
    /// Whether CORS preflights are forwarded without a key. Browsers send none in them.
    pub allow_preflight: bool,
    /// Whether responses tell their callers with `Sunset` that their key expires within seven days.
    pub sunset_header: bool,
    /// Route rules, which override the default of a method.
    pub rules: RouteRules,
    /// The location of keys in requests.
    pub keys: KeyExtractor,
}

impl Routing {
    /// Creates a routing without rules and preflights, with the upstream's own `Host` and keys at the default location.
    pub fn new(upstream: Endpoint) -> Self {
        Self {
            upstream,
            preserve_host: false,
            allow_preflight: false,
            sunset_header: true,
            rules: RouteRules::default(),
            keys: KeyExtractor::default(),
        }
    }
}

/// Timeouts and limits of a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the first byte of a request to the end of its headers.
    pub head: Duration,
    /// For a connection to the upstream, including TLS.
    pub connect: Duration,
    /// From forwarding a request to the headers of its response.
    pub response: Duration,
    /// For open requests after shutdown began.
    pub shutdown: Duration,
    /// Concurrent connections; more wait to be accepted.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(15),
            connect: Duration::from_secs(5),
            response: Duration::from_secs(60),
            shutdown: Duration::from_secs(10),
            connections: 16_384,
        }
    }
}

impl Settings {
    /// Creates settings with the defaults for an environment and its upstream.
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
