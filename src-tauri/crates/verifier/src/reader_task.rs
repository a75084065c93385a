//! The task that reads the database for all checks of this process, many of them in one short snapshot.
//!
//! Invariant: it is the only writer of the cache, and each snapshot first applies what was committed since the last
//! one. No check can put back what a commit has changed.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use keystile_keys::{EnvironmentId, KeyId, ProjectId};
use keystile_lease::Head;
use keystile_store::{
    Changes, KeyRow, LastRead, PostgresError, Reader, SecretVersionRow, Snapshot, StoreError,
};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use crate::convert::{entry, find_environment};
use crate::error::UnavailableReason;
use crate::filter_builder;
use crate::id_filter::IdFilter;
use crate::reader_request::{ReaderRequest, Reply, send};
use crate::shared::Shared;
use crate::state::VerifierState;
use crate::verification::Environment;

/// Requests served by one snapshot.
const MAX_BATCH: usize = 128;
/// How long a read may take. A SQLite database waits at most a second for a lock.
const MAX_READ_TIME: Duration = Duration::from_secs(5);
/// Audit rows applied one by one. After more, the cache is cleared instead.
const MAX_AUDIT_CHANGES: u32 = 5_000;

/// A reply that is held back until the snapshot has ended.
enum Pending {
    Refresh(Reply<()>),
    FollowHead(Reply<Head>, Head),
    LoadKey(Reply<bool>, bool),
    FindEnvironment(Reply<Option<Arc<Environment>>>, Option<Arc<Environment>>),
}

impl Pending {
    fn send(self, result: Result<(), UnavailableReason>) {
        match self {
            Self::Refresh(reply) => send(reply, result),
            Self::FollowHead(reply, head) => send(reply, result.map(|()| head)),
            Self::LoadKey(reply, exists) => send(reply, result.map(|()| exists)),
            Self::FindEnvironment(reply, found) => send(reply, result.map(|()| found)),
        }
    }
}

/// The reader of one database file.
struct ReaderTask {
    state: Arc<VerifierState>,
    reader: Option<Reader>,
    /// What the database was when rows were last read; `None` before the first time.
    last_read: Option<LastRead>,
    /// The number of keys of a filter to build after the replies are sent, because allocating it takes time.
    filter_to_build: Option<u64>,
    /// The filter that is being built, and the task that builds it.
    next_filter: Option<(Arc<IdFilter>, AbortHandle)>,
    requests: mpsc::WeakUnboundedSender<ReaderRequest>,
}

/// Serves requests until all verifiers are dropped.
pub(crate) async fn run(
    shared: Arc<Shared>,
    mut requests: mpsc::UnboundedReceiver<ReaderRequest>,
    sender: mpsc::WeakUnboundedSender<ReaderRequest>,
) {
    let mut task = ReaderTask::new(shared.state.load_full(), sender.clone());
    let mut batch = Vec::with_capacity(MAX_BATCH);
    while requests.recv_many(&mut batch, MAX_BATCH).await > 0 {
        let state = shared.state.load_full();
        if !Arc::ptr_eq(&state, &task.state) {
            task = ReaderTask::new(state, sender.clone());
        }
        let from_checks = task.use_filters(batch.drain(..), &shared);
        if !from_checks.is_empty() {
            task.serve(from_checks, &mut requests, &shared).await;
        }
    }
}

impl ReaderTask {
    fn new(state: Arc<VerifierState>, requests: mpsc::WeakUnboundedSender<ReaderRequest>) -> Self {
        Self {
            state,
            reader: None,
            last_read: None,
            filter_to_build: None,
            next_filter: None,
            requests,
        }
    }

    /// Replies to every request, with its result or with the reason for the failure. Requests of `incoming` that arrived
    /// while a lock was waited for have waited long enough too, and fail as well.
    async fn serve(
        &mut self,
        requests: Vec<ReaderRequest>,
        incoming: &mut mpsc::UnboundedReceiver<ReaderRequest>,
        shared: &Shared,
    ) {
        let (mut waiting, lookups): (Vec<_>, Vec<_>) = requests
            .into_iter()
            .partition(|request| matches!(request, ReaderRequest::Refresh(_)));
        let is_refresh_only = lookups.is_empty();
        waiting.extend(lookups);
        let mut pending = Vec::with_capacity(waiting.len());
        let result = self
            .serve_pending(is_refresh_only, &mut waiting, &mut pending, shared)
            .await;
        if result == Err(UnavailableReason::Locked) {
            // Before the replies: a request that follows one has not waited, and the lock may be released by then.
            let late = (0..incoming.len()).filter_map(|_| incoming.try_recv().ok());
            waiting.extend(self.use_filters(late, shared));
        }
        pending.into_iter().for_each(|reply| reply.send(result));
        if let Err(reason) = result {
            waiting.into_iter().for_each(|request| request.fail(reason));
        }
        if let Some(keys) = self.filter_to_build.take() {
            self.build_filter(keys);
        }
    }

    /// Moves requests from `waiting` to `pending` as they are served.
    async fn serve_pending(
        &mut self,
        is_refresh_only: bool,
        waiting: &mut Vec<ReaderRequest>,
        pending: &mut Vec<Pending>,
        shared: &Shared,
    ) -> Result<(), UnavailableReason> {
        if self.state.is_missing() {
            return Err(UnavailableReason::Missing);
        }
        let is_fresh = match self.state.is_fresh() {
            // Without a lease, rows are read for each check.
            Err(_) if self.state.is_shared() => false,
            is_fresh => is_fresh?,
        };
        if is_fresh && is_refresh_only {
            for request in waiting.drain(..) {
                if let ReaderRequest::Refresh(reply) = request {
                    pending.push(Pending::Refresh(reply));
                }
            }
            return Ok(());
        }
        let read = self.read(waiting, pending, shared);
        // A server that is cut off may never reply.
        let read = tokio::time::timeout(MAX_READ_TIME, read).await;
        match read.unwrap_or(Err(StoreError::Busy)) {
            Ok(()) if self.state.is_missing() => Err(UnavailableReason::Missing),
            Ok(()) => Ok(()),
            Err(error) => {
                // Opens a new connection next time, in case this one failed.
                self.reader = None;
                Err(self.reason(&error))
            }
        }
    }

    fn reason(&self, error: &StoreError) -> UnavailableReason {
        match error {
            StoreError::Busy => UnavailableReason::Locked,
            StoreError::Postgres(PostgresError::Standby) => UnavailableReason::Standby,
            error => {
                let reason = self
                    .state
                    .is_fresh()
                    .err()
                    .unwrap_or(UnavailableReason::Unreadable);
                tracing::error!(%error, ?reason, "reading the database failed");
                reason
            }
        }
    }

    /// Applies changes and serves requests, all in one snapshot.
    async fn read(
        &mut self,
        waiting: &mut Vec<ReaderRequest>,
        pending: &mut Vec<Pending>,
        shared: &Shared,
    ) -> Result<(), StoreError> {
        let mut reader = match self.reader.take() {
            Some(reader) => reader,
            None => self.state.store.reader().await?,
        };
        let mut snapshot = reader.begin().await?;
        let commit = snapshot.commit();
        if !self.state.is_fresh_as_of(commit.as_u64()) {
            shared.counters.refreshed();
            self.apply_changes(&mut snapshot).await?;
        }
        while let Some(request) = waiting.pop() {
            match request {
                ReaderRequest::Refresh(reply) => pending.push(Pending::Refresh(reply)),
                ReaderRequest::FollowHead(reply) => {
                    let head = snapshot.head().unwrap_or_default();
                    pending.push(Pending::FollowHead(reply, head));
                }
                ReaderRequest::LoadKey(id, reply) => {
                    if self.state.keys.contains(&id) {
                        pending.push(Pending::LoadKey(reply, true));
                        continue;
                    }
                    shared.counters.looked_up();
                    match self.load_key(&mut snapshot, id).await {
                        Ok(exists) => pending.push(Pending::LoadKey(reply, exists)),
                        // Only this key is unreadable, not the others of the batch.
                        Err(StoreError::InvalidRow { kind }) => {
                            tracing::error!(key = %id, kind, "row of a key is invalid");
                            send(reply, Err(UnavailableReason::Unreadable));
                        }
                        Err(error) => {
                            waiting.push(ReaderRequest::LoadKey(id, reply));
                            return Err(error);
                        }
                    }
                }
                ReaderRequest::FindEnvironment(reference, reply) => {
                    let found = match self.state.cached_environment(&reference) {
                        Some(cached) => cached,
                        None => {
                            let found = find_environment(&mut snapshot, &reference).await?;
                            self.state.cache_environment(&reference, found.clone());
                            found
                        }
                    };
                    pending.push(Pending::FindEnvironment(reply, found));
                }
                // Handled before the snapshot.
                ReaderRequest::FilterBuilt(_) | ReaderRequest::Forget(_) => {}
            }
        }
        self.last_read = Some(LastRead::new(&snapshot));
        if self.needs_filter() {
            self.filter_to_build = Some(KeyRow::max_count(snapshot.connection()).await?);
        }
        snapshot.end().await?;
        self.state.mark_fresh(commit);
        self.reader = Some(reader);
        Ok(())
    }

    /// Updates the cache with what was committed since the last snapshot: the keys and environments that audit rows
    /// name, or everything if those rows do not account for all commits.
    async fn apply_changes(&mut self, snapshot: &mut Snapshot<'_>) -> Result<(), StoreError> {
        let Some(last) = &self.last_read else {
            // A snapshot that failed may have cached rows of an older commit.
            self.clear(VerifierState::clear_rows);
            return Ok(());
        };
        let changes = match last.changes_until(snapshot, MAX_AUDIT_CHANGES).await? {
            Changes::Rows(rows) if !rows.is_empty() => rows,
            Changes::Restored => {
                tracing::warn!("database was restored from a backup, dropping caches");
                self.clear(VerifierState::clear_all);
                return Ok(());
            }
            Changes::OtherProgram => {
                tracing::warn!("database was changed by another program, dropping caches");
                self.clear(VerifierState::clear_rows);
                return Ok(());
            }
            Changes::Rows(_) | Changes::TooMany => {
                self.clear(VerifierState::clear_rows);
                return Ok(());
            }
        };
        let mut keys = HashSet::new();
        let mut environments: HashSet<EnvironmentId> = HashSet::new();
        let mut projects: HashSet<ProjectId> = HashSet::new();
        for change in changes {
            if let Some(id) = change.key_id {
                keys.extend(id.parse::<KeyId>());
            } else if let Some(id) = change.environment_id {
                environments.extend(id.parse::<EnvironmentId>());
            } else if let Some(id) = change.project_id {
                projects.extend(id.parse::<ProjectId>());
            }
        }
        if !environments.is_empty() || !projects.is_empty() {
            self.state.clear_environments();
            self.state.keys.remove_all_in(&environments, &projects);
        }
        for id in keys {
            self.add_to_filters(&id);
            if !self.state.keys.contains(&id) {
                continue;
            }
            match self.load_key(snapshot, id).await {
                Ok(true) => {}
                // An invalid row is read again, and logged, when its key is used.
                Ok(false) | Err(StoreError::InvalidRow { .. }) => self.state.keys.remove(&id),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn clear(&mut self, clear: fn(&VerifierState)) {
        clear(&self.state);
        if let Some((_, builder)) = self.next_filter.take() {
            builder.abort();
        }
    }

    /// Loads a key into the cache; returns whether it exists.
    async fn load_key(&self, snapshot: &mut Snapshot<'_>, id: KeyId) -> Result<bool, StoreError> {
        let Some(row) = KeyRow::find(snapshot.connection(), id).await? else {
            return Ok(false);
        };
        let versions = SecretVersionRow::list_for_key(snapshot.connection(), id).await?;
        self.state.keys.insert(entry(&self.state, row, versions));
        Ok(true)
    }

    fn needs_filter(&self) -> bool {
        let is_full = |filter: &Arc<IdFilter>| filter.is_full();
        self.next_filter.is_none() && self.state.id_filter.load().as_ref().is_none_or(is_full)
    }

    fn build_filter(&mut self, keys: u64) {
        let keys = usize::try_from(keys).unwrap_or(usize::MAX / 64);
        let filter = Arc::new(IdFilter::new(keys));
        let builder = tokio::spawn(filter_builder::build(
            Arc::clone(&self.state),
            Arc::clone(&filter),
            self.requests.clone(),
        ));
        self.next_filter = Some((filter, builder.abort_handle()));
    }

    /// Replaces the filter, unless the cache was cleared since this one was begun: it may lack newer ids then.
    fn use_filter(&mut self, built: Arc<IdFilter>, shared: &Shared) {
        if let Some((filter, _)) = self
            .next_filter
            .take_if(|(filter, _)| Arc::ptr_eq(filter, &built))
        {
            self.state.id_filter.store(Some(filter));
            shared.counters.built_filter();
        }
    }

    /// Uses the filters that were built, and returns the other requests.
    fn use_filters(
        &mut self,
        requests: impl Iterator<Item = ReaderRequest>,
        shared: &Shared,
    ) -> Vec<ReaderRequest> {
        let mut from_checks = Vec::with_capacity(requests.size_hint().1.unwrap_or_default());
        for request in requests {
            match request {
                ReaderRequest::FilterBuilt(filter) => self.use_filter(filter, shared),
                ReaderRequest::Forget(reply) => {
                    self.clear(VerifierState::clear_all);
                    self.last_read = None;
                    // Its server may not be the one of the lease.
                    self.reader = None;
                    send(reply, Ok(()));
                }
                request => from_checks.push(request),
            }
        }
        from_checks
    }

    fn add_to_filters(&self, id: &KeyId) {
        if let Some((filter, _)) = &self.next_filter {
            filter.insert(id);
        }
        if let Some(filter) = self.state.id_filter.load().as_ref() {
            filter.insert(id);
        }
    }
}

impl Drop for ReaderTask {
    fn drop(&mut self) {
        if let Some((_, builder)) = &self.next_filter {
            builder.abort();
        }
    }
}
