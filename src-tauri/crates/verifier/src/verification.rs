//! The result of a check, and the public data of keys and environments. Contains no secret, tag, or hash.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

use keystile_keys::{
    DenyReason, EnvironmentId, KeyId, Permissions, Prefix, ProjectId, Stage, State, Timestamp,
};
use keystile_policy::KeyLocation;

/// The result of a check: accepted or rejected. A rejected key is a result, not an error.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Verification {
    /// The request is allowed by this key.
    Accepted(Arc<KeyInfo>),
    /// The request is not allowed.
    Rejected {
        /// The exact reason, for the owner of the API. Do not send it to clients.
        reason: DenyReason,
        /// The presented key, if its secret was right. A guessed id reveals nothing.
        key: Option<Arc<KeyInfo>>,
    },
}

impl Verification {
    /// Creates a rejection without a key.
    pub(crate) fn rejected(reason: DenyReason) -> Self {
        Self::Rejected { reason, key: None }
    }

    /// Returns whether the request is allowed.
    pub fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted(_))
    }

    /// Returns the presented key, if its secret was right.
    pub fn key(&self) -> Option<&Arc<KeyInfo>> {
        match self {
            Self::Accepted(key) => Some(key),
            Self::Rejected { key, .. } => key.as_ref(),
        }
    }

    /// Returns why the request is not allowed; `None` if it is.
    pub fn reason(&self) -> Option<DenyReason> {
        match self {
            Self::Accepted(_) => None,
            Self::Rejected { reason, .. } => Some(*reason),
        }
    }
}

/// The public data of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    /// The id, which is part of the key text.
    pub id: KeyId,
    /// The name.
    pub name: String,
    /// The id of its project.
    pub project_id: ProjectId,
    /// The name of its project.
    pub project_name: String,
    /// The id of its environment.
    pub environment_id: EnvironmentId,
    /// The name of its environment.
    pub environment_name: String,
    /// The stage of its environment.
    pub stage: Stage,
    /// The permissions.
    pub permissions: Permissions,
    /// The stored state. An expired key may still be stored as active; [`Verification`] is exact.
    pub state: State,
    /// When the key was issued.
    pub created_at: Timestamp,
    /// When the key expires; `None` if never.
    pub expires_at: Option<Timestamp>,
    /// The presented secret.
    pub secret: SecretInfo,
    /// A value that the caller derives from this key and keeps with it.
    pub extensions: Extensions,
}

/// A secret of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretInfo {
    /// The id of the secret version.
    pub version: i64,
    /// Whether the key has been rotated, so that it has or had another secret.
    pub is_rotated: bool,
    /// From when on requests with it are denied; `None` for the current secret.
    pub ends_at: Option<Timestamp>,
}

impl KeyInfo {
    /// Returns when requests with the presented secret end: at the expiry of the key, or at the end of an old secret.
    pub fn ends_at(&self) -> Option<Timestamp> {
        match (self.expires_at, self.secret.ends_at) {
            (Some(expiry), Some(end)) => Some(expiry.min(end)),
            (expiry, end) => expiry.or(end),
        }
    }
}

/// One value derived from a [`KeyInfo`], computed once instead of for every request. A commit that changes the key
/// creates another `KeyInfo`, so the value cannot become outdated.
#[derive(Default)]
pub struct Extensions(OnceLock<Box<dyn Any + Send + Sync>>);

impl Extensions {
    /// Returns the value, computed by `init` the first time; `None` if it has another type.
    pub fn get_or_init<T: Any + Send + Sync>(&self, init: impl FnOnce() -> T) -> Option<&T> {
        self.0.get_or_init(|| Box::new(init())).downcast_ref()
    }
}

impl Clone for Extensions {
    /// Returns an empty value, because a copy of the key may be changed.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Extensions {
    /// Always equal: the value is derived.
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Extensions {}

impl fmt::Debug for Extensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Extensions")
    }
}

/// The public data of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// The id.
    pub id: EnvironmentId,
    /// The name.
    pub name: String,
    /// The id of its project.
    pub project_id: ProjectId,
    /// The name of its project.
    pub project_name: String,
    /// The prefix of its keys.
    pub prefix: Prefix,
    /// The URL of its API, if one was entered.
    pub endpoint: Option<String>,
    /// Where requests carry their key.
    pub key_location: KeyLocation,
}
