//! Converts rows to cached keys and environments.

use std::sync::Arc;

use keystile_keys::KeyFacts;
use keystile_store::{EnvironmentRow, KeyRow, SecretVersionRow, Snapshot, StoreError};

use crate::cache::{Entry, Version};
use crate::state::VerifierState;
use crate::verification::{Environment, Extensions, KeyInfo};

/// Converts a key to a cache entry, with the proofs that this process already has.
pub(crate) fn entry(state: &VerifierState, row: KeyRow, versions: Vec<SecretVersionRow>) -> Entry {
    let facts = KeyFacts {
        id: row.id,
        environment: row.environment_id,
        state: row.state,
        disabled_until: row.disabled_until,
        permissions: row.permissions,
        expires_at: row.expires_at,
    };
    let info = KeyInfo {
        id: row.id,
        name: row.name,
        project_id: row.project_id,
        project_name: row.project_name,
        environment_id: row.environment_id,
        environment_name: row.environment_name,
        stage: row.stage,
        permissions: row.permissions,
        state: row.state,
        created_at: row.created_at,
        expires_at: row.expires_at,
        extensions: Extensions::default(),
    };
    let mut latest_first = versions.into_iter().rev().map(|row| {
        let is_current = row.install_key_id == state.install_key_id;
        let is_proven = is_current && state.is_proven(state.proof_id(&row.tag, &row.phc));
        Version::new(row.id, is_current.then_some(row.tag), row.phc, is_proven)
    });
    let versions = std::array::from_fn(|_| latest_first.next());
    Entry::new(facts, &row.prefix, info, versions)
}

/// Finds an environment by its id or as `project/environment`.
pub(crate) async fn find_environment(
    snapshot: &mut Snapshot<'_>,
    reference: &str,
) -> Result<Option<Arc<Environment>>, StoreError> {
    let row = EnvironmentRow::find_by_reference(snapshot.connection(), reference).await?;
    Ok(row.map(environment))
}

fn environment(row: EnvironmentRow) -> Arc<Environment> {
    Arc::new(Environment {
        id: row.id,
        name: row.name,
        project_id: row.project_id,
        project_name: row.project_name,
        prefix: row.prefix,
        endpoint: row.endpoint,
        key_location: row.key_location,
    })
}
