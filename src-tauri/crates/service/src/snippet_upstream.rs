//! The two ends of a proxy's configuration: the API that requests are forwarded to, and the address where the service listens.

use std::net::{IpAddr, SocketAddr};

use hyper::http::uri::Authority;

use crate::error::Error;

/// An API as a configuration names it.
pub(crate) struct Upstream {
    pub(crate) has_tls: bool,
    /// Host and port as they were written.
    pub(crate) authority: Authority,
    /// Without a slash at its end; empty for an API at the root.
    pub(crate) base_path: String,
}

impl Upstream {
    /// Parses `host`, `host:port`, or an address with `http` or `https`.
    ///
    /// # Errors
    /// `Upstream`: a configuration cannot name it.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let wrong = || Error::Upstream(text.to_owned());
        let (has_tls, address) = match text.strip_prefix("https://") {
            Some(address) => (true, address),
            None => (false, text.strip_prefix("http://").unwrap_or(text)),
        };
        let (authority, path) = address.split_at(address.find('/').unwrap_or(address.len()));
        let authority: Authority = authority.parse().map_err(|_| wrong())?;
        let base_path = path.trim_end_matches('/').to_owned();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
        let is_plain_in_path =
            |byte: u8| byte.is_ascii_alphanumeric() || b"/.-_~+:@".contains(&byte);
        let has_dots = base_path
            .split('/')
            .any(|segment| matches!(segment, "." | ".."));
        if authority.as_str().bytes().all(is_plain)
            && base_path.bytes().all(is_plain_in_path)
            && !base_path.contains("//")
            && !has_dots
        {
            Ok(Self {
                has_tls,
                authority,
                base_path,
            })
        } else {
            Err(wrong())
        }
    }

    pub(crate) fn scheme(&self) -> &'static str {
        if self.has_tls { "https" } else { "http" }
    }

    /// The host without brackets: the name to which a certificate must belong.
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

/// Where the service listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckAddress<'a> {
    /// An address and a port.
    Tcp(SocketAddr),
    /// The path of a Unix socket.
    Unix(&'a str),
}

impl From<SocketAddr> for CheckAddress<'_> {
    fn from(address: SocketAddr) -> Self {
        Self::Tcp(address)
    }
}

impl CheckAddress<'_> {
    /// Checks that a configuration can hold the path.
    ///
    /// # Errors
    /// `Socket`: it cannot.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let Self::Unix(path) = self else {
            return Ok(());
        };
        let is_plain = |sign: char| sign.is_alphanumeric() || "/.-_~+:@=, ()".contains(sign);
        if path.starts_with('/') && !path.ends_with('/') && path.chars().all(is_plain) {
            Ok(())
        } else {
            Err(Error::Socket((*path).to_owned()))
        }
    }

    /// What a proxy sends as `Host`.
    pub(crate) fn host_header(&self) -> String {
        match self {
            Self::Tcp(address) => address.to_string(),
            Self::Unix(_) => "localhost".to_owned(),
        }
    }
}
