//! Keys in responses. No field can contain a plain key.

use std::borrow::Cow;

use keystile_guard::{Problem, Response};
use keystile_keys::{Permission, State, Timestamp};
use keystile_registry::RegistryError;
use keystile_store::{KeyRow, KeyUsage, RevokeReason};
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use crate::problems::problem;
use crate::string_enum::string_enum;

/// A key.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Key {
    /// The id, which is also a part of the key.
    id: String,
    /// The name of the project.
    project: String,
    /// The name of the environment.
    environment: String,
    /// The id of the environment.
    environment_id: String,
    /// The name.
    name: String,
    /// The permissions.
    permissions: Vec<Permission>,
    /// The state.
    state: KeyState,
    /// When a disabled key becomes active again; null if it does not by itself.
    #[schema(format = DateTime)]
    disabled_until: Option<String>,
    /// When the key expires; null if it does not expire.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// The person, team, or program that uses the key.
    owner: String,
    /// Any text about the key.
    note: String,
    /// The tags.
    tags: Vec<String>,
    /// When the key was created.
    #[schema(format = DateTime)]
    created_at: String,
    /// When its creation was confirmed, or it was copied.
    #[schema(format = DateTime)]
    claimed_at: Option<String>,
    /// When it was revoked, or ended otherwise.
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// When the old secret of a rotated key ends, while it works.
    #[schema(format = DateTime)]
    old_secret_ends_at: Option<String>,
    /// Why the key was revoked, if that was said.
    #[schema(value_type = Option<RevokeReasonName>)]
    revoke_reason: Option<RevokeReasonName>,
    /// Any text about the revocation.
    revoke_note: String,
}

/// The state of a key.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct KeyState(State);

impl PartialSchema for KeyState {
    fn schema() -> RefOr<Schema> {
        string_enum(State::ALL.map(State::as_str))
    }
}

impl ToSchema for KeyState {
    fn name() -> Cow<'static, str> {
        "KeyState".into()
    }
}

/// Why a key was revoked.
#[derive(Debug, Clone, Copy, Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct RevokeReasonName(pub(crate) RevokeReason);

impl PartialSchema for RevokeReasonName {
    fn schema() -> RefOr<Schema> {
        string_enum(RevokeReason::ALL.map(RevokeReason::as_str))
    }
}

impl ToSchema for RevokeReasonName {
    fn name() -> Cow<'static, str> {
        "RevokeReason".into()
    }
}

impl From<KeyRow> for Key {
    fn from(row: KeyRow) -> Self {
        let (revoke_reason, revoke_note) = match row.revocation {
            Some(revocation) => (Some(RevokeReasonName(revocation.reason)), revocation.note),
            None => (None, String::new()),
        };
        let time = |at: Option<Timestamp>| at.and_then(Timestamp::to_rfc3339);
        Self {
            id: row.id.to_string(),
            project: row.project_name,
            environment: row.environment_name,
            environment_id: row.environment_id.to_string(),
            name: row.name,
            permissions: row.permissions.as_slice().to_vec(),
            state: KeyState(row.state),
            disabled_until: time(row.disabled_until),
            expires_at: time(row.expires_at),
            owner: row.owner,
            note: row.note,
            tags: row.tags,
            created_at: row.created_at.to_rfc3339().unwrap_or_default(),
            claimed_at: time(row.claimed_at),
            ended_at: time(row.ended_at),
            old_secret_ends_at: time(row.old_secret_ends_at),
            revoke_reason,
            revoke_note,
        }
    }
}

/// The use of a key.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct KeyUse {
    /// The last allowed request; null if there was none.
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
    /// The number of allowed requests.
    allowed: u64,
    /// The number of denied requests.
    denied: u64,
}

impl KeyUse {
    pub(crate) fn new(usage: &KeyUsage) -> Self {
        let last = usage.last.as_ref();
        Self {
            last_used_at: last.and_then(|last| last.at.to_rfc3339()),
            allowed: usage.allowed,
            denied: usage.denied,
        }
    }
}

/// Returns the response of an operation on a key.
///
/// # Errors
/// The problem of the error.
pub(crate) fn key_response(result: Result<KeyRow, RegistryError>) -> Result<Response, Problem> {
    let key = result.map_err(|error| problem(&error))?;
    Ok(keystile_guard::json(&Key::from(key)))
}
