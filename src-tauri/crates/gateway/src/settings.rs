//! What a gateway guards, where it listens and how long it waits. Filled in by whoever starts it.

use std::net::SocketAddr;
use std::time::Duration;

use keystile_keys::EnvironmentId;

use crate::endpoint::Endpoint;

/// How a gateway behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address; port 0 lets the system choose. Loopback only.
    pub listen: SocketAddr,
    /// Whose keys are let through.
    pub environment: EnvironmentId,
    /// Where accepted requests go.
    pub endpoint: Endpoint,
    /// Whether the API sees the Host that its caller sent, and not its own.
    pub keeps_host: bool,
    /// How long and how much.
    pub limits: Limits,
}

/// How long a gateway waits, and for how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the first byte of a request to the end of its headers.
    pub head: Duration,
    /// Until the API has accepted a connection.
    pub connect: Duration,
    /// From passing a request on to the head of its answer.
    pub answer: Duration,
    /// How often a stream that goes on is asked about its key again.
    pub recheck: Duration,
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
            answer: Duration::from_secs(60),
            // A revoked key's streams are to end within a second.
            recheck: Duration::from_millis(500),
            grace: Duration::from_secs(10),
            connections: 16_384,
        }
    }
}

impl Settings {
    /// The defaults for this environment and endpoint.
    pub fn new(listen: SocketAddr, environment: EnvironmentId, endpoint: Endpoint) -> Self {
        Self {
            listen,
            environment,
            endpoint,
            keeps_host: true,
            limits: Limits::default(),
        }
    }
}
