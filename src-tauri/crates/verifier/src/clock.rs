//! The clock that decides whether a key has expired.

use std::sync::Arc;
use std::time::SystemTime;

use keystile_keys::Timestamp;

/// A source of the time. The system's, unless the verifier was built with another one.
#[derive(Clone, Default)]
pub(crate) struct Clock(Option<Arc<dyn Fn() -> SystemTime + Send + Sync>>);

impl Clock {
    pub(crate) fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(now)))
    }

    pub(crate) fn now(&self) -> Timestamp {
        let now = self.0.as_ref().map_or_else(SystemTime::now, |now| now());
        now.into()
    }
}
