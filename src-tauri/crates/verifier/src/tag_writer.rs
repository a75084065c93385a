//! Stores recomputed tags after the install key was lost, in batches, so that the next process needs no Argon2id for
//! them.

use std::sync::Arc;

use keystile_keys::{Clock, Timestamp};
use keystile_store::{Action, AuditEntry, KeyRow, StoreError, Write};
use tokio::sync::mpsc;

use crate::state::VerifierState;
use crate::verify_job::RecomputedTag;

/// Tags stored in one transaction.
const MAX_BATCH: usize = 64;

/// Stores tags until all senders are dropped.
pub(crate) async fn run(mut tags: mpsc::UnboundedReceiver<RecomputedTag>, clock: Clock) {
    let mut batch = Vec::with_capacity(MAX_BATCH);
    while tags.recv_many(&mut batch, MAX_BATCH).await > 0 {
        let mut remaining = std::mem::take(&mut batch);
        // The file may have been replaced within a batch.
        while let Some(first) = remaining.first() {
            let state = Arc::clone(&first.state);
            let (same_file, others) = remaining
                .into_iter()
                .partition(|tag: &RecomputedTag| Arc::ptr_eq(&tag.state, &state));
            remaining = others;
            if let Err(error) = write_all(&state, same_file, clock.now()).await {
                tracing::warn!(%error, "storing recomputed tags failed, another process will recompute them");
            }
        }
    }
}

async fn write_all(
    state: &VerifierState,
    tags: Vec<RecomputedTag>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut write = state.store.write().await?;
    let mut is_changed = false;
    for tag in tags {
        is_changed |= write_one(&mut write, now, &tag).await?;
    }
    if is_changed {
        write.commit().await.map(|_| ())
    } else {
        write.roll_back().await
    }
}

/// Writes a tag and its audit row; returns `false` if the key is gone or already has the tag.
async fn write_one(
    write: &mut Write<'_>,
    now: Timestamp,
    new: &RecomputedTag,
) -> Result<bool, StoreError> {
    let Some(key) = KeyRow::find(write.connection(), new.key).await? else {
        return Ok(false);
    };
    if !write.set_tag(new.version, &new.tag).await? {
        return Ok(false);
    }
    let entry = AuditEntry::new(Action::KeyTagged)
        .project(&key.project_id)
        .environment(&key.environment_id)
        .key(key.id)
        .with("name", key.name);
    write.record(now, entry).await?;
    Ok(true)
}
