//! Checks the `Host` header against an allow-list. This stops DNS rebinding, where a web page's own host name resolves
//! to this machine.

use std::sync::Once;

use hyper::header::HOST;
use hyper::{Request, Version};
use keystile_guard::{Problem, resembles_key};
use keystile_listener::ListenAddress;

use crate::error::Error;

/// The allow-list. Names are in lower case.
pub(crate) struct AllowedHosts {
    /// Names with a port.
    exact: Vec<String>,
    /// Names that are allowed with any port.
    any_port: Vec<String>,
    accepts_all: bool,
}

impl AllowedHosts {
    /// Allows the names of this address and `allowed`. On a Unix socket, which no web page can reach, every name is
    /// allowed.
    ///
    /// # Errors
    /// `InvalidHostName`: one of `allowed` is not a host name.
    pub(crate) fn new(address: &ListenAddress, allowed: &[String]) -> Result<Self, Error> {
        let mut hosts = Self {
            exact: Vec::new(),
            any_port: Vec::new(),
            accepts_all: address.tcp().is_none(),
        };
        match address.tcp() {
            Some(address) if address.ip().is_loopback() => {
                for name in ["127.0.0.1", "localhost", "[::1]"] {
                    hosts.exact.push(format!("{name}:{}", address.port()));
                }
            }
            Some(address) if !address.ip().is_unspecified() => {
                hosts.exact.push(address.to_string());
            }
            _ => {}
        }
        for name in allowed {
            let authority: hyper::http::uri::Authority = name
                .parse()
                .map_err(|_| Error::InvalidHostName(name.clone()))?;
            if authority.as_str().contains('@') || authority.host().contains('*') {
                return Err(Error::InvalidHostName(name.clone()));
            }
            let name = name.to_ascii_lowercase();
            match authority.port_u16() {
                Some(_) => hosts.exact.push(name),
                None => hosts.any_port.push(name),
            }
        }
        Ok(hosts)
    }

    /// Checks the host of a request.
    ///
    /// # Errors
    /// `invalid_host` or `host_not_allowed`.
    pub(crate) fn check<B>(&self, request: &Request<B>) -> Result<(), Problem> {
        let mut values = request.headers().get_all(HOST).iter();
        let (Some(host), None) = (values.next(), values.next()) else {
            return Err(Problem::invalid_host());
        };
        let host = host.to_str().map_err(|_| Problem::invalid_host())?;
        // An absolute URL overrides the header (RFC 9112, section 3.2.2). Two servers could disagree if they differ.
        if let Some(authority) = request.uri().authority()
            && authority.as_str() != host
        {
            return Err(Problem::invalid_host());
        }
        if self.accepts_all || self.contains(host) {
            return Ok(());
        }
        log_rejected(host);
        Err(Problem::host_not_allowed())
    }

    fn contains(&self, host: &str) -> bool {
        if self
            .exact
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(host))
        {
            return true;
        }
        let name = match host.rsplit_once(':') {
            Some((name, port))
                if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                name
            }
            _ => host,
        };
        self.any_port
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(name))
    }
}

/// Logs which option allows a host, once: clients choose the header, and must not fill the log.
fn log_rejected(host: &str) {
    static LOGGED: Once = Once::new();
    if !resembles_key(host.as_bytes()) {
        LOGGED.call_once(|| {
            tracing::warn!(
                host,
                "rejected a request for this host; if it is a name of your API or of this service, start `keystile serve` \
                 with --allowed-host NAME"
            );
        });
    }
}

/// Returns whether the service supports this version. nginx uses HTTP/1.0 for its upstreams by default.
pub(crate) fn is_supported(version: Version) -> bool {
    version == Version::HTTP_11 || version == Version::HTTP_10
}
