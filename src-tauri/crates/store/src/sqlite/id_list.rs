//! Lists of ids in conditions.

use keystile_keys::KeyId;

/// Returns ids as a JSON array, for a condition with `json_each`.
pub(crate) fn json_list(ids: &[KeyId]) -> String {
    let ids: Vec<_> = ids.iter().map(KeyId::as_str).collect();
    serde_json::json!(ids).to_string()
}
