//! The verdict: may a request that carries this key pass?
//! The verifier calls it last, when the key is found and its secret is proven.
//! It is told the time and the facts and looks nothing up. It grows with the conditions that a key can carry.

use std::fmt;

use crate::id::{EnvironmentId, KeyId};
use crate::permission::{Permission, Permissions};
use crate::state::State;
use crate::timestamp::Timestamp;

/// What must be known about a key to judge it.
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

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// The environment that was asked.
    pub environment: EnvironmentId,
    /// What the request does.
    pub permission: Permission,
}

/// Who is let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The key that was shown.
    pub key: KeyId,
    /// Its environment.
    pub environment: EnvironmentId,
    /// Everything that it may do, not only what was asked for.
    pub permissions: Permissions,
}

/// The answer. A refusal is an answer, not an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The request may pass.
    Accepted(Bearer),
    /// It may not.
    Refused(DenyReason),
}

/// Why a request may not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DenyReason {
    /// The text is not a key. The parser finds it, not `judge`.
    Malformed,
    /// There is no such key, or its secret is another. The verifier finds it, not `judge`.
    Unknown,
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

/// Judges a proven key.
///
/// The environment comes first: who asks for one environment learns nothing about the keys of another.
pub fn judge(key: &KeyFacts, need: &Need, now: Timestamp) -> Verdict {
    match refusal(key, need, now) {
        Some(refusal) => Verdict::Refused(refusal),
        None => Verdict::Accepted(Bearer {
            key: key.id,
            environment: key.environment,
            permissions: key.permissions,
        }),
    }
}

fn refusal(key: &KeyFacts, need: &Need, now: Timestamp) -> Option<DenyReason> {
    if key.environment != need.environment {
        return Some(DenyReason::WrongEnvironment);
    }
    match key.state {
        State::Active => {}
        State::Pending => return Some(DenyReason::Pending),
        State::Disabled => return Some(DenyReason::Disabled),
        State::Expired => return Some(DenyReason::Expired),
        // How a key ended is nobody's business outside.
        State::Revoked | State::Unclaimed | State::Discarded => return Some(DenyReason::Revoked),
    }
    // The row may still say active when the date has come; nobody needs to have run to end it.
    if key.expires_at.is_some_and(|end| now >= end) {
        return Some(DenyReason::Expired);
    }
    if !key.permissions.allows(need.permission) {
        return Some(DenyReason::InsufficientPermission);
    }
    None
}

impl DenyReason {
    /// A stable word for logs and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Unknown => "unknown",
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
