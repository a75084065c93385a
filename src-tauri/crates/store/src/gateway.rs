//! Gateway rows. An environment whose gateway was never configured or started has no row.

use keystile_keys::EnvironmentId;
use keystile_policy::RouteRules;

use crate::columns::Columns;
use crate::error::StoreError;

/// The settings of the gateway of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayRow {
    /// Its environment.
    pub environment_id: EnvironmentId,
    /// Its port on loopback, set at the first start.
    pub port: Option<u16>,
    /// Whether the upstream receives the `Host` of the client instead of its own.
    pub preserve_host: bool,
    /// Whether CORS preflight requests are allowed without a key.
    pub allow_preflight: bool,
    /// Whether responses tell their callers that their key expires soon.
    pub sunset_header: bool,
    /// Whether the sample API is the upstream while the environment has no endpoint.
    pub sample_upstream: bool,
    /// Its route rules.
    pub rules: RouteRules,
    /// Whether the window runs it, or ran it when the program ended.
    pub autostart: bool,
}

impl GatewayRow {
    /// Returns the default settings.
    pub fn default_for(environment_id: EnvironmentId) -> Self {
        Self {
            environment_id,
            port: None,
            preserve_host: false,
            allow_preflight: false,
            sunset_header: true,
            sample_upstream: false,
            rules: RouteRules::default(),
            autostart: false,
        }
    }

    pub(crate) fn from_row(row: &impl Columns) -> Result<Self, StoreError> {
        Ok(Self {
            environment_id: row.parsed("environment_id")?,
            port: row.optional_number("port")?,
            preserve_host: row.boolean("preserve_host")?,
            allow_preflight: row.boolean("allow_preflight")?,
            sunset_header: row.boolean("sunset_header")?,
            sample_upstream: row.boolean("sample_upstream")?,
            rules: RouteRules::parse(&row.text("rules")?)
                .map_err(|_| StoreError::invalid_row("route rules"))?,
            autostart: row.boolean("autostart")?,
        })
    }
}
