//! What users note about a key: its owner, a note, and tags.

use keystile_keys::fold;

/// The owner, note, and tags of a key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyDetails {
    /// The person, team, or program that uses it; may be empty.
    pub owner: String,
    /// Any text; may be empty.
    pub note: String,
    /// The tags, sorted.
    pub tags: Vec<String>,
}

impl KeyDetails {
    /// Returns the tags as they are stored.
    pub(crate) fn tags_json(&self) -> String {
        serde_json::Value::from(self.tags.as_slice()).to_string()
    }

    /// Returns what searches look at.
    pub(crate) fn folded(&self) -> String {
        let texts = std::iter::once(&self.owner).chain(&self.tags);
        texts.map(|text| fold(text)).collect::<Vec<_>>().join("\n")
    }
}
