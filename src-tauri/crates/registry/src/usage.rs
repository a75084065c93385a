//! How keys were used, beside the lists. Reading only; a usage file that cannot be read costs figures, never a list.

use std::collections::HashMap;

use keystile_keys::{EnvironmentId, KeyId, ProjectId, Timestamp};
use keystile_store::KeyUsage;

use crate::registry::Registry;

impl Registry {
    /// How the keys of an environment were used, those that were.
    pub async fn usage_of_keys(&self, environment: &EnvironmentId) -> HashMap<KeyId, KeyUsage> {
        match self.store.usage_of_keys(environment).await {
            Ok(usage) => usage.into_iter().map(|usage| (usage.key, usage)).collect(),
            Err(error) => {
                tracing::warn!(%error, "the use of keys could not be read");
                HashMap::new()
            }
        }
    }

    /// When a key of each of a project's environments let a request pass for the last time.
    pub async fn last_requests_of(&self, project: &ProjectId) -> HashMap<EnvironmentId, Timestamp> {
        match self.store.last_requests_of(project).await {
            Ok(last) => last.into_iter().collect(),
            Err(error) => {
                tracing::warn!(%error, "the last requests could not be read");
                HashMap::new()
            }
        }
    }
}
