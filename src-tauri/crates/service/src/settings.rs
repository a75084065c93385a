//! The settings of the service.

use std::time::Duration;

use keystile_listener::ListenOptions;
use keystile_log::AccessLog;
use utoipa_axum::router::OpenApiRouter;

use crate::activity::Activity;
use crate::admin::AdminTokens;
use crate::error::Error;
use crate::proxy::Proxy;

/// The settings of one instance of the service.
#[derive(Clone)]
pub struct Settings {
    /// The address, and TLS.
    pub listen: ListenOptions,
    /// The tokens of which verify, introspect, and metrics require one for all projects. Mandatory for an address that
    /// other machines can reach.
    pub admin_tokens: Option<AdminTokens>,
    /// Routes beside those of the service, with their description. They check their requests themselves.
    pub routes: Option<OpenApiRouter>,
    /// Allowed `Host` headers besides those of loopback: `keys.internal` (any port) or `keys.internal:7878`.
    pub allowed_hosts: Vec<String>,
    /// The proxy for forward-auth paths that do not name one. `None`: such a path is rejected.
    pub default_proxy: Option<Proxy>,
    /// The access log.
    pub access_log: Option<AccessLog>,
    /// Where to record which environments' keys are checked.
    pub activity: Option<Activity>,
    /// Timeouts and limits.
    pub limits: Limits,
}

/// Timeouts and limits of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the first byte of a request, or the end of the previous one, to the end of its headers.
    pub head: Duration,
    /// For the complete body.
    pub body: Duration,
    /// For a blocked write of a response.
    pub write: Duration,
    /// Concurrent connections; more wait to be accepted.
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

impl Settings {
    /// Creates settings with the defaults: no admin token, no logs.
    pub fn new(listen: impl Into<ListenOptions>) -> Self {
        Self {
            listen: listen.into(),
            admin_tokens: None,
            routes: None,
            allowed_hosts: Vec::new(),
            default_proxy: None,
            access_log: None,
            activity: None,
            limits: Limits::default(),
        }
    }

    /// Checks that a remote address has an admin token.
    ///
    /// # Errors
    /// `AdminTokenRequired`.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let is_remote = self.listen.address.is_remote() && self.listen.allow_remote;
        if is_remote && self.admin_tokens.is_none() {
            return Err(Error::AdminTokenRequired {
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
            .field("admin_tokens", &self.admin_tokens)
            .field("allowed_hosts", &self.allowed_hosts)
            .field("default_proxy", &self.default_proxy)
            .field("limits", &self.limits)
            .finish()
    }
}
