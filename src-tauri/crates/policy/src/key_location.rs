//! The location of the API key in requests.

use std::fmt;
use std::str::FromStr;

use http::HeaderName;
use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, COOKIE, EXPECT, HOST, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use thiserror::Error;

/// The default header for API keys.
pub const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Headers with another meaning, which cannot contain a key.
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

/// Prefixes of headers that only proxies or Keystile set.
const RESERVED_PREFIXES: [&str; 4] = ["x-keystile-", "x-forwarded", "proxy-", "sec-"];

/// The location of the API key in a request.
///
/// ```
/// use keystile_policy::KeyLocation;
/// let location: KeyLocation = "header:X-Acme-Key".parse().unwrap();
/// assert_eq!(location.to_string(), "header:x-acme-key");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum KeyLocation {
    /// Either `X-API-KEY` or `Authorization: Bearer`.
    #[default]
    Default,
    /// `X-API-KEY`. `Authorization` is passed to the upstream.
    XApiKey,
    /// `Authorization: Bearer` (RFC 6750, section 2.1). `X-API-KEY` is passed to the upstream.
    Bearer,
    /// A custom header. `X-API-KEY` and `Authorization` are passed to the upstream.
    Header(HeaderName),
}

/// The text is not a [`KeyLocation`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum KeyLocationError {
    /// Unknown syntax.
    #[error("use default, x-api-key, bearer, or header:NAME")]
    Unknown,
    /// Not a header name, or one that servers may rewrite.
    #[error("use only letters, digits, and - in the header name")]
    HeaderName,
    /// A header with another meaning.
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

    /// Returns the name of the header in which a client sends its key, and the text before the key in its value.
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

    /// Returns the description for clients.
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

    /// Returns whether the key may be in this header.
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
    fn displayed_location_is_parsed_back() {
        for text in ["default", "x-api-key", "bearer", "header:x-acme-key"] {
            let location = text
                .parse::<KeyLocation>()
                .map(|location| location.to_string());
            assert_eq!(
                location.as_deref(),
                Ok(text),
                "stored text must be parsed back"
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
                "{text:?} must be rejected"
            );
        }
    }
}
