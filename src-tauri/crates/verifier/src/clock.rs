//! The system's time, for what no caller gives one: audit rows that the verifier itself writes. Verdicts never use it;
//! their time is passed in.

use std::time::{SystemTime, UNIX_EPOCH};

use keystile_keys::Timestamp;

/// Now. A clock before 1970 reads as 1970.
pub(crate) fn now() -> Timestamp {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
