//! Requests and responses of the Playground, and the check of a new key. A pasted key is received and never returned.

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

/// The key of a Playground request. It has no `Debug`, because a pasted key is a plain key.
#[derive(Clone, Deserialize, TS)]
#[serde(
    tag = "source",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub(crate) enum PlaygroundKey {
    /// The request has no key.
    None,
    /// The window's trial key.
    Trial,
    /// A key from the system keychain.
    Keychain { key_id: String },
    /// A typed or pasted key.
    Pasted { text: String },
}

/// A header.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// The response through the gateway.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct PlaygroundResponse {
    pub(crate) status: u16,
    /// The reason phrase, such as `Forbidden`.
    pub(crate) reason: String,
    pub(crate) headers: Vec<Header>,
    /// Null if it is not text.
    pub(crate) body: Option<String>,
    /// Whether `body` is only the beginning.
    pub(crate) truncated: bool,
    /// The length of the whole body, or of the part that was read.
    #[ts(type = "number")]
    pub(crate) bytes: u64,
    pub(crate) milliseconds: f64,
    /// The gateway's decision, if it was received.
    pub(crate) decision: Option<Decision>,
}

impl PlaygroundResponse {
    pub(crate) fn new(response: dev::TestResponse, decision: Option<Decision>) -> Self {
        let kept = response.body.len() as u64;
        let truncated = response.length > kept;
        Self {
            status: response.status.as_u16(),
            reason: response
                .status
                .canonical_reason()
                .unwrap_or_default()
                .to_owned(),
            headers: response
                .headers
                .iter()
                .map(|(name, value)| Header {
                    name: name.as_str().to_owned(),
                    value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
                })
                .collect(),
            body: text(&response.body, truncated),
            truncated,
            bytes: response.length,
            milliseconds: response.duration.as_secs_f64() * 1000.0,
            decision,
        }
    }
}

/// Returns the body if it is text. A truncated body may end within a character.
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

/// The check of a new key with one read and one write request.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct KeyCheck {
    pub(crate) read: CheckResult,
    pub(crate) write: CheckResult,
    /// Whether both results match the key's permissions.
    pub(crate) as_expected: bool,
    pub(crate) milliseconds: f64,
}

impl KeyCheck {
    /// Compares a check with the permissions that the key was issued with.
    pub(crate) fn new(check: &dev::KeyCheckResult, permissions: keys::Permissions) -> Self {
        let expected = |permission: keys::Permission| {
            if permissions.allows(permission) {
                gateway::Outcome::Allowed
            } else {
                gateway::Outcome::Denied(guard::DecisionCode::InsufficientScope)
            }
        };
        Self {
            read: check.read.into(),
            write: check.write.into(),
            as_expected: check.read == expected(keys::Permission::Read)
                && check.write == expected(keys::Permission::Write),
            milliseconds: check.duration.as_secs_f64() * 1000.0,
        }
    }
}

/// The result of one request.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct CheckResult {
    pub(crate) allowed: bool,
    /// `allowed`, or the deny reason.
    #[ts(as = "guard::DecisionCode")]
    pub(crate) code: &'static str,
}

impl From<gateway::Outcome> for CheckResult {
    fn from(outcome: gateway::Outcome) -> Self {
        Self {
            allowed: outcome.is_allowed(),
            code: outcome.code().as_str(),
        }
    }
}

/// The key that the Playground may send until its tab is left.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct Trial {
    pub(crate) key_id: String,
    pub(crate) name: String,
    pub(crate) project_id: String,
    pub(crate) environment_id: String,
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

/// A project with an environment whose gateway uses the sample API.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct CreatedSample {
    pub(crate) project: Project,
    pub(crate) environment: Environment,
}
