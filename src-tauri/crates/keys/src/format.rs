//! The key format `<prefix>_<key id>_<secret><checksum>`. The checksum detects typos and proves nothing. The format is
//! fixed by `tests/vectors/keys.json`: a change would invalidate every issued key.

use thiserror::Error;
use zeroize::Zeroizing;

use crate::base62;
use crate::id::{self, KeyId};
use crate::prefix::{self, Prefix};
use crate::secret::{self, Secret};

/// Characters of the secret: the minimum for 2²⁵⁶ values.
const SECRET_WIDTH: usize = 43;
/// 2²⁵⁶ − 1, the largest secret.
const MAX_SECRET: &[u8; SECRET_WIDTH] = b"yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1";
/// Characters of the checksum: the minimum for 2³² values.
const CHECKSUM_WIDTH: usize = 6;
/// Characters after the last `_`.
const TAIL_WIDTH: usize = SECRET_WIDTH + CHECKSUM_WIDTH;
/// Maximum length of a key in characters.
const MAX_LENGTH: usize = prefix::MAX_LENGTH + 1 + id::LENGTH + 1 + TAIL_WIDTH;

/// Why a text is not a key. Never contains the text.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ParseKeyError {
    /// The text before the key id is missing or not a valid prefix.
    #[error("the key does not start with a valid prefix")]
    MissingPrefix,
    /// The key, its id, or the part after the id is too long or too short.
    #[error("the key is too long or too short")]
    WrongLength,
    /// The text contains something other than `A–Z`, `a–z`, `0–9`, and `_`.
    #[error("the key contains an invalid character")]
    InvalidCharacter,
    /// The number that encodes the secret or the checksum is too large.
    #[error("the encoded secret or checksum is out of range")]
    OutOfRange,
    /// The checksum does not match, usually because of a typo.
    #[error("the checksum does not match")]
    ChecksumMismatch,
}

/// The parts of a key.
pub(crate) struct KeyParts {
    pub(crate) prefix: Prefix,
    pub(crate) id: KeyId,
    pub(crate) secret: Secret,
}

/// The parsed parts of a key. Borrows the text; only the id is copied.
pub(crate) struct ParsedKey<'a> {
    pub(crate) prefix: &'a str,
    pub(crate) id: KeyId,
    secret: &'a [u8],
}

impl ParsedKey<'_> {
    /// Decodes the secret into `bytes`, which the caller wipes.
    pub(crate) fn write_secret_to(&self, bytes: &mut [u8; secret::LENGTH]) {
        // `parse` has validated every character, so decoding cannot fail.
        base62::decode(self.secret, bytes);
    }

    /// Decodes the secret.
    pub(crate) fn to_secret(&self) -> Secret {
        let mut secret = Secret::zeroed();
        self.write_secret_to(secret.bytes_mut());
        secret
    }
}

/// Formats a key. The text is allocated with its final capacity, so no reallocation leaves a copy behind.
pub(crate) fn format(parts: &KeyParts) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(MAX_LENGTH));
    text.push_str(parts.prefix.as_str());
    text.push('_');
    text.push_str(parts.id.as_str());
    text.push('_');
    let mut number = Zeroizing::new(*parts.secret.expose());
    base62::encode(number.as_mut_slice(), SECRET_WIDTH, &mut text);
    let checksum = crc32fast::hash(text.as_bytes());
    base62::encode(&mut checksum.to_be_bytes(), CHECKSUM_WIDTH, &mut text);
    text
}

/// Parses a key.
///
/// One wrong character and two swapped neighbors are always detected: CRC-32 detects every error burst of up to 32
/// bits, a checksum has one encoding, and none of the twenty in-range swaps across the border of secret and checksum
/// matches.
///
/// # Errors
/// The first mistake.
pub(crate) fn parse(text: &str) -> Result<ParsedKey<'_>, ParseKeyError> {
    // Checked first, so that a long text is rejected without being read.
    if text.len() > MAX_LENGTH {
        return Err(ParseKeyError::WrongLength);
    }
    let Some(fields) = Fields::split(text) else {
        return Err(find_error(text));
    };
    let (Ok(id), Ok(())) = (fields.id.parse::<KeyId>(), prefix::check(fields.prefix)) else {
        return Err(find_error(text));
    };
    // The secret is only range-checked here; decoding it is deferred until the key is known to exist.
    if !base62::is_number(fields.secret, MAX_SECRET) {
        return Err(find_error(text));
    }
    let Some(checksum) = base62::decode_u32(fields.checksum) else {
        return Err(find_error(text));
    };
    if crc32fast::hash(&text.as_bytes()[..text.len() - CHECKSUM_WIDTH]) != checksum {
        return Err(ParseKeyError::ChecksumMismatch);
    }
    Ok(ParsedKey {
        prefix: fields.prefix,
        id,
        secret: fields.secret,
    })
}

/// The unchecked fields of a text that may be a key.
struct Fields<'a> {
    prefix: &'a str,
    id: &'a str,
    secret: &'a [u8],
    checksum: &'a [u8],
}

impl<'a> Fields<'a> {
    /// Splits from the right, because only the prefix has a variable width and may contain `_`.
    fn split(text: &'a str) -> Option<Self> {
        let (rest, tail) = text.split_at_checked(text.len().checked_sub(TAIL_WIDTH)?)?;
        let rest = rest.strip_suffix('_')?;
        let (rest, id) = rest.split_at_checked(rest.len().checked_sub(id::LENGTH)?)?;
        let prefix = rest.strip_suffix('_')?;
        let (secret, checksum) = tail.as_bytes().split_at(SECRET_WIDTH);
        Some(Self {
            prefix,
            id,
            secret,
            checksum,
        })
    }
}

/// Returns the first error of a text that is not a key.
fn find_error(text: &str) -> ParseKeyError {
    if !text
        .bytes()
        .all(|c| base62::value(c).is_some() || c == b'_')
    {
        return ParseKeyError::InvalidCharacter;
    }
    let mut from_right = text.rsplitn(3, '_');
    let (Some(tail), Some(id), Some(prefix)) =
        (from_right.next(), from_right.next(), from_right.next())
    else {
        return ParseKeyError::MissingPrefix;
    };
    if tail.len() != TAIL_WIDTH || id.parse::<KeyId>().is_err() {
        return ParseKeyError::WrongLength;
    }
    if prefix::check(prefix).is_err() {
        return ParseKeyError::MissingPrefix;
    }
    ParseKeyError::OutOfRange
}

// 62⁴² < 2²⁵⁶ ≤ 62⁴³ is why the secret has 43 characters; the buffer of `base62::encode` is as wide.
const _: () = assert!(secret::LENGTH == 32 && SECRET_WIDTH == 43);
