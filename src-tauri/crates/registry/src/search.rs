//! Finds keys in all projects: by a search text, or by a key id in a text such as a log line.

use keystile_keys::{KeyMention, MentionForm, fold};
use keystile_store::KeyRow;

use crate::error::RegistryError;
use crate::registry::Registry;

/// The most keys that a search returns.
const MAX_FOUND: u32 = 20;
/// The most bytes of a text in which keys are identified.
const MAX_TEXT: usize = 64 * 1024;

/// The key that a text contains or mentions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentifiedKey {
    /// The key.
    pub key: KeyRow,
    /// How much of it the text contains.
    pub form: MentionForm,
}

impl Registry {
    /// Returns at most 20 keys whose name or id contains a text, regardless of case.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn search_keys(&self, text: &str) -> Result<Vec<KeyRow>, RegistryError> {
        let folded = fold(text);
        if folded.is_empty() {
            return Ok(Vec::new());
        }
        let mut connection = self.store.read().await?;
        Ok(KeyRow::search(&mut connection, &folded, MAX_FOUND).await?)
    }

    /// Returns the first key whose id is in the text, in any state. The text is not stored. Only the id is compared: a
    /// whole key may still have a wrong secret.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn identify_key(&self, text: &str) -> Result<Option<IdentifiedKey>, RegistryError> {
        let text = &text[..text.floor_char_boundary(MAX_TEXT)];
        let mut connection = self.store.read().await?;
        for KeyMention { id, form } in KeyMention::find_all(text) {
            if let Some(key) = KeyRow::find(&mut connection, id).await? {
                return Ok(Some(IdentifiedKey { key, form }));
            }
        }
        Ok(None)
    }
}
