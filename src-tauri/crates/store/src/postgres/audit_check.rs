//! The SQL that compares keys with the audit log.

use keystile_keys::KeyId;
use sqlx::PgConnection;

use crate::audit::Action;
use crate::error::StoreError;

/// Returns the keys that contradict the last row about their state, the last one about their permissions and expiry, or
/// the row of their creation.
pub(crate) async fn differing_keys(
    connection: &mut PgConnection,
    limit: i64,
) -> Result<Vec<KeyId>, StoreError> {
    let (actions, states) = Action::state_changes_in_sql();
    let sql = format!(
        "WITH last AS (SELECT DISTINCT ON (key_id) key_id, action, detail::jsonb AS detail FROM keystile.audit
                WHERE action IN ({actions}) ORDER BY key_id, seq DESC),
              edited AS (SELECT DISTINCT ON (key_id) key_id, detail::jsonb AS detail FROM keystile.audit
                WHERE action IN ('{issued}', '{edited}') ORDER BY key_id, seq DESC),
              issued AS (SELECT DISTINCT ON (key_id) key_id, environment_id FROM keystile.audit
                WHERE action = '{issued}' ORDER BY key_id, seq DESC)
         SELECT k.id FROM keystile.keys k LEFT JOIN last ON last.key_id = k.id
             LEFT JOIN edited ON edited.key_id = k.id LEFT JOIN issued ON issued.key_id = k.id
          WHERE k.state IS DISTINCT FROM CASE last.action{states} END
             OR k.disabled_until IS DISTINCT FROM (last.detail ->> 'disabled_until')::bigint
             OR k.environment_id IS DISTINCT FROM issued.environment_id
             OR k.permissions IS DISTINCT FROM edited.detail ->> 'permissions'
             OR k.expires_at IS DISTINCT FROM (edited.detail ->> 'expires_at')::bigint
          ORDER BY k.created_at, k.id LIMIT {limit}",
        issued = Action::KeyIssued.as_str(),
        edited = Action::KeyEdited.as_str()
    );
    let ids: Vec<String> = sqlx::query_scalar(&sql).fetch_all(connection).await?;
    ids.iter()
        .map(|id| id.parse().map_err(|_| StoreError::invalid_row("key id")))
        .collect()
}
