//! Converts rows to cached keys and environments.

use std::sync::Arc;

use keystile_keys::KeyFacts;
use keystile_store::{EnvironmentRow, KeyRow, SecretVersionRow, Snapshot, StoreError};

use crate::cache::{Entry, MAX_VERSIONS, Version};
use crate::state::VerifierState;
use crate::verification::{Environment, Extensions, KeyInfo, SecretInfo};

/// Converts a key to a cache entry, with the proofs that this process already has.
pub(crate) fn entry(state: &VerifierState, row: KeyRow, versions: Vec<SecretVersionRow>) -> Entry {
    let facts = KeyFacts {
        id: row.id,
        environment: row.environment_id,
        state: row.state,
        disabled_until: row.disabled_until,
        permissions: row.permissions,
        expires_at: row.expires_at,
        secret_ends_at: None,
    };
    // A rotation is unknown until it is copied. The first secret shares the state of its key.
    let mut latest_first = versions
        .into_iter()
        .rev()
        .filter(|version| version.claimed_at.is_some() || version.overlap.is_none());
    let rows: [Option<SecretVersionRow>; MAX_VERSIONS] =
        std::array::from_fn(|_| latest_first.next());
    let is_rotated = rows.iter().flatten().count() > 1;
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
        secret: SecretInfo {
            version: 0,
            is_rotated,
            ends_at: None,
        },
        extensions: Extensions::default(),
    };
    let versions = rows.map(|version| {
        let version = version?;
        let is_current = version.install_key_id == state.install_key_id;
        let is_proven = is_current && state.is_proven(state.proof_id(&version.tag, &version.phc));
        let mut info = info.clone();
        info.secret = SecretInfo {
            version: version.id,
            is_rotated,
            ends_at: version.ends_at,
        };
        Some(Version::new(
            version.id,
            is_current.then_some(version.tag),
            version.phc,
            is_proven,
            info,
        ))
    });
    Entry::new(facts, &row.prefix, versions)
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
