//! Notifies the user 7 days and 1 day before keys expire, and at the start of those that expire soon.

use std::collections::HashMap;
use std::time::Duration;

use keystile_keys::{KeyId, Timestamp};
use keystile_link::{Link, Tab};
use keystile_registry::Registry;
use keystile_store::KeyRow;
use tauri::{AppHandle, Runtime};

use crate::error::log_cause;
use crate::notification;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long before its expiry a key is notified of, longest first.
const LEAD_TIMES: [Duration; 2] = [Duration::from_secs(7 * 24 * 60 * 60), DAY];
/// More keys than this have one notification in common. At the first time, all have.
const MAX_SINGLE: usize = 3;

/// The keys of which the user was notified.
#[derive(Default)]
pub(crate) struct ExpiryNotices {
    /// The number of [`LEAD_TIMES`] that had begun, by key, with the expiry: an extended key is notified of again.
    known: HashMap<KeyId, (Timestamp, usize)>,
    has_begun: bool,
}

impl ExpiryNotices {
    /// Notifies the user of the keys that have come closer to their expiry since the last call. The first call
    /// notifies of all in one notification.
    pub(crate) async fn check<R: Runtime>(&mut self, app: &AppHandle<R>, registry: &Registry) {
        let keys = match registry.expiring_keys(LEAD_TIMES[0]).await {
            Ok(keys) => keys,
            Err(error) => return log_cause("reading the expiring keys", &error),
        };
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        let now = registry.store().latest_time().get();
        let new = self.take_new(keys, now);
        let max_single = if is_first { 1 } else { MAX_SINGLE };
        if new.len() > max_single {
            let (summary, body) = summarize(&new);
            notification::show(app, summary, body, link(registry, &new).await).await;
            return;
        }
        for key in new {
            let (summary, body) = describe(&key, now);
            let link = link(registry, std::slice::from_ref(&key)).await;
            notification::show(app, summary, body, link).await;
        }
    }

    /// Returns the keys of which the user was not notified since a lead time began, and forgets those that are gone.
    fn take_new(&mut self, keys: Vec<KeyRow>, now: Timestamp) -> Vec<KeyRow> {
        let mut known = HashMap::with_capacity(keys.len());
        let mut new = Vec::new();
        for key in keys {
            let Some(expires_at) = key.expires_at else {
                continue;
            };
            let has_begun = |time: &&Duration| now.saturating_add(**time) >= expires_at;
            let state = (expires_at, LEAD_TIMES.iter().filter(has_begun).count());
            known.insert(key.id, state);
            if self.known.get(&key.id) != Some(&state) {
                new.push(key);
            }
        }
        self.known = known;
        new
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

/// Returns the summary and the body for several keys.
fn summarize(keys: &[KeyRow]) -> (String, String) {
    let days = LEAD_TIMES[0].as_secs() / DAY.as_secs();
    let summary = format!("{} keys expire within {days} days", keys.len());
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
    if keys.len() > MAX_SINGLE {
        lines.push(format!("and {} more", keys.len() - MAX_SINGLE));
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
