//! Settings as text by name. A setting without a row has its default value.

use sqlx::SqliteConnection;

use crate::error::StoreError;
use crate::open::Store;
use crate::write::Write;

impl Store {
    /// Returns the stored text of a setting.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn setting(
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
}

impl Write<'_> {
    /// Inserts or updates a setting.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn set_setting(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(name)
        .bind(value)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
