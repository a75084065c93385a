//! Checks the `Host` of requests. A page in a browser whose name points to this machine (DNS rebinding) sends that name, and
//! is rejected.

use hyper::header::HOST;
use hyper::{Request, Version};

use crate::error::Error;
use keystile_guard::Problem;
use keystile_listener::ListenAddress;

/// The names, in lower case.
pub(crate) struct AllowedHosts {
    /// Name and port exactly.
    exact: Vec<String>,
    /// The name, whatever the port.
    any_port: Vec<String>,
    accepts_all: bool,
}

impl AllowedHosts {
    /// The names of this address and those that were allowed. No page in a browser can reach a Unix socket, so every name is
    /// accepted there.
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
            let authority: hyper::http::uri::Authority =
                name.parse().map_err(|_| Error::Host(name.clone()))?;
            if authority.as_str().contains('@') || authority.host().contains('*') {
                return Err(Error::Host(name.clone()));
            }
            let name = name.to_ascii_lowercase();
            match authority.port_u16() {
                Some(_) => hosts.exact.push(name),
                None => hosts.any_port.push(name),
            }
        }
        Ok(hosts)
    }

    /// Whether the request is for this service.
    pub(crate) fn check<B>(&self, request: &Request<B>) -> Result<(), Problem> {
        let mut lines = request.headers().get_all(HOST).iter();
        let (Some(host), None) = (lines.next(), lines.next()) else {
            return Err(Problem::host_missing());
        };
        let host = host.to_str().map_err(|_| Problem::host_missing())?;
        // An absolute address beats the header (RFC 9112, 3.2.2); whoever sends two different ones wants one of two
        // programs to be mistaken.
        if let Some(authority) = request.uri().authority()
            && authority.as_str() != host
        {
            return Err(Problem::host_missing());
        }
        if self.accepts_all || self.knows(host) {
            return Ok(());
        }
        Err(Problem::host_forbidden())
    }

    fn knows(&self, host: &str) -> bool {
        if self
            .exact
            .iter()
            .any(|known| known.eq_ignore_ascii_case(host))
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
            .any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// Returns whether the service speaks this version. HTTP/1.0 is what nginx speaks to its upstreams by default.
pub(crate) fn is_supported(version: Version) -> bool {
    version == Version::HTTP_11 || version == Version::HTTP_10
}
