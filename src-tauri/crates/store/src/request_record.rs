//! A request in the request log. It contains no key and no query string.

use std::borrow::Cow;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use keystile_keys::{EnvironmentId, KeyId, Timestamp};
use keystile_policy::Access;

/// A request with the decision about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// When it was decided.
    pub time: Timestamp,
    /// The environment whose keys it could use.
    pub environment: EnvironmentId,
    /// Which part of Keystile decided.
    pub source: RequestSource,
    /// The method, with its override, such as `GET as DELETE`.
    pub method: Cow<'static, str>,
    /// The path, with keys redacted.
    pub path: String,
    /// The status of the response; `None` if Keystile does not see the response.
    pub status: Option<u16>,
    /// The time until the response began; without a response, until the decision.
    pub duration: Duration,
    /// The address of the client, if known.
    pub client: Option<IpAddr>,
    /// The key, if its secret was correct.
    pub key: Option<KeyId>,
    /// The required access.
    pub access: Access,
    /// Why, as the end of a sentence such as `rule POST /search write`, if route rules or the method determined it.
    pub access_reason: Option<Cow<'static, str>>,
    /// The names of the headers that were removed from a forwarded request because only a proxy may set them, separated
    /// by commas.
    pub removed_headers: Option<String>,
    /// Whether the request was let through.
    pub allowed: bool,
    /// The code of the decision.
    pub code: Cow<'static, str>,
}

/// Which part of Keystile decided about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestSource {
    /// A gateway.
    Gateway,
    /// The HTTP service, asked by a reverse proxy or a program.
    Service,
    /// A program with the library.
    Library,
}

impl RequestSource {
    /// Returns `gateway`, `service`, or `library`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Service => "service",
            Self::Library => "library",
        }
    }
}

impl FromStr for RequestSource {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "gateway" => Ok(Self::Gateway),
            "service" => Ok(Self::Service),
            "library" => Ok(Self::Library),
            _ => Err(()),
        }
    }
}
