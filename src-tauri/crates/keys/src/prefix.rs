//! Key prefixes: the start of every key of an environment, by which people and secret scanners recognize it.

use std::fmt;

use thiserror::Error;

/// Minimum length in characters.
const MIN_LENGTH: usize = 2;
/// Maximum length in characters.
pub(crate) const MAX_LENGTH: usize = 20;

/// A prefix: 2–20 lowercase letters and digits in words joined by `_`, starting with a letter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Prefix(String);

/// Why a text is not a prefix.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum PrefixError {
    /// Fewer than 2 characters.
    #[error("use at least 2 characters")]
    TooShort,
    /// More than 20 characters.
    #[error("use at most 20 characters")]
    TooLong,
    /// Something other than `a–z`, `0–9`, and `_`.
    #[error("use only lowercase letters, digits, and _")]
    InvalidCharacter,
    /// It starts with a digit or `_`.
    #[error("start with a letter")]
    MustStartWithLetter,
    /// It ends with `_` or contains `__`.
    #[error("use _ only between words")]
    MisplacedUnderscore,
}

impl Prefix {
    /// Parses a prefix. Nothing is trimmed or converted to lowercase.
    ///
    /// # Errors
    /// The text is not a prefix.
    pub fn parse(text: &str) -> Result<Self, PrefixError> {
        check(text).map(|()| Self(text.to_owned()))
    }

    /// Returns the text of the prefix.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Suggests a prefix for an environment of this name: `ks_` and the first four ASCII letters and digits, or
    /// `ks_env` if there are fewer than two.
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

    /// Appends a number and truncates the text before it to the maximum length. Callers count up until the prefix is
    /// free.
    pub fn numbered(&self, n: u32) -> Self {
        let number = n.to_string();
        // A number has at most 10 digits, so the first letter remains.
        let max = MAX_LENGTH - number.len();
        let kept = &self.0[..self.0.len().min(max)];
        Self(format!("{}{number}", kept.trim_end_matches('_')))
    }
}

/// Validates a prefix without copying it.
pub(crate) fn check(text: &str) -> Result<(), PrefixError> {
    let characters = text.as_bytes();
    if characters.len() > MAX_LENGTH && text.chars().count() > MAX_LENGTH {
        return Err(PrefixError::TooLong);
    }
    if !characters
        .iter()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == b'_')
    {
        return Err(PrefixError::InvalidCharacter);
    }
    if characters.len() < MIN_LENGTH {
        return Err(PrefixError::TooShort);
    }
    if !characters[0].is_ascii_lowercase() {
        return Err(PrefixError::MustStartWithLetter);
    }
    if text.ends_with('_') || text.contains("__") {
        return Err(PrefixError::MisplacedUnderscore);
    }
    Ok(())
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
