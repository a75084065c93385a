//! Finds keys in paths and query strings, where they must not be.

use std::borrow::Cow;

use keystile_keys::PresentedKey;
use percent_encoding::percent_decode_str;

/// Names under which people put keys into addresses.
const NAMES: [&str; 9] = [
    "access_token",
    "api-key",
    "api_key",
    "apikey",
    "key",
    "token",
    "x-api-key",
    "x_api_key",
    "authorization",
];

/// What a query string shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryKey {
    /// Nothing that looks like a key.
    Absent,
    /// A value under a name that keys are given.
    Named,
    /// A text with the written form of a key, under whatever name.
    Key,
}

/// The worst that a query string shows.
pub fn query_key(query: &str) -> QueryKey {
    let mut worst = QueryKey::Absent;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if contains_key(&value) || contains_key(&name) {
            return QueryKey::Key;
        }
        if NAMES.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            worst = QueryKey::Named;
        }
    }
    worst
}

/// Whether a part of an address holds a text with the written form of a key, escaped or not.
pub fn contains_key(text: &str) -> bool {
    let text: Cow<'_, [u8]> = percent_decode_str(text).into();
    key_like_words(&text).any(|word| PresentedKey::parse(word).is_ok())
}

/// The pieces of a text that could be a key: letters, digits and `_`.
pub fn key_like_words(text: &[u8]) -> impl Iterator<Item = &str> {
    text.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
        .filter_map(|word| std::str::from_utf8(word).ok())
}
