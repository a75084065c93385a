//! The name of the database and the version of its schema.

/// The file name of the database.
pub const DATABASE_FILE: &str = "keystile.db";
/// The schema version of this program, the last byte of `PRAGMA application_id`.
pub const SCHEMA_VERSION: i64 = 1;
/// "KST", the first three bytes of `PRAGMA application_id`.
const APPLICATION_ID_PREFIX: i64 = 0x4b_5354;

/// Returns the schema version in a `PRAGMA application_id`; `None` for another program.
pub(crate) fn schema_version(application_id: i64) -> Option<i64> {
    (application_id >> 8 == APPLICATION_ID_PREFIX).then_some(application_id & 0xff)
}
