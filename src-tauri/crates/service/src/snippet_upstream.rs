//! The two servers in a proxy's configuration: the upstream, and the service.

use std::net::{IpAddr, SocketAddr};

use hyper::http::uri::Authority;

use crate::error::Error;

/// The upstream of a configuration.
pub(crate) struct Upstream {
    pub(crate) has_tls: bool,
    /// Host and port.
    pub(crate) authority: Authority,
    /// Without a trailing slash; empty for the root.
    pub(crate) base_path: String,
}

impl Upstream {
    /// Parses `host:port`, or an `http` or `https` URL.
    ///
    /// # Errors
    /// `InvalidUpstream`.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let invalid = || Error::InvalidUpstream(text.to_owned());
        let (has_tls, address) = match text.strip_prefix("https://") {
            Some(address) => (true, address),
            None => (false, text.strip_prefix("http://").unwrap_or(text)),
        };
        let (authority, path) = address.split_at(address.find('/').unwrap_or(address.len()));
        let authority: Authority = authority.parse().map_err(|_| invalid())?;
        let base_path = path.trim_end_matches('/').to_owned();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
        let is_complete = text.contains("://") || authority.port_u16().is_some();
        let is_plain_in_path =
            |byte: u8| byte.is_ascii_alphanumeric() || b"/.-_~+:@".contains(&byte);
        let has_dot_segments = base_path
            .split('/')
            .any(|segment| matches!(segment, "." | ".."));
        if is_complete
            && authority.as_str().bytes().all(is_plain)
            && base_path.bytes().all(is_plain_in_path)
            && !base_path.contains("//")
            && !has_dot_segments
        {
            Ok(Self {
                has_tls,
                authority,
                base_path,
            })
        } else {
            Err(invalid())
        }
    }

    pub(crate) fn scheme(&self) -> &'static str {
        if self.has_tls { "https" } else { "http" }
    }

    /// Returns the host without brackets, for certificate verification.
    pub(crate) fn host(&self) -> &str {
        self.authority.host().trim_matches(['[', ']'])
    }

    pub(crate) fn port(&self) -> u16 {
        let default = if self.has_tls { 443 } else { 80 };
        self.authority.port_u16().unwrap_or(default)
    }

    pub(crate) fn has_address_for_host(&self) -> bool {
        self.host().parse::<IpAddr>().is_ok()
    }
}

/// The address of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceAddress<'a> {
    /// An IP address and a port.
    Tcp(SocketAddr),
    /// The path of a Unix socket.
    Unix(&'a str),
}

impl From<SocketAddr> for ServiceAddress<'_> {
    fn from(address: SocketAddr) -> Self {
        Self::Tcp(address)
    }
}

impl ServiceAddress<'_> {
    /// Checks that a configuration can contain the path.
    ///
    /// # Errors
    /// `InvalidSocketPath`.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let Self::Unix(path) = self else {
            return Ok(());
        };
        let is_plain =
            |character: char| character.is_alphanumeric() || "/.-_~+:@=, ()".contains(character);
        if path.starts_with('/') && !path.ends_with('/') && path.chars().all(is_plain) {
            Ok(())
        } else {
            Err(Error::InvalidSocketPath((*path).to_owned()))
        }
    }

    /// Returns the `Host` header for the service.
    pub(crate) fn host_header(&self) -> String {
        match self {
            Self::Tcp(address) => address.to_string(),
            Self::Unix(_) => "localhost".to_owned(),
        }
    }
}
