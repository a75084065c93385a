//! Finds API keys where they must not be: in a path, a query, a cookie or an unrelated header, also cut, doubled, mistyped
//! or escaped. A JSON Web Token or another random text is not mistaken for a key.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use keystile_keys::{ParseKeyError, PresentedKey};
use keystile_policy::MAX_DECODINGS;

/// Names under which people put keys into addresses.
const KEY_PARAMETERS: [&str; 9] = [
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
/// Characters of a key id.
const ID_LENGTH: usize = 12;
/// Characters of a secret with its checksum.
const TAIL_LENGTH: usize = 49;
/// Lengths of an id and of a tail that was mistyped or cut a little.
const NEAR_ID_LENGTHS: std::ops::RangeInclusive<usize> = 11..=13;
const NEAR_TAIL_LENGTHS: std::ops::RangeInclusive<usize> = 46..=52;
/// With a known prefix, a key that was cut to this many characters of its secret is still found.
const MIN_CUT_TAIL_LENGTH: usize = 8;
/// The shortest text that can contain a key, or a piece of one that is found.
const MIN_LENGTH: usize = 2 + 1 + ID_LENGTH + 1 + MIN_CUT_TAIL_LENGTH;
/// Prefixes have 2 to 20 characters.
const PREFIX_LENGTHS: std::ops::RangeInclusive<usize> = 2..=20;
/// How every prefix begins that Keystile suggests.
const SUGGESTED_PREFIX: &[u8] = b"ks_";

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// What a query contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryKey {
    /// Nothing that looks like a key.
    Absent,
    /// A value under a name that keys are given.
    Named,
    /// A key, under whatever name.
    Key,
}

/// Returns the worst that a query contains. `prefix` is that of the environment's keys.
pub fn query_key(query: &[u8], prefix: Option<&str>) -> QueryKey {
    if contains_key(query, prefix) {
        return QueryKey::Key;
    }
    let is_named = form_urlencoded::parse(query).any(|(name, _)| {
        KEY_PARAMETERS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&name))
    });
    if is_named {
        QueryKey::Named
    } else {
        QueryKey::Absent
    }
}

/// Whether a text contains a key, escaped or not. `prefix` is that of the environment's keys.
pub(crate) fn contains_key(text: &[u8], prefix: Option<&str>) -> bool {
    // Short, or without a `_` however it is spelled.
    if text.len() < MIN_LENGTH || !text.iter().any(|byte| matches!(byte, b'_' | b'%')) {
        return false;
    }
    let mut text = Cow::Borrowed(text);
    for _ in 0..=MAX_DECODINGS {
        if words(&text).any(|word| is_key(word, prefix)) {
            return true;
        }
        if !text.contains(&b'%') {
            return false;
        }
        let decoded: Vec<u8> = percent_encoding::percent_decode(&text).collect();
        if *decoded == *text {
            return false;
        }
        text = Cow::Owned(decoded);
    }
    false
}

/// Whether a text that must not hold a key, such as a word of a command line, contains one of any prefix, or what has the
/// form of one that was mistyped or cut by a few characters. Long random texts may have that form by chance, so requests are
/// not rejected for it.
pub fn resembles_key(text: &[u8]) -> bool {
    contains_key(text, None)
        || words(text).any(|word| {
            let mut parts = word.rsplitn(3, |byte| *byte == b'_');
            let (tail, id, prefix) = (parts.next(), parts.next(), parts.next());
            tail.is_some_and(|tail| NEAR_TAIL_LENGTHS.contains(&tail.len()))
                && id.is_some_and(|id| NEAR_ID_LENGTHS.contains(&id.len()))
                && prefix.is_some_and(|prefix| !prefix.is_empty())
        })
}

/// Whether the value of an `Authorization` header contains a key, also in the credentials of `Basic` (RFC 7617).
pub(crate) fn authorization_contains_key(value: &[u8], prefix: Option<&str>) -> bool {
    if contains_key(value, prefix) {
        return true;
    }
    // RFC 7617 says the standard alphabet; servers also take the URL's, and missing padding.
    value
        .split(|byte| matches!(byte, b' ' | b'\t' | b',' | b'"'))
        .filter_map(decode_base64)
        .any(|decoded| contains_key(&decoded, prefix))
}

fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let standard: Vec<u8> = text
        .iter()
        .filter(|byte| **byte != b'=')
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => *other,
        })
        .collect();
    LENIENT.decode(standard).ok()
}

/// The pieces of a text that could be a key: letters, digits and `_`.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
        .filter(|word| word.len() >= MIN_LENGTH)
}

/// Whether a word is a key, contains one, or is what is left of one.
fn is_key(word: &[u8], prefix: Option<&str>) -> bool {
    (0..word.len().saturating_sub(ID_LENGTH + 1))
        .filter(|index| word[*index] == b'_' && word[index + ID_LENGTH + 1] == b'_')
        .filter(|index| is_alphanumeric(&word[index + 1..index + 1 + ID_LENGTH]))
        .any(|index| is_key_at(word, index, prefix))
}

/// As [`is_key`], with the `_` before the id at `index`.
fn is_key_at(word: &[u8], index: usize, prefix: Option<&str>) -> bool {
    let (before, tail) = (&word[..index], &word[index + ID_LENGTH + 2..]);
    let tail_length = tail
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    if tail_length >= MIN_CUT_TAIL_LENGTH {
        let is_own = prefix.is_some_and(|prefix| before.ends_with(prefix.as_bytes()));
        if is_own || ends_with_suggested_prefix(before) {
            return true;
        }
    }
    if tail_length < TAIL_LENGTH {
        return false;
    }
    let end = index + ID_LENGTH + 2 + TAIL_LENGTH;
    PREFIX_LENGTHS
        .filter_map(|length| index.checked_sub(length))
        .any(|start| {
            let is_whole = start == 0 && end == word.len();
            let text = std::str::from_utf8(&word[start..end]).unwrap_or_default();
            match PresentedKey::parse(text) {
                Ok(_) => true,
                // A mistyped key; what only contains such a text may be anything.
                Err(ParseKeyError::ChecksumMismatch | ParseKeyError::OutOfRange) => is_whole,
                Err(_) => false,
            }
        })
}

fn ends_with_suggested_prefix(text: &[u8]) -> bool {
    PREFIX_LENGTHS
        .filter_map(|length| text.len().checked_sub(length))
        .map(|start| &text[start..])
        .any(|prefix| {
            prefix.starts_with(SUGGESTED_PREFIX)
                && prefix.len() > SUGGESTED_PREFIX.len()
                && prefix
                    .iter()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_')
        })
}

fn is_alphanumeric(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_alphanumeric)
}
