//! What stands first in every key of an environment, so that people and scanners see where a key belongs.
//! The registry suggests and stores prefixes; the parser reads one back.
//! It does not know which prefixes are taken: the caller asks for the next number until one is free.

use std::fmt;

use thiserror::Error;

/// Fewest characters of a prefix.
const SHORTEST: usize = 2;
/// Most characters of a prefix.
pub(crate) const LONGEST: usize = 20;

/// A well-formed prefix: 2–20 lower-case letters and digits, words joined by `_`, a letter first.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Prefix(String);

/// Why a text is not a prefix.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum PrefixError {
    /// Fewer than 2 characters.
    #[error("a prefix has at least 2 characters")]
    TooShort,
    /// More than 20 characters.
    #[error("a prefix has at most 20 characters")]
    TooLong,
    /// Something other than `a–z`, `0–9` and `_`.
    #[error("a prefix holds only lower-case letters, digits and _")]
    ForeignCharacter,
    /// It begins with a digit or `_`.
    #[error("a prefix begins with a letter")]
    NoLetterFirst,
    /// `_` at the end or twice in a row: it joins words and nothing else.
    #[error("in a prefix _ stands only between two words")]
    StrayJoint,
}

impl Prefix {
    /// Reads a prefix exactly as it is written; nothing is trimmed or lower-cased.
    pub fn parse(text: &str) -> Result<Self, PrefixError> {
        check(text).map(|()| Self(text.to_owned()))
    }

    /// The prefix as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The default for an environment of this name: `ks_` and the first four of its letters and digits.
    ///
    /// A name with fewer than two of them (`本番`) gets `ks_env`.
    pub fn suggested_for(name: &str) -> Self {
        let word: String = name
            .chars()
            .map(|c| c.to_ascii_lowercase())
            .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            .take(4)
            .collect();
        if word.len() < 2 {
            Self("ks_env".to_owned())
        } else {
            Self(format!("ks_{word}"))
        }
    }

    /// This prefix with a number appended, shortened before the number if it would not fit.
    ///
    /// Callers begin with 2 and count up until the result is free.
    pub fn numbered(&self, n: u32) -> Self {
        let number = n.to_string();
        // A number has at most 10 digits, so at least 10 characters remain and the first is still a letter.
        let room = LONGEST - number.len();
        let kept = &self.0[..self.0.len().min(room)];
        Self(format!("{}{number}", kept.trim_end_matches('_')))
    }
}

/// Whether the text is a prefix, without making one.
pub(crate) fn check(text: &str) -> Result<(), PrefixError> {
    let characters = text.as_bytes();
    if characters.len() > LONGEST && text.chars().count() > LONGEST {
        return Err(PrefixError::TooLong);
    }
    if !characters
        .iter()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == b'_')
    {
        return Err(PrefixError::ForeignCharacter);
    }
    if characters.len() < SHORTEST {
        return Err(PrefixError::TooShort);
    }
    if !characters[0].is_ascii_lowercase() {
        return Err(PrefixError::NoLetterFirst);
    }
    if text.ends_with('_') || text.contains("__") {
        return Err(PrefixError::StrayJoint);
    }
    Ok(())
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
