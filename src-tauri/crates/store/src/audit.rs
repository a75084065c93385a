//! The words of the audit log: what happened, to which project, environment and key. An entry never holds a secret, only
//! names and ids; it is stored in the transaction of the change itself.

use keystile_keys::{EnvironmentId, KeyId, ProjectId, State};

/// What happened. The written form is stable: it is stored and authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each variant says what it is, and as_str how it is written"
)]
pub enum Action {
    ProjectCreated,
    ProjectRenamed,
    ProjectDeleted,
    EnvironmentCreated,
    EnvironmentEdited,
    EnvironmentActivated,
    EnvironmentDeleted,
    KeyIssued,
    KeyClaimed,
    KeyClosed,
    KeyDiscarded,
    KeyDisabled,
    KeyEnabled,
    KeyRevoked,
    KeyUnclaimed,
    KeyTagged,
    KeychainSaving,
    KeychainSaved,
    KeychainRemoving,
    KeychainRemoved,
    NoticeAcknowledged,
    SettingsChanged,
    GatewayEdited,
    GatewayPlaced,
    GatewayStarted,
    GatewayStopped,
}

impl Action {
    /// The written form: `noun.happened`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ProjectCreated => "project.created",
            Self::ProjectRenamed => "project.renamed",
            Self::ProjectDeleted => "project.deleted",
            Self::EnvironmentCreated => "environment.created",
            Self::EnvironmentEdited => "environment.edited",
            Self::EnvironmentActivated => "environment.activated",
            Self::EnvironmentDeleted => "environment.deleted",
            Self::KeyIssued => "key.issued",
            Self::KeyClaimed => "key.claimed",
            Self::KeyClosed => "key.closed",
            Self::KeyDiscarded => "key.discarded",
            Self::KeyDisabled => "key.disabled",
            Self::KeyEnabled => "key.enabled",
            Self::KeyRevoked => "key.revoked",
            Self::KeyUnclaimed => "key.unclaimed",
            Self::KeyTagged => "key.tagged",
            Self::KeychainSaving => "keychain.saving",
            Self::KeychainSaved => "keychain.saved",
            Self::KeychainRemoving => "keychain.removing",
            Self::KeychainRemoved => "keychain.removed",
            Self::NoticeAcknowledged => "notice.acknowledged",
            Self::SettingsChanged => "settings.changed",
            Self::GatewayEdited => "gateway.edited",
            Self::GatewayPlaced => "gateway.placed",
            Self::GatewayStarted => "gateway.started",
            Self::GatewayStopped => "gateway.stopped",
        }
    }

    /// The actions after which a key is in a certain state, with that state.
    pub(crate) const STATE_CHANGES: [(Self, State); 7] = [
        (Self::KeyIssued, State::Pending),
        (Self::KeyClaimed, State::Active),
        (Self::KeyDiscarded, State::Discarded),
        (Self::KeyDisabled, State::Disabled),
        (Self::KeyEnabled, State::Active),
        (Self::KeyRevoked, State::Revoked),
        (Self::KeyUnclaimed, State::Unclaimed),
    ];
}

/// One row to be: the action, what it concerns, and a JSON object of names.
#[derive(Debug)]
pub struct AuditEntry {
    pub(crate) action: Action,
    pub(crate) project: Option<ProjectId>,
    pub(crate) environment: Option<EnvironmentId>,
    pub(crate) key: Option<KeyId>,
    pub(crate) detail: serde_json::Value,
}

impl AuditEntry {
    /// An entry that concerns nothing yet.
    pub fn new(action: Action) -> Self {
        Self {
            action,
            project: None,
            environment: None,
            key: None,
            detail: serde_json::Value::Object(serde_json::Map::new()),
        }
    }

    /// Concerns this project.
    pub fn project(mut self, id: &ProjectId) -> Self {
        self.project = Some(*id);
        self
    }

    /// Concerns this environment.
    pub fn environment(mut self, id: &EnvironmentId) -> Self {
        self.environment = Some(*id);
        self
    }

    /// Concerns this key.
    pub fn key(mut self, id: KeyId) -> Self {
        self.key = Some(id);
        self
    }

    /// Adds one fact, such as a name. Never a secret.
    pub fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        if let serde_json::Value::Object(facts) = &mut self.detail {
            facts.insert(name.to_owned(), value.into());
        }
        self
    }
}
