//! Undoes a bulk change in one transaction. Keys that were changed since are left as they are.

use std::collections::HashMap;

use keystile_keys::{State, Timestamp};
use keystile_store::KeyRow;

use crate::bulk_change::{BulkUndo, BulkUndone, CHUNK_SIZE, ChangedRow, UndoKey};
use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Undoes a bulk change.
    ///
    /// # Errors
    /// A `Store` error. After an error, nothing was changed.
    pub async fn undo_bulk_change(&self, undo: &BulkUndo) -> Result<BulkUndone, RegistryError> {
        let mut write = self.store.write().await?;
        let mut restored_keys = 0;
        for keys in undo.keys.chunks(CHUNK_SIZE) {
            let now = self.latest_time();
            let ids: Vec<_> = keys.iter().map(|key| key.id).collect();
            let current = KeyRow::find_all(write.connection(), &ids, now).await?;
            let mut current: HashMap<_, _> = current.into_iter().map(|key| (key.id, key)).collect();
            let rows: Vec<_> = keys
                .iter()
                .filter_map(|key| restored(key, current.remove(&key.id)?, now))
                .collect();
            restored_keys += rows.len();
            self.write_rows(&mut write, &rows).await?;
        }
        let undone = BulkUndone {
            restored: restored_keys,
            unchanged: undo.keys.len() - restored_keys,
        };
        if undone.restored > 0 {
            write.commit().await?;
        }
        Ok(undone)
    }
}

/// Returns a key with the fields that the change set as they were before; `None` if one of them was changed since, or if
/// the key has ended or would end.
fn restored(key: &UndoKey, current: KeyRow, now: Timestamp) -> Option<ChangedRow> {
    let UndoKey { before, after, .. } = key;
    let mut restored = current.clone();
    let mut state = (current.state, current.disabled_until);
    restore(
        &mut state,
        &(before.state, before.disabled_until),
        &(after.state, after.disabled_until),
    )?;
    (restored.state, restored.disabled_until) = state;
    restore(
        &mut restored.expires_at,
        &before.expires_at,
        &after.expires_at,
    )?;
    restore(&mut restored.owner, &before.owner, &after.owner)?;
    restore(&mut restored.tags, &before.tags, &after.tags)?;
    let mut restored = restored.settle(now);
    if restored.state == State::Active {
        // The pause that the change has ended would be over.
        restored.disabled_until = current.disabled_until;
    }
    let is_usable = matches!(restored.state, State::Active | State::Disabled);
    (is_usable && restored != current).then_some(ChangedRow {
        before: current,
        after: restored,
    })
}

/// Restores a field that the change set; `None` if it was changed since.
fn restore<T: Clone + PartialEq>(current: &mut T, before: &T, after: &T) -> Option<()> {
    if before == after {
        return Some(());
    }
    (current == after).then(|| current.clone_from(before))
}
