//! The collation of names in lists: “key 2” is before “key 10”.

use sqlx::sqlite::SqliteConnectOptions;

/// Its name in SQL, where `NATURAL` itself is a keyword.
pub(crate) const NATURAL: &str = "natural_order";

/// Adds the collation to connections.
pub(crate) fn add_to(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options.collation(NATURAL, natord::compare)
}
