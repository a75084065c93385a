//! Rows to what memory holds. Used by the reading task only; it reads environments by name and knows no change counter.

use std::sync::Arc;

use keystile_keys::KeyFacts;
use keystile_store::{EnvironmentRow, KeyRow, SecretVersionRow, Snapshot, StoreError};

use crate::answer::{Environment, Extensions, KeyInfo};
use crate::ground::Ground;
use crate::memory::{Entry, Version};

/// A key as memory holds it.
pub(crate) fn entry(ground: &Ground, row: KeyRow, versions: Vec<SecretVersionRow>) -> Entry {
    let facts = KeyFacts {
        id: row.id,
        environment: row.environment_id,
        state: row.state,
        permissions: row.permissions,
        expires_at: row.expires_at,
    };
    let known = KeyInfo {
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
        derived: Extensions::default(),
    };
    let mut latest_first = versions.into_iter().rev().map(|row| {
        let is_ours = row.install_key_id == ground.install_mark;
        let is_proven = is_ours && ground.is_proven(ground.proof_mark(&row.tag, &row.phc));
        Version::new(row.id, is_ours.then_some(row.tag), row.phc, is_proven)
    });
    let versions = std::array::from_fn(|_| latest_first.next());
    Entry::new(facts, &row.prefix, known, versions)
}

/// The environment that a reference names.
pub(crate) async fn find_environment(
    snapshot: &mut Snapshot<'_>,
    reference: &str,
) -> Result<Option<Arc<Environment>>, StoreError> {
    let found = EnvironmentRow::find_by_reference(snapshot.connection(), reference).await?;
    Ok(found.map(environment))
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
