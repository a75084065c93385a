//! Reads the secrets whose prompt is open.

use crate::connection::{Connection, on_database};
use crate::error::StoreError;
use crate::open_prompt::OpenPromptRow;

impl OpenPromptRow {
    /// Returns the secrets whose prompt is open, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn all(connection: &mut Connection<'_>) -> Result<Vec<Self>, StoreError> {
        on_database!(connection, open_prompt::all())
    }
}
