//! The SQL of the list of verifiers.

use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use crate::error::StoreError;

/// Returns the rows of all verifiers, with the time of their last statement.
pub(crate) async fn list(connection: &mut PgConnection) -> Result<Vec<PgRow>, StoreError> {
    Ok(sqlx::query(
        "SELECT v.host, v.program, v.version, v.verifies, (extract(epoch FROM v.since) * 1000)::bigint AS since,
           (extract(epoch FROM a.state_change) * 1000)::bigint AS last_seen,
           (SELECT coalesce(max(seq), 0) FROM keystile.audit) - v.seen AS behind
         FROM keystile.verifiers v LEFT JOIN pg_stat_activity a ON a.pid = v.backend AND a.backend_start <= v.since
         ORDER BY v.host, v.program, v.since",
    )
    .fetch_all(connection)
    .await?)
}
