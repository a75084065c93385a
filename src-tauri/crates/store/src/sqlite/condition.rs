//! Conditions on keys that use functions of SQLite.

use keystile_keys::Timestamp;

use crate::key_condition;
use crate::key_query::KeyFilter;

/// Returns the condition of a filter, for the states at a time.
pub(crate) fn condition(filter: KeyFilter, now: Timestamp) -> String {
    let in_keychain = "k.id IN (SELECT key_id FROM keychain_entries WHERE state = 'saved')";
    key_condition::condition(filter, now, in_keychain)
}

/// The condition in SQL that a key is active now, by the clock of SQLite. A macro, for `concat!`.
macro_rules! is_active_now {
    () => {
        "(k.state = 'active' OR k.state = 'disabled' AND k.disabled_until <= unixepoch('subsec') * 1000)
         AND (k.expires_at IS NULL OR k.expires_at > unixepoch('subsec') * 1000)"
    };
}
pub(crate) use is_active_now;
