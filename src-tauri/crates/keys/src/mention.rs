//! Keys and key ids in arbitrary text, such as a log line.

use crate::format;
use crate::id::{self, KeyId};
use crate::presented_key::PresentedKey;

/// The most mentions that are searched for in one text.
const MAX_MENTIONS: usize = 64;

/// How much of a key a text contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename_all = "snake_case"))]
pub enum MentionForm {
    /// A whole key with a matching checksum. Its secret was not verified.
    Whole,
    /// A text as long as a key whose checksum does not match.
    Mistyped,
    /// A part of a key, or its id alone.
    Part,
}

/// A text of 12 letters and digits that may be the id of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyMention {
    /// The id. There may be no key with it.
    pub id: KeyId,
    /// How much of the key is there.
    pub form: MentionForm,
}

impl KeyMention {
    /// Finds at most 64 mentions in a text, in its order.
    pub fn find_all(text: &str) -> Vec<Self> {
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .flat_map(|word| {
                let form = match PresentedKey::parse(word) {
                    Ok(_) => MentionForm::Whole,
                    Err(format::ParseKeyError::ChecksumMismatch) => MentionForm::Mistyped,
                    Err(_) => MentionForm::Part,
                };
                word.split('_')
                    .filter(|part| part.len() == id::LENGTH)
                    .filter_map(move |part| {
                        Some(Self {
                            id: part.parse().ok()?,
                            form,
                        })
                    })
            })
            .take(MAX_MENTIONS)
            .collect()
    }
}
