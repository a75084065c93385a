//! The verifiers of a shared store, as people see them.

use keystile_keys::Timestamp;

use crate::columns::Columns;
use crate::error::StoreError;

/// What a verifier says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplicaInfo {
    /// The name of the machine.
    pub host: String,
    /// The name of the program.
    pub program: String,
    /// Its version.
    pub version: String,
    /// What it checks: the environment of a gateway, or empty for all.
    pub verifies: String,
}

/// A verifier that has registered for a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replica {
    /// What it says about itself.
    pub info: ReplicaInfo,
    /// Since when it is connected.
    pub since: Timestamp,
    /// When it last sent a statement; `None` if it is no longer connected, or if the user may not see that.
    pub last_seen: Option<Timestamp>,
    /// How many audit rows it has not acknowledged yet.
    pub behind: u64,
}

impl Replica {
    pub(crate) fn from_row(row: &impl Columns) -> Result<Self, StoreError> {
        Ok(Self {
            info: ReplicaInfo {
                host: row.text("host")?,
                program: row.text("program")?,
                version: row.text("version")?,
                verifies: row.text("verifies")?,
            },
            since: row.time("since")?,
            last_seen: row.optional_time("last_seen")?,
            behind: row.count("behind")?,
        })
    }
}
