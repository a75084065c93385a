//! Creates the schema of a store, or brings it up to date.

use sqlx::{Executor, PgConnection};

use crate::error::StoreError;

/// Waits until no other program creates a store in the database. The lock ends with the connection.
pub(crate) async fn lock_creation(connection: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query("SELECT pg_advisory_lock(hashtextextended('creation of a Keystile store', 0))")
        .execute(connection)
        .await?;
    Ok(())
}

/// Runs the migrations that are missing.
///
/// # Errors
/// `MissingPrivilege` if the user does not own the schema, or cannot create it.
pub(crate) async fn migrate(connection: &mut PgConnection) -> Result<(), StoreError> {
    // The table of sqlx's migrator has no schema of its own.
    let prepare = "CREATE SCHEMA IF NOT EXISTS keystile; SET search_path = keystile";
    Executor::execute(&mut *connection, sqlx::raw_sql(prepare)).await?;
    let migrated = sqlx::migrate!("./migrations/postgres")
        .run_direct(&mut *connection)
        .await;
    Executor::execute(connection, sqlx::raw_sql("RESET search_path")).await?;
    migrated.map_err(|error| match error {
        sqlx::migrate::MigrateError::Execute(error)
        | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => error.into(),
        other => StoreError::Failed {
            cause: Box::new(other),
        },
    })
}
