//! Conditions on the states of keys at a time, in the SQL that both databases understand. The table of keys is `k`.

use keystile_keys::Timestamp;

use crate::key_query::{EXPIRING_WITHIN, KeyFilter};

/// Returns the condition of a filter, for the states at a time, as [`State::at`](keystile_keys::State::at) evaluates
/// them. One comparison of the stored state comes first: `CASE` takes twice as long for 100,000 keys. `in_keychain`: the
/// condition that a key is in the keychain.
pub(crate) fn condition(filter: KeyFilter, now: Timestamp, in_keychain: &str) -> String {
    match filter {
        KeyFilter::All => "k.state <> 'pending'".to_owned(),
        KeyFilter::Usable => is_usable(now),
        KeyFilter::Active => format!("{} AND NOT ({})", is_usable(now), is_disabled(now)),
        KeyFilter::Disabled => format!("{} AND {}", is_disabled(now), is_usable(now)),
        KeyFilter::Expiring => {
            let end = now.saturating_add(EXPIRING_WITHIN).as_millis();
            format!("{} AND k.expires_at <= {end}", is_usable(now))
        }
        KeyFilter::Ended => format!("k.state <> 'pending' AND NOT ({})", is_usable(now)),
        KeyFilter::InKeychain => format!("k.state <> 'pending' AND {in_keychain}"),
    }
}

/// Returns the condition in SQL that a key is active or disabled at a time.
pub(crate) fn is_usable(now: Timestamp) -> String {
    let now = now.as_millis();
    format!("k.state IN ('active', 'disabled') AND (k.expires_at IS NULL OR k.expires_at > {now})")
}

/// Returns the condition in SQL that a key is disabled at a time, unless it has expired.
pub(crate) fn is_disabled(now: Timestamp) -> String {
    let now = now.as_millis();
    format!("k.state = 'disabled' AND (k.disabled_until IS NULL OR k.disabled_until > {now})")
}
