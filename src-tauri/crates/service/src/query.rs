//! Keys in addresses, where they must not be, and other methods that a query string asks for. It knows nothing of headers.

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

/// Parameters by which some APIs let a request be treated as one of another method, WordPress even a GET.
const OVERRIDES: [&str; 3] = ["_method", "_httpmethod", "x_http_method_override"];

/// What a query string shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Nothing that looks like a key.
    Nothing,
    /// A value under a name that keys are given.
    Named,
    /// A text with the written form of a key, under whatever name.
    Key,
}

/// The worst that a query string shows.
pub(crate) fn shown(query: &str) -> Shown {
    let mut worst = Shown::Nothing;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if holds_key(&value) || holds_key(&name) {
            return Shown::Key;
        }
        if NAMES.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            worst = Shown::Named;
        }
    }
    worst
}

/// Whether a part of an address holds a text with the written form of a key, escaped or not.
pub fn holds_key(text: &str) -> bool {
    let text: Cow<'_, [u8]> = percent_decode_str(text).into();
    words(&text).any(|word| PresentedKey::parse(word).is_ok())
}

/// The pieces of a text that could be a key: letters, digits and `_`.
pub fn words(text: &[u8]) -> impl Iterator<Item = &str> {
    text.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
        .filter_map(|word| std::str::from_utf8(word).ok())
}

/// Whether a query string names another method. PHP reads `.`, a blank and `[` in names as `_`.
pub(crate) fn overrides(query: &str) -> bool {
    form_urlencoded::parse(query.as_bytes()).any(|(name, _)| {
        let read = name.replace(|sign: char| !sign.is_ascii_alphanumeric(), "_");
        OVERRIDES
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&read))
    })
}
