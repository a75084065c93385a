//! What an administrator may manage.

use keystile_keys::ProjectId;

/// The projects that the token of a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    AllProjects,
    Project(ProjectId),
}

impl Access {
    pub(crate) fn allows(self, project: &ProjectId) -> bool {
        match self {
            Self::AllProjects => true,
            Self::Project(allowed) => allowed == *project,
        }
    }
}
