//! Rows to what memory holds. Used by the reading task only; it reads environments by name and knows no change counter.

use std::sync::Arc;

use keystile_keys::{EnvironmentId, KeyFacts};
use keystile_store::{EnvironmentRow, KeyRow, SecretVersionRow, Snapshot, StoreError};

use crate::answer::{Derived, Environment, KeyInfo};
use crate::ground::Ground;
use crate::memory::{Entry, Version};

/// More slashes than this are in no reference that means something.
const MOST_SLASHES: usize = 8;

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
        derived: Derived::default(),
    };
    let mut latest_first = versions.into_iter().rev().map(|row| {
        let is_ours = row.install_key_id == ground.install_mark;
        let is_proven = is_ours && ground.is_proven(ground.proof_mark(&row.tag, &row.phc));
        Version::new(row.id, is_ours.then_some(row.tag), row.phc, is_proven)
    });
    let versions = std::array::from_fn(|_| latest_first.next());
    Entry::new(facts, &row.prefix, known, versions)
}

/// An id, or `project/environment`. Names may hold slashes themselves, so each of them may be the one between; a
/// reference that could mean two environments means none.
pub(crate) async fn find_environment(
    snapshot: &mut Snapshot<'_>,
    reference: &str,
) -> Result<Option<Arc<Environment>>, StoreError> {
    let connection = snapshot.connection();
    if let Ok(id) = reference.parse::<EnvironmentId>() {
        return Ok(EnvironmentRow::find(connection, &id)
            .await?
            .map(environment));
    }
    let mut found = None;
    for (at, _) in reference.match_indices('/').take(MOST_SLASHES) {
        let (project, name) = (&reference[..at], &reference[at + 1..]);
        if let Some(row) = EnvironmentRow::find_by_name(connection, project, name).await? {
            if found.is_some() {
                return Ok(None);
            }
            found = Some(row);
        }
    }
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
