//! How often which key was used: counted in memory without waiting, written in batches to the store's usage file. What
//! cannot be written is kept for the next time, up to a bound; what is lost is counts, never a key.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::BuildHasherDefault;
use std::net::IpAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keystile_keys::{KeyId, Permission, Timestamp};
use keystile_store::{LastUse, StoreError, UsageFile, UseCount};
use tokio::sync::{mpsc, oneshot};

use crate::error::Error;
use crate::lanes::Lanes;
use crate::memory::IdHasher;

/// How often counts are written: a crash loses less than 15 s of them.
const EVERY: Duration = Duration::from_secs(10);
/// Counts that are held while they cannot be written. More are not begun.
const MOST: usize = 262_144;

/// The uses of a key.
#[derive(Default)]
struct Uses {
    /// One for each hour and permission; seldom more than one between two writings.
    counts: Vec<Count>,
    last: Option<(Timestamp, Option<IpAddr>)>,
}

/// An hour of a key's requests that needed one permission.
struct Count {
    hour: Timestamp,
    permission: Permission,
    accepted: u64,
    refused: u64,
}

/// Only keys whose secret was right are counted, so nobody chooses where they fall.
#[derive(Default)]
struct Counted(HashMap<KeyId, Uses, BuildHasherDefault<IdHasher>>);

/// What was counted and not taken to be written yet.
#[derive(Default)]
pub(crate) struct Usage {
    lanes: Lanes<Mutex<Counted>>,
    /// Counts that are held, those that the writing task has taken included.
    held: AtomicUsize,
}

/// Asks the writing task to write now.
pub(crate) type Flush = oneshot::Sender<Result<(), StoreError>>;

impl Usage {
    pub(crate) fn record(
        &self,
        key: KeyId,
        need: Permission,
        is_accepted: bool,
        client: Option<IpAddr>,
        now: Timestamp,
    ) {
        let count = Count {
            hour: UseCount::start_of_hour(now),
            permission: need,
            accepted: u64::from(is_accepted),
            refused: u64::from(!is_accepted),
        };
        let mut counted = lock(self.lanes.mine());
        let has_room = || self.held.load(Ordering::Relaxed) < MOST;
        let Some(uses) = counted.of(key, has_room) else {
            return;
        };
        if is_accepted {
            uses.note(now, client);
        }
        if !uses.add_to_known(&count) && has_room() {
            uses.counts.push(count);
            self.held.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Takes what every thread counted, to what is there already.
    fn take_to(&self, taken: &mut Counted) {
        for lane in self.lanes.all() {
            let counted = std::mem::take(&mut *lock(lane));
            for (key, from) in counted.0 {
                let Some(uses) = taken.of(key, || true) else {
                    continue;
                };
                if let Some((at, client)) = from.last {
                    uses.note(at, client);
                }
                for count in from.counts {
                    if uses.add_to_known(&count) {
                        self.held.fetch_sub(1, Ordering::Relaxed);
                    } else {
                        uses.counts.push(count);
                    }
                }
            }
        }
    }

    /// Writes what was counted and what could not be written before; what cannot be written now stays in `taken`.
    async fn write(
        &self,
        taken: &mut Counted,
        directory: &Path,
        open: &mut Option<UsageFile>,
    ) -> Result<(), StoreError> {
        self.take_to(taken);
        let counts: Vec<_> = taken.counts().collect();
        let last: Vec<_> = taken.last_uses().collect();
        if counts.is_empty() {
            return Ok(());
        }
        if open.as_ref().is_none_or(|file| !file.is_in(directory)) {
            *open = Some(UsageFile::open(directory).await?);
        }
        if let Some(file) = open {
            file.add(&counts, &last).await?;
        }
        *taken = Counted::default();
        self.held.fetch_sub(counts.len(), Ordering::Relaxed);
        Ok(())
    }
}

fn lock(counted: &Mutex<Counted>) -> MutexGuard<'_, Counted> {
    counted.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Uses {
    /// Adds to the count of the same hour and permission; `false` if there is none yet.
    fn add_to_known(&mut self, count: &Count) -> bool {
        let known = self
            .counts
            .iter_mut()
            .find(|known| known.hour == count.hour && known.permission == count.permission);
        if let Some(known) = known {
            known.accepted += count.accepted;
            known.refused += count.refused;
            return true;
        }
        false
    }

    fn note(&mut self, at: Timestamp, client: Option<IpAddr>) {
        if self.last.is_none_or(|(last, _)| at >= last) {
            self.last = Some((at, client));
        }
    }
}

impl Counted {
    /// The uses of a key; of one that is new only if there is room.
    fn of(&mut self, key: KeyId, has_room: impl Fn() -> bool) -> Option<&mut Uses> {
        match self.0.entry(key) {
            Entry::Occupied(known) => Some(known.into_mut()),
            Entry::Vacant(new) if has_room() => Some(new.insert(Uses::default())),
            Entry::Vacant(_) => None,
        }
    }

    fn counts(&self) -> impl Iterator<Item = UseCount> + '_ {
        self.0.iter().flat_map(|(key, uses)| {
            uses.counts.iter().map(|count| UseCount {
                key: *key,
                hour: count.hour,
                permission: count.permission,
                accepted: count.accepted,
                refused: count.refused,
            })
        })
    }

    fn last_uses(&self) -> impl Iterator<Item = LastUse> + '_ {
        self.0.iter().filter_map(|(key, uses)| {
            let (at, client) = uses.last?;
            Some(LastUse {
                key: *key,
                at,
                client: client.map(|address| address.to_string()),
            })
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
    let mut taken = Counted::default();
    let mut is_failing = false;
    loop {
        match tokio::time::timeout(EVERY, flushes.recv()).await {
            Ok(Some(flush)) => {
                let written = usage.write(&mut taken, directory, &mut open).await;
                log(&written, &mut is_failing);
                // The requester may have given up; what was written is written.
                let _given_up = flush.send(written);
            }
            Ok(None) => {
                let written = usage.write(&mut taken, directory, &mut open).await;
                log(&written, &mut is_failing);
                if let Some(file) = open {
                    file.close().await;
                }
                return;
            }
            Err(_) => {
                let written = usage.write(&mut taken, directory, &mut open).await;
                log(&written, &mut is_failing);
            }
        }
    }
}

/// Warns at the first of several failures in a row, so that a log is not filled every 10 s.
fn log(written: &Result<(), StoreError>, is_failing: &mut bool) {
    if let Err(error) = written
        && !*is_failing
    {
        tracing::warn!(%error, "usage was not written; it is kept and tried again");
    }
    *is_failing = written.is_err();
}

/// Asks the writing task and waits for it.
pub(crate) async fn flush(flushes: &mpsc::UnboundedSender<Flush>) -> Result<(), Error> {
    let (done, written) = oneshot::channel();
    let ended = || Error::Store(StoreError::Busy);
    flushes.send(done).map_err(|_| ended())?;
    Ok(written.await.map_err(|_| ended())??)
}
