//! The collations of names: one for lists, in which “key 2” is before “key 10”, and one in which names that look alike
//! are equal. No index has the second one, because skeletons change with each version of Unicode.

use keystile_keys::compare_skeletons;
use sqlx::sqlite::SqliteConnectOptions;

/// Its name in SQL, where `NATURAL` itself is a keyword.
pub(crate) const NATURAL: &str = "natural_order";
/// The name of the collation of skeletons.
pub(crate) const LOOK_ALIKE: &str = "look_alike";

/// Adds the collations to connections.
pub(crate) fn add_to(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .collation(NATURAL, natord::compare)
        .collation(LOOK_ALIKE, compare_skeletons)
}
