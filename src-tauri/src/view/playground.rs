//! What the Playground and the prompt's check send and get. A pasted key comes in here and goes no further than the request
//! it is for; no type of this file carries a key to the window.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::environment::Environment;
use super::gateway::Decision;
use super::project::Project;

/// Which key a request of the Playground shows. No `Debug`: a pasted one is a plain key.
#[derive(Clone, Deserialize, TS)]
#[serde(
    tag = "source",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
#[expect(missing_docs, reason = "each field is named for what it is")]
pub enum PlaygroundKey {
    /// None.
    None,
    /// The one that was taken along from its prompt and is held for this window.
    Trial,
    /// One that was saved.
    Keychain { key_id: String },
    /// One that was typed or pasted.
    Pasted { text: String },
}

/// A header of an answer.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "each field is named for what it is")]
pub struct Header {
    pub name: String,
    pub value: String,
}

/// What came back through the gateway.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "each field is named for what it is")]
pub struct PlaygroundAnswer {
    pub status: u16,
    /// The status in words: `Forbidden`.
    pub reason: String,
    pub headers: Vec<Header>,
    /// Null when it is no text.
    pub body: Option<String>,
    /// Whether the body was longer than what is shown.
    pub truncated: bool,
    /// The length of the whole body, or of what was read of it.
    #[ts(type = "number")]
    pub bytes: u64,
    pub milliseconds: f64,
    /// What the gateway decided, when it still told.
    pub decision: Option<Decision>,
}

/// What a new key was answered when it was sent once to read and once to write.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "each field is named for what it is")]
pub struct KeyCheck {
    pub read: CheckedAnswer,
    pub write: CheckedAnswer,
    /// Whether both answers are those that the key's permissions promise.
    pub as_promised: bool,
    pub milliseconds: f64,
}

/// One of its answers.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "each field is named for what it is")]
pub struct CheckedAnswer {
    pub accepted: bool,
    /// `accepted`, or why not.
    pub code: String,
}

/// The key that the Playground may use until its tab is left.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "each field is named for what it is")]
pub struct Trial {
    pub key_id: String,
    pub name: String,
    pub project_id: String,
    pub environment_id: String,
}

/// A project with an environment whose gateway, in front of the sample API, runs.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "each field is named for what it is")]
pub struct CreatedSample {
    pub project: Project,
    pub environment: Environment,
}
