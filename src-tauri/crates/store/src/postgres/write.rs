//! What a transaction writes before its commit.

use sqlx::PgConnection;

use crate::error::StoreError;

/// Does nothing: the last audit row identifies the commit.
pub(crate) async fn prepare_commit(_connection: &mut PgConnection) -> Result<(), StoreError> {
    Ok(())
}
