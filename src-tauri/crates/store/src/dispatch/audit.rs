//! Reads and appends audit rows.

use keystile_keys::KeyId;

use crate::audit_head::{AuditHead, HeadFileContent};
use crate::audit_row::AuditRow;
use crate::connection::{Connection, on_database};
use crate::error::StoreError;

impl AuditRow {
    /// Returns the newest rows about a key, at most `limit`, newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn list_for_key(
        connection: &mut Connection<'_>,
        key: KeyId,
        limit: u32,
    ) -> Result<Vec<Self>, StoreError> {
        on_database!(connection, audit::list_for_key(key, limit))
    }
}

/// Returns all rows after `after`, oldest first.
///
/// # Errors
/// The database cannot be read.
pub async fn audit_rows(
    connection: &mut Connection<'_>,
    after: i64,
) -> Result<Vec<AuditRow>, StoreError> {
    rows_after(connection, after, i64::MAX).await
}

/// Returns at most `limit` rows after `after`, oldest first.
pub(crate) async fn rows_after(
    connection: &mut Connection<'_>,
    after: i64,
    limit: i64,
) -> Result<Vec<AuditRow>, StoreError> {
    on_database!(connection, audit::rows_after(after, limit))
}

/// Returns the last row.
pub(crate) async fn last(connection: &mut Connection<'_>) -> Result<Option<AuditHead>, StoreError> {
    on_database!(connection, audit::last())
}

/// Appends rows.
pub(crate) async fn append(
    connection: &mut Connection<'_>,
    rows: &[AuditRow],
) -> Result<(), StoreError> {
    on_database!(connection, audit::append(rows))
}

/// Returns whether the table contains this row.
pub(crate) async fn is_stored(
    head: &AuditHead,
    connection: &mut Connection<'_>,
) -> Result<bool, StoreError> {
    let mac = on_database!(connection, audit::find_mac(head.seq))?;
    Ok(mac.as_ref() == Some(&head.mac))
}

/// Returns the head of `audit.head` that is missing in the table. It is kept there, so that later commits do not hide the
/// loss.
pub(crate) async fn lost_head(
    connection: &mut Connection<'_>,
    content: HeadFileContent,
) -> Result<Option<AuditHead>, StoreError> {
    if content.lost.is_some() {
        return Ok(content.lost);
    }
    let is_stored = is_stored(&content.last, connection).await?;
    Ok((!is_stored).then_some(content.last))
}
