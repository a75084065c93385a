//! The reverse proxies that can ask, and which header of each tells the method of the request that is waiting. The path
//! names the proxy, so nobody but the proxy's own configuration chooses what is believed.

use hyper::header::HeaderName;

static ORIGINAL_METHOD: HeaderName = HeaderName::from_static("x-original-method");
static FORWARDED_METHOD: HeaderName = HeaderName::from_static("x-forwarded-method");

/// A reverse proxy that asks before it lets a request pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::Nginx, Self::Caddy, Self::Traefik, Self::Envoy];

    /// Its name in paths and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Caddy => "caddy",
            Self::Traefik => "traefik",
            Self::Envoy => "envoy",
        }
    }

    /// The proxy of this name, written exactly as [`Proxy::as_str`] writes it.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|proxy| proxy.as_str() == text)
    }

    /// The header that this proxy sets itself, over whatever its client sent; `None`: its question has the method of
    /// the request.
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
