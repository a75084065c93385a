//! The one-time prompt. It is the only type that sends a plain key to the window.

use keystile_keys::{Permission, Stage, State};
use keystile_registry as registry;
use serde::Serialize;
use ts_rs::TS;

/// The one-time prompt. No `Debug`: `key` is the plain key.
#[derive(Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct Prompt {
    pub(crate) ticket: String,
    pub(crate) state: State,
    #[serde(serialize_with = "expose")]
    #[ts(type = "string | null")]
    pub(crate) key: Option<zeroize::Zeroizing<String>>,
    pub(crate) key_id: String,
    pub(crate) prefix: String,
    pub(crate) name: String,
    pub(crate) permissions: Vec<Permission>,
    pub(crate) project_id: String,
    pub(crate) project_name: String,
    pub(crate) environment_id: String,
    pub(crate) environment_name: String,
    pub(crate) stage: Stage,
    pub(crate) copied: bool,
    pub(crate) keychain: bool,
    pub(crate) activated: bool,
    /// How long the old secret works after the copy; null if the prompt does not belong to a rotation.
    #[ts(type = "number | null")]
    pub(crate) overlap_seconds: Option<u64>,
}

/// Serializes the plain key. This is the only place that does.
fn expose<S: serde::Serializer>(
    key: &Option<zeroize::Zeroizing<String>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    key.as_ref().map(|key| key.as_str()).serialize(serializer)
}

impl Prompt {
    /// Converts a prompt without its plain key, for a window that shows the key: each transfer would leave another copy
    /// in the memory of the web process.
    pub(crate) fn without_key(mut prompt: registry::Prompt) -> Self {
        prompt.plain = None;
        prompt.into()
    }
}

impl From<registry::Prompt> for Prompt {
    fn from(prompt: registry::Prompt) -> Self {
        Self {
            ticket: prompt.ticket.as_str().to_owned(),
            state: prompt.key.state,
            key: prompt.plain,
            key_id: prompt.key.id.to_string(),
            prefix: prompt.key.prefix,
            name: prompt.key.name,
            permissions: prompt.key.permissions.as_slice().to_vec(),
            project_id: prompt.key.project_id.to_string(),
            project_name: prompt.key.project_name,
            environment_id: prompt.key.environment_id.to_string(),
            environment_name: prompt.key.environment_name,
            stage: prompt.key.stage,
            copied: prompt.copied,
            keychain: prompt.saved,
            activated: prompt.activated,
            overlap_seconds: prompt.overlap.map(|overlap| overlap.as_secs()),
        }
    }
}

/// The key of a closed prompt.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct ClosedPrompt {
    pub(crate) project_id: String,
    pub(crate) environment_id: String,
    pub(crate) key_id: String,
}
