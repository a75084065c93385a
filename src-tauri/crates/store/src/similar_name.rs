//! Where names must not look alike.

use keystile_keys::{EnvironmentId, ProjectId, Timestamp};

/// Where a name must differ from all others.
#[derive(Debug, Clone, Copy)]
pub enum NameScope<'a> {
    /// All projects.
    Projects,
    /// The environments of a project.
    Environments(&'a ProjectId),
    /// The keys of an environment whose state is not terminal at a time.
    Keys(&'a EnvironmentId, Timestamp),
}
