//! The header that tells a caller that its key expires soon.

use std::time::{Duration, UNIX_EPOCH};

use http::header::{HeaderName, HeaderValue};
use keystile_keys::Timestamp;
use keystile_verifier::KeyInfo;

/// `Sunset` (RFC 8594).
const SUNSET: HeaderName = HeaderName::from_static("sunset");
/// How long before its expiry a key is announced to expire.
const NOTICE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Returns `Sunset` with the time of the key's expiry, to the second, if the key expires within seven days.
pub fn sunset_header(key: &KeyInfo, now: Timestamp) -> Option<(HeaderName, HeaderValue)> {
    let expires_at = key.expires_at?;
    if now.saturating_add(NOTICE) < expires_at {
        return None;
    }
    let seconds = u64::try_from(expires_at.as_secs()).ok()?;
    let time = UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?;
    let value = HeaderValue::try_from(httpdate::fmt_http_date(time)).ok()?;
    Some((SUNSET, value))
}
