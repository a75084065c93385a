//! Where the requests of an environment carry their API key.

use std::fmt;
use std::str::FromStr;

use http::HeaderName;
use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, COOKIE, EXPECT, HOST, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use thiserror::Error;

/// The header that carries a key unless an environment says otherwise.
pub const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Headers with a meaning of their own, which cannot carry a key.
const UNSUITABLE: [HeaderName; 12] = [
    AUTHORIZATION,
    CONNECTION,
    CONTENT_LENGTH,
    COOKIE,
    EXPECT,
    HOST,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Beginnings of names that only a proxy or Keystile sets.
const RESERVED_PREFIXES: [&str; 4] = ["x-keystile-", "x-forwarded", "proxy-", "sec-"];

/// Where a request carries its API key.
///
/// ```
/// use keystile_policy::KeyLocation;
/// let location: KeyLocation = "header:X-Acme-Key".parse().unwrap();
/// assert_eq!(location.to_string(), "header:x-acme-key");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum KeyLocation {
    /// `X-API-KEY` or `Authorization: Bearer`, one of them.
    #[default]
    Default,
    /// `X-API-KEY`. `Authorization` belongs to the API.
    XApiKey,
    /// `Authorization: Bearer` (RFC 6750, section 2.1). `X-API-KEY` belongs to the API.
    Bearer,
    /// A header of this name. `X-API-KEY` and `Authorization` belong to the API.
    Header(HeaderName),
}

/// The text is not a [`KeyLocation`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum KeyLocationError {
    /// None of the known words.
    #[error("use default, x-api-key, bearer, or header:NAME")]
    Unknown,
    /// Not a header name, or one that servers may rewrite.
    #[error("use letters, digits and - in the name of the header")]
    HeaderName,
    /// A header that has another meaning.
    #[error("this header has another meaning; use another name, such as X-Acme-Key")]
    ReservedHeader,
}

impl KeyLocation {
    /// Returns the location in the header of this name.
    ///
    /// # Errors
    /// `HeaderName` or `ReservedHeader`.
    pub fn from_header_name(name: &str) -> Result<Self, KeyLocationError> {
        let name: HeaderName = name.parse().map_err(|_| KeyLocationError::HeaderName)?;
        let is_plain = name
            .as_str()
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !is_plain {
            return Err(KeyLocationError::HeaderName);
        }
        let is_reserved = RESERVED_PREFIXES
            .iter()
            .any(|prefix| name.as_str().starts_with(prefix));
        if is_reserved || UNSUITABLE.contains(&name) {
            return Err(KeyLocationError::ReservedHeader);
        }
        Ok(if name == X_API_KEY {
            Self::XApiKey
        } else {
            Self::Header(name)
        })
    }

    /// Returns the name of the header in which a client sends its key, and what stands before the key in its value.
    ///
    /// ```
    /// use keystile_policy::KeyLocation;
    /// assert_eq!(KeyLocation::Bearer.client_header(), ("Authorization", "Bearer "));
    /// ```
    pub fn client_header(&self) -> (&str, &'static str) {
        match self {
            Self::Default | Self::XApiKey => ("X-API-KEY", ""),
            Self::Bearer => ("Authorization", "Bearer "),
            Self::Header(name) => (name.as_str(), ""),
        }
    }

    /// Returns the location as it is described to clients.
    ///
    /// ```
    /// use keystile_policy::KeyLocation;
    /// assert_eq!(KeyLocation::Default.description(), "X-API-KEY or Authorization: Bearer");
    /// ```
    pub fn description(&self) -> &str {
        match self {
            Self::Default => "X-API-KEY or Authorization: Bearer",
            Self::XApiKey => "X-API-KEY",
            Self::Bearer => "Authorization: Bearer",
            Self::Header(name) => name.as_str(),
        }
    }

    /// Whether the key may come in this header.
    pub fn includes(&self, name: &HeaderName) -> bool {
        match self {
            Self::Default => *name == X_API_KEY || *name == AUTHORIZATION,
            Self::XApiKey => *name == X_API_KEY,
            Self::Bearer => *name == AUTHORIZATION,
            Self::Header(own) => name == own,
        }
    }
}

impl fmt::Display for KeyLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::XApiKey => f.write_str("x-api-key"),
            Self::Bearer => f.write_str("bearer"),
            Self::Header(name) => write!(f, "header:{name}"),
        }
    }
}

impl FromStr for KeyLocation {
    type Err = KeyLocationError;

    fn from_str(text: &str) -> Result<Self, KeyLocationError> {
        match text {
            "default" => return Ok(Self::Default),
            "x-api-key" => return Ok(Self::XApiKey),
            "bearer" => return Ok(Self::Bearer),
            _ => {}
        }
        let name = text
            .strip_prefix("header:")
            .ok_or(KeyLocationError::Unknown)?;
        Self::from_header_name(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn location_is_parsed_as_it_is_written() {
        for text in ["default", "x-api-key", "bearer", "header:x-acme-key"] {
            let location = text.parse::<KeyLocation>().map(|read| read.to_string());
            assert_eq!(
                location.as_deref(),
                Ok(text),
                "what was stored must be read as it was meant"
            );
        }
        assert_eq!("header:X-Api-Key".parse(), Ok(KeyLocation::XApiKey));
        for (text, error) in [
            ("", KeyLocationError::Unknown),
            ("X-API-KEY", KeyLocationError::Unknown),
            ("header:", KeyLocationError::HeaderName),
            ("header:a b", KeyLocationError::HeaderName),
            ("header:x_acme_key", KeyLocationError::HeaderName),
            ("header:host", KeyLocationError::ReservedHeader),
            ("header:cookie", KeyLocationError::ReservedHeader),
            ("header:authorization", KeyLocationError::ReservedHeader),
            ("header:x-keystile-key-id", KeyLocationError::ReservedHeader),
            ("header:x-forwarded-for", KeyLocationError::ReservedHeader),
            ("header:connection", KeyLocationError::ReservedHeader),
        ] {
            assert_eq!(
                text.parse::<KeyLocation>(),
                Err(error),
                "{text:?}: a key there could not be told from what the header is for"
            );
        }
    }
}
