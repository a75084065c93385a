//! Authorized requests in flight.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use keystile_keys::KeyId;
use keystile_verifier::KeyInfo;

use super::cancellation::Cancellation;
use super::info::RequestInfo;

/// An authorized request in flight. Holds the public id of its key, not its text.
pub(crate) struct OpenRequest {
    pub(crate) info: RequestInfo,
    /// `None` for open access.
    pub(crate) key: Option<OpenKey>,
    pub(crate) cancellation: Cancellation,
}

/// The key that authorized a request.
pub(crate) struct OpenKey {
    pub(crate) id: KeyId,
    /// Its secret version.
    pub(crate) secret: i64,
}

impl From<&KeyInfo> for OpenKey {
    fn from(key: &KeyInfo) -> Self {
        Self {
            id: key.id,
            secret: key.secret.version,
        }
    }
}

/// The request in flight of one connection; HTTP/1.1 has one at a time.
#[derive(Default)]
pub(crate) struct RequestSlot(Mutex<Weak<OpenRequest>>);

impl RequestSlot {
    pub(crate) fn set(&self, request: &Arc<OpenRequest>) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *slot = Arc::downgrade(request);
    }

    /// Returns the request, if it is in flight.
    pub(crate) fn get(&self) -> Option<Arc<OpenRequest>> {
        let slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slot.upgrade()
    }
}
