//! Key prefixes: the start of every key of an environment, by which people and secret scanners recognize it.

use std::fmt;

use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use crate::stage::Stage;

/// Minimum length in characters.
const MIN_LENGTH: usize = 2;
/// Maximum length in characters.
pub(crate) const MAX_LENGTH: usize = 20;
/// Maximum length of the word in a suggested prefix.
const MAX_SUGGESTED_WORD: usize = 8;
/// Words that no suggested prefix contains: customers see it for years.
const RUDE: &[&str] = &[
    "anal", "anus", "arse", "ass", "bitch", "cock", "crap", "cum", "cunt", "dick", "fag", "fuck",
    "nazi", "penis", "piss", "poop", "porn", "rape", "sex", "shit", "slut", "tit", "tits", "twat",
    "vagina", "wank", "whore",
];

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

    /// Suggests a prefix for an environment: `ks_` and the first word of the name, at most eight characters. A name
    /// that is only a stage, or has no usable word, gets the prefix of its stage: `ks_live`, `ks_staging` or `ks_dev`.
    pub fn suggested_for(name: &str, stage: Stage) -> Self {
        let words: Vec<String> = name
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(ascii_word)
            .collect();
        let is_stage_only = words.len() == 1 && Stage::named_in(name).is_some();
        let word = words
            .iter()
            .find(|word| word.len() >= 2 && !RUDE.contains(&word.as_str()));
        match word {
            Some(word) if !is_stage_only => Self(format!("ks_{word}")),
            _ => Self::of_stage(stage),
        }
    }

    fn of_stage(stage: Stage) -> Self {
        let text = match stage {
            Stage::Development => "ks_dev",
            Stage::Staging => "ks_staging",
            Stage::Production => "ks_live",
        };
        Self(text.to_owned())
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

/// Returns the ASCII letters and digits of a word in lower case, without accents, truncated.
fn ascii_word(word: &str) -> String {
    word.nfd()
        .map(|c| c.to_ascii_lowercase())
        .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        .take(MAX_SUGGESTED_WORD)
        .collect()
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
