//! Decides whether a key may do what a request requires. Pure: the verifier passes in the facts and the time.

use std::fmt;

use crate::id::{EnvironmentId, KeyId};
use crate::permission::{Permission, Permissions};
use crate::state::State;
use crate::timestamp::Timestamp;

/// What must be known about a key to decide about its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    /// Its public name.
    pub id: KeyId,
    /// The environment it belongs to.
    pub environment: EnvironmentId,
    /// Where it is in its life.
    pub state: State,
    /// What it may do.
    pub permissions: Permissions,
    /// The first moment at which it no longer opens anything; `None` if it has no date.
    pub expires_at: Option<Timestamp>,
}

/// What a request requires of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessRequest {
    /// The environment that received it.
    pub environment: EnvironmentId,
    /// What it does.
    pub permission: Permission,
}

/// Why a request may not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DenyReason {
    /// The text is not a key. Found by the parser, not by [`authorize`].
    InvalidKey,
    /// There is no such key, or its secret is another. Found by the verifier, not by [`authorize`].
    UnknownKey,
    /// The key belongs to another environment.
    WrongEnvironment,
    /// The key has not been copied yet.
    Pending,
    /// The key is switched off.
    Disabled,
    /// The key's date has come.
    Expired,
    /// The key was ended, by whomever and however.
    Revoked,
    /// The key may not do what the request does.
    InsufficientPermission,
}

/// Decides whether a key whose secret was proven may do what a request requires.
///
/// # Errors
/// The reason why it may not. The environment comes first: a client of one environment learns nothing about the keys of
/// another.
pub fn authorize(
    key: &KeyFacts,
    request: &AccessRequest,
    now: Timestamp,
) -> Result<(), DenyReason> {
    if key.environment != request.environment {
        return Err(DenyReason::WrongEnvironment);
    }
    match key.state {
        State::Active => {}
        State::Pending => return Err(DenyReason::Pending),
        State::Disabled => return Err(DenyReason::Disabled),
        State::Expired => return Err(DenyReason::Expired),
        // How a key ended is nobody's business outside.
        State::Revoked | State::Unclaimed | State::Discarded => return Err(DenyReason::Revoked),
    }
    // The row may still say active when the date has come; nobody needs to have run to end it.
    if key.expires_at.is_some_and(|end| now >= end) {
        return Err(DenyReason::Expired);
    }
    if !key.permissions.allows(request.permission) {
        return Err(DenyReason::InsufficientPermission);
    }
    Ok(())
}

impl DenyReason {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::InvalidKey,
        Self::UnknownKey,
        Self::WrongEnvironment,
        Self::Pending,
        Self::Disabled,
        Self::Expired,
        Self::Revoked,
        Self::InsufficientPermission,
    ];

    /// Its place in [`DenyReason::ALL`].
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
        }
    }

    /// A stable word for logs and answers.
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
        }
    }
}

impl fmt::Display for DenyReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
