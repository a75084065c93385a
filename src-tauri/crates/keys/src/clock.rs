//! The source of the current time, which tests replace.

use std::fmt;
use std::sync::Arc;

use crate::timestamp::Timestamp;

/// A source of the current time. By default the system clock.
#[derive(Clone, Default)]
pub struct Clock(Option<Arc<dyn Fn() -> Timestamp + Send + Sync>>);

impl Clock {
    /// Returns the system clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// Creates a clock that calls `now` for each reading.
    ///
    /// ```
    /// use std::time::UNIX_EPOCH;
    ///
    /// use keystile_keys::{Clock, Timestamp};
    /// assert_eq!(Clock::new(|| UNIX_EPOCH).now(), Timestamp::from_millis(0));
    /// ```
    pub fn new<T: Into<Timestamp>>(now: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(move || now().into())))
    }

    /// Returns the current time.
    pub fn now(&self) -> Timestamp {
        self.0.as_ref().map_or_else(Timestamp::now, |now| now())
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
