//! The roles for the users of a store, each with the privileges that its programs need.

use sqlx::{Connection as _, Executor, PgConnection};

use crate::error::StoreError;

/// The statements that create the roles and set their privileges. Running them again changes nothing.
pub const ROLES_SQL: &str = include_str!("roles.sql");

/// Runs [`ROLES_SQL`] in one transaction.
///
/// # Errors
/// `MissingPrivilege` if the user may not create roles, or does not own the tables.
pub(crate) async fn apply(connection: &mut PgConnection) -> Result<(), StoreError> {
    let mut transaction = connection.begin().await?;
    Executor::execute(&mut *transaction, sqlx::raw_sql(ROLES_SQL)).await?;
    Ok(transaction.commit().await?)
}
