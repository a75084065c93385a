//! Reads and writes settings, which are texts by name. A setting without a row has its default value.

use crate::connection::{Connection, on_database};
use crate::error::StoreError;
use crate::store::Store;
use crate::write::Write;

impl Store {
    /// Returns the stored text of a setting.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn setting(
        connection: &mut Connection<'_>,
        name: &str,
    ) -> Result<Option<String>, StoreError> {
        on_database!(connection, setting::setting(name))
    }
}

impl Write<'_> {
    /// Inserts or updates a setting.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn set_setting(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        on_database!(self.connection(), setting::set_setting(name, value))
    }
}
