//! Notifies the user 7 days and 1 day before keys expire, and at the start of those that expire soon.

use std::collections::HashMap;
use std::time::Duration;

use keystile_keys::{KeyId, Timestamp};
use keystile_link::{Link, Tab};
use keystile_registry::Registry;
use keystile_store::{ExpiringKeys, KeyRow};
use tauri::{AppHandle, Runtime};

use crate::error::log_cause;
use crate::notification;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long before its expiry a key is notified of, longest first.
const LEAD_TIMES: [Duration; 2] = [Duration::from_secs(7 * 24 * 60 * 60), DAY];
/// More keys than this have one notification in common. At the first time, all have.
const MAX_SINGLE: usize = 3;
/// More keys than this are not read, only counted.
const MAX_READ: u32 = 500;

/// The keys of which the user was notified.
#[derive(Default)]
pub(crate) struct ExpiryNotices {
    /// The number of [`LEAD_TIMES`] that had begun, by key, with the expiry: an extended key is notified of again.
    known: HashMap<KeyId, (Timestamp, usize)>,
    /// Until then, keys expire of which a notification has said only how many there are.
    counted_until: Option<Timestamp>,
    has_begun: bool,
}

impl ExpiryNotices {
    /// Notifies the user of the keys that have come closer to their expiry since the last call. The first call
    /// notifies of all in one notification.
    pub(crate) async fn check<R: Runtime>(&mut self, app: &AppHandle<R>, registry: &Registry) {
        let expiring = match registry.expiring_keys(LEAD_TIMES[0], Some(MAX_READ)).await {
            Ok(expiring) => expiring,
            Err(error) => return log_cause("reading the expiring keys", &error),
        };
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        let now = registry.store().latest_time().get();
        let (new, rest) = self.take_new(expiring, now);
        let max_single = if is_first { 1 } else { MAX_SINGLE };
        if new.len() > max_single || rest > 0 {
            let (summary, body) = summarize(&new, rest);
            let link = match rest {
                0 => link(registry, &new).await,
                _ => None,
            };
            notification::show(app, summary, body, link).await;
            return;
        }
        for key in new {
            let (summary, body) = describe(&key, now);
            let link = link(registry, std::slice::from_ref(&key)).await;
            notification::show(app, summary, body, link).await;
        }
    }

    /// Returns the keys of which the user was not notified since a lead time began, and how many more there are that were
    /// not counted before. Forgets those that are gone.
    fn take_new(&mut self, expiring: ExpiringKeys, now: Timestamp) -> (Vec<KeyRow>, u64) {
        let mut known = HashMap::with_capacity(expiring.first.len());
        let mut new = Vec::new();
        let unread = expiring.count.saturating_sub(expiring.first.len() as u64);
        for key in expiring.first {
            let Some(expires_at) = key.expires_at else {
                continue;
            };
            let has_begun = |time: &&Duration| now.saturating_add(**time) >= expires_at;
            let state = (expires_at, LEAD_TIMES.iter().filter(has_begun).count());
            known.insert(key.id, state);
            let was_known = match self.known.get(&key.id) {
                Some(known) => *known == state,
                // It was counted when its first lead time had begun.
                None => state.1 == 1 && self.counted_until.is_some_and(|end| expires_at <= end),
            };
            if !was_known {
                new.push(key);
            }
        }
        self.known = known;
        // Without another reason, no notification says how many there are. They will be read when others have expired.
        if new.is_empty() || unread == 0 {
            return (new, 0);
        }
        let was_counted = self.counted_until.is_some_and(|end| now < end);
        self.counted_until = Some(now.saturating_add(LEAD_TIMES[0]));
        (new, if was_counted { 0 } else { unread })
    }
}

/// Returns the summary and the body for one key.
fn describe(key: &KeyRow, now: Timestamp) -> (String, String) {
    let remaining = key
        .expires_at
        .map_or(0, |at| at.as_millis() - now.as_millis());
    let day = i64::try_from(DAY.as_millis()).unwrap_or(i64::MAX);
    // Rounded up: a key that expires in 6.5 days expires within 7.
    let time = match (remaining + day - 1) / day {
        ..=1 => "a day".to_owned(),
        days => format!("{days} days"),
    };
    (
        format!("{} expires within {time}", key.name),
        format!(
            "{}/{}. Extend it, or create another key.",
            key.project_name, key.environment_name
        ),
    )
}

/// Returns the summary and the body for several keys, and for the rest that was only counted.
fn summarize(keys: &[KeyRow], rest: u64) -> (String, String) {
    let days = LEAD_TIMES[0].as_secs() / DAY.as_secs();
    let count = keys.len() as u64 + rest;
    let summary = format!("{count} keys expire within {days} days");
    let mut lines: Vec<_> = keys
        .iter()
        .take(MAX_SINGLE)
        .map(|key| {
            format!(
                "{} ({}/{})",
                key.name, key.project_name, key.environment_name
            )
        })
        .collect();
    let unnamed = count - lines.len() as u64;
    if unnamed > 0 {
        lines.push(format!("and {unnamed} more"));
    }
    (summary, lines.join("\n"))
}

/// Returns a link to the environment of all these keys; `None` if they are of several.
async fn link(registry: &Registry, keys: &[KeyRow]) -> Option<Link> {
    let first = keys.first()?.environment_id;
    if keys.iter().any(|key| key.environment_id != first) {
        return None;
    }
    let stored = registry.show_gateway(&first).await.ok()?;
    Some(Link::to_environment(&stored.environment, Some(Tab::Keys)))
}

#[cfg(test)]
mod tests {
    use keystile_keys::{EnvironmentId, Permissions, ProjectId, Stage, State, os_random};

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn keys(count: usize, expires_at: Timestamp) -> Vec<KeyRow> {
        let key = |number| KeyRow {
            id: KeyId::generate(&mut os_random()).expect("an id"),
            environment_id: EnvironmentId::generate(&mut os_random()).expect("an id"),
            environment_name: "staging".to_owned(),
            stage: Stage::Staging,
            prefix: "ks_staging".to_owned(),
            project_id: ProjectId::generate(&mut os_random()).expect("an id"),
            project_name: "Acme Shop".to_owned(),
            name: format!("key {number}"),
            permissions: Permissions::READ,
            state: State::Active,
            disabled_until: None,
            expires_at: Some(expires_at),
            owner: String::new(),
            note: String::new(),
            tags: Vec::new(),
            created_at: NOW,
            claimed_at: Some(NOW),
            ended_at: None,
            revocation: None,
            old_secret_ends_at: None,
            keychain: None,
            is_keychain_outdated: false,
        };
        (0..count).map(key).collect()
    }

    fn take(notices: &mut ExpiryNotices, first: &[KeyRow], count: u64) -> (usize, u64) {
        let first = first.to_vec();
        let (new, rest) = notices.take_new(ExpiringKeys { first, count }, NOW);
        (new.len(), rest)
    }

    #[test]
    fn keys_that_are_not_read_are_counted_once_and_notified_of_a_day_before() {
        let in_days = |days: u32| NOW.saturating_add(DAY * days);
        let (read, next) = (keys(5, in_days(3)), keys(2, in_days(4)));
        let mut notices = ExpiryNotices::default();
        assert_eq!(take(&mut notices, &read, 7), (5, 2));
        assert_eq!(take(&mut notices, &read, 7), (0, 0), "nothing is new");
        let later = [&read[1..], &next[..1]].concat();
        assert_eq!(take(&mut notices, &later, 6), (0, 0), "it was counted");
        let mut close = later.clone();
        close[4].expires_at = Some(in_days(1));
        assert_eq!(take(&mut notices, &close, 6), (1, 0), "the last day");
    }

    #[test]
    fn notification_says_how_many_keys_it_does_not_name() {
        let keys = keys(5, NOW);
        let (summary, body) = summarize(&keys, 495);
        assert_eq!(summary, "500 keys expire within 7 days");
        assert_eq!(body.lines().count(), MAX_SINGLE + 1);
        assert!(body.ends_with("\nand 497 more"), "{body}");
        let (summary, body) = summarize(&keys[..2], 0);
        assert_eq!(summary, "2 keys expire within 7 days");
        assert!(!body.contains("more"), "{body}");
    }
}
