//! Points in time, as rows store them and responses write them.

use std::fmt;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use thiserror::Error;

/// UTC milliseconds since 1970-01-01, without leap seconds.
///
/// ```
/// use keystile_keys::Timestamp;
/// let timestamp: Timestamp = "2026-11-30T12:00:00.5Z".parse().unwrap();
/// assert_eq!(timestamp.as_millis(), 1_796_040_000_500);
/// assert_eq!(timestamp.to_string(), "2026-11-30T12:00:00.5Z");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

/// The text is not an RFC 3339 timestamp.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("write a time as in 2026-11-30T12:00:00Z")]
pub struct ParseTimestampError;

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

    /// Rounds down to a whole second.
    #[must_use]
    pub const fn round_to_secs(self) -> Self {
        Self(self.as_secs() * 1_000)
    }

    /// Returns the time as RFC 3339 in UTC, or `None` outside of the years -9999 to 9999.
    pub fn to_rfc3339(self) -> Option<String> {
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
    /// Writes RFC 3339 in UTC, or the milliseconds where the year is not between -9999 and 9999.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_rfc3339() {
            Some(text) => f.pad(&text),
            None => write!(f, "{} ms", self.0),
        }
    }
}

impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    /// Parses RFC 3339 with any offset, rounded to milliseconds.
    fn from_str(text: &str) -> Result<Self, ParseTimestampError> {
        let time: jiff::Timestamp = text.parse().map_err(|_| ParseTimestampError)?;
        Ok(Self(time.as_millisecond()))
    }
}
