//! When keys expire: what users choose, the limits of an environment, and the keys that have expired.

use std::ops::RangeInclusive;
use std::time::Duration;

use keystile_keys::{EnvironmentId, Name, Stage, State, Timestamp};
use keystile_store::{EnvironmentRow, ExpiringKeys, KeyRow, Write};

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
    /// Returns the usable keys of all environments that expire within a time, the next one first. `limit`: how many are
    /// returned at most; all are counted.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn expiring_keys(
        &self,
        within: Duration,
        limit: Option<u32>,
    ) -> Result<ExpiringKeys, RegistryError> {
        let now = self.latest_time();
        let mut connection = self.store.read().await?;
        let until = now.saturating_add(within);
        let keys = KeyRow::list_expiring(&mut connection, now, until, limit).await?;
        let settled = keys.first.into_iter().map(|key| key.settle(now));
        Ok(ExpiringKeys {
            first: settled.collect(),
            count: keys.count,
        })
    }

    /// Writes the state of the keys with a name that have expired, so that the name is free. The states of others are
    /// not written: requests and lists evaluate the time. The caller commits.
    ///
    /// # Errors
    /// A `Store` error.
    pub(crate) async fn free_name(
        &self,
        write: &mut Write<'_>,
        environment: &EnvironmentId,
        name: &Name,
    ) -> Result<(), RegistryError> {
        let now = self.latest_time();
        let key = KeyRow::find_expired(write.connection(), environment, name, now).await?;
        if let Some(key) = key {
            self.end_key(write, &key, State::Expired).await?;
        }
        Ok(())
    }
}
