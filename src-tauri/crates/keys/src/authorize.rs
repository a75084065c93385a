//! Authorization: whether a key has the access that a request requires. A pure function of its arguments.

use std::fmt;

use crate::id::{EnvironmentId, KeyId};
use crate::permission::{Permission, Permissions};
use crate::state::State;
use crate::timestamp::Timestamp;

/// The facts about a key that authorization depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    /// Its id.
    pub id: KeyId,
    /// Its environment.
    pub environment: EnvironmentId,
    /// Its stored state; see [`State::at`].
    pub state: State,
    /// When a disabled key becomes active again; `None` if it does not by itself.
    pub disabled_until: Option<Timestamp>,
    /// Its permissions.
    pub permissions: Permissions,
    /// When it expires; `None` if it does not.
    pub expires_at: Option<Timestamp>,
    /// From when on the presented secret, which a rotation has replaced, is denied; `None` for the current one.
    pub secret_ends_at: Option<Timestamp>,
}

/// The access that a request requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessRequest {
    /// The environment that received the request.
    pub environment: EnvironmentId,
    /// The required permission.
    pub permission: Permission,
}

/// Why a request is denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DenyReason {
    /// The text is not a key. Found by the parser, not by [`authorize`].
    InvalidKey,
    /// There is no such key, or its secret is another. Found by the verifier, not by [`authorize`].
    UnknownKey,
    /// The key belongs to another environment.
    WrongEnvironment,
    /// The key has not been claimed yet.
    Pending,
    /// The key is disabled.
    Disabled,
    /// The key has expired.
    Expired,
    /// The key was revoked or discarded.
    Revoked,
    /// The key lacks the required permission.
    InsufficientPermission,
    /// A rotation has replaced the secret, and the overlap is over.
    Rotated,
}

/// Decides whether a key with a verified secret has the access that a request requires.
///
/// # Errors
/// Why the request is denied. The environment is checked first, so that a client of one environment learns nothing
/// about the keys of another.
pub fn authorize(
    key: &KeyFacts,
    request: &AccessRequest,
    now: Timestamp,
) -> Result<(), DenyReason> {
    if key.environment != request.environment {
        return Err(DenyReason::WrongEnvironment);
    }
    // Neither the end of a pause nor an expiry is written when it happens.
    match key.state.at(key.disabled_until, key.expires_at, now) {
        State::Active => {}
        State::Pending => return Err(DenyReason::Pending),
        State::Disabled => return Err(DenyReason::Disabled),
        State::Expired => return Err(DenyReason::Expired),
        // Clients do not learn why a key was revoked.
        State::Revoked | State::Unclaimed | State::Discarded => return Err(DenyReason::Revoked),
    }
    if key.secret_ends_at.is_some_and(|end| now >= end) {
        return Err(DenyReason::Rotated);
    }
    if !key.permissions.allows(request.permission) {
        return Err(DenyReason::InsufficientPermission);
    }
    Ok(())
}

impl DenyReason {
    /// All reasons.
    pub const ALL: [Self; 9] = [
        Self::InvalidKey,
        Self::UnknownKey,
        Self::WrongEnvironment,
        Self::Pending,
        Self::Disabled,
        Self::Expired,
        Self::Revoked,
        Self::InsufficientPermission,
        Self::Rotated,
    ];

    /// Returns the index in [`DenyReason::ALL`].
    pub fn index(self) -> usize {
        match self {
            Self::InvalidKey => 0,
            Self::UnknownKey => 1,
            Self::WrongEnvironment => 2,
            Self::Pending => 3,
            Self::Disabled => 4,
            Self::Expired => 5,
            Self::Revoked => 6,
            Self::InsufficientPermission => 7,
            Self::Rotated => 8,
        }
    }

    /// Returns the stable code for logs and responses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidKey => "invalid_key",
            Self::UnknownKey => "unknown_key",
            Self::WrongEnvironment => "wrong_environment",
            Self::Pending => "pending",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::InsufficientPermission => "insufficient_scope",
            Self::Rotated => "rotated",
        }
    }
}

impl fmt::Display for DenyReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
