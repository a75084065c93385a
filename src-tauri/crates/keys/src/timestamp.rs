//! Points in time, as rows store them and responses write them.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The beginning of the year 0: RFC 3339 has no negative years.
const FIRST_MILLIS_OF_YEAR_0: i64 = -62_167_219_200_000;

/// UTC milliseconds since 1970-01-01, without leap seconds.
///
/// ```
/// use keystile_keys::Timestamp;
/// let timestamp = Timestamp::from_millis(1_796_040_000_500);
/// assert_eq!(timestamp.to_string(), "2026-11-30T12:00:00.5Z");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Returns the current time of the system clock.
    pub fn now() -> Self {
        SystemTime::now().into()
    }

    /// Converts milliseconds since the beginning of 1970.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Returns milliseconds since the beginning of 1970.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Returns whole seconds since the beginning of 1970, rounded down (`NumericDate` of RFC 7519).
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// Returns a later time, at most the last representable one.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(millis))
    }

    /// Returns an earlier time, at least the first representable one.
    #[must_use]
    pub fn saturating_sub(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(millis))
    }

    /// Rounds down to a whole second.
    #[must_use]
    pub const fn floor_to_secs(self) -> Self {
        Self(self.as_secs() * 1_000)
    }

    /// Returns the time as RFC 3339 in UTC, or `None` outside of the years 0 to 9999.
    pub fn to_rfc3339(self) -> Option<String> {
        if self.0 < FIRST_MILLIS_OF_YEAR_0 {
            return None;
        }
        let time = jiff::Timestamp::from_millisecond(self.0).ok()?;
        Some(time.to_string())
    }
}

impl From<SystemTime> for Timestamp {
    /// Converts a reading of the system clock. A time before 1970 becomes the beginning of 1970.
    fn from(time: SystemTime) -> Self {
        let since_epoch = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Timestamp {
    /// Writes RFC 3339 in UTC, or the milliseconds outside of the years 0 to 9999.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_rfc3339() {
            Some(text) => f.pad(&text),
            None => write!(f, "{} ms", self.0),
        }
    }
}
