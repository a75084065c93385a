//! How keys were used, beside the lists. Reading only; a usage file that cannot be read costs figures, never a list, so its
//! error is an answer of its own.

use std::collections::HashMap;

use keystile_keys::{EnvironmentId, KeyId, ProjectId, Timestamp};
use keystile_store::KeyUsage;

use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Returns how the keys of an environment were used, those that were.
    ///
    /// # Errors
    /// `Store(Usage)` when the usage file cannot be read.
    pub async fn usage_of_keys(
        &self,
        environment: &EnvironmentId,
    ) -> Result<HashMap<KeyId, KeyUsage>, RegistryError> {
        let usage = self.store.key_usage(environment).await?;
        Ok(usage.into_iter().map(|usage| (usage.key, usage)).collect())
    }

    /// Returns when a key of each of a project's environments let a request pass for the last time.
    ///
    /// # Errors
    /// `Store(Usage)` when the usage file cannot be read.
    pub async fn last_requests_of(
        &self,
        project: &ProjectId,
    ) -> Result<HashMap<EnvironmentId, Timestamp>, RegistryError> {
        let last = self.store.last_requests(project).await?;
        Ok(last.into_iter().collect())
    }
}
