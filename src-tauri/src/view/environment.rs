//! Environments and their previews.

use keystile_keys::{Stage, Timestamp};
use keystile_policy as policy;
use keystile_registry as registry;
use keystile_store as store;
use serde::{Deserialize, Serialize};
use serde_with::rust::double_option;
use ts_rs::TS;

use crate::error::CommandError;

/// Where requests carry their API key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub(crate) enum KeyLocation {
    Default,
    XApiKey,
    Bearer,
    Header { name: String },
}

impl From<policy::KeyLocation> for KeyLocation {
    fn from(location: policy::KeyLocation) -> Self {
        match location {
            policy::KeyLocation::Default => Self::Default,
            policy::KeyLocation::XApiKey => Self::XApiKey,
            policy::KeyLocation::Bearer => Self::Bearer,
            policy::KeyLocation::Header(name) => Self::Header {
                name: name.as_str().to_owned(),
            },
        }
    }
}

impl TryFrom<KeyLocation> for policy::KeyLocation {
    type Error = registry::RegistryError;

    fn try_from(location: KeyLocation) -> Result<Self, Self::Error> {
        match location {
            KeyLocation::Default => Ok(Self::Default),
            KeyLocation::XApiKey => Ok(Self::XApiKey),
            KeyLocation::Bearer => Ok(Self::Bearer),
            KeyLocation::Header { name } => Self::from_header_name(name.trim())
                .map_err(registry::RegistryError::InvalidKeyLocation),
        }
    }
}

/// An environment as entered.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub(crate) struct EnvironmentInput {
    pub(crate) name: String,
    pub(crate) stage: Stage,
    /// Null: derived from the name.
    pub(crate) prefix: Option<String>,
    pub(crate) endpoint: Option<String>,
    /// Null: the default.
    pub(crate) key_location: Option<KeyLocation>,
}

impl TryFrom<EnvironmentInput> for registry::EnvironmentInput {
    type Error = registry::RegistryError;

    fn try_from(input: EnvironmentInput) -> Result<Self, Self::Error> {
        Ok(Self {
            name: input.name,
            stage: input.stage,
            prefix: input.prefix,
            endpoint: input.endpoint,
            key_location: input
                .key_location
                .map(policy::KeyLocation::try_from)
                .transpose()?,
            // Edited afterwards: most environments keep those of their stage.
            default_days: None,
            max_days: None,
        })
    }
}

/// Changes of an environment. A missing field keeps what is stored.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export, optional_fields)]
pub(crate) struct EnvironmentChanges {
    pub(crate) name: Option<String>,
    pub(crate) stage: Option<Stage>,
    pub(crate) prefix: Option<String>,
    /// Null removes the endpoint.
    #[serde(default, deserialize_with = "double_option::deserialize")]
    pub(crate) endpoint: Option<Option<String>>,
    pub(crate) key_location: Option<KeyLocation>,
    /// Null: never.
    #[serde(default, deserialize_with = "double_option::deserialize")]
    pub(crate) default_days: Option<Option<u32>>,
    /// Null: unlimited.
    #[serde(default, deserialize_with = "double_option::deserialize")]
    pub(crate) max_days: Option<Option<u32>>,
}

impl TryFrom<EnvironmentChanges> for registry::EnvironmentChanges {
    type Error = registry::RegistryError;

    fn try_from(changes: EnvironmentChanges) -> Result<Self, Self::Error> {
        Ok(Self {
            name: changes.name,
            stage: changes.stage,
            prefix: changes.prefix,
            endpoint: changes.endpoint,
            default_days: changes.default_days,
            max_days: changes.max_days,
            key_location: changes
                .key_location
                .map(policy::KeyLocation::try_from)
                .transpose()?,
        })
    }
}

/// A detail of an environment that can be copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) enum EnvironmentDetail {
    /// The prefix of its keys.
    Prefix,
    /// Its endpoint.
    Endpoint,
    /// The URL of its gateway.
    GatewayUrl,
    /// A link that opens it in Keystile.
    Link,
}

/// An environment.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct Environment {
    pub(crate) id: String,
    pub(crate) project_id: String,
    pub(crate) project_name: String,
    pub(crate) name: String,
    pub(crate) stage: Stage,
    pub(crate) prefix: String,
    pub(crate) prefix_fixed: bool,
    pub(crate) endpoint: Option<String>,
    pub(crate) key_location: KeyLocation,
    /// The days after which a new key expires by default; null: never.
    pub(crate) default_days: Option<u32>,
    /// The longest allowed lifetime of a new key in days; null: unlimited.
    pub(crate) max_days: Option<u32>,
    #[ts(type = "number | null")]
    pub(crate) activated_at: Option<i64>,
    #[ts(type = "number")]
    pub(crate) active_keys: i64,
    /// The time of the last allowed request.
    #[ts(type = "number | null")]
    pub(crate) last_request_at: Option<i64>,
    #[ts(type = "number")]
    pub(crate) created_at: i64,
}

impl Environment {
    pub(crate) fn new(row: store::EnvironmentRow, last_request: Option<Timestamp>) -> Self {
        Self {
            id: row.id.to_string(),
            project_id: row.project_id.to_string(),
            project_name: row.project_name,
            name: row.name,
            stage: row.stage,
            prefix: row.prefix.as_str().to_owned(),
            prefix_fixed: row.first_issued_at.is_some(),
            endpoint: row.endpoint,
            key_location: row.key_location.into(),
            default_days: row.default_days,
            max_days: row.max_days,
            activated_at: row.activated_at.map(Timestamp::as_millis),
            active_keys: row.active_keys,
            last_request_at: last_request.map(Timestamp::as_millis),
            created_at: row.created_at.as_millis(),
        }
    }
}

/// The preview of an environment.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct EnvironmentPreview {
    pub(crate) stage: Stage,
    pub(crate) prefix: String,
    pub(crate) example: String,
    pub(crate) other_stage: Option<Stage>,
    pub(crate) prefix_problem: Option<String>,
}

impl From<registry::EnvironmentPreview> for EnvironmentPreview {
    fn from(preview: registry::EnvironmentPreview) -> Self {
        Self {
            stage: preview.stage,
            prefix: preview.prefix,
            example: preview.example,
            other_stage: preview.other_stage,
            prefix_problem: preview.problem.map(|problem| {
                let error = CommandError::from_diagnostic(&problem);
                format!("{} {}", error.message, error.advice)
            }),
        }
    }
}
