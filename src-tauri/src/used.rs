//! Keys and environments as the window is sent them, with what is known of their use. Commands that answer with one pass it
//! through here, so that no answer forgets when it was used last.

use keystile_keys::{EnvironmentId, ProjectId};
use keystile_registry::Registry;
use keystile_store::{EnvironmentRow, KeyRow};

use crate::view::{Environment, Key};

/// Keys of one environment.
pub(crate) async fn keys(
    registry: &Registry,
    environment: &EnvironmentId,
    rows: Vec<KeyRow>,
) -> Vec<Key> {
    let usage = registry.usage_of_keys(environment).await;
    rows.into_iter()
        .map(|row| {
            let used = usage.get(&row.id);
            Key::of(row, used)
        })
        .collect()
}

/// One key.
pub(crate) async fn key(registry: &Registry, row: KeyRow) -> Key {
    let usage = registry.usage_of_keys(&row.environment_id).await;
    let used = usage.get(&row.id);
    Key::of(row, used)
}

/// Environments of one project.
pub(crate) async fn environments(
    registry: &Registry,
    project: &ProjectId,
    rows: Vec<EnvironmentRow>,
) -> Vec<Environment> {
    let last = registry.last_requests_of(project).await;
    rows.into_iter()
        .map(|row| {
            let at = last.get(&row.id).copied();
            Environment::of(row, at)
        })
        .collect()
}

/// One environment.
pub(crate) async fn environment(registry: &Registry, row: EnvironmentRow) -> Environment {
    let last = registry.last_requests_of(&row.project_id).await;
    let at = last.get(&row.id).copied();
    Environment::of(row, at)
}
