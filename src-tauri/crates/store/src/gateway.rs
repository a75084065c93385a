//! Gateway rows. An environment whose gateway was never configured or started has no row.

use keystile_keys::EnvironmentId;
use keystile_policy::RouteRules;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::column::column;
use crate::error::StoreError;
use crate::write::Write;

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

const COLUMNS: &str = "g.environment_id, g.port, g.preserve_host, g.allow_preflight, g.sunset_header, g.sample_upstream, g.rules, g.autostart";

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

    fn from_row(row: &SqliteRow) -> Result<Self, StoreError> {
        Ok(Self {
            environment_id: column(row, "environment_id")?,
            port: row.try_get("port")?,
            preserve_host: row.try_get("preserve_host")?,
            allow_preflight: row.try_get("allow_preflight")?,
            sunset_header: row.try_get("sunset_header")?,
            sample_upstream: row.try_get("sample_upstream")?,
            rules: RouteRules::parse(&row.try_get::<String, _>("rules")?)
                .map_err(|_| StoreError::invalid_row("route rules"))?,
            autostart: row.try_get("autostart")?,
        })
    }

    /// Returns the gateway of an environment, with default settings if there is no row.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find(
        connection: &mut SqliteConnection,
        environment: &EnvironmentId,
    ) -> Result<Self, StoreError> {
        let row = sqlx::query(&format!(
            "SELECT {COLUMNS} FROM gateways g WHERE g.environment_id = ?"
        ))
        .bind(environment.as_str())
        .fetch_optional(connection)
        .await?;
        match row {
            Some(row) => Self::from_row(&row),
            None => Ok(Self::default_for(*environment)),
        }
    }

    /// Returns the gateways with a port, except those of deleted environments, lowest port first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn with_port(connection: &mut SqliteConnection) -> Result<Vec<Self>, StoreError> {
        let rows = sqlx::query(&format!(
            "SELECT {COLUMNS} FROM gateways g JOIN environments e ON e.id = g.environment_id
             WHERE g.port IS NOT NULL AND e.deleted_at IS NULL ORDER BY g.port, g.environment_id"
        ))
        .fetch_all(connection)
        .await?;
        rows.iter().map(Self::from_row).collect()
    }
}

impl Write<'_> {
    /// Inserts or updates a gateway.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn set_gateway(&mut self, gateway: &GatewayRow) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO gateways
               (environment_id, port, preserve_host, allow_preflight, sunset_header, sample_upstream, rules, autostart)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (environment_id) DO UPDATE SET port = excluded.port, preserve_host = excluded.preserve_host,
               allow_preflight = excluded.allow_preflight, sunset_header = excluded.sunset_header, sample_upstream = excluded.sample_upstream,
               rules = excluded.rules, autostart = excluded.autostart",
        )
        .bind(gateway.environment_id.as_str())
        .bind(gateway.port)
        .bind(gateway.preserve_host)
        .bind(gateway.allow_preflight)
        .bind(gateway.sunset_header)
        .bind(gateway.sample_upstream)
        .bind(gateway.rules.to_string())
        .bind(gateway.autostart)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
