//! The result of checking a key, and what is known about keys and environments. Holds no secret, no tag and no hash.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

use keystile_keys::{
    DenyReason, EnvironmentId, KeyId, Permissions, Prefix, ProjectId, Stage, State, Timestamp,
};
use keystile_policy::KeyLocation;

/// The result of checking a key: accepted or rejected. Both are results, not errors.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Verification {
    /// The request may pass. Names the key that authorized it.
    Accepted(Arc<KeyInfo>),
    /// The request may not pass.
    Rejected {
        /// The exact reason. For the owner of the API; its clients learn only what the guard's problem responses say.
        reason: DenyReason,
        /// The key that was sent, if its secret was right: a guessed id reveals no name.
        key: Option<Arc<KeyInfo>>,
    },
}

impl Verification {
    /// Creates a rejection that names no key.
    pub(crate) fn rejected(reason: DenyReason) -> Self {
        Self::Rejected { reason, key: None }
    }

    /// Returns whether the request may pass.
    pub fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted(_))
    }

    /// Returns the key that was sent, if its secret was right.
    pub fn key(&self) -> Option<&Arc<KeyInfo>> {
        match self {
            Self::Accepted(key) => Some(key),
            Self::Rejected { key, .. } => key.as_ref(),
        }
    }

    /// Returns why the request may not pass; `None` if it may.
    pub fn reason(&self) -> Option<DenyReason> {
        match self {
            Self::Accepted(_) => None,
            Self::Rejected { reason, .. } => Some(*reason),
        }
    }
}

/// A key as the API's owner may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    /// Its public name.
    pub id: KeyId,
    /// Its name as written.
    pub name: String,
    /// Its project.
    pub project_id: ProjectId,
    /// The project's name as written.
    pub project_name: String,
    /// Its environment.
    pub environment_id: EnvironmentId,
    /// The environment's name as written.
    pub environment_name: String,
    /// The environment's stage.
    pub stage: Stage,
    /// What it may do.
    pub permissions: Permissions,
    /// Its state as stored; a date that has come is for the verdict to see.
    pub state: State,
    /// When it was issued.
    pub created_at: Timestamp,
    /// The first moment at which it opens nothing any more.
    pub expires_at: Option<Timestamp>,
    /// What a caller made of the above.
    pub derived: Extensions,
}

/// Keeps one thing that a caller makes of a key, so that it is not made anew for every request. It lives as long as the
/// [`KeyInfo`], which never changes: whatever is committed about a key makes another one.
#[derive(Default)]
pub struct Extensions(OnceLock<Box<dyn Any + Send + Sync>>);

impl Extensions {
    /// What is kept, made the first time; `None` if somebody keeps something of another type.
    pub fn get<T: Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> Option<&T> {
        self.0.get_or_init(|| Box::new(make())).downcast_ref()
    }
}

impl Clone for Extensions {
    /// Nothing: the copy of a key may be changed.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Extensions {
    /// Keys are the same whatever was made of them.
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Extensions {}

impl fmt::Debug for Extensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Derived")
    }
}

/// An environment that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// Its public name.
    pub id: EnvironmentId,
    /// Its name as written.
    pub name: String,
    /// Its project.
    pub project_id: ProjectId,
    /// The project's name as written.
    pub project_name: String,
    /// The prefix of its keys.
    pub prefix: Prefix,
    /// The address of its API, when one was entered.
    pub endpoint: Option<String>,
    /// Where its requests carry their key.
    pub key_location: KeyLocation,
}
