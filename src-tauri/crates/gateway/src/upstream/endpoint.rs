//! The URL of the upstream.

use std::net::{IpAddr, SocketAddr};

use hyper::Uri;
use hyper::header::HeaderValue;
use hyper::http::uri::{Authority, PathAndQuery, Scheme};
use rustls::pki_types::ServerName;

use crate::error::Error;

/// The URL of an upstream, with `http` or `https`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    scheme: Scheme,
    authority: Authority,
    host: HeaderValue,
    /// Without a trailing slash; empty for the root.
    base: String,
}

impl Endpoint {
    /// Parses the endpoint of an environment.
    ///
    /// # Errors
    /// `InvalidEndpoint`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let invalid = || Error::InvalidEndpoint(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| invalid())?;
        let authority = uri.authority().ok_or_else(invalid)?;
        if uri.query().is_some() || authority.as_str().contains('@') || authority.host().is_empty()
        {
            return Err(invalid());
        }
        let scheme = uri.scheme().cloned().ok_or_else(invalid)?;
        let has_server_name = || ServerName::try_from(strip_brackets(authority.host())).is_ok();
        if scheme != Scheme::HTTP && !(scheme == Scheme::HTTPS && has_server_name()) {
            return Err(invalid());
        }
        Ok(Self {
            scheme,
            authority: authority.clone(),
            host: HeaderValue::from_str(authority.as_str()).map_err(|_| invalid())?,
            base: uri.path().trim_end_matches('/').to_owned(),
        })
    }

    /// Returns the host name or IP address, without brackets.
    pub fn name(&self) -> &str {
        strip_brackets(self.authority.host())
    }

    /// Returns the port; by default that of the scheme.
    pub fn port(&self) -> u16 {
        let default = if self.is_tls() { 443 } else { 80 };
        self.authority.port_u16().unwrap_or(default)
    }

    /// Returns whether a server that listens on `address` would receive the requests. Host names other than localhost are
    /// not resolved.
    pub(crate) fn is_at(&self, address: SocketAddr) -> bool {
        let own = address.ip();
        let is_any_or_loopback = |ip: IpAddr| ip.is_unspecified() || ip.is_loopback();
        let is_host = match self.name().parse::<IpAddr>() {
            Ok(ip) => ip == own || (own.is_unspecified() && is_any_or_loopback(ip)),
            Err(_) => self.name().eq_ignore_ascii_case("localhost") && is_any_or_loopback(own),
        };
        is_host && self.port() == address.port()
    }

    /// Returns the `Host` header: the host, and the port if the URL has one.
    pub(crate) fn host_header(&self) -> HeaderValue {
        self.host.clone()
    }

    /// Returns whether the scheme is `https`.
    pub(crate) fn is_tls(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// Returns whether the URL has a path.
    pub(crate) fn has_base_path(&self) -> bool {
        !self.base.is_empty()
    }

    /// Returns the URI of a path and query below the endpoint; `None` if it is invalid.
    pub(crate) fn uri(&self, path: PathAndQuery) -> Option<Uri> {
        let path = if self.base.is_empty() {
            path
        } else {
            PathAndQuery::try_from(format!("{}{path}", self.base)).ok()?
        };
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(path)
            .build()
            .ok()
    }
}

/// Removes the brackets of an IPv6 address.
fn strip_brackets(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}
