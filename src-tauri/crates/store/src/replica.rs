//! A verifier of a fleet, as people see it.

/// What a verifier says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplicaInfo {
    /// The name of the machine.
    pub host: String,
    /// The name of the program.
    pub program: String,
    /// Its version.
    pub version: String,
    /// What it checks: all environments, or the one of a gateway.
    pub verifies: String,
}
