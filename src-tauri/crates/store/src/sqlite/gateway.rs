//! The SQL of gateways.

use keystile_keys::EnvironmentId;
use sqlx::SqliteConnection;

use crate::error::StoreError;
use crate::gateway::GatewayRow;

const COLUMNS: &str = "g.environment_id, g.port, g.preserve_host, g.allow_preflight, g.sunset_header, g.sample_upstream, g.rules, g.autostart";

/// See [`GatewayRow::find`](crate::GatewayRow::find).
pub(crate) async fn find(
    connection: &mut SqliteConnection,
    environment: &EnvironmentId,
) -> Result<GatewayRow, StoreError> {
    let row = sqlx::query(&format!(
        "SELECT {COLUMNS} FROM gateways g WHERE g.environment_id = ?"
    ))
    .bind(environment.as_str())
    .fetch_optional(connection)
    .await?;
    match row {
        Some(row) => GatewayRow::from_row(&row),
        None => Ok(GatewayRow::default_for(*environment)),
    }
}

/// See [`GatewayRow::with_port`](crate::GatewayRow::with_port).
pub(crate) async fn with_port(
    connection: &mut SqliteConnection,
) -> Result<Vec<GatewayRow>, StoreError> {
    let rows = sqlx::query(&format!(
        "SELECT {COLUMNS} FROM gateways g JOIN environments e ON e.id = g.environment_id
         WHERE g.port IS NOT NULL AND e.deleted_at IS NULL ORDER BY g.port, g.environment_id"
    ))
    .fetch_all(connection)
    .await?;
    rows.iter().map(GatewayRow::from_row).collect()
}

/// See [`Write::set_gateway`](crate::Write::set_gateway).
pub(crate) async fn set_gateway(
    connection: &mut SqliteConnection,
    gateway: &GatewayRow,
) -> Result<(), StoreError> {
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
    .execute(connection)
    .await?;
    Ok(())
}
