//! The order in which secrets are verified. While tags are stale, only Argon2id tells guesses from right secrets; keys
//! take turns then, so that guesses for one key delay no other key.

use std::collections::{HashMap, VecDeque};

use keystile_keys::KeyId;

use crate::verify_job::QueuedJob;

/// Queued secrets of one key while its tag is stale.
const MAX_STALE_JOBS_PER_KEY: usize = 4;

/// Jobs that wait for a thread.
#[derive(Default)]
pub(crate) struct Argon2Queue {
    /// Secrets with the right tag. They come first, because guesses do not have it.
    tagged: VecDeque<QueuedJob>,
    /// Secrets that may be guesses, by key.
    stale: HashMap<KeyId, VecDeque<QueuedJob>>,
    /// The keys of `stale`, the next one first.
    turns: VecDeque<KeyId>,
    len: usize,
}

impl Argon2Queue {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds a job; returns `false` if the queue is full. Secrets with stale tags get half of the capacity.
    pub(crate) fn push(&mut self, queued: QueuedJob, capacity: usize) -> bool {
        if self.len >= capacity {
            return false;
        }
        if !queued.job.has_stale_tag {
            self.tagged.push_back(queued);
            self.len += 1;
            return true;
        }
        if self.len - self.tagged.len() >= capacity / 2 {
            return false;
        }
        let id = queued.job.entry.facts.id;
        let jobs = self.stale.entry(id).or_default();
        if jobs.len() >= MAX_STALE_JOBS_PER_KEY {
            return false;
        }
        if jobs.is_empty() {
            self.turns.push_back(id);
        }
        jobs.push_back(queued);
        self.len += 1;
        true
    }

    /// Takes the next job.
    pub(crate) fn pop(&mut self) -> Option<QueuedJob> {
        let queued = match self.tagged.pop_front() {
            Some(queued) => queued,
            None => self.pop_stale()?,
        };
        self.len -= 1;
        Some(queued)
    }

    fn pop_stale(&mut self) -> Option<QueuedJob> {
        let id = self.turns.pop_front()?;
        let jobs = self.stale.get_mut(&id)?;
        let queued = jobs.pop_front();
        if jobs.is_empty() {
            self.stale.remove(&id);
        } else {
            self.turns.push_back(id);
        }
        queued
    }
}
