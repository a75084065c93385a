//! Reads which rows the commits of all processes have changed.

use keystile_store::{Changes, LastRead, Reader, Store, StoreError};

use crate::error::log_cause;
use crate::view::ChangedRows;

/// The audit rows that are read one by one. After more, everything counts as changed.
const MAX_AUDIT_ROWS: u32 = 1_000;

/// Follows the database of a store.
#[derive(Default)]
pub(crate) struct ChangeReader {
    /// `None` before the first read and after a failed one.
    last: Option<(Reader, LastRead)>,
}

impl ChangeReader {
    /// Returns the rows that changed since the previous call; `None` if that cannot be known.
    pub(crate) async fn changed_rows(&mut self, store: &Store) -> Option<ChangedRows> {
        let last = self.last.take();
        match read(store, last).await {
            Ok((last, changed)) => {
                self.last = Some(last);
                changed
            }
            Err(error) => {
                log_cause("reading changes", &error);
                None
            }
        }
    }
}

async fn read(
    store: &Store,
    last: Option<(Reader, LastRead)>,
) -> Result<((Reader, LastRead), Option<ChangedRows>), StoreError> {
    let (mut reader, last_read) = match last {
        Some((reader, last_read)) if reader.is_of(store) => (reader, Some(last_read)),
        _ => (store.reader().await?, None),
    };
    let mut snapshot = reader.begin().await?;
    let changed = match last_read {
        Some(last_read) => match last_read
            .changes_until(&mut snapshot, MAX_AUDIT_ROWS)
            .await?
        {
            Changes::Rows(rows) => Some(rows.into_iter().collect()),
            Changes::Restored | Changes::OtherProgram | Changes::TooMany => None,
        },
        None => None,
    };
    let last_read = LastRead::new(&snapshot);
    snapshot.end().await?;
    Ok(((reader, last_read), changed))
}
