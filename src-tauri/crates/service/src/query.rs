//! Keys in addresses, where they must not be. It looks at query strings only and knows nothing of headers.

use keystile_keys::PlainKey;

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
        if PlainKey::parse(&value).is_ok() || PlainKey::parse(&name).is_ok() {
            return Shown::Key;
        }
        if NAMES.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            worst = Shown::Named;
        }
    }
    worst
}
