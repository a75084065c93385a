//! How often which key was used: counted in memory without waiting, written in batches to the store's usage file. What
//! cannot be written is kept for the next time, up to a bound; what is lost is counts, never a key.

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keystile_keys::{KeyId, Permission, Timestamp};
use keystile_store::{LastUse, StoreError, UsageFile, UseCount};
use tokio::sync::{mpsc, oneshot};

use crate::error::Error;

/// How often counts are written: a crash loses less than 15 s of them.
const EVERY: Duration = Duration::from_secs(10);
/// Requests for different keys do not meet.
const SHARDS: usize = 16;
/// Counts a shard holds while they cannot be written. More are not begun.
const MOST: usize = 16_384;

/// An hour of a key's requests that needed one permission.
type Slot = (KeyId, Timestamp, Permission);

#[derive(Default)]
struct Counted {
    uses: HashMap<Slot, (u64, u64)>,
    last: HashMap<KeyId, (Timestamp, Option<IpAddr>)>,
}

/// What was counted and not written yet.
#[derive(Default)]
pub(crate) struct Usage {
    shards: [Mutex<Counted>; SHARDS],
}

/// Asks the writing task to write now.
pub(crate) type Flush = oneshot::Sender<Result<(), StoreError>>;

impl Usage {
    fn shard(&self, place: usize) -> MutexGuard<'_, Counted> {
        self.shards[place]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn record(
        &self,
        key: KeyId,
        need: Permission,
        is_accepted: bool,
        client: Option<IpAddr>,
        now: Timestamp,
    ) {
        let mut counted = self.shard(usize::from(key.as_bytes()[11]) % SHARDS);
        counted.add(
            (key, UseCount::hour_of(now), need),
            (u64::from(is_accepted), u64::from(!is_accepted)),
        );
        if is_accepted {
            counted.note(key, now, client);
        }
    }

    fn take(&self) -> Vec<Counted> {
        (0..SHARDS)
            .map(|place| std::mem::take(&mut *self.shard(place)))
            .collect()
    }

    fn put_back(&self, taken: Vec<Counted>) {
        for (place, back) in taken.into_iter().enumerate() {
            let mut counted = self.shard(place);
            for (slot, counts) in back.uses {
                counted.add(slot, counts);
            }
            for (key, (at, client)) in back.last {
                counted.note(key, at, client);
            }
        }
    }

    async fn write(
        &self,
        directory: &Path,
        open: &mut Option<UsageFile>,
    ) -> Result<(), StoreError> {
        let taken = self.take();
        let written = async {
            let counts: Vec<_> = taken.iter().flat_map(Counted::counts).collect();
            let last: Vec<_> = taken.iter().flat_map(Counted::last_uses).collect();
            if counts.is_empty() {
                return Ok(());
            }
            if open.as_ref().is_none_or(|file| !file.is_in(directory)) {
                *open = Some(UsageFile::open(directory).await?);
            }
            match open {
                Some(file) => file.add(&counts, &last).await,
                None => Ok(()),
            }
        }
        .await;
        if written.is_err() {
            self.put_back(taken);
        }
        written
    }
}

impl Counted {
    fn add(&mut self, slot: Slot, (accepted, refused): (u64, u64)) {
        if self.uses.len() >= MOST && !self.uses.contains_key(&slot) {
            return;
        }
        let counts = self.uses.entry(slot).or_default();
        counts.0 += accepted;
        counts.1 += refused;
    }

    fn note(&mut self, key: KeyId, at: Timestamp, client: Option<IpAddr>) {
        if self.last.len() >= MOST && !self.last.contains_key(&key) {
            return;
        }
        let last = self.last.entry(key).or_insert((at, client));
        if at >= last.0 {
            *last = (at, client);
        }
    }

    fn counts(&self) -> impl Iterator<Item = UseCount> + '_ {
        self.uses
            .iter()
            .map(|((key, hour, permission), (accepted, refused))| UseCount {
                key: *key,
                hour: *hour,
                permission: *permission,
                accepted: *accepted,
                refused: *refused,
            })
    }

    fn last_uses(&self) -> impl Iterator<Item = LastUse> + '_ {
        self.last.iter().map(|(key, (at, client))| LastUse {
            key: *key,
            at: *at,
            client: client.map(|address| address.to_string()),
        })
    }
}

/// Writes every 10 s and when asked, until nobody can ask any more; then once more.
pub(crate) async fn write(
    usage: &Usage,
    directory: &Path,
    mut flushes: mpsc::UnboundedReceiver<Flush>,
) {
    let mut open = None;
    loop {
        match tokio::time::timeout(EVERY, flushes.recv()).await {
            Ok(Some(flush)) => {
                // Whoever asked may have given up; what was written is written.
                let _given_up = flush.send(usage.write(directory, &mut open).await);
            }
            Ok(None) => {
                log(usage.write(directory, &mut open).await);
                if let Some(file) = open {
                    file.close().await;
                }
                return;
            }
            Err(_) => log(usage.write(directory, &mut open).await),
        }
    }
}

fn log(written: Result<(), StoreError>) {
    if let Err(error) = written {
        tracing::warn!(%error, "usage was not written; it is kept for the next time");
    }
}

/// Asks the writing task and waits for it.
pub(crate) async fn flush(flushes: &mpsc::UnboundedSender<Flush>) -> Result<(), Error> {
    let (done, written) = oneshot::channel();
    let ended = || Error::Store(StoreError::Busy);
    flushes.send(done).map_err(|_| ended())?;
    Ok(written.await.map_err(|_| ended())??)
}
