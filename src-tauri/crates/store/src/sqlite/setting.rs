//! The SQL of settings.

use sqlx::SqliteConnection;

use crate::error::StoreError;

/// See [`Store::setting`](crate::Store::setting).
pub(crate) async fn setting(
    connection: &mut SqliteConnection,
    name: &str,
) -> Result<Option<String>, StoreError> {
    Ok(
        sqlx::query_scalar("SELECT value FROM settings WHERE name = ?")
            .bind(name)
            .fetch_optional(connection)
            .await?,
    )
}

/// See [`Write::set_setting`](crate::Write::set_setting).
pub(crate) async fn set_setting(
    connection: &mut SqliteConnection,
    name: &str,
    value: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(connection)
    .await?;
    Ok(())
}
