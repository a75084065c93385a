//! What users note about a key, and its validation.

use keystile_keys::{Name, fold};
use keystile_store::{KeyDetails, Revocation};

use crate::error::RegistryError;
use crate::field::Field;

const MAX_NOTE_CHARACTERS: usize = 500;
const MAX_TAGS: usize = 10;
const MAX_TAG_CHARACTERS: usize = 30;

/// Parses an owner: as a name, or empty.
///
/// # Errors
/// An error of the field.
pub(crate) fn parse_owner(text: &str) -> Result<String, RegistryError> {
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    let owner = Name::parse(text).map_err(|error| RegistryError::from_name(error, Field::Owner))?;
    Ok(owner.as_str().to_owned())
}

/// Parses a note. It may have several lines.
///
/// # Errors
/// `NoteTooLong` or `NameCharacter`.
pub(crate) fn parse_note(text: &str) -> Result<String, RegistryError> {
    let note = text.trim().replace("\r\n", "\n");
    if note.chars().count() > MAX_NOTE_CHARACTERS {
        return Err(RegistryError::NoteTooLong);
    }
    let is_forbidden = |c: char| c.is_control() && c != '\n' && c != '\t';
    if note.contains(is_forbidden) {
        return Err(RegistryError::NameCharacter { field: Field::Note });
    }
    Ok(note)
}

/// Parses why a key is revoked.
///
/// # Errors
/// `NoteTooLong` or `NameCharacter`.
pub(crate) fn parse_revocation(
    revocation: Option<&Revocation>,
) -> Result<Option<Revocation>, RegistryError> {
    revocation
        .map(|Revocation { reason, note }| {
            Ok(Revocation {
                reason: *reason,
                note: parse_note(note)?,
            })
        })
        .transpose()
}

/// Parses tags: sorted, without repetitions regardless of case.
///
/// # Errors
/// `InvalidTag` or `TooManyTags`.
pub(crate) fn parse_tags(texts: &[String]) -> Result<Vec<String>, RegistryError> {
    let mut tags: Vec<String> = Vec::new();
    for text in texts {
        let tag = Name::parse(text)
            .ok()
            .map(|name| name.as_str().to_owned())
            .filter(|tag| tag.chars().count() <= MAX_TAG_CHARACTERS && !tag.contains(','))
            .ok_or_else(|| RegistryError::InvalidTag(text.trim().to_owned()))?;
        if !tags.iter().any(|known| fold(known) == fold(&tag)) {
            tags.push(tag);
        }
    }
    if tags.len() > MAX_TAGS {
        return Err(RegistryError::TooManyTags);
    }
    tags.sort_by_cached_key(|tag| fold(tag));
    Ok(tags)
}

/// Parses all details.
///
/// # Errors
/// An error of a field.
pub(crate) fn parse_details(
    owner: &str,
    note: &str,
    tags: &[String],
) -> Result<KeyDetails, RegistryError> {
    Ok(KeyDetails {
        owner: parse_owner(owner)?,
        note: parse_note(note)?,
        tags: parse_tags(tags)?,
    })
}
