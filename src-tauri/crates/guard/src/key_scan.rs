//! Finds API keys in paths, queries, cookies, and unrelated headers, even truncated, doubled, mistyped, or
//! percent-encoded. JSON Web Tokens and other random texts are not mistaken for keys.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use keystile_keys::{ParseKeyError, PresentedKey};
use keystile_policy::MAX_DECODINGS;

/// Query parameters that commonly carry a key.
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
/// Lengths of a mistyped or slightly truncated id and tail.
const NEAR_ID_LENGTHS: std::ops::RangeInclusive<usize> = 11..=13;
const NEAR_TAIL_LENGTHS: std::ops::RangeInclusive<usize> = 46..=52;
/// With a known prefix, a key is found even if only this many characters of its secret are left.
const MIN_CUT_TAIL_LENGTH: usize = 8;
/// The shortest text that can contain a key or a recognizable part of one.
const MIN_LENGTH: usize = 2 + 1 + ID_LENGTH + 1 + MIN_CUT_TAIL_LENGTH;
/// Prefixes have 2 to 20 characters.
const PREFIX_LENGTHS: std::ops::RangeInclusive<usize> = 2..=20;
/// The beginning of every prefix that Keystile suggests.
const SUGGESTED_PREFIX: &[u8] = b"ks_";

/// Accepts missing padding and trailing bits.
const LENIENT_BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// The result of scanning a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryKey {
    /// The query contains no key.
    Absent,
    /// A parameter has a name that commonly carries a key.
    Named,
    /// The query contains a key.
    Key,
}

/// Scans a query string. `prefix` is the prefix of the environment's keys.
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

/// Returns whether a text contains a key, percent-encoded or not. `prefix` is the prefix of the environment's keys.
pub(crate) fn contains_key(text: &[u8], prefix: Option<&str>) -> bool {
    // Too short, or without a plain or encoded `_`.
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

/// Returns whether a text, such as a command-line argument, contains a key of any prefix, or resembles a mistyped or
/// truncated one. Random texts may resemble a key, so requests are not rejected by this function.
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

/// Returns whether the value of an `Authorization` header contains a key, also in `Basic` credentials (RFC 7617).
pub(crate) fn authorization_contains_key(value: &[u8], prefix: Option<&str>) -> bool {
    if contains_key(value, prefix) {
        return true;
    }
    // RFC 7617 requires the standard alphabet; servers also accept the URL-safe one and missing padding.
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
    LENIENT_BASE64.decode(standard).ok()
}

/// Splits a text into runs of letters, digits, and `_` that are long enough for a key.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
        .filter(|word| word.len() >= MIN_LENGTH)
}

/// Returns whether a word is a key, contains one, or is a part of one.
fn is_key(word: &[u8], prefix: Option<&str>) -> bool {
    (0..word.len().saturating_sub(ID_LENGTH + 1))
        .filter(|index| word[*index] == b'_' && word[index + ID_LENGTH + 1] == b'_')
        .filter(|index| is_alphanumeric(&word[index + 1..index + 1 + ID_LENGTH]))
        .any(|index| is_key_at(word, index, prefix))
}

/// Returns whether a key has the `_` before its id at `index`.
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
                // A mistyped key. A longer word may contain such a text by chance.
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
