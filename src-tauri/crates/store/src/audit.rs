//! Entries of the audit log. An entry contains names and ids, never a secret.

use std::fmt::Write as _;

use keystile_keys::{EnvironmentId, KeyId, ProjectId, State};

/// What happened. The text of an action is stable, because it is stored and authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names explain the actions")]
pub enum Action {
    ProjectCreated,
    ProjectRenamed,
    ProjectDeleted,
    EnvironmentCreated,
    EnvironmentEdited,
    EnvironmentActivated,
    EnvironmentDeleted,
    KeyIssued,
    KeyEdited,
    KeyClaimed,
    KeyClosed,
    KeyDiscarded,
    KeyDisabled,
    KeyEnabled,
    KeyRevoked,
    KeyUnclaimed,
    KeyExpired,
    KeyTagged,
    RotationStarted,
    RotationClaimed,
    RotationClosed,
    RotationDiscarded,
    RotationUnclaimed,
    OldSecretEnded,
    KeychainSaving,
    KeychainSaved,
    KeychainRemoving,
    KeychainRemoved,
    NoticeAcknowledged,
    SettingsChanged,
    GatewayEdited,
    GatewayPortSet,
    GatewayStarted,
    GatewayStopped,
    HttpServiceStarted,
    HttpServiceStopped,
}

impl Action {
    /// Returns the stored text: `noun.verb`.
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
            Self::KeyEdited => "key.edited",
            Self::KeyClaimed => "key.claimed",
            Self::KeyClosed => "key.closed",
            Self::KeyDiscarded => "key.discarded",
            Self::KeyDisabled => "key.disabled",
            Self::KeyEnabled => "key.enabled",
            Self::KeyRevoked => "key.revoked",
            Self::KeyUnclaimed => "key.unclaimed",
            Self::KeyExpired => "key.expired",
            Self::KeyTagged => "key.tagged",
            Self::RotationStarted => "rotation.started",
            Self::RotationClaimed => "rotation.claimed",
            Self::RotationClosed => "rotation.closed",
            Self::RotationDiscarded => "rotation.discarded",
            Self::RotationUnclaimed => "rotation.unclaimed",
            Self::OldSecretEnded => "old_secret.ended",
            Self::KeychainSaving => "keychain.saving",
            Self::KeychainSaved => "keychain.saved",
            Self::KeychainRemoving => "keychain.removing",
            Self::KeychainRemoved => "keychain.removed",
            Self::NoticeAcknowledged => "notice.acknowledged",
            Self::SettingsChanged => "settings.changed",
            Self::GatewayEdited => "gateway.edited",
            Self::GatewayPortSet => "gateway.port_set",
            Self::GatewayStarted => "gateway.started",
            Self::GatewayStopped => "gateway.stopped",
            Self::HttpServiceStarted => "http_service.started",
            Self::HttpServiceStopped => "http_service.stopped",
        }
    }

    /// Returns whether the action can change how a request is decided.
    pub(crate) fn affects_checks(self) -> bool {
        match self {
            Self::ProjectCreated
            | Self::EnvironmentCreated
            | Self::KeyIssued
            | Self::KeyClosed
            | Self::KeyTagged
            | Self::RotationStarted
            | Self::RotationClosed
            | Self::KeychainSaving
            | Self::KeychainSaved
            | Self::KeychainRemoving
            | Self::KeychainRemoved
            | Self::NoticeAcknowledged
            | Self::SettingsChanged
            | Self::GatewayPortSet
            | Self::GatewayStarted
            | Self::GatewayStopped
            | Self::HttpServiceStarted
            | Self::HttpServiceStopped => false,
            // The new owner of a name must not get the keys of the old one.
            Self::ProjectRenamed
            | Self::ProjectDeleted
            | Self::EnvironmentEdited
            | Self::EnvironmentActivated
            | Self::EnvironmentDeleted
            | Self::KeyEdited
            | Self::KeyClaimed
            | Self::KeyDiscarded
            | Self::KeyDisabled
            | Self::KeyEnabled
            | Self::KeyRevoked
            | Self::KeyUnclaimed
            | Self::KeyExpired
            | Self::RotationClaimed
            | Self::RotationDiscarded
            | Self::RotationUnclaimed
            | Self::OldSecretEnded
            | Self::GatewayEdited => true,
        }
    }

    /// The actions that change the state of a key, with the new state.
    const STATE_CHANGES: [(Self, State); 8] = [
        (Self::KeyIssued, State::Pending),
        (Self::KeyClaimed, State::Active),
        (Self::KeyDiscarded, State::Discarded),
        (Self::KeyDisabled, State::Disabled),
        (Self::KeyEnabled, State::Active),
        (Self::KeyRevoked, State::Revoked),
        (Self::KeyUnclaimed, State::Unclaimed),
        (Self::KeyExpired, State::Expired),
    ];

    /// Returns these actions as a list in SQL, and the branches of a `CASE` from each to its state.
    pub(crate) fn state_changes_in_sql() -> (String, String) {
        let mut actions = String::new();
        let mut states = String::new();
        for (action, state) in Self::STATE_CHANGES {
            let separator = if actions.is_empty() { "" } else { ", " };
            // Writing to a string cannot fail.
            let _written = write!(actions, "{separator}'{}'", action.as_str());
            let _written = write!(
                states,
                " WHEN '{}' THEN '{}'",
                action.as_str(),
                state.as_str()
            );
        }
        (actions, states)
    }
}

/// An entry: the action, what it concerns, and a JSON object with details.
#[derive(Debug)]
pub struct AuditEntry {
    pub(crate) action: Action,
    pub(crate) project: Option<ProjectId>,
    pub(crate) environment: Option<EnvironmentId>,
    pub(crate) key: Option<KeyId>,
    pub(crate) detail: serde_json::Value,
}

impl AuditEntry {
    /// Creates an entry without references.
    pub fn new(action: Action) -> Self {
        Self {
            action,
            project: None,
            environment: None,
            key: None,
            detail: serde_json::Value::Object(serde_json::Map::new()),
        }
    }

    /// Sets the project.
    pub fn project(mut self, id: &ProjectId) -> Self {
        self.project = Some(*id);
        self
    }

    /// Sets the environment.
    pub fn environment(mut self, id: &EnvironmentId) -> Self {
        self.environment = Some(*id);
        self
    }

    /// Sets the key.
    pub fn key(mut self, id: KeyId) -> Self {
        self.key = Some(id);
        self
    }

    /// Adds a detail, such as a name. Never a secret.
    pub fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        if let serde_json::Value::Object(details) = &mut self.detail {
            details.insert(name.to_owned(), value.into());
        }
        self
    }
}
