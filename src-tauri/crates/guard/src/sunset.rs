//! The header that tells a caller that its key, or its old secret, ends within seven days.

use std::time::{Duration, UNIX_EPOCH};

use http::header::{HeaderName, HeaderValue};
use keystile_keys::Timestamp;
use keystile_verifier::KeyInfo;

/// `Sunset` (RFC 8594).
const SUNSET: HeaderName = HeaderName::from_static("sunset");
/// How long before its expiry a key is announced to expire.
const NOTICE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Returns `Sunset` with the time, to the second, at which the key expires or its presented old secret ends, if that is
/// within seven days.
pub fn sunset_header(key: &KeyInfo, now: Timestamp) -> Option<(HeaderName, HeaderValue)> {
    let ends_at = key.ends_at()?;
    if now.saturating_add(NOTICE) < ends_at {
        return None;
    }
    let seconds = u64::try_from(ends_at.as_secs()).ok()?;
    let time = UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?;
    let value = HeaderValue::try_from(httpdate::fmt_http_date(time)).ok()?;
    Some((SUNSET, value))
}
