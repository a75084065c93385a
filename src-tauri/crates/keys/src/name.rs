//! Names of projects, environments, and keys. Two names are equal if their folded forms are; the store keeps both. A new
//! name must not look like another one either, see [`compare_skeletons`].

use std::cmp::Ordering;
use std::fmt;

use caseless::Caseless;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

use crate::joiner;

/// Maximum length in characters (Unicode scalar values after NFC).
const MAX_LENGTH: usize = 80;

/// A name for display: trimmed, in Unicode NFC, 1–80 characters, none of them invisible or reordering text. Joiners are
/// allowed where they change how the name looks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name(String);

/// Why a text is not a name.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum NameError {
    /// No visible character.
    #[error("the name is empty")]
    Empty,
    /// More than 80 characters.
    #[error("the name is longer than 80 characters")]
    TooLong,
    /// A control character, one that reorders text, or one that is invisible at its place.
    #[error("the name contains an invisible character")]
    ForbiddenCharacter,
}

impl Name {
    /// Trims, normalizes, and validates a name.
    ///
    /// # Errors
    /// The text is not a name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        // One character more than allowed is enough to reject a long text.
        let name: Vec<char> = text.trim().nfc().take(MAX_LENGTH + 1).collect();
        if name.iter().any(|c| is_forbidden(*c)) {
            return Err(NameError::ForbiddenCharacter);
        }
        if name.iter().all(|c| is_emoji_selector(*c)) {
            return Err(NameError::Empty);
        }
        if name.len() > MAX_LENGTH {
            return Err(NameError::TooLong);
        }
        if !joiner::are_meaningful(&name) {
            return Err(NameError::ForbiddenCharacter);
        }
        Ok(Self(name.into_iter().collect()))
    }

    /// Returns the name for display.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the form for comparison, never for display; see [`fold`].
    pub fn folded(&self) -> String {
        fold(&self.0)
    }
}

/// Returns the form of a text in which names are compared: full case folding, no emoji selectors or joiners, white space
/// collapsed.
pub fn fold(text: &str) -> String {
    // Case folding can undo normalization, so the text is normalized before and after (Unicode 3.13, D145).
    let folded: String = text
        .chars()
        .filter(|c| !is_emoji_selector(*c) && !joiner::is_joiner(*c))
        .nfd()
        .default_case_fold()
        .nfc()
        .collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Compares two texts by how they look (UTS #39, section 4). Texts that can be mistaken for one another are equal.
pub fn compare_skeletons(one: &str, other: &str) -> Ordering {
    skeleton(one).cmp(skeleton(other))
}

/// Emoji variation selectors: allowed in names and ignored in comparisons.
fn is_emoji_selector(c: char) -> bool {
    matches!(c, '\u{FE0E}' | '\u{FE0F}')
}

/// Control characters, separators, default-ignorable characters, and characters without a glyph. Joiners depend on their
/// context.
fn is_forbidden(c: char) -> bool {
    if is_emoji_selector(c) || joiner::is_joiner(c) {
        return false;
    }
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{070F}'   // soft hyphen, joiners, Arabic letter mark
            | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' // Hangul fillers: letters without a glyph
            | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}' | '\u{200E}' | '\u{200F}'              // zero-width space, left-to-right and right-to-left marks
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
