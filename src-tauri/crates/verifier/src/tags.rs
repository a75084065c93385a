//! Stores the tags of secrets that were proven after the install key was lost, so that the next process knows them
//! without Argon2id. Fed by the proofs, in batches, each with its audit row. No check waits for it.

use std::sync::Arc;

use keystile_keys::{Clock, Timestamp};
use keystile_store::{Action, AuditEntry, KeyRow, StoreError};
use tokio::sync::mpsc;

use crate::ground::Ground;
use crate::proof_job::NewTag;

/// As many as one transaction holds.
const BATCH: usize = 64;

/// Runs until nobody proves any more.
pub(crate) async fn store(mut new_tags: mpsc::UnboundedReceiver<NewTag>, clock: Clock) {
    let mut batch = Vec::with_capacity(BATCH);
    while new_tags.recv_many(&mut batch, BATCH).await > 0 {
        let mut left = std::mem::take(&mut batch);
        while let Some(first) = left.first() {
            let ground = Arc::clone(&first.ground);
            let (of_it, rest) = left
                .into_iter()
                .partition(|tag: &NewTag| Arc::ptr_eq(&tag.ground, &ground));
            left = rest;
            if let Err(error) = write(&ground, of_it, clock.now()).await {
                tracing::warn!(%error, "tags were not stored; they are made again when it matters");
            }
        }
    }
}

async fn write(ground: &Ground, tags: Vec<NewTag>, now: Timestamp) -> Result<(), StoreError> {
    let mut write = ground.store.write().await?;
    let mut is_changed = false;
    for new in tags {
        is_changed |= one(&mut write, now, &new).await?;
    }
    if is_changed {
        write.commit().await?;
    } else {
        write.roll_back().await?;
    }
    Ok(())
}

async fn one(
    write: &mut keystile_store::Write<'_>,
    now: Timestamp,
    new: &NewTag,
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
