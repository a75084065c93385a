//! The supported reverse proxies, and the header in which each sends the method of the client's request. The path of
//! the subrequest names the proxy, so that only the proxy's configuration selects the header, never the client.

use hyper::header::HeaderName;
use serde::Deserialize;

static ORIGINAL_METHOD: HeaderName = HeaderName::from_static("x-original-method");
static FORWARDED_METHOD: HeaderName = HeaderName::from_static("x-forwarded-method");

/// A reverse proxy that Keystile can generate a configuration for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export, rename_all = "snake_case")
)]
pub enum Proxy {
    /// nginx with `auth_request`.
    Nginx,
    /// Caddy with `forward_auth`.
    Caddy,
    /// Traefik with ForwardAuth.
    Traefik,
    /// Envoy with `ext_authz` over HTTP.
    Envoy,
}

impl Proxy {
    /// Every proxy.
    pub const ALL: [Self; 4] = [Self::Nginx, Self::Caddy, Self::Traefik, Self::Envoy];

    /// Returns the name in paths and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Caddy => "caddy",
            Self::Traefik => "traefik",
            Self::Envoy => "envoy",
        }
    }

    /// Returns the proxy with exactly this name; `None` if there is none.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|proxy| proxy.as_str() == text)
    }

    /// Returns whether a part of the configuration can go inside an existing server or site block.
    pub fn has_location_part(self) -> bool {
        match self {
            Self::Nginx | Self::Caddy => true,
            Self::Traefik | Self::Envoy => false,
        }
    }

    /// Returns the header in which the proxy sends the method, overwriting that of its client; `None` if its subrequest
    /// has the method itself.
    pub fn method_header(self) -> Option<&'static HeaderName> {
        match self {
            Self::Nginx => Some(&ORIGINAL_METHOD),
            Self::Caddy | Self::Traefik => Some(&FORWARDED_METHOD),
            Self::Envoy => None,
        }
    }
}

impl std::fmt::Display for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
