//! The order in which secrets are proven. While the install key is lost nobody can tell a made-up secret from a right one
//! without Argon2id; so that made-up secrets for one key delay no other key, those keys take turns.

use std::collections::{HashMap, VecDeque};

use keystile_keys::KeyId;

use crate::proof_job::Job;

/// Secrets of one key that wait while its tag cannot be compared. More are rejected as busy.
const MAX_DOUBTFUL_PER_KEY: usize = 4;

/// Jobs that wait for a thread.
#[derive(Default)]
pub(crate) struct ProofQueue {
    /// Secrets whose tag was right: they come first, because nobody can make them up.
    recognized: VecDeque<Job>,
    /// Secrets that may be made up, by key.
    doubtful: HashMap<KeyId, VecDeque<Job>>,
    /// The keys of `doubtful`, the next one first.
    turns: VecDeque<KeyId>,
    len: usize,
}

impl ProofQueue {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds a job unless the queue is full. Doubtful jobs get half of its capacity.
    pub(crate) fn push(&mut self, job: Job, capacity: usize) -> bool {
        if self.len >= capacity {
            return false;
        }
        if !job.claimed.is_doubtful {
            self.recognized.push_back(job);
            self.len += 1;
            return true;
        }
        if self.len - self.recognized.len() >= capacity / 2 {
            return false;
        }
        let id = job.claimed.entry.facts.id;
        let jobs = self.doubtful.entry(id).or_default();
        if jobs.len() >= MAX_DOUBTFUL_PER_KEY {
            return false;
        }
        if jobs.is_empty() {
            self.turns.push_back(id);
        }
        jobs.push_back(job);
        self.len += 1;
        true
    }

    /// Takes the next job.
    pub(crate) fn pop(&mut self) -> Option<Job> {
        let job = match self.recognized.pop_front() {
            Some(job) => job,
            None => self.pop_doubtful()?,
        };
        self.len -= 1;
        Some(job)
    }

    fn pop_doubtful(&mut self) -> Option<Job> {
        let id = self.turns.pop_front()?;
        let jobs = self.doubtful.get_mut(&id)?;
        let job = jobs.pop_front();
        if jobs.is_empty() {
            self.doubtful.remove(&id);
        } else {
            self.turns.push_back(id);
        }
        job
    }
}
