//! Lists of ids in conditions.

use keystile_keys::KeyId;

/// Returns ids as an array, for a condition with `= ANY`.
pub(crate) fn id_list(ids: &[KeyId]) -> Vec<&str> {
    ids.iter().map(KeyId::as_str).collect()
}
