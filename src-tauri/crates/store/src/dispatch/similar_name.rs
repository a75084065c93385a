//! Finds a name that looks like another one. Names are compared when one is written, not by an index: a store that
//! already has two similar names stays readable and writable, and only a new or changed name is refused.

use keystile_keys::Name;

use crate::connection::{Connection, on_database};
use crate::error::StoreError;
use crate::similar_name::NameScope;

impl NameScope<'_> {
    /// Returns a name in this scope that can be mistaken for `name`, as it is or without regard to case. Two ASCII names
    /// are not compared: users tell `A1` from `AI`, and `modem` from `modern`. The row with the id `except` does
    /// not count, nor does an equal name, which the unique index rejects.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find_similar(
        self,
        connection: &mut Connection<'_>,
        name: &Name,
        except: &str,
    ) -> Result<Option<String>, StoreError> {
        on_database!(connection, similar_name::find_similar(self, name, except))
    }
}
