//! Usage of keys, as the verifier counts it. The usage file is separate, so that an error in it affects no list.

use std::collections::HashMap;
use std::time::Duration;

use keystile_keys::{EnvironmentId, KeyId, ProjectId, Timestamp};
use keystile_store::{HourlyUsage, IdleKeyQuery, IdleKeys, KeyFilter, KeyUsage};

use crate::error::RegistryError;
use crate::registry::Registry;

/// A key that was not used for this long needs attention: 30 days.
const IDLE_TIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// The most idle keys that are listed.
const MAX_IDLE_KEYS: u32 = 5;

/// The activity of an environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Activity {
    /// Requests by hour, oldest first, without hours in which there were none.
    pub hours: Vec<HourlyUsage>,
    /// Active keys that were not used for 30 days.
    pub idle_keys: IdleKeys,
}

impl Registry {
    /// Returns the requests with keys of an environment since a time, and its idle keys.
    ///
    /// # Errors
    /// `Store(Usage)` if the usage file cannot be read.
    pub async fn activity_of(
        &self,
        environment: &EnvironmentId,
        since: Timestamp,
    ) -> Result<Activity, RegistryError> {
        let now = self.latest_time();
        let query = IdleKeyQuery {
            filter: KeyFilter::Active,
            now,
            before: now.saturating_sub(IDLE_TIME),
            limit: Some(MAX_IDLE_KEYS),
        };
        Ok(Activity {
            hours: self.store.hourly_usage(environment, since).await?,
            idle_keys: self.store.idle_keys(environment, &query).await?,
        })
    }

    /// Returns the usage of keys, without unused ones.
    ///
    /// # Errors
    /// `Store(Usage)` if the usage file cannot be read.
    pub async fn usage_of_keys(
        &self,
        keys: &[KeyId],
    ) -> Result<HashMap<KeyId, KeyUsage>, RegistryError> {
        let usage = self.store.key_usage(keys).await?;
        Ok(usage.into_iter().map(|usage| (usage.key, usage)).collect())
    }

    /// Returns the time of the last allowed request by environment of a project.
    ///
    /// # Errors
    /// `Store(Usage)` if the usage file cannot be read.
    pub async fn last_requests_of(
        &self,
        project: &ProjectId,
    ) -> Result<HashMap<EnvironmentId, Timestamp>, RegistryError> {
        let last = self.store.last_requests(project).await?;
        Ok(last.into_iter().collect())
    }
}
