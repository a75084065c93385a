//! When keys expire: what users choose, the limits of an environment, and the keys that have expired.

use std::ops::RangeInclusive;
use std::time::Duration;

use keystile_keys::{EnvironmentId, Stage, State, Timestamp};
use keystile_store::{Action, EnvironmentRow, KeyRow, Write};

use crate::audit::key_entry;
use crate::error::RegistryError;
use crate::registry::Registry;

/// The allowed lifetimes of new keys, in days.
const LIFETIME_DAYS: RangeInclusive<u32> = 1..=3_650;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// When a key shall expire.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Expiry {
    /// After the default lifetime of its environment.
    #[default]
    Default,
    /// Never.
    Never,
    /// After this many days.
    Days(u32),
    /// At this time.
    At(Timestamp),
}

impl Expiry {
    /// Returns the time of the expiry, or `None` for never.
    ///
    /// # Errors
    /// `ExpiryInPast` or `ExpiryTooLate`.
    pub(crate) fn resolve(
        self,
        environment: &EnvironmentRow,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, RegistryError> {
        let after_days = |days: u32| now.saturating_add(DAY * days);
        let expiry = match self {
            Self::Default => environment
                .default_days
                .or(environment.max_days)
                .map(after_days),
            Self::Never => None,
            Self::Days(days) => Some(after_days(days)),
            Self::At(time) => Some(time),
        };
        if expiry.is_some_and(|expiry| expiry <= now) {
            return Err(RegistryError::ExpiryInPast);
        }
        match environment.max_days {
            Some(days) if expiry.is_none_or(|expiry| expiry > after_days(days)) => {
                Err(RegistryError::ExpiryTooLate(days))
            }
            _ => Ok(expiry),
        }
    }
}

/// Returns the default lifetime of keys in a new environment.
pub(crate) fn default_days(stage: Stage) -> Option<u32> {
    (stage == Stage::Production).then_some(90)
}

/// Checks the lifetimes of an environment.
///
/// # Errors
/// `InvalidLifetime`.
pub(crate) fn check_lifetimes(default: Option<u32>, max: Option<u32>) -> Result<(), RegistryError> {
    let are_in_range = [default, max]
        .iter()
        .flatten()
        .all(|days| LIFETIME_DAYS.contains(days));
    let is_above = default.zip(max).is_some_and(|(default, max)| default > max);
    if are_in_range && !is_above {
        Ok(())
    } else {
        Err(RegistryError::InvalidLifetime)
    }
}

impl Registry {
    /// Returns the usable keys of all environments that expire within a time, the next one first.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn expiring_keys(&self, within: Duration) -> Result<Vec<KeyRow>, RegistryError> {
        let now = self.latest_time();
        let mut connection = self.store.read().await?;
        let until = now.saturating_add(within);
        let keys = KeyRow::list_expiring(&mut connection, now, until).await?;
        Ok(keys.into_iter().map(|key| key.settle(now)).collect())
    }

    /// Writes the state of keys that have expired, of one environment or of all, and returns whether there were any.
    /// Their names are free then. The caller commits.
    ///
    /// # Errors
    /// A `Store` error.
    pub(crate) async fn expire_keys(
        &self,
        write: &mut Write<'_>,
        environment: Option<&EnvironmentId>,
    ) -> Result<bool, RegistryError> {
        let now = self.latest_time();
        let expired = KeyRow::list_expired(write.connection(), environment, now).await?;
        for key in &expired {
            self.end_key(write, key, State::Expired).await?;
        }
        Ok(!expired.is_empty())
    }

    /// Writes the state of all keys that have expired or whose pause is over. Nothing depends on it: requests and lists
    /// evaluate the time.
    ///
    /// # Errors
    /// A `Store` error.
    pub(crate) async fn settle_keys(&self) -> Result<(), RegistryError> {
        let now = self.latest_time();
        self.store.latest_time().write_if_due();
        {
            let mut connection = self.store.read().await?;
            let expired = KeyRow::list_expired(&mut connection, None, now).await?;
            let resumed = KeyRow::list_resumed(&mut connection, now).await?;
            if expired.is_empty() && resumed.is_empty() {
                return Ok(());
            }
        }
        let mut write = self.store.write().await?;
        let mut is_changed = self.expire_keys(&mut write, None).await?;
        for key in KeyRow::list_resumed(write.connection(), now).await? {
            write.set_key_state(key.id, State::Active, now).await?;
            let entry = key_entry(&key, Action::KeyEnabled).with("after_pause", true);
            write.record(self.now(), entry).await?;
            is_changed = true;
        }
        if is_changed {
            write.commit().await?;
        }
        Ok(())
    }
}
