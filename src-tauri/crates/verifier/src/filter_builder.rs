//! Builds an id filter in the background, in chunks, so that neither writers nor checks wait for a long read.

use std::sync::Arc;
use std::time::Duration;

use keystile_keys::KeyId;
use keystile_store::{KeyRow, StoreError};
use tokio::sync::mpsc;

use crate::id_filter::IdFilter;
use crate::reader_request::ReaderRequest;
use crate::state::VerifierState;

/// Ids read in one snapshot: few, so that it is short, and enough, so that few snapshots are begun.
const CHUNK_SIZE: u32 = 2_000;
/// Bytes of an id.
const ID_LENGTH: usize = 12;
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// Adds all ids and hands the filter to the reader task. Retries until it succeeds.
pub(crate) async fn build(
    state: Arc<VerifierState>,
    filter: Arc<IdFilter>,
    requests: mpsc::WeakUnboundedSender<ReaderRequest>,
) {
    while let Err(error) = add_all_ids(&state, &filter).await {
        tracing::warn!(%error, "building the id filter failed, retrying");
        tokio::time::sleep(RETRY_INTERVAL).await;
    }
    if let Some(requests) = requests.upgrade() {
        // Fails only while the verifier is dropped.
        let _ = requests.send(ReaderRequest::FilterBuilt(filter));
    }
}

async fn add_all_ids(state: &VerifierState, filter: &IdFilter) -> Result<(), StoreError> {
    let mut reader = state.store.reader().await?;
    let mut after = String::new();
    loop {
        let mut snapshot = reader.begin().await?;
        let ids = KeyRow::ids_after(snapshot.connection(), &after, CHUNK_SIZE).await?;
        snapshot.end().await?;
        let mut last = None;
        for id in ids.as_bytes().chunks_exact(ID_LENGTH) {
            let id = std::str::from_utf8(id).unwrap_or_default();
            if let Ok(id) = id.parse::<KeyId>() {
                filter.insert(&id);
            }
            last = Some(id);
        }
        match last {
            Some(last) => after = last.to_owned(),
            None => return Ok(()),
        }
    }
}
