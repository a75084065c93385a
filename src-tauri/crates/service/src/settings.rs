//! Where the service listens, whom it answers and how long it waits.

use std::time::Duration;

use keystile_listener::ListenOptions;
use keystile_log::AccessLog;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::proxy::Proxy;

/// How an instance of the service behaves.
#[derive(Clone)]
pub struct Settings {
    /// Where it listens.
    pub listen: ListenOptions,
    /// The token that clients of verify, introspect and metrics have to send. Required for an address that other machines can
    /// reach.
    pub admin_token: Option<Zeroizing<String>>,
    /// Names under which the service is asked, beside those of loopback: `keys.internal` (any port) or
    /// `keys.internal:7878`.
    pub allowed_hosts: Vec<String>,
    /// The proxy that asks under paths which name none. `None`: such a path is refused.
    pub default_proxy: Option<Proxy>,
    /// Where requests are logged.
    pub access_log: Option<AccessLog>,
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
const MIN_TOKEN_LENGTH: usize = 32;

impl Settings {
    /// The defaults at this address: no admin token, no access log.
    pub fn new(listen: impl Into<ListenOptions>) -> Self {
        Self {
            listen: listen.into(),
            admin_token: None,
            allowed_hosts: Vec::new(),
            default_proxy: None,
            access_log: None,
            limits: Limits::default(),
        }
    }

    /// Rejects settings that would let other machines ask as the owner.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if let Some(token) = &self.admin_token
            && (token.len() < MIN_TOKEN_LENGTH
                || !token.bytes().all(|byte| byte.is_ascii_graphic()))
        {
            return Err(Error::AdminTokenWeak);
        }
        if self.listen.address.is_remote() && self.listen.allow_remote && self.admin_token.is_none()
        {
            return Err(Error::AdminTokenMissing {
                address: self.listen.address.clone(),
            });
        }
        Ok(())
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("listen", &self.listen)
            .field("has_admin_token", &self.admin_token.is_some())
            .field("allowed_hosts", &self.allowed_hosts)
            .field("default_proxy", &self.default_proxy)
            .field("limits", &self.limits)
            .finish()
    }
}
