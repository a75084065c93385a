//! Usage of keys, as the verifier counts it. The usage file is separate, so that an error in it affects no list.

use std::collections::HashMap;

use keystile_keys::{EnvironmentId, KeyId, ProjectId, Timestamp};
use keystile_store::KeyUsage;

use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Returns the usage of the keys of an environment, without unused keys.
    ///
    /// # Errors
    /// `Store(Usage)` if the usage file cannot be read.
    pub async fn usage_of_keys(
        &self,
        environment: &EnvironmentId,
    ) -> Result<HashMap<KeyId, KeyUsage>, RegistryError> {
        let usage = self.store.key_usage(environment).await?;
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
