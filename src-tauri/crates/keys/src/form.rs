//! The written form of a key: `<prefix>_<key id>_<secret><checksum>`, read from the right.
//! Only `plain_key` and `presented_key` call it. Its text is fixed by `tests/vectors/keys.json`: changing it would break every issued key.
//! It does not know whether a key exists; a checksum finds typing mistakes and proves nothing.

use thiserror::Error;
use zeroize::Zeroizing;

use crate::base62;
use crate::id::{self, KeyId};
use crate::prefix::{self, Prefix};
use crate::secret::{self, Secret};

/// Characters of the secret: the fewest that hold 2²⁵⁶ values.
const SECRET_WIDTH: usize = 43;
/// 2²⁵⁶ − 1.
const HIGHEST_SECRET: &[u8; SECRET_WIDTH] = b"yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1";
/// Characters of the checksum: the fewest that hold 2³² values.
const CHECKSUM_WIDTH: usize = 6;
/// Characters after the last `_`.
const TAIL_WIDTH: usize = SECRET_WIDTH + CHECKSUM_WIDTH;
/// Characters of the longest key.
const LONGEST: usize = prefix::LONGEST + 1 + id::LENGTH + 1 + TAIL_WIDTH;

/// Why a text is not a key. None of them repeats the text.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ParseKeyError {
    /// No prefix stands before the key id, or what stands there is none.
    #[error("it does not begin with a prefix")]
    MissingPrefix,
    /// Too long altogether, or the key id or what follows it has too few or too many characters.
    #[error("it is too long or too short")]
    WrongLength,
    /// Something other than `A–Z`, `a–z`, `0–9` and `_`.
    #[error("it holds a character that no key holds")]
    ForeignCharacter,
    /// The secret or the checksum is written as a number that is too large for it.
    #[error("its characters stand for no secret")]
    OutOfRange,
    /// The checksum belongs to another text: a typing mistake.
    #[error("its checksum does not match; a character is wrong")]
    ChecksumMismatch,
}

/// What a key's text says.
pub(crate) struct Parts {
    pub(crate) prefix: Prefix,
    pub(crate) id: KeyId,
    pub(crate) secret: Secret,
}

/// What a key's text says, without copying anything of it but the id.
pub(crate) struct Reading<'a> {
    pub(crate) prefix: &'a str,
    pub(crate) id: KeyId,
    secret: &'a [u8],
}

impl Reading<'_> {
    /// Writes the secret to a place that the caller wipes.
    pub(crate) fn write_secret_to(&self, bytes: &mut [u8; secret::LENGTH]) {
        // Whoever reads has looked at every character already, so nothing is refused here.
        base62::read(self.secret, bytes);
    }

    /// The secret by itself.
    pub(crate) fn to_secret(&self) -> Secret {
        let mut secret = Secret::blank();
        self.write_secret_to(secret.bytes_mut());
        secret
    }
}

/// Writes a key. The text has its final capacity from the start, so no piece of it is left behind by growing.
pub(crate) fn write(parts: &Parts) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(LONGEST));
    text.push_str(parts.prefix.as_str());
    text.push('_');
    text.push_str(parts.id.as_str());
    text.push('_');
    let mut number = Zeroizing::new(*parts.secret.expose());
    base62::write(number.as_mut_slice(), SECRET_WIDTH, &mut text);
    let checksum = crc32fast::hash(text.as_bytes());
    base62::write(&mut checksum.to_be_bytes(), CHECKSUM_WIDTH, &mut text);
    text
}

/// Reads a key, or names the first mistake in the order of [`KeyFormError`]'s checks below.
///
/// One wrong character, and two neighbours swapped, are always found: inside the summed part CRC-32 misses no error of
/// up to 32 bits in a row, a checksum has one spelling, and for the swap across the border of the two the twenty
/// cases that stay in range have been solved: none matches.
pub(crate) fn read(text: &str) -> Result<Reading<'_>, ParseKeyError> {
    // First of all, so that a megabyte costs as little as a key.
    if text.len() > LONGEST {
        return Err(ParseKeyError::WrongLength);
    }
    let Some(places) = Places::of(text) else {
        return Err(mistake(text));
    };
    let (Ok(id), Ok(())) = (places.id.parse::<KeyId>(), prefix::check(places.prefix)) else {
        return Err(mistake(text));
    };
    // Not turned into a number yet: most of what is refused is refused before anybody needs that.
    if !base62::is_number(places.secret, HIGHEST_SECRET) {
        return Err(mistake(text));
    }
    let Some(checksum) = base62::read_u32(places.checksum) else {
        return Err(mistake(text));
    };
    if crc32fast::hash(&text.as_bytes()[..text.len() - CHECKSUM_WIDTH]) != checksum {
        return Err(ParseKeyError::ChecksumMismatch);
    }
    Ok(Reading {
        prefix: places.prefix,
        id,
        secret: places.secret,
    })
}

/// Where the parts stand in a text that may be a key.
struct Places<'a> {
    prefix: &'a str,
    id: &'a str,
    secret: &'a [u8],
    checksum: &'a [u8],
}

impl<'a> Places<'a> {
    /// Counted from the right: only the prefix has no fixed width, and only it may hold a `_` of its own.
    fn of(text: &'a str) -> Option<Self> {
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

/// Names the first mistake of a text whose parts do not stand in their places or are not what they should be.
fn mistake(text: &str) -> ParseKeyError {
    if !text
        .bytes()
        .all(|c| base62::value(c).is_some() || c == b'_')
    {
        return ParseKeyError::ForeignCharacter;
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

// 62⁴² < 2²⁵⁶ ≤ 62⁴³ is why the secret has 43 characters; the buffer of `base62::write` is as wide.
const _: () = assert!(secret::LENGTH == 32 && SECRET_WIDTH == 43);
