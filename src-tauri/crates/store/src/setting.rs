//! Settings as text by name. The registry gives them meaning and defaults; an absent one has never been changed.

use sqlx::SqliteConnection;

use crate::error::StoreError;
use crate::open::Store;
use crate::write::Write;

impl Store {
    /// The stored text of a setting.
    ///
    /// # Errors
    /// As every read.
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
    /// Stores the text of a setting.
    ///
    /// # Errors
    /// As every write.
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
