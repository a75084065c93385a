//! The SQL that compares keys with the audit log.

use keystile_keys::KeyId;
use sqlx::SqliteConnection;

use crate::audit::Action;
use crate::error::StoreError;

/// Returns the keys that contradict the last row about their state, the last one about their permissions and expiry, or
/// the row of their creation.
pub(crate) async fn differing_keys(
    connection: &mut SqliteConnection,
    limit: i64,
) -> Result<Vec<KeyId>, StoreError> {
    let (actions, states) = Action::state_changes_in_sql();
    // SQLite takes the columns beside `max` from the row with the maximum (lang_select.html, 2.5).
    let sql = format!(
        "WITH last AS (SELECT key_id, action, iif(json_valid(detail), detail, '{{}}') AS detail, max(seq) FROM audit
                WHERE action IN ({actions}) GROUP BY key_id),
              edited AS (SELECT key_id, iif(json_valid(detail), detail, '{{}}') AS detail, max(seq) FROM audit
                WHERE action IN ('{issued}', '{edited}') GROUP BY key_id),
              issued AS (SELECT key_id, environment_id, max(seq) FROM audit WHERE action = '{issued}' GROUP BY key_id)
         SELECT k.id FROM keys k LEFT JOIN last ON last.key_id = k.id LEFT JOIN edited ON edited.key_id = k.id
             LEFT JOIN issued ON issued.key_id = k.id
          WHERE k.state IS NOT CASE last.action{states} END
             OR k.disabled_until IS NOT json_extract(last.detail, '$.disabled_until')
             OR k.environment_id IS NOT issued.environment_id
             OR k.permissions IS NOT json_extract(edited.detail, '$.permissions')
             OR k.expires_at IS NOT json_extract(edited.detail, '$.expires_at')
          ORDER BY k.created_at, k.id LIMIT {limit}",
        issued = Action::KeyIssued.as_str(),
        edited = Action::KeyEdited.as_str()
    );
    let ids: Vec<String> = sqlx::query_scalar(&sql).fetch_all(connection).await?;
    ids.iter()
        .map(|id| id.parse().map_err(|_| StoreError::invalid_row("key id")))
        .collect()
}
