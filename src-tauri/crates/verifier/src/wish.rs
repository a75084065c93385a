//! What checks ask of the reading task.

use std::sync::Arc;

use keystile_keys::KeyId;
use tokio::sync::oneshot;

use crate::answer::Environment;
use crate::error::RejectReason;
use crate::id_filter::IdFilter;

/// What a check waits for.
pub(crate) enum Wish {
    /// Memory as it is in the database now.
    Refresh(oneshot::Sender<Result<(), RejectReason>>),
    /// This key in memory; whether there is such a key.
    Key(KeyId, oneshot::Sender<Result<bool, RejectReason>>),
    /// The environment that this means.
    Environment(
        String,
        oneshot::Sender<Result<Option<Arc<Environment>>, RejectReason>>,
    ),
    /// The filter that was being filled is full of all ids.
    Filled(Arc<IdFilter>),
}

impl Wish {
    pub(crate) fn refuse(self, reason: RejectReason) {
        match self {
            Self::Refresh(reply) => tell(reply, Err(reason)),
            Self::Key(_, reply) => tell(reply, Err(reason)),
            Self::Environment(_, reply) => tell(reply, Err(reason)),
            Self::Filled(_) => {}
        }
    }
}

/// Whoever gave up waiting is not told.
pub(crate) fn tell<T>(reply: oneshot::Sender<T>, answer: T) {
    if reply.send(answer).is_err() {
        tracing::trace!("an answer that nobody waits for any more");
    }
}
