//! The address of the API behind the gateway, and where a request goes there. It opens no connection.

use hyper::Uri;
use hyper::http::uri::{Authority, PathAndQuery, Scheme};
use rustls::pki_types::ServerName;

use crate::error::Error;

/// An API that is reached by HTTP, with or without TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The name to which the API's certificate must belong; `None` without TLS.
    certified: Option<ServerName<'static>>,
    authority: Authority,
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
        let name = bare(authority.host());
        let certified = match uri.scheme().map(Scheme::as_str) {
            Some("http") => None,
            Some("https") => Some(ServerName::try_from(name.to_owned()).map_err(|_| wrong())?),
            _ => return Err(wrong()),
        };
        Ok(Self {
            certified,
            authority: authority.clone(),
            base: uri.path().trim_end_matches('/').to_owned(),
        })
    }

    /// The name or address to connect to.
    pub fn name(&self) -> &str {
        bare(self.authority.host())
    }

    /// The port that it names, or the usual one of its scheme.
    pub fn port(&self) -> u16 {
        let usual = if self.certified.is_some() { 443 } else { 80 };
        self.authority.port_u16().unwrap_or(usual)
    }

    /// The name to which the API's certificate must belong; `None` without TLS.
    pub(crate) fn certified(&self) -> Option<ServerName<'static>> {
        self.certified.clone()
    }

    /// Host and port, as `Host` writes them.
    pub(crate) fn host(&self) -> &str {
        self.authority.as_str()
    }

    /// Whether the address has a path.
    pub(crate) fn has_base_path(&self) -> bool {
        !self.base.is_empty()
    }

    /// What is asked of the API for this path and query, byte for byte.
    pub(crate) fn target(&self, asked: &Uri) -> Option<Uri> {
        let asked = asked.path_and_query()?;
        let target = if self.base.is_empty() {
            asked.clone()
        } else {
            PathAndQuery::try_from(format!("{}{asked}", self.base)).ok()?
        };
        Some(target.into())
    }
}

/// Without the brackets that an address holds around IPv6.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}
