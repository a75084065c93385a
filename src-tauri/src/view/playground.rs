//! What the Playground and the prompt's check send and get. A pasted key comes in here and goes no further than the request
//! it is for; no type of this file carries a key to the window.

use keystile_gateway as gateway;
use keystile_gateway_control::dev;
use keystile_guard as guard;
use keystile_keys as keys;
use keystile_registry as registry;
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

impl PlaygroundAnswer {
    pub(crate) fn of(reply: dev::TestResponse, decision: Option<Decision>) -> Self {
        let kept = reply.body.len() as u64;
        let truncated = reply.length > kept;
        Self {
            status: reply.status.as_u16(),
            reason: reply
                .status
                .canonical_reason()
                .unwrap_or_default()
                .to_owned(),
            headers: reply
                .headers
                .iter()
                .map(|(name, value)| Header {
                    name: name.as_str().to_owned(),
                    value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
                })
                .collect(),
            body: text(&reply.body, truncated),
            truncated,
            bytes: reply.length,
            milliseconds: reply.duration.as_secs_f64() * 1000.0,
            decision,
        }
    }
}

/// The body if it is text. One that was cut may end within a character.
fn text(body: &[u8], truncated: bool) -> Option<String> {
    let whole = match std::str::from_utf8(body) {
        Ok(text) => text,
        Err(error) if truncated && error.error_len().is_none() => {
            std::str::from_utf8(&body[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    (!whole.contains('\0')).then(|| whole.to_owned())
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

impl KeyCheck {
    /// `permissions`: those the key was issued with.
    pub(crate) fn of(checked: &dev::KeyCheckResult, permissions: keys::Permissions) -> Self {
        let promised = |need: keys::Permission| {
            if permissions.allows(need) {
                gateway::Outcome::Allowed
            } else {
                gateway::Outcome::Denied(guard::DecisionCode::InsufficientScope)
            }
        };
        Self {
            read: checked.read.into(),
            write: checked.write.into(),
            as_promised: checked.read == promised(keys::Permission::Read)
                && checked.write == promised(keys::Permission::Write),
            milliseconds: checked.duration.as_secs_f64() * 1000.0,
        }
    }
}

/// One of its answers.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "each field is named for what it is")]
pub struct CheckedAnswer {
    pub accepted: bool,
    /// `accepted`, or why not.
    #[ts(as = "guard::DecisionCode")]
    pub code: &'static str,
}

impl From<gateway::Outcome> for CheckedAnswer {
    fn from(outcome: gateway::Outcome) -> Self {
        Self {
            accepted: outcome.is_allowed(),
            code: outcome.code().as_str(),
        }
    }
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

impl From<registry::Trial> for Trial {
    fn from(trial: registry::Trial) -> Self {
        Self {
            key_id: trial.key_id.to_string(),
            name: trial.name,
            project_id: trial.project_id.to_string(),
            environment_id: trial.environment_id.to_string(),
        }
    }
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
