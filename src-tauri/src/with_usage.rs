//! Combines keys and environments with their usage for the window. If the usage file cannot be read, the usage is left
//! out.

use std::collections::HashMap;

use keystile_keys::ProjectId;
use keystile_registry::{Registry, RegistryError};
use keystile_store::{EnvironmentRow, KeyRow};

use crate::error::log_cause;
use crate::view::{Environment, Key};

fn or_empty<K, V>(usage: Result<HashMap<K, V>, RegistryError>) -> HashMap<K, V> {
    usage.unwrap_or_else(|error| {
        log_cause("reading the usage of keys", &error);
        HashMap::new()
    })
}

/// Adds their usage to keys.
pub(crate) async fn keys(registry: &Registry, rows: Vec<KeyRow>) -> Vec<Key> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let usage = or_empty(registry.usage_of_keys(&ids).await);
    rows.into_iter()
        .map(|row| {
            let key_usage = usage.get(&row.id);
            Key::new(row, key_usage)
        })
        .collect()
}

/// Adds its usage to a key.
pub(crate) async fn key(registry: &Registry, row: KeyRow) -> Key {
    let usage = or_empty(registry.usage_of_keys(&[row.id]).await);
    let key_usage = usage.get(&row.id);
    Key::new(row, key_usage)
}

/// Adds the last request to environments of one project.
pub(crate) async fn environments(
    registry: &Registry,
    project: &ProjectId,
    rows: Vec<EnvironmentRow>,
) -> Vec<Environment> {
    let last_requests = or_empty(registry.last_requests_of(project).await);
    rows.into_iter()
        .map(|row| {
            let last_request = last_requests.get(&row.id).copied();
            Environment::new(row, last_request)
        })
        .collect()
}

/// Adds the last request to an environment.
pub(crate) async fn environment(registry: &Registry, row: EnvironmentRow) -> Environment {
    let last_requests = or_empty(registry.last_requests_of(&row.project_id).await);
    let last_request = last_requests.get(&row.id).copied();
    Environment::new(row, last_request)
}
