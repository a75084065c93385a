//! A secret that waits for Argon2id, and the result.

use std::sync::Arc;
use std::time::Instant;

use keystile_keys::{HashError, KeyId, ProofMemory, Secret, SecretHash, Tag};
use tokio::sync::watch;

use crate::cache::{Entry, ProofState};
use crate::state::VerifierState;

/// A presented secret, and the hash that it must match.
pub(crate) struct VerifyJob {
    pub(crate) state: Arc<VerifierState>,
    pub(crate) entry: Arc<Entry>,
    /// The index of the secret version in `entry`.
    pub(crate) version: usize,
    pub(crate) secret: Secret,
    pub(crate) tag: Tag,
    pub(crate) proof_id: u64,
    /// The stored tag was computed under a lost install key, so the secret may be a guess.
    pub(crate) has_stale_tag: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Proven,
    Disproven,
    /// The job waited too long, or Argon2id could not run.
    Undecided,
}

/// A job in the queue.
pub(crate) struct QueuedJob {
    pub(crate) job: VerifyJob,
    pub(crate) queued_at: Instant,
    pub(crate) outcome: watch::Sender<Option<Outcome>>,
}

/// A tag under the current install key that has to be stored.
pub(crate) struct RecomputedTag {
    pub(crate) state: Arc<VerifierState>,
    pub(crate) key: KeyId,
    pub(crate) version: i64,
    pub(crate) tag: Tag,
}

impl VerifyJob {
    /// Returns the id of the secret version if it has no current tag: the secret may then be that of another version.
    pub(crate) fn untagged_version(&self) -> Option<i64> {
        let version = self.entry.version(self.version)?;
        self.has_stale_tag.then_some(version.id)
    }

    /// Runs Argon2id, and records the result in the cache.
    pub(crate) fn run(&self, memory: &mut ProofMemory) -> Outcome {
        let Some(version) = self.entry.version(self.version) else {
            return Outcome::Undecided;
        };
        let key = self.entry.facts.id;
        let hash = SecretHash::parse(&version.phc);
        match hash.and_then(|hash| hash.verify(&self.secret, memory)) {
            Ok(true) => {
                self.state.add_proof(self.proof_id);
                version.set_proof(ProofState::Proven);
                Outcome::Proven
            }
            Ok(false) => {
                // With a stale tag, a wrong secret is only a wrong guess.
                if !self.has_stale_tag {
                    tracing::warn!(%key, "stored tag and hash of a key do not match, rejecting the key");
                    version.set_proof(ProofState::Failed);
                }
                Outcome::Disproven
            }
            Err(HashError::Failed) => Outcome::Undecided,
            Err(error) => {
                tracing::error!(%key, %error, "stored hash of a key is unusable, rejecting the key");
                version.set_proof(ProofState::Failed);
                Outcome::Disproven
            }
        }
    }

    /// Records in the cache that an earlier job has proven this secret. Returns its new tag, if the stored one was
    /// stale and no other check has recomputed it.
    pub(crate) fn record_proof(&self) -> Option<RecomputedTag> {
        let version = self.entry.version(self.version)?;
        let is_new = self.has_stale_tag && version.recomputed_tag.set(self.tag).is_ok();
        version.set_proof(ProofState::Proven);
        is_new.then(|| RecomputedTag {
            state: Arc::clone(&self.state),
            key: self.entry.facts.id,
            version: version.id,
            tag: self.tag,
        })
    }
}
