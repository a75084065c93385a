//! Keys and environments as the window is sent them, with what is known of their use. Commands that answer with one pass it
//! through here, so that no answer forgets when it was used last.

use std::collections::HashMap;

use keystile_keys::{EnvironmentId, ProjectId};
use keystile_registry::{Registry, RegistryError};
use keystile_store::{EnvironmentRow, KeyRow};

use crate::error::log_cause;
use crate::view::{Environment, Key};

/// What is known of use; nothing while the usage file cannot be read.
fn known<K, V>(usage: Result<HashMap<K, V>, RegistryError>) -> HashMap<K, V> {
    usage.unwrap_or_else(|error| {
        log_cause("reading the use of keys", &error);
        HashMap::new()
    })
}

/// Keys of one environment.
pub(crate) async fn keys(
    registry: &Registry,
    environment: &EnvironmentId,
    rows: Vec<KeyRow>,
) -> Vec<Key> {
    let usage = known(registry.usage_of_keys(environment).await);
    rows.into_iter()
        .map(|row| {
            let used = usage.get(&row.id);
            Key::of(row, used)
        })
        .collect()
}

/// One key.
pub(crate) async fn key(registry: &Registry, row: KeyRow) -> Key {
    let usage = known(registry.usage_of_keys(&row.environment_id).await);
    let used = usage.get(&row.id);
    Key::of(row, used)
}

/// Environments of one project.
pub(crate) async fn environments(
    registry: &Registry,
    project: &ProjectId,
    rows: Vec<EnvironmentRow>,
) -> Vec<Environment> {
    let last = known(registry.last_requests_of(project).await);
    rows.into_iter()
        .map(|row| {
            let at = last.get(&row.id).copied();
            Environment::of(row, at)
        })
        .collect()
}

/// One environment.
pub(crate) async fn environment(registry: &Registry, row: EnvironmentRow) -> Environment {
    let last = known(registry.last_requests_of(&row.project_id).await);
    let at = last.get(&row.id).copied();
    Environment::of(row, at)
}
