//! The SQL of gateways.

use keystile_keys::EnvironmentId;
use sqlx::PgConnection;

use crate::error::StoreError;
use crate::gateway::GatewayRow;
use crate::postgres::condition::this_machine;

/// The settings of a gateway are shared; its port is of one machine.
const SELECT: &str = concat!(
    "SELECT e.id AS environment_id, p.port, coalesce(g.preserve_host, false) AS preserve_host,
       coalesce(g.allow_preflight, false) AS allow_preflight, coalesce(g.sunset_header, true) AS sunset_header,
       coalesce(g.sample_upstream, false) AS sample_upstream, coalesce(g.rules, '') AS rules,
       coalesce(p.autostart, false) AS autostart
     FROM keystile.environments e LEFT JOIN keystile.gateways g ON g.environment_id = e.id
     LEFT JOIN keystile.gateway_places p ON p.environment_id = e.id AND p.machine = ",
    this_machine!()
);

/// See [`GatewayRow::find`](crate::GatewayRow::find).
pub(crate) async fn find(
    connection: &mut PgConnection,
    environment: &EnvironmentId,
) -> Result<GatewayRow, StoreError> {
    let row = sqlx::query(&format!("{SELECT} WHERE e.id = $1"))
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
    connection: &mut PgConnection,
) -> Result<Vec<GatewayRow>, StoreError> {
    let rows = sqlx::query(&format!(
        "{SELECT} WHERE p.port IS NOT NULL AND e.deleted_at IS NULL ORDER BY p.port, e.id"
    ))
    .fetch_all(connection)
    .await?;
    rows.iter().map(GatewayRow::from_row).collect()
}

/// See [`Write::set_gateway`](crate::Write::set_gateway).
pub(crate) async fn set_gateway(
    connection: &mut PgConnection,
    gateway: &GatewayRow,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO keystile.gateways AS g
           (environment_id, preserve_host, allow_preflight, sunset_header, sample_upstream, rules)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (environment_id) DO UPDATE SET preserve_host = excluded.preserve_host,
           allow_preflight = excluded.allow_preflight, sunset_header = excluded.sunset_header,
           sample_upstream = excluded.sample_upstream, rules = excluded.rules",
    )
    .bind(gateway.environment_id.as_str())
    .bind(gateway.preserve_host)
    .bind(gateway.allow_preflight)
    .bind(gateway.sunset_header)
    .bind(gateway.sample_upstream)
    .bind(gateway.rules.to_string())
    .execute(&mut *connection)
    .await?;
    sqlx::query(concat!(
        "INSERT INTO keystile.gateway_places (environment_id, machine, port, autostart) VALUES ($1, ",
        this_machine!(),
        ", $2, $3)
         ON CONFLICT (environment_id, machine) DO UPDATE SET port = excluded.port, autostart = excluded.autostart"
    ))
    .bind(gateway.environment_id.as_str())
    .bind(gateway.port.map(i64::from))
    .bind(gateway.autostart)
    .execute(connection)
    .await?;
    Ok(())
}
