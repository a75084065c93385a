//! Extracts the key from the location that the environment defines, and rejects a request with a key anywhere else:
//! that could be logged, or reach the upstream.

use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderName};
use keystile_policy::{KeyLocation, X_API_KEY};

use crate::credentials::{bearer_token, extract_key};
use crate::key_scan::{QueryKey, authorization_contains_key, contains_key, query_key};
use crate::problem::Problem;

/// Headers in which proxies send the URL of a request.
const URL_HEADERS: [HeaderName; 3] = [
    HeaderName::from_static("x-forwarded-uri"),
    HeaderName::from_static("x-original-uri"),
    HeaderName::from_static("x-original-url"),
];

/// The location and the prefix of an environment's keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyExtractor {
    location: KeyLocation,
    prefix: Option<Box<str>>,
}

impl KeyExtractor {
    /// Creates an extractor for keys at `location` that begin with `prefix`.
    pub fn new(location: KeyLocation, prefix: &str) -> Self {
        Self {
            location,
            prefix: Some(prefix.into()),
        }
    }

    /// Returns the location of keys.
    pub fn location(&self) -> &KeyLocation {
        &self.location
    }

    /// Returns the key of a request; `None` without one. `queries` are all its query strings, including those that a
    /// proxy sends in a header.
    ///
    /// # Errors
    /// More than one key, a malformed `Authorization` header, or a key in a query string.
    pub fn extract<'a, 'q>(
        &self,
        headers: &'a HeaderMap,
        queries: impl IntoIterator<Item = &'q [u8]>,
    ) -> Result<Option<&'a str>, Problem> {
        let key = self.header_key(headers)?;
        for query in queries {
            match (query_key(query, self.prefix()), key) {
                (QueryKey::Key, _) | (QueryKey::Named, None) => {
                    return Err(Problem::key_in_url(&self.location));
                }
                // With a key in its place, a parameter called `key` belongs to the API.
                (QueryKey::Absent, _) | (QueryKey::Named, Some(_)) => {}
            }
        }
        Ok(key)
    }

    fn header_key<'a>(&self, headers: &'a HeaderMap) -> Result<Option<&'a str>, Problem> {
        if self.location == KeyLocation::Default
            && headers.contains_key(X_API_KEY)
            && !self.is_key_in_authorization(headers)
        {
            // `Authorization` belongs to the API here.
            return extract_key(headers, &KeyLocation::XApiKey);
        }
        extract_key(headers, &self.location)
    }

    /// Returns whether a text contains a key or a part of one.
    pub fn is_key_in(&self, text: &[u8]) -> bool {
        contains_key(text, self.prefix())
    }

    /// Returns whether an `Authorization` header of any scheme contains a key.
    fn is_key_in_authorization(&self, headers: &HeaderMap) -> bool {
        headers
            .get_all(AUTHORIZATION)
            .iter()
            .any(|value| authorization_contains_key(value.as_bytes(), self.prefix()))
    }

    /// Returns whether the `Authorization` header must be removed because it carries the key or contains one. On an
    /// open route (`is_authorized` is false) a bearer token belongs to the API.
    pub fn removes_authorization(&self, headers: &HeaderMap, is_authorized: bool) -> bool {
        if !headers.contains_key(AUTHORIZATION) {
            return false;
        }
        let carries_the_key = match self.location {
            KeyLocation::Bearer => true,
            KeyLocation::Default => !headers.contains_key(X_API_KEY),
            KeyLocation::XApiKey | KeyLocation::Header(_) => false,
        };
        let is_bearer = !matches!(bearer_token(headers), Ok(None));
        (is_authorized && carries_the_key && is_bearer) || self.is_key_in_authorization(headers)
    }

    /// Returns whether a header of this name carries only the key and must be removed.
    pub fn is_key_header(&self, name: &HeaderName) -> bool {
        *name != AUTHORIZATION && self.location.includes(name)
    }

    /// Rejects a request with a key in a path or an unrelated header.
    ///
    /// # Errors
    /// `key_in_url` for a path or a URL header, `misplaced_key` for another header.
    pub fn reject_stray_keys<'a>(
        &self,
        headers: &HeaderMap,
        paths: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<(), Problem> {
        if paths.into_iter().any(|path| self.is_key_in(path)) {
            return Err(Problem::key_in_url(&self.location));
        }
        for (name, value) in headers {
            // `Authorization` may be the location of the key; with a key it is removed later.
            if *name == AUTHORIZATION || self.location.includes(name) {
                continue;
            }
            if self.is_key_in(value.as_bytes()) {
                return Err(if URL_HEADERS.contains(name) {
                    Problem::key_in_url(&self.location)
                } else {
                    Problem::misplaced_key(&self.location)
                });
            }
        }
        Ok(())
    }

    fn prefix(&self) -> Option<&str> {
        self.prefix.as_deref()
    }
}
