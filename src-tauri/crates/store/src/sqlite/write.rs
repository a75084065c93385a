//! What a transaction writes before its commit, so that every process notices it.

use sqlx::SqliteConnection;

use crate::error::StoreError;

/// Counts the commit, and writes a random number into the header, which identifies it.
pub(crate) async fn prepare_commit(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("UPDATE commits SET count = count + 1")
        .execute(&mut *connection)
        .await?;
    // A pragma takes no parameters. Positive, because SQLite stores a signed number.
    let nonce: i32 = rand::random_range(1..=i32::MAX);
    sqlx::query(&format!("PRAGMA user_version = {nonce}"))
        .execute(connection)
        .await?;
    Ok(())
}
