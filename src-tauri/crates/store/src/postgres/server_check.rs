//! The SQL that checks a server.

use sqlx::PgConnection;

use crate::columns::Columns;
use crate::error::StoreError;
use crate::postgres::open::PostgresStore;
use crate::server_check::{Access, ServerCheck, Standbys};

/// The privileges without which a program cannot read keys.
const READ: [(&str, &str); 6] = [
    ("projects", "SELECT"),
    ("environments", "SELECT"),
    ("keys", "SELECT"),
    ("secret_versions", "SELECT"),
    ("keychain_entries", "SELECT"),
    ("audit", "SELECT"),
];
/// Those without which it cannot verify keys.
const VERIFY: [(&str, &str); 6] = [
    ("verifiers", "INSERT"),
    ("verifiers", "UPDATE"),
    ("verifiers", "DELETE"),
    ("uses", "INSERT"),
    ("totals", "INSERT"),
    ("secret_uses", "INSERT"),
];
/// Those without which it cannot issue or change keys.
const ISSUE: [(&str, &str); 6] = [
    ("keys", "INSERT"),
    ("keys", "UPDATE"),
    ("secret_versions", "INSERT"),
    ("secret_versions", "UPDATE"),
    ("audit", "INSERT"),
    ("deployment", "UPDATE"),
];

impl PostgresStore {
    /// See [`Store::check_server`](crate::Store::check_server).
    pub(crate) async fn check_server(&self) -> Result<ServerCheck, StoreError> {
        let mut transaction = self.read().await?;
        let row = sqlx::query(
            "SELECT current_setting('server_version') AS version, current_user::text AS name, schema_version,
               current_setting('synchronous_commit') AS synchronous_commit
             FROM keystile.deployment",
        )
        .fetch_one(&mut *transaction)
        .await?;
        Ok(ServerCheck {
            // Debian adds its own version.
            version: row
                .text("version")?
                .split(' ')
                .next()
                .unwrap_or_default()
                .to_owned(),
            schema_version: row.integer("schema_version")?,
            user: row.text("name")?,
            access: access(&mut transaction).await?,
            synchronous_commit: row.text("synchronous_commit")?,
            standbys: standbys(&mut transaction).await?,
        })
    }
}

async fn access(connection: &mut PgConnection) -> Result<Access, StoreError> {
    if !has_all(connection, &READ).await? {
        return Ok(Access::Insufficient);
    }
    if !has_all(connection, &VERIFY).await? {
        return Ok(Access::Read);
    }
    match has_all(connection, &ISSUE).await? {
        true => Ok(Access::Issue),
        false => Ok(Access::Verify),
    }
}

/// Returns whether the user has privileges on tables, or on columns of them.
async fn has_all(
    connection: &mut PgConnection,
    privileges: &[(&str, &str)],
) -> Result<bool, StoreError> {
    let (tables, privileges): (Vec<&str>, Vec<&str>) = privileges.iter().copied().unzip();
    // A whole table can be deleted from only.
    let granted: Option<bool> = sqlx::query_scalar(
        "SELECT bool_and(has_table_privilege('keystile.' || name, privilege)
                      OR privilege <> 'DELETE' AND has_any_column_privilege('keystile.' || name, nullif(privilege, 'DELETE')))
           FROM unnest($1::text[], $2::text[]) AS needed (name, privilege)",
    )
    .bind(tables)
    .bind(privileges)
    .fetch_one(connection)
    .await?;
    Ok(granted.unwrap_or_default())
}

/// Returns the servers that replicate this one; `None` if their state may not be read.
async fn standbys(connection: &mut PgConnection) -> Result<Option<Standbys>, StoreError> {
    // The columns of other users' processes are NULL without the role pg_monitor.
    let row = sqlx::query(
        "SELECT count(*) FILTER (WHERE sync_state IN ('sync', 'quorum')) AS synchronous,
           count(*) FILTER (WHERE sync_state IN ('async', 'potential')) AS asynchronous,
           count(*) FILTER (WHERE sync_state IS NULL) AS unknown
         FROM pg_stat_replication",
    )
    .fetch_one(connection)
    .await?;
    Ok((row.integer("unknown")? == 0).then_some(Standbys {
        synchronous: row.integer("synchronous")?,
        asynchronous: row.integer("asynchronous")?,
    }))
}
