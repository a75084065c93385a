//! The last commit as this process knows it: read after each notification, and every second.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use keystile_lease::AuditHash;
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use tokio::task::JoinHandle;

use crate::commit_id::CommitId;
use crate::error::StoreError;
use crate::postgres::audit;
use crate::postgres::notifications::CommitListener;

const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// How long the server may take to answer.
const READ_TIMEOUT: Duration = Duration::from_millis(1500);
/// No commit has this number.
const UNKNOWN: u64 = u64::MAX;

/// Follows the commits of all programs until it is dropped.
#[derive(Debug)]
pub(crate) struct HeadFollower {
    commit: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl HeadFollower {
    pub(crate) fn start(pool: PgPool, options: &PgConnectOptions) -> Self {
        let commit = Arc::new(AtomicU64::new(UNKNOWN));
        let task = tokio::spawn(follow(
            pool,
            CommitListener::start(options),
            Arc::clone(&commit),
        ));
        Self { commit, task }
    }

    /// Returns the last commit; `None` while the server cannot be reached.
    pub(crate) fn last_commit(&self) -> Option<CommitId> {
        match self.commit.load(Ordering::Relaxed) {
            UNKNOWN => None,
            number => Some(CommitId::from_number(number)),
        }
    }
}

impl Drop for HeadFollower {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn follow(pool: PgPool, listener: CommitListener, commit: Arc<AtomicU64>) {
    loop {
        let read = tokio::time::timeout(READ_TIMEOUT, read_commit(&pool)).await;
        let number = match read {
            Ok(Ok(read)) => read.as_u64(),
            Ok(Err(_)) | Err(_) => UNKNOWN,
        };
        commit.store(number, Ordering::Relaxed);
        let _notified = tokio::time::timeout(POLL_INTERVAL, listener.notified()).await;
    }
}

/// Reads the last commit.
///
/// # Errors
/// The database cannot be read.
pub(crate) async fn read_commit(pool: &PgPool) -> Result<CommitId, StoreError> {
    let last = audit::last(&mut *pool.acquire().await?).await?;
    let hash = last.map_or_else(AuditHash::default, |last| AuditHash::of_mac(&last.mac));
    Ok(CommitId::from_hash(hash))
}
