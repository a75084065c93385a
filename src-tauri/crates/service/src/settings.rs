//! Where the service listens, whom it answers and how long it waits. Filled in by whoever starts it. It reads no file and
//! no environment variable.

use std::net::SocketAddr;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::error::Error;
use crate::proxy::Proxy;

/// How an instance of the service behaves.
#[derive(Clone)]
pub struct Settings {
    /// The address; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Whether an address that other machines reach is meant.
    pub beyond_loopback: bool,
    /// Who asks for verify, introspect and metrics must show it as a bearer token. Needed beyond loopback.
    pub admin_token: Option<Zeroizing<String>>,
    /// Names under which the service is asked, beside those of loopback: `keys.internal` (any port) or
    /// `keys.internal:7878`.
    pub allowed_hosts: Vec<String>,
    /// The proxy that asks under paths which name none. `None`: such a path is refused.
    pub trust: Option<Proxy>,
    /// How long and how much.
    pub limits: Limits,
}

/// How long the service waits, and for how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the first byte of a request, or from the end of the one before, to the end of its headers.
    pub head: Duration,
    /// For the whole body.
    pub body: Duration,
    /// For a client that takes no more of an answer.
    pub write: Duration,
    /// Connections at once; more wait to be accepted.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(15),
            body: Duration::from_secs(10),
            write: Duration::from_secs(10),
            connections: 4096,
        }
    }
}

/// The fewest characters of an admin token: 32 of base 62 are 190 bits, of hexadecimal 128.
const SHORTEST_TOKEN: usize = 32;

impl Settings {
    /// The defaults at this address: nothing beyond loopback, no admin token.
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            beyond_loopback: false,
            admin_token: None,
            allowed_hosts: Vec::new(),
            trust: None,
            limits: Limits::default(),
        }
    }

    /// Refuses what would open the owner's answers to other machines.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if let Some(token) = &self.admin_token
            && (token.len() < SHORTEST_TOKEN || !token.bytes().all(|byte| byte.is_ascii_graphic()))
        {
            return Err(Error::AdminTokenWeak);
        }
        if self.listen.ip().is_loopback() {
            return Ok(());
        }
        if !self.beyond_loopback {
            return Err(Error::BeyondLoopback {
                address: self.listen,
            });
        }
        if self.admin_token.is_none() {
            return Err(Error::AdminTokenMissing {
                address: self.listen,
            });
        }
        Ok(())
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("listen", &self.listen)
            .field("beyond_loopback", &self.beyond_loopback)
            .field("has_admin_token", &self.admin_token.is_some())
            .field("allowed_hosts", &self.allowed_hosts)
            .field("trust", &self.trust)
            .field("limits", &self.limits)
            .finish()
    }
}
