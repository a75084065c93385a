//! The time as HTTP responses write it.

use keystile_keys::Timestamp;

/// RFC 3339, in UTC; `None` for a moment beyond the year 9999.
pub fn to_rfc3339(moment: Timestamp) -> Option<String> {
    let instant = jiff::Timestamp::from_millisecond(moment.as_millis()).ok()?;
    Some(instant.to_string())
}

/// Whole seconds since 1970 (RFC 7519 `NumericDate`). An end is rounded down: no second is promised that is not there.
pub fn to_numeric_date(moment: Timestamp) -> i64 {
    moment.as_millis().div_euclid(1000)
}
