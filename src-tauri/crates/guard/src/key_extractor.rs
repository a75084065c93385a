//! Takes the key from the one place where an environment's requests carry it, and rejects a request that has a key
//! anywhere else: there it would be logged, or reach the API.

use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderName};
use keystile_policy::{KeyLocation, X_API_KEY};

use crate::credentials::{bearer_token, extract_key};
use crate::key_scan::{QueryKey, authorization_contains_key, contains_key, query_key};
use crate::problem::Problem;

/// Headers in which proxies send the address of a request.
const ADDRESS_HEADERS: [HeaderName; 3] = [
    HeaderName::from_static("x-forwarded-uri"),
    HeaderName::from_static("x-original-uri"),
    HeaderName::from_static("x-original-url"),
];

/// Where the keys of one environment are carried, and how they begin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyExtractor {
    location: KeyLocation,
    prefix: Option<Box<str>>,
}

impl KeyExtractor {
    /// Creates an extractor for keys that are carried at `location` and begin with `prefix`.
    pub fn new(location: KeyLocation, prefix: &str) -> Self {
        Self {
            location,
            prefix: Some(prefix.into()),
        }
    }

    /// Where keys are carried.
    pub fn location(&self) -> &KeyLocation {
        &self.location
    }

    /// Returns the key that a request carries, `None` if it carries none. `queries` are all query strings that it has,
    /// also those that a proxy sends in a header.
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
                    return Err(Problem::key_in_query());
                }
                // A parameter called `key` belongs to the API when a key came as it should.
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
            // The API's own Authorization beside a key.
            return extract_key(headers, &KeyLocation::XApiKey);
        }
        extract_key(headers, &self.location)
    }

    /// Whether some text contains a key, or what is left of one.
    pub fn is_key_in(&self, text: &[u8]) -> bool {
        contains_key(text, self.prefix())
    }

    /// Whether an `Authorization` header contains a key in any scheme.
    fn is_key_in_authorization(&self, headers: &HeaderMap) -> bool {
        headers
            .get_all(AUTHORIZATION)
            .iter()
            .any(|value| authorization_contains_key(value.as_bytes(), self.prefix()))
    }

    /// Whether the `Authorization` header must not reach the API: it carried the key, or contains one. `is_authorized`: the
    /// request was authorized by a key; on an open route a bearer token is the API's own.
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

    /// Whether a header of this name carries nothing but the key, and so must not reach the API.
    pub fn is_key_header(&self, name: &HeaderName) -> bool {
        *name != AUTHORIZATION && self.location.includes(name)
    }

    /// Rejects a request that has a key in its path or in a header that is not there for it.
    ///
    /// # Errors
    /// `key_in_query` for an address, `key_in_header` for another header.
    pub fn reject_stray_keys<'a>(
        &self,
        headers: &HeaderMap,
        paths: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<(), Problem> {
        if paths.into_iter().any(|path| self.is_key_in(path)) {
            return Err(Problem::key_in_query());
        }
        for (name, value) in headers {
            // `Authorization` with a key is removed instead, because it may be the place for it.
            if *name == AUTHORIZATION || self.location.includes(name) {
                continue;
            }
            if self.is_key_in(value.as_bytes()) {
                return Err(if ADDRESS_HEADERS.contains(name) {
                    Problem::key_in_query()
                } else {
                    Problem::key_in_header()
                });
            }
        }
        Ok(())
    }

    fn prefix(&self) -> Option<&str> {
        self.prefix.as_deref()
    }
}
