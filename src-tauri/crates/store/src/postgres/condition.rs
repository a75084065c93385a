//! Conditions on keys that use functions of PostgreSQL.

use keystile_keys::Timestamp;

use crate::key_condition;
use crate::key_query::KeyFilter;

/// The machine of a connection, which its transaction has set.
macro_rules! this_machine {
    () => {
        "current_setting('keystile.machine')"
    };
}
pub(crate) use this_machine;

/// Returns the condition of a filter, for the states at a time.
pub(crate) fn condition(filter: KeyFilter, now: Timestamp) -> String {
    let in_keychain = concat!(
        "k.id IN (SELECT key_id FROM keystile.keychain_entries WHERE state = 'saved' AND machine = ",
        this_machine!(),
        ")"
    );
    key_condition::condition(filter, now, in_keychain)
}

/// The condition in SQL that a key is active now, by the clock of the server. A macro, for `concat!`.
macro_rules! is_active_now {
    () => {
        "(k.state = 'active' OR k.state = 'disabled' AND k.disabled_until <= extract(epoch FROM clock_timestamp()) * 1000)
         AND (k.expires_at IS NULL OR k.expires_at > extract(epoch FROM clock_timestamp()) * 1000)"
    };
}
pub(crate) use is_active_now;
