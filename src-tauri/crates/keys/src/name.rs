//! Names that people give to projects, environments and keys.
//! The registry parses every name that comes in; the store keeps `folded` beside it to hold names unique.
//! It does not know what else is called so. The list of invisible characters grows with Unicode.

use std::fmt;

use caseless::Caseless;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

/// Most characters (Unicode scalar values after NFC) of a name.
const LONGEST: usize = 80;

/// A name as it is shown: trimmed, in Unicode NFC, 1–80 characters, nothing in it that hides or reorders text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name(String);

/// Why a text is not a name.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum NameError {
    /// Nothing that could be seen.
    #[error("the name is empty")]
    Empty,
    /// More than 80 characters.
    #[error("the name is longer than 80 characters")]
    TooLong,
    /// A control character, one that reorders text, or one that cannot be seen.
    #[error("the name holds a character that cannot be seen")]
    ForbiddenCharacter,
}

impl Name {
    /// Trims, normalizes and checks a name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        // One character more than allowed is enough to know; a megabyte is not normalized to be refused.
        let name: String = text.trim().nfc().take(LONGEST + 1).collect();
        if name.chars().any(is_forbidden) {
            return Err(NameError::ForbiddenCharacter);
        }
        if name.chars().all(is_emoji_selector) {
            return Err(NameError::Empty);
        }
        if name.chars().count() > LONGEST {
            return Err(NameError::TooLong);
        }
        Ok(Self(name))
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same text for every name that reads the same: full case folding, emoji selectors dropped, any space one space.
    ///
    /// Only for comparing; it is never shown.
    pub fn folded(&self) -> String {
        // Folding can undo normalization, so it happens between two of them (Unicode 3.13, D145).
        let folded: String = self
            .0
            .chars()
            .filter(|c| !is_emoji_selector(*c))
            .nfd()
            .default_case_fold()
            .nfc()
            .collect();
        folded.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Invisible, but what emoji are written with; allowed in names and ignored when they are compared.
fn is_emoji_selector(c: char) -> bool {
    matches!(c, '\u{FE0E}' | '\u{FE0F}')
}

/// Unicode's controls, separators and default-ignorable characters, and blanks that are no spaces.
fn is_forbidden(c: char) -> bool {
    if is_emoji_selector(c) {
        return false;
    }
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{070F}'   // soft hyphen, joiners, Arabic letter mark
            | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' // Hangul fillers: letters without a shape
            | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'                           // zero-width, left-to-right and right-to-left marks
            | '\u{2028}'..='\u{202E}'                           // line, paragraph, bidi embeddings and overrides
            | '\u{2060}'..='\u{206F}'                           // word joiner, invisible operators, bidi isolates
            | '\u{2800}'                                        // Braille without dots
            | '\u{FE00}'..='\u{FE0D}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{13430}'..='\u{1343F}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}')
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
