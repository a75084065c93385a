//! API keys: their format, secrets, hashes, permissions, states, and authorization. Randomness and the current time are
//! passed in; no type that contains a secret can be cloned, printed, or serialized.
#![forbid(unsafe_code)]

mod audit_key;
mod authorize;
mod base62;
mod clock;
mod format;
mod hash;
mod id;
mod install_key;
mod joiner;
mod mention;
mod name;
mod permission;
mod plain_key;
mod prefix;
mod presented_key;
mod random;
mod secret;
mod stage;
mod state;
mod tag;
mod timestamp;

pub use audit_key::AuditKey;
pub use authorize::{AccessRequest, DenyReason, KeyFacts, authorize};
pub use clock::Clock;
pub use format::ParseKeyError;
pub use hash::{HashError, ProofMemory, SecretHash};
pub use id::{EnvironmentId, KeyId, ParseIdError, ProjectId};
pub use install_key::InstallKey;
pub use mention::{KeyMention, MentionForm};
pub use name::{Name, NameError, compare_skeletons, fold};
pub use permission::{ParseScopeError, Permission, Permissions};
pub use plain_key::PlainKey;
pub use prefix::{Prefix, PrefixError};
pub use presented_key::PresentedKey;
pub use random::{RandomnessError, os_random};
pub use secret::Secret;
pub use stage::{ParseStageError, Stage};
pub use state::{InvalidTransition, ParseStateError, State};
pub use tag::{InstallKeyId, Tag, Tagger};
pub use timestamp::Timestamp;
