//! The messages of checks to the reader task.

use std::sync::Arc;

use keystile_keys::KeyId;
use keystile_lease::Head;
use tokio::sync::oneshot;

use crate::error::UnavailableReason;
use crate::id_filter::IdFilter;
use crate::verification::Environment;

pub(crate) type Reply<T> = oneshot::Sender<Result<T, UnavailableReason>>;

pub(crate) enum ReaderRequest {
    /// Bring cached rows up to date.
    Refresh(Reply<()>),
    /// Load a key into the cache. Replies whether it exists.
    LoadKey(KeyId, Reply<bool>),
    /// Find the environment with this name or id.
    FindEnvironment(String, Reply<Option<Arc<Environment>>>),
    /// Apply all changes of the shared database, and reply up to which audit row. Sent by the lease task.
    FollowHead(Reply<Head>),
    /// Drop everything that was read. Sent by the lease task.
    Forget(Reply<()>),
    /// A filter contains all ids. Sent by the filter builder, without a reply.
    FilterBuilt(Arc<IdFilter>),
}

impl ReaderRequest {
    pub(crate) fn fail(self, reason: UnavailableReason) {
        match self {
            Self::Refresh(reply) => send(reply, Err(reason)),
            Self::FollowHead(reply) => send(reply, Err(reason)),
            Self::Forget(reply) => send(reply, Err(reason)),
            Self::LoadKey(_, reply) => send(reply, Err(reason)),
            Self::FindEnvironment(_, reply) => send(reply, Err(reason)),
            Self::FilterBuilt(_) => {}
        }
    }
}

/// Sends a reply, unless the check was canceled.
pub(crate) fn send<T>(reply: Reply<T>, result: Result<T, UnavailableReason>) {
    if reply.send(result).is_err() {
        tracing::trace!("check was canceled before its reply");
    }
}
