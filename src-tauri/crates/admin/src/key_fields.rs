//! Expiries and permissions of keys in requests.

use keystile_guard::Problem;
use keystile_keys::{Permission, Permissions, Timestamp};
use keystile_registry::Expiry;

const ADVICE: &str =
    "Use a time such as 2027-01-31T00:00:00Z (RFC 3339), null for never, or omit it.";

/// Parses an expiry; `None` if it was omitted.
///
/// # Errors
/// `invalid_body`.
pub(crate) fn expiry(text: Option<Option<&str>>) -> Result<Option<Expiry>, Problem> {
    let Some(text) = text else {
        return Ok(None);
    };
    let Some(text) = text else {
        return Ok(Some(Expiry::Never));
    };
    let time: jiff::Timestamp = text.parse().map_err(|_| {
        Problem::invalid_body(ADVICE).with_detail("Invalid value of the field expires_at.")
    })?;
    let at = Timestamp::from_millis(time.as_millisecond());
    Ok(Some(Expiry::At(at)))
}

/// Parses permissions, of which *read* cannot be left out.
///
/// # Errors
/// `invalid_body`.
pub(crate) fn permissions(permissions: &[Permission]) -> Result<Permissions, Problem> {
    if !permissions.contains(&Permission::Read) {
        return Err(
            Problem::invalid_body("Send [\"read\"] or [\"read\", \"write\"].")
                .with_detail("Invalid value of the field permissions."),
        );
    }
    Ok(if permissions.contains(&Permission::Write) {
        Permissions::READ_WRITE
    } else {
        Permissions::READ
    })
}
