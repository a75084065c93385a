//! Fills an id filter in the background, a few thousand ids at a time, so that neither a writer nor a check waits for a
//! long read. Started by the reading task, which uses the filter only when all ids are in it.

use std::sync::Arc;
use std::time::Duration;

use keystile_keys::KeyId;
use keystile_store::{KeyRow, StoreError};
use tokio::sync::mpsc;

use crate::ground::Ground;
use crate::id_filter::IdFilter;
use crate::wish::Wish;

/// Ids read at once: about a millisecond.
const CHUNK: u32 = 5_000;
/// Characters of an id.
const WIDTH: usize = 12;
/// After a failure.
const PAUSE: Duration = Duration::from_secs(1);

pub(crate) async fn fill(
    ground: Arc<Ground>,
    filter: Arc<IdFilter>,
    filled: mpsc::WeakUnboundedSender<Wish>,
) {
    while let Err(error) = fill_once(&ground, &filter).await {
        tracing::warn!(%error, "the id filter is not filled yet");
        tokio::time::sleep(PAUSE).await;
    }
    if let Some(filled) = filled.upgrade() {
        // Nobody reads any more when the verifier is being dropped.
        let _unheard = filled.send(Wish::Filled(filter));
    }
}

async fn fill_once(ground: &Ground, filter: &IdFilter) -> Result<(), StoreError> {
    let mut reader = ground.store.reader().await?;
    let mut after = String::new();
    loop {
        let mut snapshot = reader.begin().await?;
        let ids = KeyRow::ids_after(snapshot.connection(), &after, CHUNK).await?;
        snapshot.end().await?;
        let mut last = None;
        for id in ids.as_bytes().chunks_exact(WIDTH) {
            let id = std::str::from_utf8(id).unwrap_or_default();
            filter_insert(filter, id);
            last = Some(id);
        }
        match last {
            Some(last) => after = last.to_owned(),
            None => return Ok(()),
        }
    }
}

fn filter_insert(filter: &IdFilter, id: &str) {
    if let Ok(id) = id.parse::<KeyId>() {
        filter.insert(&id);
    }
}
