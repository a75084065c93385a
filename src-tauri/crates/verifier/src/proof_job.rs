//! A secret that waits for its Argon2id proof, and what comes of it.

use std::sync::Arc;
use std::time::Instant;

use keystile_keys::{KeyId, Secret, Tag};
use tokio::sync::watch;

use crate::ground::Ground;
use crate::memory::Entry;

/// A tag that has to be stored anew.
pub(crate) struct NewTag {
    pub(crate) ground: Arc<Ground>,
    pub(crate) key: KeyId,
    pub(crate) version: i64,
    pub(crate) tag: Tag,
}

/// What is to be proven.
pub(crate) struct Claimed {
    pub(crate) ground: Arc<Ground>,
    pub(crate) entry: Arc<Entry>,
    /// Which of its secret versions.
    pub(crate) version: usize,
    pub(crate) secret: Secret,
    /// Its tag is of a lost install key, so that the secret may be anybody's invention.
    pub(crate) is_doubtful: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Proven,
    Disproven,
    /// It waited too long, or there was no memory for it.
    Undecided,
}

pub(crate) struct Job {
    pub(crate) claimed: Claimed,
    pub(crate) tag: Tag,
    pub(crate) mark: u64,
    pub(crate) since: Instant,
    pub(crate) done: watch::Sender<Option<Outcome>>,
}
