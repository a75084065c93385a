//! A request that was authorized and is not over yet.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use keystile_keys::KeyId;

use super::cancellation::Cancellation;
use super::info::RequestInfo;

/// What a request in flight was authorized for. Keeps no text of a key, only its public id.
pub(crate) struct OpenRequest {
    pub(crate) info: RequestInfo,
    /// `None` where none was required.
    pub(crate) key: Option<KeyId>,
    pub(crate) cancellation: Cancellation,
}

/// The request in flight of one connection; HTTP/1.1 has one at a time.
#[derive(Default)]
pub(crate) struct RequestSlot(Mutex<Weak<OpenRequest>>);

impl RequestSlot {
    pub(crate) fn set(&self, request: &Arc<OpenRequest>) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *slot = Arc::downgrade(request);
    }

    /// Returns the request, if it is not over.
    pub(crate) fn get(&self) -> Option<Arc<OpenRequest>> {
        let slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slot.upgrade()
    }
}
