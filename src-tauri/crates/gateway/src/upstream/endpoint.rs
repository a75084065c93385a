//! The address of the API behind the gateway, and where a request goes there.

use hyper::Uri;
use hyper::header::HeaderValue;
use hyper::http::uri::{Authority, PathAndQuery, Scheme};
use rustls::pki_types::ServerName;

use crate::error::Error;

/// An API that is reached by HTTP, with or without TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    scheme: Scheme,
    authority: Authority,
    host: HeaderValue,
    /// Without a slash at its end; empty for an API at the root.
    base: String,
}

impl Endpoint {
    /// Reads an address as an environment holds it.
    ///
    /// # Errors
    /// `Endpoint`: it is none.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let wrong = || Error::Endpoint(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let authority = uri.authority().ok_or_else(wrong)?;
        if uri.query().is_some() || authority.as_str().contains('@') || authority.host().is_empty()
        {
            return Err(wrong());
        }
        let scheme = uri.scheme().cloned().ok_or_else(wrong)?;
        let has_server_name = || ServerName::try_from(bare(authority.host())).is_ok();
        if scheme != Scheme::HTTP && !(scheme == Scheme::HTTPS && has_server_name()) {
            return Err(wrong());
        }
        Ok(Self {
            scheme,
            authority: authority.clone(),
            host: HeaderValue::from_str(authority.as_str()).map_err(|_| wrong())?,
            base: uri.path().trim_end_matches('/').to_owned(),
        })
    }

    /// The name or address to connect to.
    pub fn name(&self) -> &str {
        bare(self.authority.host())
    }

    /// The port that it names, or the usual one of its scheme.
    pub fn port(&self) -> u16 {
        let usual = if self.is_tls() { 443 } else { 80 };
        self.authority.port_u16().unwrap_or(usual)
    }

    /// Returns the value of `Host`: the name or address, and the port if one was given.
    pub(crate) fn host_header(&self) -> HeaderValue {
        self.host.clone()
    }

    /// Whether the API is reached by TLS.
    pub(crate) fn is_tls(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// Whether the address has a path.
    pub(crate) fn has_base_path(&self) -> bool {
        !self.base.is_empty()
    }

    /// Returns the URI of a path and query of the API.
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

/// Without the brackets that an address holds around IPv6.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}
