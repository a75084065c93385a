//! Searches the keys of all projects.

use crate::connection::{Connection, on_database};
use crate::error::StoreError;
use crate::key::KeyRow;

impl KeyRow {
    /// Returns at most `limit` keys whose folded name contains a text, or whose id starts with it; a text with `_` may
    /// also be a part of the id with its prefix. Usable keys are first, then the newest. Pending keys and keys of
    /// deleted environments are left out.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn search(
        connection: &mut Connection<'_>,
        folded: &str,
        limit: u32,
    ) -> Result<Vec<Self>, StoreError> {
        on_database!(connection, key_search::search(folded, limit))
    }
}
