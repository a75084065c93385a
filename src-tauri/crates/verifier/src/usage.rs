//! Counts how often keys are used, in memory, and writes the counts in batches to the store's usage file. Counting
//! never blocks a check; a crash loses counts of the last seconds.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::BuildHasherDefault;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use keystile_keys::{KeyId, Permission, Timestamp};
use keystile_store::{LastUse, SecretUse, Store, StoreError, UsageWriter, UseCount};
use tokio::sync::{mpsc, oneshot};

use crate::cache::IdHasher;
use crate::error::Error;
use crate::sharded::Sharded;
use crate::state::VerifierState;

const WRITE_INTERVAL: Duration = Duration::from_secs(10);
/// Counts kept in memory while they cannot be written. Further ones are dropped.
const MAX_PENDING_COUNTS: usize = 262_144;

/// The uses of one key.
#[derive(Default)]
struct KeyUsage {
    /// One per hour and permission; rarely more than one between two writes.
    counts: Vec<Count>,
    last_use: Option<(Timestamp, Option<IpAddr>)>,
    /// One per secret, if the key has been rotated; at most a few.
    secrets: Vec<SecretCount>,
}

/// The requests with one secret of a rotated key.
struct SecretCount {
    version: i64,
    allowed: u64,
    denied: u64,
    last: (Timestamp, Option<IpAddr>),
}

/// A use of a key.
pub(crate) struct KeyUse {
    pub(crate) key: KeyId,
    /// The secret version, if the key has been rotated.
    pub(crate) secret: Option<i64>,
    pub(crate) permission: Permission,
    pub(crate) is_accepted: bool,
    pub(crate) client: Option<IpAddr>,
    pub(crate) now: Timestamp,
}

/// The requests of one key in one hour that required one permission.
struct Count {
    hour: Timestamp,
    permission: Permission,
    allowed: u64,
    denied: u64,
}

/// Uses by key. Only keys with the right secret are counted, so clients cannot choose colliding ids.
#[derive(Default)]
struct UsageMap(HashMap<KeyId, KeyUsage, BuildHasherDefault<IdHasher>>);

/// Counts that were not yet collected by the usage task.
#[derive(Default)]
pub(crate) struct UsageRecorder {
    shards: Sharded<Mutex<UsageMap>>,
    /// Counts in memory, including those the usage task has collected.
    pending: AtomicUsize,
}

/// Asks the usage task to write now.
pub(crate) type Flush = oneshot::Sender<Result<(), StoreError>>;

impl UsageRecorder {
    pub(crate) fn record(&self, key_use: KeyUse) {
        let KeyUse {
            key,
            secret,
            permission,
            is_accepted,
            client,
            now,
        } = key_use;
        let count = Count {
            hour: UseCount::start_of_hour(now),
            permission,
            allowed: u64::from(is_accepted),
            denied: u64::from(!is_accepted),
        };
        let mut map = lock(self.shards.local());
        let has_capacity = || self.pending.load(Ordering::Relaxed) < MAX_PENDING_COUNTS;
        let Some(usage) = map.entry(key, has_capacity) else {
            return;
        };
        if is_accepted {
            usage.set_last_use(now, client);
        }
        if let Some(version) = secret {
            usage.add_to_secret(SecretCount {
                version,
                allowed: count.allowed,
                denied: count.denied,
                last: (now, client),
            });
        }
        if !usage.add_to_existing(&count) && has_capacity() {
            usage.counts.push(count);
            self.pending.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Moves the counts of all threads to `collected`.
    fn collect_into(&self, collected: &mut UsageMap) {
        for shard in self.shards.iter() {
            let map = std::mem::take(&mut *lock(shard));
            for (key, from) in map.0 {
                let Some(usage) = collected.entry(key, || true) else {
                    continue;
                };
                if let Some((at, client)) = from.last_use {
                    usage.set_last_use(at, client);
                }
                for secret in from.secrets {
                    usage.add_to_secret(secret);
                }
                for count in from.counts {
                    if usage.add_to_existing(&count) {
                        self.pending.fetch_sub(1, Ordering::Relaxed);
                    } else {
                        usage.counts.push(count);
                    }
                }
            }
        }
    }

    /// Writes all counts. Those that cannot be written stay in `collected`.
    async fn write(
        &self,
        collected: &mut UsageMap,
        store: &Store,
        writer: &mut Option<UsageWriter>,
    ) -> Result<(), StoreError> {
        self.collect_into(collected);
        let counts: Vec<_> = collected.counts().collect();
        let last_uses: Vec<_> = collected.last_uses().collect();
        let secret_uses: Vec<_> = collected.secret_uses().collect();
        if counts.is_empty() {
            return Ok(());
        }
        if writer.as_ref().is_none_or(|writer| !writer.is_of(store)) {
            *writer = Some(UsageWriter::open(store).await?);
        }
        if let Some(writer) = writer {
            writer.add(&counts, &last_uses, &secret_uses).await?;
        }
        *collected = UsageMap::default();
        self.pending.fetch_sub(counts.len(), Ordering::Relaxed);
        Ok(())
    }
}

fn lock(map: &Mutex<UsageMap>) -> MutexGuard<'_, UsageMap> {
    map.lock().unwrap_or_else(PoisonError::into_inner)
}

impl KeyUsage {
    /// Adds to the count of the same hour and permission; returns `false` if there is none yet.
    fn add_to_existing(&mut self, count: &Count) -> bool {
        let existing = self.counts.iter_mut().find(|existing| {
            existing.hour == count.hour && existing.permission == count.permission
        });
        let Some(existing) = existing else {
            return false;
        };
        existing.allowed += count.allowed;
        existing.denied += count.denied;
        true
    }

    /// Adds to the count of the same secret.
    fn add_to_secret(&mut self, count: SecretCount) {
        let is_same = |known: &&mut SecretCount| known.version == count.version;
        match self.secrets.iter_mut().find(is_same) {
            Some(known) => {
                known.allowed += count.allowed;
                known.denied += count.denied;
                if count.last.0 >= known.last.0 {
                    known.last = count.last;
                }
            }
            None => self.secrets.push(count),
        }
    }

    fn set_last_use(&mut self, at: Timestamp, client: Option<IpAddr>) {
        if self.last_use.is_none_or(|(last, _)| at >= last) {
            self.last_use = Some((at, client));
        }
    }
}

impl UsageMap {
    /// Returns the uses of a key. Adds a key only if there is capacity.
    fn entry(&mut self, key: KeyId, has_capacity: impl Fn() -> bool) -> Option<&mut KeyUsage> {
        match self.0.entry(key) {
            Entry::Occupied(existing) => Some(existing.into_mut()),
            Entry::Vacant(new) if has_capacity() => Some(new.insert(KeyUsage::default())),
            Entry::Vacant(_) => None,
        }
    }

    fn counts(&self) -> impl Iterator<Item = UseCount> + '_ {
        self.0.iter().flat_map(|(key, usage)| {
            usage.counts.iter().map(|count| UseCount {
                key: *key,
                hour: count.hour,
                permission: count.permission,
                allowed: count.allowed,
                denied: count.denied,
            })
        })
    }

    fn secret_uses(&self) -> impl Iterator<Item = SecretUse> + '_ {
        self.0.iter().flat_map(|(key, usage)| {
            usage.secrets.iter().map(|secret| SecretUse {
                key: *key,
                version: secret.version,
                allowed: secret.allowed,
                denied: secret.denied,
                last: Some((
                    secret.last.0,
                    secret.last.1.map(|address| address.to_string()),
                )),
            })
        })
    }

    fn last_uses(&self) -> impl Iterator<Item = LastUse> + '_ {
        self.0.iter().filter_map(|(key, usage)| {
            let (at, client) = usage.last_use?;
            Some(LastUse {
                key: *key,
                at,
                client: client.map(|address| address.to_string()),
            })
        })
    }
}

/// Writes every 10 s and on request, until all senders are dropped; then once more.
pub(crate) async fn run(
    recorder: &UsageRecorder,
    state: &ArcSwap<VerifierState>,
    mut flushes: mpsc::UnboundedReceiver<Flush>,
) {
    let mut writer = None;
    let mut collected = UsageMap::default();
    let mut is_failing = false;
    loop {
        let flush = tokio::time::timeout(WRITE_INTERVAL, flushes.recv()).await;
        let state = state.load_full();
        let result = recorder
            .write(&mut collected, &state.store, &mut writer)
            .await;
        log_first_failure(&result, &mut is_failing);
        match flush {
            Ok(Some(flush)) => {
                // Fails only if the caller was canceled.
                let _ = flush.send(result);
            }
            Ok(None) => break,
            Err(_) => {}
        }
    }
    if let Some(writer) = writer {
        writer.close().await;
    }
}

/// Logs the first of several failures in a row.
fn log_first_failure(result: &Result<(), StoreError>, is_failing: &mut bool) {
    if let Err(error) = result
        && !*is_failing
    {
        tracing::warn!(%error, "writing usage counts failed, retrying");
    }
    *is_failing = result.is_err();
}

/// Asks the usage task to write, and waits for it.
pub(crate) async fn flush(flushes: &mpsc::UnboundedSender<Flush>) -> Result<(), Error> {
    let (reply, result) = oneshot::channel();
    let has_ended = || Error::Store(StoreError::Busy);
    flushes.send(reply).map_err(|_| has_ended())?;
    Ok(result.await.map_err(|_| has_ended())??)
}
