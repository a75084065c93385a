//! The one task that reads the database for all checks of this process. Checks send it wishes; it answers many with one
//! short snapshot, in which it first catches up with what was committed since: exactly the keys and environments that
//! the audit rows after the last seen one name. It is the only writer of the memory of keys, so no check can put back
//! what a commit has changed. It decides nothing.

use std::collections::HashSet;
use std::sync::Arc;

use keystile_keys::{EnvironmentId, KeyId, ProjectId};
use keystile_store::{ChangedIds, KeyRow, Reader, SecretVersionRow, Snapshot, StoreError};
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;

use crate::answer::Environment;
use crate::error::RejectReason;
use crate::filling;
use crate::ground::Ground;
use crate::id_filter::IdFilter;
use crate::last_read::LastRead;
use crate::rows::{entry, find_environment};
use crate::shared::Shared;
use crate::wish::{Wish, tell};

/// Wishes that one snapshot answers.
const BATCH: usize = 128;
/// Audit rows that are followed one by one; after more, rows are forgotten and read again as they are needed.
const MOST_TRACES: u32 = 5_000;

/// An answer that is held back until the snapshot has ended and its counter counts.
enum Answered {
    Refresh(oneshot::Sender<Result<(), RejectReason>>),
    Key(oneshot::Sender<Result<bool, RejectReason>>, bool),
    Environment(
        oneshot::Sender<Result<Option<Arc<Environment>>, RejectReason>>,
        Option<Arc<Environment>>,
    ),
}

/// What the task knows of one ground.
struct Reading {
    ground: Arc<Ground>,
    reader: Option<Reader>,
    /// What the database was when memory was last read; `None` before the first time.
    last: Option<LastRead>,
    /// The filter that is being filled, and who fills it.
    filling: Option<(Arc<IdFilter>, AbortHandle)>,
    refills: mpsc::WeakUnboundedSender<Wish>,
}

/// Runs until nobody can wish any more.
pub(crate) async fn read(
    shared: Arc<Shared>,
    mut wishes: mpsc::UnboundedReceiver<Wish>,
    sender: mpsc::WeakUnboundedSender<Wish>,
) {
    let mut reading = Reading::of(shared.ground.load_full(), sender.clone());
    let mut batch = Vec::with_capacity(BATCH);
    while wishes.recv_many(&mut batch, BATCH).await > 0 {
        let ground = shared.ground.load_full();
        if !Arc::ptr_eq(&ground, &reading.ground) {
            reading = Reading::of(ground, sender.clone());
        }
        let mut asked = Vec::with_capacity(batch.len());
        for wish in batch.drain(..) {
            match wish {
                Wish::Filled(filter) => reading.use_filter(filter),
                wish => asked.push(wish),
            }
        }
        if asked.is_empty() {
            continue;
        }
        if let Err(refusal) = reading.answer(asked, &shared).await {
            // Whoever came while a lock was waited for has waited long enough too.
            while refusal == RejectReason::Locked
                && let Ok(wish) = wishes.try_recv()
            {
                wish.refuse(refusal);
            }
        }
    }
}

impl Reading {
    fn of(ground: Arc<Ground>, refills: mpsc::WeakUnboundedSender<Wish>) -> Self {
        Self {
            ground,
            reader: None,
            last: None,
            filling: None,
            refills,
        }
    }

    /// Answers everything that is asked, with what there is or with the reason why not.
    async fn answer(&mut self, asked: Vec<Wish>, shared: &Shared) -> Result<(), RejectReason> {
        if self.ground.is_gone() {
            asked
                .into_iter()
                .for_each(|wish| wish.refuse(RejectReason::Gone));
            return Err(RejectReason::Gone);
        }
        let is_fresh = match self.ground.is_fresh() {
            Ok(is_fresh) => is_fresh,
            Err(reason) => {
                asked.into_iter().for_each(|wish| wish.refuse(reason));
                return Err(reason);
            }
        };
        let (refreshes, others): (Vec<_>, Vec<_>) = asked
            .into_iter()
            .partition(|wish| matches!(wish, Wish::Refresh(_)));
        if is_fresh && others.is_empty() {
            for wish in refreshes {
                if let Wish::Refresh(reply) = wish {
                    tell(reply, Ok(()));
                }
            }
            return Ok(());
        }
        let mut answered = Vec::with_capacity(refreshes.len() + others.len());
        let mut left = refreshes;
        left.extend(others);
        let result = self.read(&mut left, &mut answered, shared).await;
        let result = match result {
            Ok(()) if self.ground.is_gone() => Err(RejectReason::Gone),
            Ok(()) => Ok(()),
            Err(error) => {
                // The next snapshot begins with a new connection: this one may have been what failed.
                self.reader = None;
                Err(self.reason(&error))
            }
        };
        match result {
            Ok(()) => {
                for answer in answered {
                    match answer {
                        Answered::Refresh(reply) => tell(reply, Ok(())),
                        Answered::Key(reply, is_there) => tell(reply, Ok(is_there)),
                        Answered::Environment(reply, found) => tell(reply, Ok(found)),
                    }
                }
            }
            Err(reason) => {
                for answer in answered {
                    match answer {
                        Answered::Refresh(reply) => tell(reply, Err(reason)),
                        Answered::Key(reply, _) => tell(reply, Err(reason)),
                        Answered::Environment(reply, _) => tell(reply, Err(reason)),
                    }
                }
                left.into_iter().for_each(|wish| wish.refuse(reason));
            }
        }
        result
    }

    fn reason(&self, error: &StoreError) -> RejectReason {
        match error {
            StoreError::Busy => RejectReason::Locked,
            error => {
                let reason = self
                    .ground
                    .is_fresh()
                    .err()
                    .unwrap_or(RejectReason::Unreadable);
                tracing::error!(%error, %reason, "the verifier cannot read the database");
                reason
            }
        }
    }

    /// One snapshot: catch up, then look for what is wished.
    async fn read(
        &mut self,
        left: &mut Vec<Wish>,
        answered: &mut Vec<Answered>,
        shared: &Shared,
    ) -> Result<(), StoreError> {
        let mut reader = match self.reader.take() {
            Some(reader) => reader,
            None => self.ground.store.reader().await?,
        };
        let mut snapshot = reader.begin().await?;
        let commit = snapshot.commit();
        if !self.ground.has_seen(commit) {
            shared.counters.refreshed();
            self.catch_up(&mut snapshot).await?;
        }
        while let Some(wish) = left.pop() {
            match wish {
                Wish::Refresh(reply) => answered.push(Answered::Refresh(reply)),
                Wish::Key(id, reply) => {
                    if self.ground.keys.contains(&id) {
                        answered.push(Answered::Key(reply, true));
                        continue;
                    }
                    match self.read_key(&mut snapshot, id).await {
                        Ok(is_there) => answered.push(Answered::Key(reply, is_there)),
                        Err(StoreError::InvalidRow { what }) => {
                            // The other keys of this batch are readable.
                            tracing::error!(%id, what, "the row of a key cannot be read");
                            tell(reply, Err(RejectReason::Unreadable));
                        }
                        Err(error) => {
                            left.push(Wish::Key(id, reply));
                            return Err(error);
                        }
                    }
                }
                Wish::Environment(reference, reply) => {
                    let found = match self.ground.environment(&reference) {
                        Some(known) => known,
                        None => {
                            let found = find_environment(&mut snapshot, &reference).await?;
                            self.ground.remember_environment(&reference, found.clone());
                            found
                        }
                    };
                    answered.push(Answered::Environment(reply, found));
                }
                Wish::Filled(_) => {}
            }
        }
        self.last = Some(LastRead::new(&snapshot));
        let wanted_filter = if self.wants_filter() {
            Some(KeyRow::max_count(snapshot.connection()).await?)
        } else {
            None
        };
        snapshot.end().await?;
        self.ground.see(commit);
        self.reader = Some(reader);
        if let Some(keys) = wanted_filter {
            self.fill_filter(keys);
        }
        Ok(())
    }

    /// Reads again what was changed since the last snapshot.
    async fn catch_up(&mut self, snapshot: &mut Snapshot<'_>) -> Result<(), StoreError> {
        let Some(last) = &self.last else {
            // What an earlier snapshot read before it failed is of another commit.
            self.forget(Ground::forget_rows);
            return Ok(());
        };
        let is_followed_by_own_commits = last.is_followed_by_own_commits(snapshot);
        let seq = last.head.as_ref().map_or(0, |head| head.seq);
        if let Some(head) = &last.head {
            let hash = ChangedIds::find_mac(snapshot.connection(), seq).await?;
            if hash.as_ref() != Some(&head.mac) {
                tracing::warn!(
                    "the database was put back to another state; everything is read again"
                );
                self.forget(Ground::forget_all);
                return Ok(());
            }
        }
        if !is_followed_by_own_commits {
            tracing::warn!("another program wrote to the database; everything is read again");
            self.forget(Ground::forget_rows);
            return Ok(());
        }
        let traces = ChangedIds::after(snapshot.connection(), seq, MOST_TRACES + 1).await?;
        if traces.is_empty() || traces.len() > MOST_TRACES as usize {
            // Too many to follow, or none at all.
            self.forget(Ground::forget_rows);
            return Ok(());
        }
        let mut keys = HashSet::new();
        let mut environments: HashSet<EnvironmentId> = HashSet::new();
        let mut projects: HashSet<ProjectId> = HashSet::new();
        for trace in traces {
            if let Some(id) = trace.key_id {
                keys.extend(id.parse::<KeyId>());
            } else if let Some(id) = trace.environment_id {
                environments.extend(id.parse::<EnvironmentId>());
            } else if let Some(id) = trace.project_id {
                projects.extend(id.parse::<ProjectId>());
            }
        }
        if !environments.is_empty() || !projects.is_empty() {
            self.ground.forget_environments();
            self.ground.keys.remove_of(&environments, &projects);
        }
        for id in keys {
            self.add_to_filters(&id);
            if !self.ground.keys.contains(&id) {
                continue;
            }
            match self.read_key(snapshot, id).await {
                Ok(true) => {}
                // An unreadable row is read again, and reported, when its key is used.
                Ok(false) | Err(StoreError::InvalidRow { .. }) => self.ground.keys.remove(&id),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn forget(&mut self, forget: fn(&Ground)) {
        forget(&self.ground);
        if let Some((_, filler)) = self.filling.take() {
            filler.abort();
        }
    }

    /// Puts a key into memory; says whether there is one.
    async fn read_key(&self, snapshot: &mut Snapshot<'_>, id: KeyId) -> Result<bool, StoreError> {
        let Some(row) = KeyRow::find(snapshot.connection(), id).await? else {
            return Ok(false);
        };
        let versions = SecretVersionRow::list_for_key(snapshot.connection(), id).await?;
        self.ground.keys.insert(entry(&self.ground, row, versions));
        Ok(true)
    }

    fn wants_filter(&self) -> bool {
        let is_full = |filter: &Arc<IdFilter>| filter.is_full();
        self.filling.is_none() && self.ground.filter.load().as_ref().is_none_or(is_full)
    }

    /// Begins to fill a new filter, in a task of its own.
    fn fill_filter(&mut self, keys: u64) {
        let room = usize::try_from(keys).unwrap_or(usize::MAX / 64);
        let filter = Arc::new(IdFilter::with_room_for(room));
        let filler = tokio::spawn(filling::fill(
            Arc::clone(&self.ground),
            Arc::clone(&filter),
            self.refills.clone(),
        ));
        self.filling = Some((filter, filler.abort_handle()));
    }

    /// A filter is used only if it is the one that every key since has been added to.
    fn use_filter(&mut self, filled: Arc<IdFilter>) {
        if let Some((filter, _)) = self
            .filling
            .take_if(|(filter, _)| Arc::ptr_eq(filter, &filled))
        {
            self.ground.filter.store(Some(filter));
        }
    }

    fn add_to_filters(&self, id: &KeyId) {
        if let Some((filter, _)) = &self.filling {
            filter.insert(id);
        }
        if let Some(filter) = self.ground.filter.load().as_ref() {
            filter.insert(id);
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        if let Some((_, filler)) = &self.filling {
            filler.abort();
        }
    }
}
